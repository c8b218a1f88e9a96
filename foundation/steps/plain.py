"""Steps and sources as plain JSON and back, for what reads them with the standard library alone.

Numbers that JSON cannot carry as they are written have been refused where they were read, so what comes back is what went in.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, cast

from foundation.steps.drawing import FromEnvironment, Given, OneOf, Recent, Rows, Source, Unique, WholeNumber
from foundation.steps.model import (
    AnswerCheck,
    Authorisation,
    HeaderFromEnvironment,
    Place,
    Relation,
    Repeat,
    SigV4,
    Step,
    Unsigned,
)
from foundation.steps.requests import dumped


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A conversation, and what its placeholders stand for."""

    steps: tuple[Step, ...]
    values: Mapping[str, Source]


def written(check: Check) -> str:
    """The text of a check in JSON."""
    return dumped(
        {
            "steps": [_of_step(each) for each in check.steps],
            "values": {name: _of_source(each) for name, each in check.values.items()},
        }
    )


def read(text: str) -> Check:
    """The check of a text that `written` wrote."""
    data: dict[str, Any] = json.loads(text, parse_float=Decimal)
    return Check(
        steps=tuple(_step(each) for each in data["steps"]),
        values={name: _source(each) for name, each in data["values"].items()},
    )


def _of_step(step: Step) -> dict[str, Any]:
    repeat = step.repeat
    return {
        "name": step.name,
        "method": step.method,
        "path": step.path,
        "query": [list(pair) for pair in step.query],
        "headers": [list(pair) for pair in step.headers],
        "body": step.body,
        "has_body": step.has_body,
        "authorisation": _of_authorisation(step.authorisation),
        "expected_statuses": sorted(step.expected_statuses),
        "checks": [_of_check(each) for each in step.checks],
        "keeps": [[name, _of_place(place)] for name, place in step.keeps],
        "pause_seconds": step.pause_seconds,
        "repeat": None
        if repeat is None
        else {
            "every_seconds": repeat.every_seconds,
            "for_seconds": repeat.for_seconds,
            "until": _of_check(repeat.until),
        },
    }


def _step(data: dict[str, Any]) -> Step:
    repeat = data["repeat"]
    return Step(
        name=data["name"],
        method=data["method"],
        path=data["path"],
        query=_pairs(data["query"]),
        headers=_pairs(data["headers"]),
        body=data["body"],
        has_body=data["has_body"],
        authorisation=_authorisation(data["authorisation"]),
        expected_statuses=frozenset(data["expected_statuses"]),
        checks=tuple(_check(each) for each in data["checks"]),
        keeps=tuple((name, _place(place)) for name, place in data["keeps"]),
        pause_seconds=float(data["pause_seconds"]),
        repeat=None
        if repeat is None
        else Repeat(
            every_seconds=float(repeat["every_seconds"]),
            for_seconds=float(repeat["for_seconds"]),
            until=_check(repeat["until"]),
        ),
    )


def _pairs(data: list[list[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((name, text) for name, text in data)


def _of_check(check: AnswerCheck) -> dict[str, Any]:
    return {
        "name": check.name,
        "place": _of_place(check.place),
        "relation": check.relation.value,
        "value": check.value,
    }


def _check(data: dict[str, Any]) -> AnswerCheck:
    return AnswerCheck(
        name=data["name"], place=_place(data["place"]), relation=Relation(data["relation"]), value=data["value"]
    )


def _of_place(place: Place) -> dict[str, Any]:
    return {"text": place.text, "parts": list(place.parts)}


def _place(data: dict[str, Any]) -> Place:
    return Place(text=data["text"], parts=tuple(data["parts"]))


def _of_authorisation(authorisation: Authorisation) -> dict[str, Any]:
    match authorisation:
        case Unsigned():
            return {"kind": "none"}
        case SigV4(service=service):
            return {"kind": "sigv4", "service": service}
        case HeaderFromEnvironment(header=header, variable=variable, prefix=prefix):
            return {"kind": "header", "header": header, "variable": variable, "prefix": prefix}


def _authorisation(data: dict[str, Any]) -> Authorisation:
    match data:
        case {"kind": "none"}:
            return Unsigned()
        case {"kind": "sigv4", "service": service}:
            return SigV4(service=service)
        case {"kind": "header", **given}:
            return HeaderFromEnvironment(**cast("dict[str, str]", given))
        case _:
            raise ValueError(f"{data} authorises nothing")


def _of_source(source: Source) -> dict[str, Any]:
    match source:
        case OneOf(values=values):
            return {"kind": "one_of", "values": list(values)}
        case WholeNumber(least=least, most=most):
            return {"kind": "whole_number", "least": least, "most": most}
        case Unique():
            return {"kind": "uuid"}
        case Rows(columns=columns, rows=rows):
            return {"kind": "rows", "columns": list(columns), "rows": [list(row) for row in rows]}
        case Recent(kept=kept):
            return {"kind": "recent", "kept": kept}
        case Given(otherwise=otherwise):
            return {"kind": "given", "otherwise": otherwise}
        case FromEnvironment(variable=variable):
            return {"kind": "environment", "variable": variable}


def _source(data: dict[str, Any]) -> Source:
    match data:
        case {"kind": "one_of", "values": values}:
            return OneOf(values=tuple(values))
        case {"kind": "whole_number", "least": least, "most": most}:
            return WholeNumber(least=least, most=most)
        case {"kind": "uuid"}:
            return Unique()
        case {"kind": "rows", "columns": columns, "rows": rows}:
            return Rows(columns=tuple(columns), rows=tuple(tuple(row) for row in rows))
        case {"kind": "recent", "kept": kept}:
            return Recent(kept=kept)
        case {"kind": "given", "otherwise": otherwise}:
            return Given(otherwise=otherwise)
        case {"kind": "environment", "variable": variable}:
            return FromEnvironment(variable=variable)
        case _:
            raise ValueError(f"{data} is no source")
