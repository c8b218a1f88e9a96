"""Alarms on the resources that the stacks create, from defaults for each type that a file can override.

A resource type without a default is no mistake; the plan's notes list it.
"""

from collections.abc import Collection, Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Literal

from pydantic import Field

from alarms.model import Context, Measure, PlannedAlarm, Quantity
from alarms.notifying import notifying_alarm
from foundation.cloudwatch.alarms import ComparisonOperator, MetricAlarm
from foundation.cloudwatch.emitted import EmittedMetric
from foundation.cloudwatch.evaluation import MissingData
from foundation.cloudwatch.known_metrics import problem_of
from foundation.cloudwatch.metrics import Metric, MetricStat
from foundation.files.documents import Document, KeyPath, yaml_documents
from foundation.files.explaining import with_hint
from foundation.files.forms import Flag, Form, Line, Real, Whole
from foundation.pages.numbers import duration
from foundation.service.resource_alarms import ResourceAlarm, ResourceFact
from foundation.service.resources import Resource
from foundation.slo.burn_rate import Severity
from foundation.slo.wording import amount

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


class ResourceEntry(Form):
    """One entry of the file: what every resource of a type is alarmed on."""

    of: str = Field(pattern=r"^AWS::")
    name: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    disabled: Flag = False
    metric: _Metric
    breach: _Breach
    severity: Literal["page", "ticket"]
    impact: Line = Field(min_length=10, max_length=400)
    runbook: str = Field(pattern=r"^[a-z][a-z0-9-]*$")

    def made(self) -> ResourceAlarm:
        """The entry as a value."""
        needed, evaluated = self.breach.datapoints
        return ResourceAlarm(
            resource_type=self.of,
            name=self.name,
            namespace=self.metric.namespace,
            metric_name=self.metric.name,
            dimensions=tuple((name, ResourceFact(fact)) for name, fact in self.metric.dimensions.items()),
            statistic=self.metric.statistic,
            above=self.breach.above,
            period_seconds=self.breach.periodSeconds,
            datapoints_to_alarm=needed,
            evaluation_periods=evaluated,
            severity=Severity(self.severity),
            impact=self.impact,
            runbook=self.runbook,
        )


def read_resource_alarms(
    override: Path | None,
    *,
    own: tuple[EmittedMetric, ...],
    defaults_file: Path = DEFAULT_FILE,
    runbooks: Path | None = None,
    has_own_runbooks: bool = False,
) -> tuple[ResourceAlarm, ...]:
    """The project's defaults, and over them those of another file, which may name a service's own metrics.

    `runbooks` is the directory that the pages of the defaults are in, where it is at hand, and those of the other file unless it
    `has_own_runbooks`. Raises InputError with every problem of a file, each with its line.
    """
    defaults = _read(defaults_file, own, {}, runbooks)
    entries: dict[tuple[str, str], ResourceAlarm | _Removed] = {each.key: each for each in defaults}
    if override is not None:
        entries |= {each.key: each for each in _read(override, own, entries, None if has_own_runbooks else runbooks)}
    return tuple(entry for entry in entries.values() if isinstance(entry, ResourceAlarm))


def resource_alarms(
    resources: Iterable[Resource], alarmed_on: Sequence[ResourceAlarm], context: Context
) -> tuple[tuple[PlannedAlarm, ...], tuple[str, ...]]:
    """The alarms of every resource, and a note for every one that has none."""
    alarms: list[PlannedAlarm] = []
    notes: list[str] = []
    for resource in resources:
        found = [_alarm(resource, each, context) for each in alarmed_on if each.resource_type == resource.type]
        alarms += found
        if not found:
            notes.append(
                f"{resource.label} ({resource.type}) has no alarm of its own: {DEFAULT_FILE.name} has none for it"
            )
    return tuple(alarms), tuple(notes)


