"""A stage as one JSON file, which brings it into another process: a synthesis, Locust and its workers.

What is read is equal to what was written. The file is of the toolkit that wrote it, and of no other version.
"""

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import timedelta
from decimal import Decimal
from enum import Enum
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, cast

from pydantic import Field

from foundation.files.bounded import MOST_BYTES_OF_DATA, read_text
from foundation.files.documents import json_document_of
from foundation.files.forms import Form
from foundation.files.writing import write_text
from foundation.service.stage import Stage

STAGE_VERSION = 1
_SECOND = timedelta(seconds=1)


class _Head(Form, extra="ignore"):
    stage_version: Annotated[int | None, Field(strict=True)] = None


class _File(Form):
    """The dataclasses of a stage are its form: pydantic reads them by their own fields, with nothing beside those."""

    stage_version: int
    stage: Stage


def write_stage(stage: Stage, file: Path) -> None:
    """Write a stage, whole or not at all. Raises InputError where nothing can be written."""
    write_text(file, stage_text(stage))


def read_stage(file: Path) -> Stage:
    """Read a stage. Raises InputError for a file that is missing, damaged or of another version, with every problem."""
    return stage_of_text(read_text(file, most_bytes=MOST_BYTES_OF_DATA), file)


def stage_text(stage: Stage) -> str:
    """The text of such a file."""
    return json.dumps({"stage_version": STAGE_VERSION, "stage": _plain(stage)}, indent=1) + "\n"


def stage_of_text(text: str, place: Path) -> Stage:
    """The stage of such a text; errors name the place that it comes from. Raises InputError as `read_stage` does."""
    with json_document_of(text, place) as document:
        head = document.read(_Head)
        if head is not None and head.stage_version != STAGE_VERSION:
            said = f"is {head.stage_version}, and this toolkit reads {STAGE_VERSION}; start again what wrote it"
            document.problem(("stage_version",), said)
        found: _File | None = None
        if not document.problems:
            with document.at(("stage",)):
                found = document.read(_File)
    return _frozen(cast("_File", found).stage)


def _frozen(stage: Stage) -> Stage:
    """With the one mapping of a stage as it is made elsewhere: one that nobody can change."""
    rules = stage.alarm_rules
    if rules is None:
        return stage
    policy = replace(rules.policy, excluded=MappingProxyType(dict(rules.policy.excluded)))
    return replace(stage, alarm_rules=replace(rules, policy=policy))


def _plain(value: Any) -> Any:
    """A value as JSON has it: a dataclass by what makes it, a Decimal by its digits, a duration by ISO 8601."""
    match value:
        case None | bool() | int() | float() | str():
            return value
        case Enum():
            return value.value
        case Decimal():
            return str(value)
        case timedelta():
            seconds, rest = divmod(value, _SECOND)
            return f"PT{seconds}.{rest.microseconds:06}S"
        case tuple():
            return [_plain(each) for each in cast("tuple[Any, ...]", value)]
        case frozenset():
            return sorted(_plain(each) for each in cast("frozenset[Any]", value))
        case Mapping():
            return {key: _plain(each) for key, each in sorted(cast("Mapping[str, Any]", value).items())}
        case _ if is_dataclass(value):
            return {each.name: _plain(getattr(value, each.name)) for each in fields(value) if each.init}
        case _:
            raise TypeError(f"{type(value).__name__} is nothing that a stage holds")
