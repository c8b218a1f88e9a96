"""Alarms on the resources that the stacks create, from defaults for each type that a file can override.

A resource type without a default is no mistake, but it is said: the plan's notes list it.
"""

from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import Literal

from pydantic import Field

from alarms.model import Context, PlannedAlarm
from alarms.notifying import notifying_alarm
from foundation.cloudwatch.alarms import ComparisonOperator, MetricAlarm
from foundation.cloudwatch.emitted import EmittedMetric
from foundation.cloudwatch.evaluation import MissingData
from foundation.cloudwatch.known_metrics import problem_of
from foundation.cloudwatch.metrics import Metric, MetricStat
from foundation.files.documents import Document, KeyPath, yaml_documents
from foundation.files.explaining import with_hint
from foundation.files.forms import Flag, Form, Line, Real, Whole
from foundation.service.resources import Resource
from foundation.slo.burn_rate import Severity

DEFAULT_FILE = Path(__file__).with_name("resources.yaml")
_ANY = Resource(type="", label="any", name="any", arn="any")
_ANY_CONTEXT = Context(service="any", stage="any", owner="any", runbook_url="any")


class _Metric(Form):
    namespace: str
    name: str
    dimensions: dict[str, Literal["name", "arn", "stage"]] = Field(min_length=1)
    statistic: str


class _Breach(Form):
    above: Real = Field(ge=0)
    periodSeconds: Whole
    datapoints: tuple[Whole, Whole]


class _Removed(Form, extra="ignore"):
    """An entry that takes one of the project's away; what else it says does not matter."""

    of: str
    name: str

    @property
    def key(self) -> tuple[str, str]:
        return self.of, self.name


class ResourceDefault(Form):
    """One entry of the file: what every resource of a type is alarmed on."""

    of: str = Field(pattern=r"^AWS::")
    name: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    disabled: Flag = False
    metric: _Metric
    breach: _Breach
    severity: Literal["page", "ticket"]
    impact: Line = Field(min_length=10, max_length=400)
    runbook: str = Field(pattern=r"^[a-z][a-z0-9-]*$")

    @property
    def key(self) -> tuple[str, str]:
        """What it is known by: an entry with the same key takes its place."""
        return self.of, self.name


def read_defaults(override: Path | None, *, own: tuple[EmittedMetric, ...]) -> tuple[ResourceDefault, ...]:
    """The project's defaults, and over them those of another file, which may name a service's own metrics.

    Raises InputError with every problem of a file, each with its line.
    """
    entries: dict[tuple[str, str], ResourceDefault | _Removed] = {
        each.key: each for each in _read(DEFAULT_FILE, own, {})
    }
    if override is not None:
        entries |= {each.key: each for each in _read(override, own, entries)}
    return tuple(entry for entry in entries.values() if isinstance(entry, ResourceDefault))


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
        name=context.scope.alarm(resource.label, severity.value, default.name),
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


def _read(
    file: Path, own: tuple[EmittedMetric, ...], there: Collection[tuple[str, str]]
) -> list[ResourceDefault | _Removed]:
    """The entries of a file; `there` are the keys of those that it may take away."""
    entries: dict[tuple[str, str], ResourceDefault | _Removed] = {}
    with yaml_documents(file) as found:
        document = found.only("a list of resource alarms")
        for path in document.items():
            entry = document.read(_Removed if document.text((*path, "disabled")) == "true" else ResourceDefault, path)
            if entry is None:
                continue
            if entry.key in entries:
                document.problem(path, f"{entry.of} has an alarm of this name already")
            entries[entry.key] = entry
            if isinstance(entry, ResourceDefault):
                _check(entry, own, document, path)
            elif entry.key not in there:
                names = [name for of, name in there if of == entry.of]
                document.problem(
                    path, with_hint(f"{entry.of} has no alarm of this name to take away", entry.name, names)
                )
    return list(entries.values())


def _check(entry: ResourceDefault, own: tuple[EmittedMetric, ...], document: Document, path: KeyPath) -> None:
    """Hold an entry against what CloudWatch publishes and takes, before any resource is alarmed on it."""
    with document.at(path):
        made = _alarm(_ANY, entry, _ANY_CONTEXT).alarm
        if isinstance(made, MetricAlarm) and (problem := problem_of(made.stats[0].metric, own)) is not None:
            document.problem((*path, "metric"), problem)
