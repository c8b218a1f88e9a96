"""The names that templates give: each within its limits, and none twice within what it must be the only one in."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from foundation.cloudwatch.name_limits import KINDS, STACK, NameKind, Unique
from foundation.errors import InputError

_KINDS = {kind.resource_type: kind for kind in KINDS}
# One space of names for both.
_ALARMS = {"AWS::CloudWatch::CompositeAlarm": "AWS::CloudWatch::Alarm"}


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedStack:
    """A stack of one account that is to be deployed; `region` is None where it is not known."""

    name: str
    region: str | None
    template: Mapping[str, Any]


def names_of(stack: PlannedStack) -> Iterator[tuple[NameKind, str, str]]:
    """Each kind, name and logical id that a stack gives, its own name first; what CloudFormation names itself is not there."""
    yield STACK, stack.name, "the stack"
    for logical_id, resource in stack.template["Resources"].items():
        kind = _KINDS.get(resource["Type"])
        if kind is None:
            continue
        name = _at(resource.get("Properties", {}), kind.key)
        if isinstance(name, str):
            yield kind, name, logical_id


def check_names(stacks: Iterable[PlannedStack]) -> None:
    """Refuse two things of one name where there may be one. Raises InputError with all of them, LimitError for a wrong name."""
    taken: dict[tuple[str, str | None, str], str] = {}
    problems: list[str] = []
    for stack in stacks:
        for kind, name, logical_id in names_of(stack):
            kind.check(name)
            region = stack.region if kind.unique is Unique.ACCOUNT_AND_REGION else None
            type_ = _ALARMS.get(kind.resource_type, kind.resource_type)
            key = (type_, region, name.lower() if kind.ignores_case else name)
            where = f"{logical_id} of {stack.name}"
            if key in taken:
                problems.append(
                    f"{type_} {name}: {taken[key]} and {where}, and it may stand once in {kind.unique.value}"
                )
            taken.setdefault(key, where)
    if problems:
        raise InputError("two things would have one name in AWS; give one of them another:", tuple(problems))


def _at(value: object, key: tuple[str, ...]) -> object:
    for part in key:
        value = cast("Mapping[str, object]", value).get(part) if isinstance(value, Mapping) else None
    return value
