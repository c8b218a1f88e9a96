"""The request of a step, once its values are known: what is sent but for the address and the signature."""

import json
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from foundation.errors import SreError
from foundation.steps.model import Step, Values
from foundation.steps.texts import fill, fill_json

MOST_BODY_BYTES = 256 * 1024
# https://www.rfc-editor.org/rfc/rfc9110#section-5.5
_VALUE = re.compile(r"[\t\x20-\x7e]*")
# What may stand in a path as it is (https://www.rfc-editor.org/rfc/rfc3986#section-3.3), and an escape that stands already.
_OF_A_PATH = "/:@!$&'()*+,;=-._~%"


class UnsendableError(SreError):
    """A request that its values make none of: what was kept of an answer does not fit where it is to stand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request of a step; `target` is its path with its query."""

    step: Step
    target: str
    headers: dict[str, str]
    body: str | None


def request_of(step: Step, values: Values) -> Request:
    """The request that a step makes of these values. Raises UnsendableError."""
    try:
        path = quote(fill(step.path, values, _segment), safe=_OF_A_PATH)
        query = "&".join(f"{_part(name)}={_part(fill(text, values))}" for name, text in step.query)
        headers = {name: fill(text, values) for name, text in step.headers}
        body = dumped(fill_json(step.body, values)) if step.has_body else None
    except KeyError as error:
        raise UnsendableError(f"{{{error.args[0]}}} has no value") from None
    for name, text in headers.items():
        if not _VALUE.fullmatch(text):
            raise UnsendableError(f"the header {name} would have a character that no header has")
    if body is not None:
        if len(body.encode()) > MOST_BODY_BYTES:
            raise UnsendableError(f"the body would have more than {MOST_BODY_BYTES:,} bytes")
        headers = {"content-type": "application/json", **headers}
    return Request(step=step, target=f"{path}?{query}" if query else path, headers=headers, body=body)


def dumped(data: Any) -> str:
    """The text of JSON whose numbers may be decimal ones."""
    return json.dumps(data, default=_plain)


def _plain(value: object) -> float:
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(f"{type(value).__name__} is not of JSON")


def _segment(text: str) -> str:
    """A value as one segment of a path, whatever stands in it; one of dots alone would name another place."""
    if not text or set(text) == {"."}:
        raise UnsendableError(f"{text!r} cannot stand in a path")
    return quote(text, safe="")


def _part(text: str) -> str:
    return quote(text, safe="-._~")
