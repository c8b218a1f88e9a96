"""Alarms on the resources that the stacks create, from defaults for each type that a file can override.

A resource type without a default is no mistake, but it is said: the plan's notes list it.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal, cast

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from alarms.model import Context, PlannedAlarm
from alarms.notifying import notifying_alarm
from foundation.cloudwatch.alarms import ComparisonOperator, MetricAlarm
from foundation.cloudwatch.emitted import EmittedMetric
from foundation.cloudwatch.evaluation import MissingData
from foundation.cloudwatch.known_metrics import problem_of
from foundation.cloudwatch.metrics import Metric, MetricStat
from foundation.errors import InputError
from foundation.files.yaml_lines import Document, read_documents
from foundation.service.resources import Resource
from foundation.slo.burn_rate import Severity

DEFAULT_FILE = Path(__file__).with_name("resources.yaml")


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Metric(_Part):
    namespace: str
    name: str
    dimensions: dict[str, Literal["name", "arn", "stage"]]
    statistic: str


class _Breach(_Part):
    above: float
    periodSeconds: int
    datapoints: tuple[int, int]


class ResourceDefault(_Part):
    """One entry of the file: what every resource of a type is alarmed on."""

    of: str = Field(pattern=r"^AWS::")
    name: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    disabled: bool = False
    metric: _Metric
    breach: _Breach
    severity: Literal["page", "ticket"]
    impact: str = Field(min_length=10, max_length=400)
    runbook: str = Field(pattern=r"^[a-z][a-z0-9-]*$")


def read_defaults(override: Path | None = None, *, own: tuple[EmittedMetric, ...] = ()) -> tuple[ResourceDefault, ...]:
    """The project's defaults, and over them those of another file, which may name a service's own metrics.

    Raises InputError with every problem of a file, each with its line.
    """
    entries = {(entry.of, entry.name): entry for entry in _read(DEFAULT_FILE, own)}
    if override is not None:
        entries |= {(entry.of, entry.name): entry for entry in _read(override, own)}
    return tuple(entry for entry in entries.values() if not entry.disabled)


def resource_alarms(
    resources: Iterable[Resource], defaults: Sequence[ResourceDefault], context: Context
) -> tuple[tuple[PlannedAlarm, ...], tuple[str, ...]]:
    """The alarms of every resource, and a note for every one that has none."""
    alarms: list[PlannedAlarm] = []
    notes: list[str] = []
    for resource in resources:
        found = [_alarm(resource, default, context) for default in defaults if default.of == resource.type]
        alarms += found
        if not found:
            notes.append(
                f"{resource.label} ({resource.type}) has no alarm of its own: {DEFAULT_FILE.name} has none for it"
            )
    return tuple(alarms), tuple(notes)


def _alarm(resource: Resource, default: ResourceDefault, context: Context) -> PlannedAlarm:
    facts = {"name": resource.name, "arn": resource.arn, "stage": context.stage}
    severity = Severity(default.severity)
    metric = Metric(
        namespace=default.metric.namespace,
        name=default.metric.name,
        dimensions=tuple((name, facts[fact]) for name, fact in default.metric.dimensions.items()),
    )
    needed, evaluated = default.breach.datapoints
    alarm = MetricAlarm(
        name=f"{context.prefix}-{resource.label}-{severity.value}-{default.name}",
        watches=MetricStat(
            metric=metric, period_seconds=default.breach.periodSeconds, statistic=default.metric.statistic
        ),
        comparison=ComparisonOperator.MORE_THAN,
        threshold=default.breach.above,
        evaluation_periods=evaluated,
        datapoints_to_alarm=needed,
        missing_data=MissingData.NOT_BREACHING,
    )
    return notifying_alarm(
        alarm, context, severity=severity, impact=f"{resource.label}: {default.impact}", runbook=default.runbook
    )


def _read(file: Path, own: tuple[EmittedMetric, ...]) -> list[ResourceDefault]:
    documents = read_documents(file)
    problems: list[str] = []
    entries: list[ResourceDefault] = []
    for document in documents:
        if not isinstance(document.data, list):
            raise InputError(f"{file}:1: document: a list of resource alarms is needed")
        for index, entry in enumerate(cast("list[object]", document.data)):
            read = _entry(document, index, entry, own, problems)
            if read is not None:
                entries.append(read)
    if problems:
        raise InputError(f"{file} has {len(problems)} problem{'s' if len(problems) > 1 else ''}:", tuple(problems))
    return entries


def _entry(
    document: Document, index: int, entry: object, own: tuple[EmittedMetric, ...], problems: list[str]
) -> ResourceDefault | None:
    try:
        read = ResourceDefault.model_validate(entry)
    except ValidationError as error:
        problems += [document.problem((index, *each["loc"]), each["msg"].lower()) for each in error.errors()]
        return None
    metric = Metric(
        namespace=read.metric.namespace,
        name=read.metric.name,
        dimensions=tuple((name, "any") for name in read.metric.dimensions),
    )
    if (problem := problem_of(metric, own)) is not None:
        problems.append(document.problem((index, "metric"), problem))
    return read
