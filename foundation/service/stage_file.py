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

from pydantic import AfterValidator, Field

from foundation.cloudwatch.metrics import Metric
from foundation.cloudwatch.parameters import Parameter, ParametrizedText, parametrized
from foundation.files.bounded import MOST_BYTES_OF_DATA, read_text
from foundation.files.documents import json_document_of
from foundation.files.forms import Flag, Form, Number, Whole
from foundation.files.writing import write_text
from foundation.service.dimension_parameters import dimension_parameters, with_dimension_parameters
from foundation.service.own_metrics import OwnMetrics
from foundation.service.panels import Page
from foundation.service.resource_alarms import ResourceAlarm
from foundation.service.resources import FactValue, Resource
from foundation.service.stage import AlarmRules, PolicyChange, Stage, TargetChange
from foundation.slo.burn_rate import BurnRatePolicy
from foundation.slo.model import Objectives
from foundation.slo.subscription import Subscription

STAGE_VERSION = 3
_SECOND = timedelta(seconds=1)


class _Head(Form, extra="ignore"):
    stage_version: Annotated[int | None, Field(strict=True)] = None


class _Parameter(Form):
    parameter: str


def _text_of(parts: str | list[str | _Parameter]) -> str:
    if isinstance(parts, str):
        return parts
    return parametrized(*(part if isinstance(part, str) else Parameter(part.parameter) for part in parts))


# A text with parameters is a list of its parts: as a string, a parameter would be what it looks like.
_Text = Annotated[str | list[str | _Parameter], AfterValidator(_text_of)]


class _Number(Form):
    number: Number


class _Flag(Form):
    flag: Flag


# JSON has no Decimal, and a text of digits is none.
_Fact = _Flag | _Number | _Text


def _fact_of(fact: _Fact) -> FactValue:
    match fact:
        case _Flag(flag=flag):
            return flag
        case _Number(number=number):
            return number
        case text:
            return cast("str", text)


class _Resource(Form):
    type: str
    label: str
    name: _Text
    arn: _Text
    facts: tuple[tuple[str, _Fact], ...] = ()
    needs: tuple[str, ...] = ()
    no_alarms: str = ""

    def made(self) -> Resource:
        return Resource(
            type=self.type,
            label=self.label,
            name=cast("str", self.name),
            arn=cast("str", self.arn),
            facts=tuple((name, _fact_of(fact)) for name, fact in self.facts),
            needs=self.needs,
            no_alarms=self.no_alarms,
        )


class _AlarmRules(Form):
    policy: BurnRatePolicy
    resources: tuple[_Resource, ...]
    resource_alarms: tuple[ResourceAlarm, ...]
    owner: str
    runbook_url: str
    subscriptions: tuple[Subscription, ...] = ()

    def made(self) -> AlarmRules:
        # The one mapping of a stage is one that nobody can change, as it is where it is made.
        policy = replace(self.policy, excluded=MappingProxyType(dict(self.policy.excluded)))
        return AlarmRules(
            policy=policy,
            resources=tuple(each.made() for each in self.resources),
            resource_alarms=self.resource_alarms,
            owner=self.owner,
            runbook_url=self.runbook_url,
            subscriptions=self.subscriptions,
        )


class _Stage(Form):
    """The dataclasses of a stage are its form where they can be: pydantic reads them by their fields, with nothing beside."""

    objectives: Objectives
    own: OwnMetrics | None
    alarm_rules: _AlarmRules | None
    changes: tuple[TargetChange | PolicyChange, ...] = ()
    pages: tuple[Page, ...] = ()
    has_load_test: Flag = False

    def made(self, dimension_parameters: tuple[str, ...]) -> Stage:
        return Stage(
            objectives=with_dimension_parameters(self.objectives, dimension_parameters),
            own=with_dimension_parameters(self.own, dimension_parameters),
            alarm_rules=None if self.alarm_rules is None else self.alarm_rules.made(),
            changes=self.changes,
            pages=self.pages,
            has_load_test=self.has_load_test,
        )


class _File(Form):
    stage_version: Whole
    # What in a dimension of a metric looks like a parameter, and is one.
    dimension_parameters: tuple[str, ...] = ()
    stage: _Stage


def write_stage(stage: Stage, file: Path) -> None:
    """Write a stage, whole or not at all. Raises InputError where nothing can be written."""
    write_text(file, stage_text(stage))


def read_stage(file: Path) -> Stage:
    """Read a stage. Raises InputError for a file that is missing, damaged or of another version, with every problem."""
    return stage_of_text(read_text(file, most_bytes=MOST_BYTES_OF_DATA), file)


def stage_text(stage: Stage) -> str:
    """The text of such a file."""
    written = {
        "stage_version": STAGE_VERSION,
        "dimension_parameters": dimension_parameters((stage.objectives, stage.own)),
        "stage": _plain(stage),
    }
    return json.dumps(written, indent=1) + "\n"


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
    made = cast("_File", found)
    return made.stage.made(made.dimension_parameters)


def _plain(value: Any) -> Any:
    """A value as JSON has it: a dataclass by what makes it, a Decimal by its digits, a duration by ISO 8601."""
    match value:
        case Resource():
            facts = [[name, _plain_fact(fact)] for name, fact in value.facts]
            return {each.name: _plain(getattr(value, each.name)) for each in fields(value)} | {"facts": facts}
        case Metric(dimensions=dimensions):
            # Its form is the value itself, which has texts: what of them are parameters is said once, for all.
            pairs = [[name, "".join(text)] for name, text in dimensions]
            return {"namespace": value.namespace, "name": value.name, "dimensions": pairs}
        case ParametrizedText():
            return [part if isinstance(part, str) else {"parameter": part.name} for part in value.parts]
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


def _plain_fact(fact: FactValue) -> Any:
    match fact:
        case bool():
            return {"flag": fact}
        case Decimal():
            return {"number": str(fact)}
        case str():
            return _plain(fact)
