"""What the alarms' commands print as JSON is what their schemas say, and data: no number stands in a text."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from infra.service import T_DEVELOPER
from sre.cli.outputs.schemas import outputs, schema_of
from tests.sre.cli.command_line import sre

EVENTS = str(T_DEVELOPER.rule_tests / "events.yaml")


def texts_in(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for each in value.values():
                yield from texts_in(each)
        case list():
            for each in value:
                yield from texts_in(each)
        case _:
            pass


@pytest.mark.parametrize(
    "words",
    [
        ("list", "--objective", "availability", "--objective", "api-latency"),
        ("show", "api-latency-page-medium"),
        ("show", "monthly-cost-ticket-pace"),
        ("show", "api-latency-page-fast-long"),
        ("coverage", EVENTS, "--unproved"),
        ("test", EVENTS),
    ],
    ids=" ".join,
)
def test_an_output_is_as_its_schema_says_and_has_no_number_in_a_text(words: tuple[str, ...]) -> None:
    done = sre("alarms", *words, "--json")
    assert done.returncode in (0, 1), done.stderr
    printed = json.loads(done.stdout)
    path = ("alarms", words[0])
    Draft202012Validator(schema_of(path, outputs()[path])).validate(printed)
    assert next(iter(printed)) == "schema_version"
    assert [text for text in texts_in(printed) if re.fullmatch(r"-?[\d.,]+ ?(?:%|ms|s)?", text)] == []
