"""Runs rule tests: the planned alarms on given series, and what was expected against what came out."""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import assert_never

import numpy as np

from alarms.event_series import event_series, part_series
from alarms.model import Plan
from alarms.rule_test_file import EventsInput, Expectation, MetricInput, RuleTest
from alarms.states import AlarmHistories, Firing, evaluate_alarms
from foundation.cloudwatch.evaluation import AlarmState
from foundation.cloudwatch.frame import FrameSource, Points
from foundation.cloudwatch.held_time import Throughout
from foundation.cloudwatch.metrics import Metric
from foundation.cloudwatch.series import Values, epoch_seconds
from foundation.cloudwatch.state_history import StateHistory
from foundation.cloudwatch.suppression import Notified, NotKnown, Pending, Suppressed
from foundation.errors import InputError
from foundation.files.durations import write_duration
from foundation.files.explaining import with_hint
from foundation.readings import Known, in_memory
from foundation.slo.event_metrics import EventMetrics, events_of
from foundation.slo.model import BudgetedObjective, Objectives

_LINE_COLUMNS_COUNT = 60
_DRAWN: Mapping[AlarmState, str] = MappingProxyType(
    {AlarmState.OK: "·", AlarmState.ALARM: "█", AlarmState.INSUFFICIENT_DATA: "?"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """One expectation that did not hold, in lines that a person reads."""

    line: int
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one test: its failures, the alarms that it showed in ALARM as expected, and those that it expected to be OK
    and that never were in ALARM, from its first value to its last expectation.
    """

    test: RuleTest
    failures: tuple[Failure, ...]
    fired: frozenset[str]
    quiet: frozenset[str]


def run_rule_test(test: RuleTest, plan: Plan, objectives: Objectives) -> Outcome:
    """Run one test.

    Raises InputError when it names an alarm or an objective that is not there.
    """
    names = _full_names(test, plan)
    source = _source(test, objectives)
    end_at = test.start_at + max(expectation.after for expectation in test.expectations)
    evaluated = evaluate_alarms(
        plan,
        source,
        start_at=test.start_at,
        end_at=end_at,
        names=names.values(),
        # The alarms of a test are new.
        before=AlarmState.INSUFFICIENT_DATA,
    )
    failures: list[Failure] = []
    fired: set[str] = set()
    quiet: set[str] = set()
    for expectation in test.expectations:
        at = test.start_at + expectation.after
        for short, wanted in expectation.states:
            was = _state_at(evaluated.histories[names[short]], at)
            if was is not wanted:
                failures.append(_of_state(test, expectation, short, names[short], wanted, was, evaluated))
            elif was is AlarmState.ALARM:
                fired.add(names[short])
            elif was is AlarmState.OK and not _in_alarm(test, plan, names[short], evaluated):
                quiet.add(names[short])
        failures += [
            failure
            for short, wanted in expectation.ran
            if (failure := _of_action(expectation, at, short, names[short], wanted, evaluated)) is not None
        ]
    failures += _between(test, plan, names, evaluated)
    return Outcome(test=test, failures=tuple(failures), fired=frozenset(fired), quiet=frozenset(quiet))


def _in_alarm(test: RuleTest, plan: Plan, name: str, evaluated: AlarmHistories) -> tuple[Firing, ...]:
    """Every time that an alarm was in ALARM, but for one that it began with: at its start it sees only what was before the test.

    That is over before all that it evaluates lies within the test.
    """
    below = plan.metric_alarms_below(plan[name])
    filled_at = test.start_at + timedelta(seconds=max(each.evaluation_periods * each.period_seconds for each in below))
    return tuple(
        firing
        for firing in evaluated.in_alarm(name)
        if firing.seen_from > test.start_at or firing.seen_until > filled_at
    )


def _between(
    test: RuleTest, plan: Plan, names: Mapping[str, str], evaluated: AlarmHistories
) -> Iterator[Failure]:  # fmt: skip
    """An alarm that is expected not to be in ALARM has not been, since the expectation of it before, or the start.

    What fell back in between was expected to have gone off, so that its expectations alone are looked at.
    """
    latest: dict[str, tuple[timedelta, AlarmState]] = {}
    for expectation in sorted(test.expectations, key=lambda each: each.after):
        for short, wanted in expectation.states:
            since, before = latest.get(short, (timedelta(0), wanted))
            latest[short] = (expectation.after, wanted)
            state = _state_at(evaluated.histories[names[short]], test.start_at + expectation.after)
            # What is not as it was expected at the instant itself is told already.
            if AlarmState.ALARM in (wanted, before) or state is not wanted:
                continue
            times = (
                (each.seen_from - test.start_at, each.seen_until - test.start_at)
                for each in _in_alarm(test, plan, names[short], evaluated)
            )
            spells = [
                f"{write_duration(begins)} to {write_duration(ends)}"
                for begins, ends in times
                if since <= begins and ends <= expectation.after
            ]
            if spells:
                said = f"{short} was expected not to be in ALARM until then, and was from {', '.join(spells)}"
                yield _failure(test, expectation, names[short], said, evaluated)


def _full_names(test: RuleTest, plan: Plan) -> dict[str, str]:
    there = {planned.name for planned in plan}
    names: dict[str, str] = {}
    for expectation in test.expectations:
        for short in (*dict(expectation.states), *dict(expectation.ran)):
            name = short if short in there else f"{plan.context.prefix}-{short}"
            if name not in there:
                known = {each.removeprefix(f"{plan.context.prefix}-") for each in there}
                said = f"{test.file}:{expectation.line}: {test.name}: there is no alarm {short!r}"
                raise InputError(with_hint(said, short, known))
            names[short] = name
    return names


def _source(test: RuleTest, objectives: Objectives) -> FrameSource:
    # On a grid of a minute, or of ten seconds where the values are closer: an alarm's period slides on it.
    grid_seconds = 60 if test.interval % timedelta(minutes=1) == timedelta(0) else 10
    statistics: dict[tuple[Metric, str, int], Points] = {}

    def put(metric: Metric, statistic: str, values: Values) -> None:
        times = epoch_seconds(test.start_at) + int(test.interval.total_seconds()) * np.arange(
            values.size, dtype=np.int64
        )
        present = ~np.isnan(values)
        statistics[metric, statistic, grid_seconds] = Points(times=times[present], values=values[present])

    for given in test.inputs:
        match given:
            case MetricInput(statistic="Average"):
                put(given.metric, "Sum", given.values)
                put(given.metric, "SampleCount", np.where(np.isnan(given.values), math.nan, 1.0))
            case MetricInput():
                put(given.metric, given.statistic, given.values)
            case EventsInput():
                _put_events(test, given, objectives, put)
    # A test says all that there is: what it leaves out is missing, and not unknown.
    held = Throughout(held=Known.always(), by=in_memory(f"rule test {test.name}"))
    return FrameSource(statistics=statistics, samples={}, held=held)


def _put_events(
    test: RuleTest, given: EventsInput, objectives: Objectives, put: Callable[[Metric, str, Values], None]
) -> None:
    objective = next((each for each in objectives if each.name == given.objective), None)
    events = events_of(objective.indicator) if isinstance(objective, BudgetedObjective) else None
    if events is None:
        raise InputError(
            f"{test.file}:{test.line}: {test.name}: {given.objective!r} is no objective whose events are counted by metrics"
        )
    bad = np.full(given.total.size, math.nan)
    bad[: given.bad.size] = given.bad[: given.total.size]
    for metric, statistic, values in _series_of(test, given, events, bad):
        put(metric, statistic, values)


def _series_of(
    test: RuleTest, given: EventsInput, events: EventMetrics, bad: Values
) -> Iterable[tuple[Metric, str, Values]]:
    if given.part is None:
        return event_series(events, total=given.total, bad=bad)
    parts = {part.name: part for part in events.parts if part.name is not None}
    if given.part not in parts:
        where = f"{test.file}:{given.line}: {test.name}"
        raise InputError(with_hint(f"{where}: {given.objective} has no part {given.part!r}", given.part, parts))
    return part_series(parts[given.part], total=given.total, bad=bad)


def _state_at(history: StateHistory, at: datetime) -> AlarmState:
    state = history.at(at)
    if state is None:
        raise RuntimeError(f"{history.alarm} at {at}: a rule test says all that there is, and leaves nothing unknown")
    return state


def _of_state(
    test: RuleTest,
    expectation: Expectation,
    short: str,
    name: str,
    wanted: AlarmState,
    was: AlarmState,
    evaluated: AlarmHistories,
) -> Failure:
    said = f"{short} was expected {wanted.value}, and is {was.value}"
    return _failure(test, expectation, name, said, evaluated)


def _failure(
    test: RuleTest, expectation: Expectation, name: str, said: str, evaluated: AlarmHistories
) -> Failure:  # fmt: skip
    """What is wrong with an expectation, with the alarm's time line and its evaluation."""
    history = evaluated.histories[name]
    changes = ", ".join(
        f"{write_duration(change.at - test.start_at)} {change.state.value}" for change in history.changes
    ) or "none"  # fmt: skip
    at = test.start_at + expectation.after
    begins, span = test.start_at, (history.end_at - test.start_at) or timedelta(seconds=1)
    drawn = "".join(
        _DRAWN[_state_at(history, begins + span * column / _LINE_COLUMNS_COUNT)]
        for column in range(_LINE_COLUMNS_COUNT + 1)
    )
    mark = round((at - begins) / span * _LINE_COLUMNS_COUNT)
    return Failure(
        line=expectation.line,
        lines=(
            f"at {write_duration(expectation.after)}: {said}",
            f"  {drawn}   · OK  █ ALARM  ? INSUFFICIENT_DATA, 0s to {write_duration(span)}",
            f"  {' ' * mark}^ {write_duration(expectation.after)}",
            f"  changes: {changes}",
            *(f"  {line}" for line in evaluated.explanation(name, at)),
        ),
    )


def _of_action(
    expectation: Expectation, at: datetime, short: str, name: str, wanted: bool, evaluated: AlarmHistories
) -> Failure | None:
    latest = [acted for acted in evaluated.actions(name) if acted.change.at <= at]
    if not latest:
        said = "its state has not changed by then"
    elif wanted and all(acted.change.state is not AlarmState.ALARM for acted in latest):
        # The actions of its first state, OK, run too, and prove nothing.
        said = "it has not gone off by then"
    else:
        last = latest[-1]
        match last.notification:
            case Notified(at=ran_at) if ran_at <= at:
                ran, said = True, f"they ran {ran_at:%H:%M:%S}"
            case Notified():
                ran, said = False, "they are held back by a period that is over later"
            case Suppressed(by=by) | Pending(by=by):
                ran, said = False, f"they are held back by {by.value}"
            case NotKnown():
                ran, said = not wanted, "whether they ran is not known"
            case _:
                assert_never(last.notification)
        if ran is wanted:
            return None
    return Failure(
        line=expectation.line,
        lines=(
            f"at {write_duration(expectation.after)}: the actions of {short} were expected to have "
            f"{'run' if wanted else 'been held back'}, and {said}",
        ),
    )
