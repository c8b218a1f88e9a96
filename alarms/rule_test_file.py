"""The file format of rule tests, read into values; every problem is reported at once with its file and line.

    tests:
    - name: a total outage pages at once
      interval: 1m                        # between the values of a series; this is the default
      input:
      - {objective: api-errors, total: 600x60, bad: 0x30 600x30}      # events, on whatever metrics count them
      - {objective: agent-turn, part: agent-full-turn, total: 60x60}    # on those of one of its indicators only
      - {metric: {namespace: AWS/Lambda, name: Errors, dimensions: {FunctionName: f}}, statistic: Sum, values: 0x5 1x3}
      expect:
      - {at: 33m, alarms: {api-errors-page-fast: ALARM}, actions: {api-errors-page-fast: notified}}

Alarms are named without the service and the stage that all of them begin with; `${service}` and `${stage}` stand for these in
every text.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import Field

from alarms.model import Plan
from alarms.notation import read_series
from alarms.placeholders import placeholders_of
from foundation.cloudwatch.evaluation import AlarmState
from foundation.cloudwatch.metrics import Metric
from foundation.cloudwatch.series import Values
from foundation.cloudwatch.suppression import NotificationOutcome
from foundation.files.documents import Document, KeyPath, yaml_documents
from foundation.files.durations import read_duration, write_duration
from foundation.files.forms import Form, Moment, read_by

_DEFAULT_START = datetime(2026, 3, 2, tzinfo=UTC)
_LONGEST_INTERVAL = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EventsInput:
    """Total and bad events of an objective, a value an interval; those of one `part` of it, or of all of them (None)."""

    line: int
    objective: str
    part: str | None
    total: Values
    bad: Values


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MetricInput:
    """A metric's statistic, a value an interval."""

    line: int
    metric: Metric
    statistic: str
    values: Values


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """What must be true at an instant: states of alarms by name, and what became of the notification of their latest change.

    `at` is the instant as the file writes it.
    """

    line: int
    at: str
    after: timedelta
    states: tuple[tuple[str, AlarmState], ...]
    notifications: tuple[tuple[str, NotificationOutcome], ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RuleTest:
    """One test: series from `start_at` on, and expectations in order of time."""

    file: Path
    line: int
    name: str
    start_at: datetime
    interval: timedelta
    inputs: tuple[EventsInput | MetricInput, ...]
    expectations: tuple[Expectation, ...]

    @property
    def expectation_count(self) -> int:
        """How many expectations it has: of states and of notifications."""
        return sum(len(each.states) + len(each.notifications) for each in self.expectations)

    def since_start(self, at: datetime) -> str:
        """A moment as the time since the start; with hours for days where no expectation is written in days."""
        return write_duration(at - self.start_at, has_days=any("d" in each.at for each in self.expectations))


_Action = Literal["notified", "suppressed", "pending"]
_Series = Annotated[Any, read_by(read_series)]
_Span = Annotated[timedelta, read_by(read_duration)]


class _MetricForm(Form):
    namespace: str
    name: str
    dimensions: dict[str, str] = Field(default_factory=dict[str, str])


class _Input(Form):
    objective: str | None = None
    part: str | None = None
    total: _Series | None = None
    bad: _Series | None = None
    metric: _MetricForm | None = None
    statistic: Literal["SampleCount", "Average", "Sum", "Minimum", "Maximum"] | None = None
    values: _Series | None = None


class _Expect(Form):
    at: _Span
    alarms: dict[str, AlarmState] = Field(default_factory=dict[str, AlarmState])
    actions: dict[str, _Action] = Field(default_factory=dict[str, _Action])


class _Test(Form):
    name: str = Field(min_length=1)
    start: Moment = _DEFAULT_START
    interval: _Span = timedelta(minutes=1)
    input: list[_Input] = Field(min_length=1)
    expect: list[_Expect] = Field(min_length=1)


class _File(Form):
    tests: list[Any]


def read_rule_tests(file: Path, plan: Plan) -> tuple[RuleTest, ...]:
    """Read one file of rule tests for the alarms of a plan: `${service}` and `${stage}` in it are those of the plan.

    What the plan itself leaves for a deployment to fill in may stand in it, too. Raises InputError with all its problems.
    """
    tests: list[RuleTest] = []
    with yaml_documents(file) as found:
        document = found.only("`tests`")
        document.expand({"service": plan.context.service, "stage": plan.context.stage}, kept=placeholders_of(plan))
        if document.read(_File) is not None:
            for path in document.items(("tests",)):
                form = document.read(_Test, path)
                if form is not None:
                    tests.append(_test(document, path, form))
    return tuple(tests)


def _test(document: Document, path: KeyPath, test: _Test) -> RuleTest:
    if test.interval < timedelta(seconds=10) or test.interval % timedelta(seconds=10):
        document.problem((*path, "interval"), "must be a multiple of 10 s")
    if test.interval > _LONGEST_INTERVAL:
        document.problem((*path, "interval"), f"must be at most {write_duration(_LONGEST_INTERVAL)}")
    grid_seconds = 60 if test.interval % timedelta(minutes=1) == timedelta(0) else 10
    if test.start.timestamp() % grid_seconds:
        document.problem((*path, "start"), f"must be at a multiple of {grid_seconds} s, as its values are")
    inputs = [_input(document, (*path, "input", number), form) for number, form in enumerate(test.input)]
    return RuleTest(
        file=document.file,
        line=document.line_of(path),
        name=test.name,
        start_at=test.start,
        interval=test.interval,
        inputs=tuple(each for each in inputs if each is not None),
        expectations=tuple(
            Expectation(
                line=document.line_of((*path, "expect", number)),
                at=document.text((*path, "expect", number, "at")) or write_duration(expect.at),
                after=expect.at,
                states=tuple(expect.alarms.items()),
                notifications=tuple((name, NotificationOutcome(outcome)) for name, outcome in expect.actions.items()),
            )
            for number, expect in enumerate(test.expect)
        ),
    )


def _input(document: Document, path: KeyPath, form: _Input) -> EventsInput | MetricInput | None:
    given = form.model_fields_set
    if form.objective is not None and form.total is not None and given <= {"objective", "part", "total", "bad"}:
        total: Values = form.total
        bad: Values = np.full(total.size, np.nan) if form.bad is None else form.bad
        return EventsInput(line=document.line_of(path), objective=form.objective, part=form.part, total=total, bad=bad)
    if form.metric is not None and form.statistic is not None and form.values is not None and len(given) == 3:
        with document.at((*path, "metric")):
            metric = Metric(
                namespace=form.metric.namespace, name=form.metric.name, dimensions=tuple(form.metric.dimensions.items())
            )
            return MetricInput(line=document.line_of(path), metric=metric, statistic=form.statistic, values=form.values)
        return None
    of_metric = "{metric: {namespace, name, dimensions}, statistic, values} of any metric"
    document.problem(path, f"write {{objective, total, bad}} of events, or {of_metric}")
    return None
