"""The alarms of a plan as CloudWatch's API takes them, with what is known of a deployment filled in."""

from collections.abc import Collection, Mapping
from functools import partial
from typing import Any

import click

from alarms.model import Plan
from foundation.cloudwatch.alarm_writing import to_request
from foundation.cloudwatch.parameters import REGION, filled, parameters_in, with_texts
from foundation.errors import InputError
from foundation.files.explaining import with_hint


def requests_of(
    plan: Plan, names: Collection[str], region: str | None, parameters: tuple[tuple[str, str], ...]
) -> Mapping[str, dict[str, Any]]:
    """The request of each of these alarms, by its name; to stderr what they lack.

    Raises InputError for a parameter of no alarm of the plan.

    An alarm that can only be in one Region is filled in for that one, whatever the others' is.
    """
    known = {**({} if region is None else {REGION.name: region}), **dict(parameters)}
    requests = {planned.name: to_request(planned.alarm) for planned in plan}
    there = sorted(parameter.name for parameter in parameters_in(requests))
    if unknown := [name for name in known if name not in there and name != REGION.name]:
        raise InputError(with_hint(f"--parameter {unknown[0]}: no alarm has it", unknown[0], there))
    chosen = [(planned, requests[planned.name]) for planned in plan if planned.name in names]
    needed = sorted(parameter.name for parameter in parameters_in([request for _, request in chosen]))
    if left := [f"${{{name}}}" for name in needed if name not in known]:
        click.echo(
            f"· CloudWatch takes these alarms once {', '.join(left)} are filled in: give each as --parameter NAME=VALUE, "
            "or deploy what `sre alarms build` writes, which fills them in",
            err=True,
        )
    return {
        planned.name: with_texts(
            request, partial(_text, {**known, **({} if planned.region is None else {REGION.name: planned.region})})
        )
        for planned, request in chosen
    }


def _text(known: dict[str, str], text: str) -> str:
    return str(filled(text, known))
