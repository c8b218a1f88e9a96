"""Runs rule tests: the planned alarms on given series, and what was expected against what came out."""

import math
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

import numpy as np

from alarms.event_series import event_series, part_series
from alarms.model import Plan
from alarms.rule_test_failures import Failure, explained, of_notification, state_at
from alarms.rule_test_file import EventsInput, MetricInput, RuleTest
from alarms.states import AlarmHistories, Firing, evaluate_alarms
from foundation.cloudwatch.evaluation import AlarmState
from foundation.cloudwatch.frame import FrameSource, Points
from foundation.cloudwatch.held_time import Throughout
from foundation.cloudwatch.metrics import Metric
from foundation.cloudwatch.series import Values, epoch_seconds
from foundation.errors import InputError
from foundation.files.explaining import with_hint
from foundation.readings import Known, in_memory
from foundation.slo.event_metrics import EventMetrics, events_of
from foundation.slo.model import BudgetedObjective, Objectives


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one test: its failures, the alarms that it showed in ALARM as expected, and those that it expected to be OK
    and that never were in ALARM, from its first value to its last expectation.
    """

    test: RuleTest
    failures: tuple[Failure, ...]
    fired: frozenset[str]
    quiet: frozenset[str]
    took_seconds: float = field(default=0.0, compare=False)


def run_rule_test(test: RuleTest, plan: Plan, objectives: Objectives) -> Outcome:
    """Run one test.

    Raises InputError when it names an alarm or an objective that is not there.
    """
    began = time.perf_counter()
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
            was = state_at(evaluated.histories[names[short]], at)
            if was is not wanted:
                said = f"{short} was expected {wanted.value}, and is {was.value}"
                failures.append(explained(test, expectation, names[short], said, evaluated, prefix=plan.context.prefix))
            elif was is AlarmState.ALARM:
                fired.add(names[short])
            elif was is AlarmState.OK and not _in_alarm(test, plan, names[short], evaluated):
                quiet.add(names[short])
        failures += [
            failure
            for short, wanted in expectation.notifications
            if (failure := of_notification(test, expectation, short, evaluated.actions(names[short]), wanted))
        ]
    failures += _between(test, plan, names, evaluated)
    return Outcome(
        test=test,
        failures=tuple(failures),
        fired=frozenset(fired),
        # What goes into ALARM at the last instant of a test has no time in it yet.
        quiet=frozenset(name for name in quiet if state_at(evaluated.histories[name], end_at) is not AlarmState.ALARM),
        took_seconds=time.perf_counter() - began,
    )


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
            state = state_at(evaluated.histories[names[short]], test.start_at + expectation.after)
            # What is not as expected at the instant itself is a failure already.
            if AlarmState.ALARM in (wanted, before) or state is not wanted:
                continue
            spells = [
                f"{test.since_start(each.seen_from)} to {test.since_start(each.seen_until)}"
                for each in _in_alarm(test, plan, names[short], evaluated)
                if test.start_at + since <= each.seen_from and each.seen_until <= test.start_at + expectation.after
            ]
            if spells:
                said = f"{short} was expected not to be in ALARM until then, and was from {', '.join(spells)}"
                yield explained(test, expectation, names[short], said, evaluated, prefix=plan.context.prefix)


def _full_names(test: RuleTest, plan: Plan) -> dict[str, str]:
    there = {planned.name for planned in plan}
    names: dict[str, str] = {}
    for expectation in test.expectations:
        for short in (*dict(expectation.states), *dict(expectation.notifications)):
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