def _alarm(resource: Resource, wanted: ResourceAlarm, context: Context) -> PlannedAlarm:
    facts = {
        ResourceFact.NAME: resource.name,
        ResourceFact.ARN: resource.arn,
        ResourceFact.STAGE: context.stage,
    }
    metric = Metric(
        namespace=wanted.namespace,
        name=wanted.metric_name,
        dimensions=tuple((name, facts[fact]) for name, fact in wanted.dimensions),
    )
    alarm = MetricAlarm(
        name=context.scope.alarm(resource.label, wanted.severity.value, wanted.name),
        watches=MetricStat(metric=metric, period_seconds=wanted.period_seconds, statistic=wanted.statistic),
        comparison=ComparisonOperator.MORE_THAN,
        threshold=wanted.above,
        evaluation_periods=wanted.evaluation_periods,
        datapoints_to_alarm=wanted.datapoints_to_alarm,
        missing_data=MissingData.NOT_BREACHING,
    )
    return notifying_alarm(
        alarm,
        context,
        severity=wanted.severity,
        impact=f"{resource.label}: {wanted.impact} {_condition(wanted, metric)}",
        measure=Measure(words=f"{wanted.metric_name} ({wanted.statistic})", quantity=Quantity.VALUE),
        runbook=wanted.runbook,
    )


def _condition(wanted: ResourceAlarm, metric: Metric) -> str:
    """When it alarms, in words; what its file says of the impact has no numbers that could say otherwise."""
    needed, evaluated, period = wanted.datapoints_to_alarm, wanted.evaluation_periods, duration(wanted.period_seconds)
    of = "each" if needed == evaluated else needed
    periods = f"a period of {period}" if evaluated == 1 else f"{of} of the last {evaluated} periods of {period}"
    limit = amount(Decimal(str(wanted.above)), metric) if wanted.above else "0"
    return f"{wanted.metric_name} ({wanted.statistic}) was above {limit} in {periods}."


def _read(
    file: Path, own: tuple[EmittedMetric, ...], there: Collection[tuple[str, str]], runbooks: Path | None
) -> list[ResourceAlarm | _Removed]:
    """The entries of a file; `there` are the keys of those that it may take away."""
    entries: dict[tuple[str, str], ResourceAlarm | _Removed] = {}
    with yaml_documents(file) as found:
        document = found.only("a list of resource alarms")
        for path in document.items():
            read = document.read(_Removed if document.text((*path, "disabled")) == "true" else ResourceEntry, path)
            if read is None:
                continue
            entry = read if isinstance(read, _Removed) else read.made()
            if entry.key in entries:
                document.problem(path, f"{read.of} has an alarm of this name already")
            entries[entry.key] = entry
            if isinstance(entry, ResourceAlarm):
                _check(entry, own, document, path)
                if runbooks is not None:
                    _check_runbook(entry, runbooks, document, path)
            elif entry.key not in there:
                names = [name for of, name in there if of == entry.of]
                document.problem(
                    path, with_hint(f"{entry.of} has no alarm of this name to take away", entry.name, names)
                )
    return list(entries.values())


def _check(entry: ResourceAlarm, own: tuple[EmittedMetric, ...], document: Document, path: KeyPath) -> None:
    """Hold an entry against what CloudWatch publishes and takes, before any resource is alarmed on it."""
    with document.at(path):
        made = _alarm(_ANY, entry, _ANY_CONTEXT).alarm
        if isinstance(made, MetricAlarm) and (problem := problem_of(made.stats[0].metric, own)) is not None:
            document.problem((*path, "metric"), problem)


def _check_runbook(entry: ResourceAlarm, runbooks: Path, document: Document, path: KeyPath) -> None:
    pages = {page.stem for page in runbooks.glob("*.md")} - {"README"}
    if entry.runbook not in pages:
        said = f"there is no runbook {entry.runbook!r} in {runbooks.name}"
        document.problem((*path, "runbook"), f"{with_hint(said, entry.runbook, pages)}; write its page first")
