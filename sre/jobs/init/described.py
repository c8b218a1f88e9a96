"""What the files of a service say of a resource of its templates, as it is written: with the stage as a variable."""

import re
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from foundation.cloudwatch.parameters import Parameter, parametrized, parts_of
from foundation.files.yaml_writing import Written
from foundation.service.resource_type_file import kinds_of
from foundation.service.resources import FactValue, Resource

_STAGE = Parameter("stage")


def of_any_stage(resource: Resource, stage: str) -> Resource:
    """The resource with `${stage}` in its texts where the name of the stage stands as a word."""
    return replace(
        resource,
        name=_of_any_stage(resource.name, stage),
        arn=_of_any_stage(resource.arn, stage),
        facts=tuple(
            (name, _of_any_stage(value, stage) if isinstance(value, str) else value) for name, value in resource.facts
        ),
    )


def described(resource: Resource) -> dict[str, Written]:
    """The keys of a resource in a service.yaml; its ARN only where its type does not say it."""
    kind = next(iter(kinds_of(resource.type)), None)
    followed = None if kind is None else kind.arn_of(resource.name, resource.facts)
    written: dict[str, Written] = {"label": resource.label, "type": resource.type, "name": resource.name}
    if resource.arn != followed:
        written["arn"] = resource.arn
    if resource.facts:
        written["facts"] = facts_of(resource)
    if resource.needs:
        written["needs"] = list(resource.needs)
    return written


def facts_of(resource: Resource) -> Mapping[str, Written]:
    """Its facts as they are written."""
    return {name: fact(value) for name, value in resource.facts}


def fact(value: FactValue) -> str | bool:
    """One fact as it is written."""
    return f"{value.normalize():f}" if isinstance(value, Decimal) else value


def _of_any_stage(text: str, stage: str) -> str:
    word = re.compile(rf"(?<![A-Za-z0-9]){re.escape(stage)}(?![A-Za-z0-9])")
    parts = [
        each for part in parts_of(text) for each in (_with_stage(part, word) if isinstance(part, str) else (part,))
    ]
    return parametrized(*parts)


def _with_stage(text: str, word: re.Pattern[str]) -> list[str | Parameter]:
    parts: list[str | Parameter] = []
    for number, part in enumerate(word.split(text)):
        parts += [_STAGE, part] if number else [part]
    return parts
