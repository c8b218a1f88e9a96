"""Checks that are data as a multi-checks blueprint, as far as one can have them: ten steps that stand for themselves."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from canaries.blueprint import PATIENCE_MS, Blueprint, read_blueprint
from canaries.definitions import Canaries
from foundation.errors import InputError
from foundation.steps.model import AnswerCheck, Relation, Step, Unsigned
from foundation.steps.requests import request_of

_MOST_STEPS = 10
# The format's own bound on what a step waits (canaries/blueprint.py).
_LONGEST_WAIT_SECONDS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainChecks:
    """A blueprint, and which steps are not in it and why."""

    blueprint: Blueprint
    left_out: tuple[str, ...]


def blueprint_of(defined: Canaries, host: str, *, base_path: str) -> PlainChecks:
    """The blueprint of an API's checks. Raises InputError where none of them can be in one, and for a wrong host or path."""
    base, steps, left_out = f"https://{host}{base_path.rstrip('/')}", list[dict[str, Any]](), list[str]()
    for canary in defined.canaries:
        for step in () if canary.check is None else canary.check.steps:
            name = f"{canary.name}: {step.name}"
            reasons = tuple(_why_not(step))
            if not reasons and len(steps) == _MOST_STEPS:
                reasons = (f"a blueprint has at most {_MOST_STEPS} steps",)
            if reasons:
                left_out.append(f"{name}: {', '.join(reasons)}")
            else:
                steps.append(_step(step, f"{canary.name}-{len(steps) + 1}", base))
    if not steps:
        raise InputError(
            f"no step of the canaries can be in a blueprint: {'; '.join(left_out) or 'none of them has steps'}"
        )
    numbered = {str(number): step for number, step in enumerate(steps, start=1)}
    return PlainChecks(blueprint=read_blueprint(json.dumps({"steps": numbered})), left_out=tuple(left_out))


def _why_not(step: Step) -> Iterator[str]:
    if step.placeholders:
        yield "it uses what is drawn or kept"
    if not isinstance(step.authorisation, Unsigned):
        yield "it is authorised"
    if step.repeat is not None:
        yield "it is repeated"
    if step.pause_seconds > _LONGEST_WAIT_SECONDS:
        yield "it waits for more than a minute"
    if len(step.expected_statuses) > 1:
        yield "it expects one of several statuses"
    for check in step.checks:
        if _assertion(check) is None:
            yield f"a blueprint cannot check {check.name!r}"


def _step(step: Step, name: str, base: str) -> dict[str, Any]:
    request = request_of(step, {})
    (status,) = step.expected_statuses
    found: dict[str, Any] = {
        "stepName": name,
        "checkerType": "HTTP",
        "url": f"{base}{request.target}",
        "httpMethod": step.method,
        "timeout": PATIENCE_MS,
        "assertions": [
            {"type": "STATUS_CODE", "operator": "EQUALS", "value": status},
            *({"type": "BODY", "path": place.text, "operator": "EXISTS", "value": True} for _, place in step.keeps),
            *(assertion for check in step.checks if (assertion := _assertion(check)) is not None),
        ],
    }
    if step.pause_seconds:
        found["waitTime"] = round(step.pause_seconds)
    if request.headers:
        found["headers"] = request.headers
    if request.body is not None:
        found["body"] = request.body
    return found


def _assertion(check: AnswerCheck) -> dict[str, Any] | None:
    body = {"type": "BODY", "path": check.place.text, "description": check.name}
    match check.relation, check.value:
        case Relation.EXISTS, _:
            return {**body, "operator": "EXISTS", "value": True}
        case Relation.EQUALS, str() as text:
            return {**body, "operator": "EQUALS", "value": text}
        case _:
            return None
