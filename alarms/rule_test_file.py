"""The file format of rule tests, read into values; every problem is reported at once with its file and line.

    tests:
    - name: a total outage pages at once
      interval: 1m                        # between the values of a series; this is the default
      input:
      - {objective: api-errors, total: 600x60, bad: 0x30 600x30}      # events, on whatever metrics count them
      - {metric: {namespace: AWS/Lambda, name: Errors, dimensions: {FunctionName: f}}, statistic: Sum, values: 0x5 1x3}
      expect:
      - {at: 33m, alarms: {api-errors-page-fast: ALARM}, actions: {api-errors-page-fast: ran}}

Alarms are named without the service and the stage that all of them begin with.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from alarms.notation import NotationError, read_series, read_span
from foundation.cloudwatch.evaluation import AlarmState
from foundation.cloudwatch.metrics import Metric
from foundation.cloudwatch.series import Values
from foundation.errors import InputError
from foundation.files.yaml_lines import Document, KeyPath, read_documents

_DEFAULT_START = datetime(2026, 3, 2, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EventsInput:
    """Total and bad events of an objective, a value an interval."""

    objective: str
    total: Values
    bad: Values


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MetricInput:
    """A metric's statistic, a value an interval."""

    metric: Metric
    statistic: str
    values: Values


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """What must be true at an instant: states of alarms by name, and whether the actions of the latest change ran."""

    line: int
    after: timedelta
    states: tuple[tuple[str, AlarmState], ...]
    ran: tuple[tuple[str, bool], ...]


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


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _MetricForm(_Part):
    namespace: str
    name: str
    dimensions: dict[str, str] = {}


class _Input(_Part):
    objective: str | None = None
    total: str | int | None = None
    bad: str | int = "_"
    metric: _MetricForm | None = None
    statistic: Literal["Sum", "SampleCount", "Average", "Minimum", "Maximum"] | None = None
    values: str | int | None = None


class _Expect(_Part):
    at: str
    alarms: dict[str, AlarmState] = {}
    actions: dict[str, Literal["ran", "held"]] = {}


class _Test(_Part):
    name: str = Field(min_length=1)
    start: datetime = _DEFAULT_START
    interval: str = "1m"
    input: list[_Input] = Field(min_length=1)
    expect: list[_Expect] = Field(min_length=1)


class _File(_Part):
    tests: list[_Test] = Field(min_length=1)


def read_rule_tests(file: Path) -> tuple[RuleTest, ...]:
    """Read one file of rule tests.

    Raises InputError with all its problems.
    """
    documents = read_documents(file)
    if len(documents) != 1:
        raise InputError(f"{file}:1: document: one document with `tests` is needed, there are {len(documents)}")
    document = documents[0]
    try:
        read = _File.model_validate(document.data if isinstance(document.data, dict) else {})
    except ValidationError as error:
        problems = [document.problem(_path(problem["loc"]), problem["msg"].lower()) for problem in error.errors()]
        raise _refused(file, problems) from error
    problems: list[str] = []
    tests = tuple(_test(document, index, test, problems) for index, test in enumerate(read.tests))
    if problems:
        raise _refused(file, problems)
    return tests


def _test(document: Document, index: int, test: _Test, problems: list[str]) -> RuleTest:
    path: KeyPath = ("tests", index)
    if test.start.tzinfo is None:
        problems.append(
            document.problem((*path, "start"), "a time with its zone is needed, such as 2026-03-02T00:00:00Z")
        )
    interval = _span(document, (*path, "interval"), test.interval, problems)
    if interval < timedelta(seconds=10) or interval % timedelta(seconds=10):
        problems.append(document.problem((*path, "interval"), "must be a multiple of 10 s"))
    inputs = [_input(document, (*path, "input", number), form, problems) for number, form in enumerate(test.input)]
    return RuleTest(
        file=document.file,
        line=document.line_of(path),
        name=test.name,
        start_at=test.start,
        interval=interval,
        inputs=tuple(each for each in inputs if each is not None),
        expectations=tuple(
            Expectation(
                line=document.line_of((*path, "expect", number)),
                after=_span(document, (*path, "expect", number, "at"), expect.at, problems),
                states=tuple(expect.alarms.items()),
                ran=tuple((name, what == "ran") for name, what in expect.actions.items()),
            )
            for number, expect in enumerate(test.expect)
        ),
    )


def _input(document: Document, path: KeyPath, form: _Input, problems: list[str]) -> EventsInput | MetricInput | None:
    match form:
        case _Input(objective=str(objective), total=(str() | int()) as total, metric=None, statistic=None, values=None):
            return EventsInput(
                objective=objective,
                total=_series(document, (*path, "total"), total, problems),
                bad=_series(document, (*path, "bad"), form.bad, problems),
            )
        case _Input(objective=None, total=None, metric=_MetricForm() as metric, statistic=str(statistic)) if (
            form.values is not None
        ):
            return MetricInput(
                metric=Metric(
                    namespace=metric.namespace, name=metric.name, dimensions=tuple(metric.dimensions.items())
                ),
                statistic=statistic,
                values=_series(document, (*path, "values"), form.values, problems),
            )
        case _:
            problems.append(
                document.problem(path, "give objective with total and bad, or metric with statistic and values")
            )
            return None


def _series(document: Document, path: KeyPath, text: str | int, problems: list[str]) -> Values:
    try:
        return read_series(str(text))
    except NotationError as error:
        problems.append(document.problem(path, str(error)))
        return read_series("_")


def _span(document: Document, path: KeyPath, text: str, problems: list[str]) -> timedelta:
    try:
        return read_span(text)
    except NotationError as error:
        problems.append(document.problem(path, str(error)))
        return timedelta(minutes=1)


def _path(location: tuple[int | str, ...]) -> KeyPath:
    return tuple(location)


def _refused(file: Path, problems: list[str]) -> InputError:
    return InputError(f"{file} has {len(problems)} problem{'s' if len(problems) > 1 else ''}:", tuple(problems))
