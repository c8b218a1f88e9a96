"""What rule tests say that cannot be, or would prove nothing, held against the plan that they test, all at once."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from alarms.model import Plan
from alarms.rule_test_file import EventsInput, Expectation, MetricInput, RuleTest
from foundation.cloudwatch.metrics import Metric
from foundation.errors import InputError
from foundation.files.durations import write_duration
from foundation.files.explaining import with_hint
from foundation.slo.event_metrics import EventMetrics, events_of
from foundation.slo.model import BudgetedObjective, Objectives


def refuse_vain_tests(tests: Sequence[RuleTest], plan: Plan, objectives: Objectives) -> None:
    """Raise InputError with every problem of them, each with its file and line.

    Alarms and objectives that are not there, metrics that no alarm reads, counts that cannot be, what is given twice,
    expectations of nothing, of alarms that no input feeds, and beyond the end of a series that feeds them.
    """
    there = _There.of(plan, objectives)
    problems = [
        f"{test.file}:{line}: {test.name}: {said}"
        for number, test in enumerate(tests)
        for line, said in _problems(test, there, tests[:number])
    ]
    if problems:
        raise InputError(f"{len(problems)} problem{'s'[: len(problems) != 1]} of rule tests:", tuple(problems))


def lengths_that_differ(tests: Sequence[RuleTest]) -> tuple[str, ...]:
    """Where bad events and all events are series of two lengths, which may be meant or a slip, each with its file and line."""
    return tuple(
        f"{test.file}:{given.line}: {test.name}: total has {given.total.size:,} values, and bad {given.bad.size:,}: after the "
        "shorter one nothing is bad"
        for test in tests
        for given in test.inputs
        if isinstance(given, EventsInput) and given.bad.size != given.total.size
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _There:
    """What a plan has that a test may speak of: alarms by short and whole names with the metrics that they come from,
    objectives with what counts their events, and the metrics that are read.
    """

    alarms: Mapping[str, frozenset[Metric]]
    objectives: frozenset[str]
    events: Mapping[str, EventMetrics]
    metrics: Mapping[str, Metric]

    @classmethod
    def of(cls, plan: Plan, objectives: Objectives) -> "_There":
        read = {
            planned.name: frozenset(stat.metric for alarm in plan.metric_alarms_below(planned) for stat in alarm.stats)
            for planned in plan
        }
        counted = ((each.name, events_of(each.indicator)) for each in objectives if isinstance(each, BudgetedObjective))
        return cls(
            alarms={**{name.removeprefix(f"{plan.context.prefix}-"): each for name, each in read.items()}, **read},
            objectives=frozenset(planned.objective for planned in plan if planned.objective is not None),
            events={name: events for name, events in counted if events is not None},
            metrics={str(stat.metric): stat.metric for alarm in plan.metric_alarms for stat in alarm.stats},
        )

    def fed_by(self, given: EventsInput | MetricInput) -> frozenset[Metric]:
        """The metrics that an input gives values of."""
        if isinstance(given, MetricInput):
            return frozenset({given.metric})
        events = self.events.get(given.objective)
        parts = () if events is None else [each for each in events.parts if given.part in (None, each.name)]
        return frozenset(count.metric for part in parts for count in (part.total, part.bad.count))


def _problems(test: RuleTest, there: _There, before: Sequence[RuleTest]) -> Iterator[tuple[int, str]]:
    if any(each.name == test.name and each.file == test.file for each in before):
        yield test.line, "another test has this name"
    seen: list[EventsInput | MetricInput] = []
    for given in test.inputs:
        match given:
            case EventsInput():
                yield from _of_events(given, there)
            case MetricInput():
                if given.metric not in there.metrics.values():
                    yield given.line, with_hint(f"no alarm reads {given.metric}", str(given.metric), there.metrics)
        if any(_are_of_the_same(given, before) for before in seen):
            yield given.line, "an input before it is of the same events or the same statistic"
        seen.append(given)
    for expectation in test.expectations:
        named = {*dict(expectation.states), *dict(expectation.notifications)}
        if not named:
            yield expectation.line, "it expects nothing; name alarms or actions"
        if not expectation.after:
            yield expectation.line, "at 0s no alarm has seen anything of the test; expect something later"
        for name in sorted(named - there.alarms.keys()):
            yield expectation.line, with_hint(f"there is no alarm {name!r}", name, there.alarms)
        for name in sorted(named & there.alarms.keys()):
            yield from _of_nothing(test, expectation, name, there)


def _of_nothing(test: RuleTest, expectation: Expectation, name: str, there: _There) -> Iterator[tuple[int, str]]:
    """Whether an expectation of an alarm says nothing: no input feeds it, or one that does has ended by then."""
    feeding = [given for given in test.inputs if there.fed_by(given) & there.alarms[name]]
    if not feeding:
        metrics = ", ".join(sorted(map(str, there.alarms[name])))
        yield expectation.line, f"no input feeds {name}, so that this proves nothing; give values of {metrics}"
    for given in feeding:
        # Bad events that end before all events do mean that none is bad from then on: a note says so, and it proves something.
        key, values = ("total", given.total) if isinstance(given, EventsInput) else ("values", given.values)
        ends: timedelta = values.size * test.interval
        if ends < expectation.after:
            said = f"is beyond the end of {key} of line {given.line}, {write_duration(ends)}"
            remedy = f"write what {name} sees until then, _ where nothing is counted"
            yield expectation.line, f"at {write_duration(expectation.after)} {said}; {remedy}"


def _are_of_the_same(given: EventsInput | MetricInput, before: EventsInput | MetricInput) -> bool:
    """Whether two inputs give the same series; an objective without a part is all its parts."""
    match given, before:
        case EventsInput(), EventsInput():
            parts = {given.part, before.part}
            return given.objective == before.objective and (len(parts) == 1 or None in parts)
        case MetricInput(), MetricInput():
            return (given.metric, given.statistic) == (before.metric, before.statistic)
        case _:
            return False


def _of_events(given: EventsInput, there: _There) -> Iterator[tuple[int, str]]:
    if given.objective not in there.objectives:
        said = f"there is no objective {given.objective!r} with alarms"
        yield given.line, with_hint(said, given.objective, there.objectives)
    length = min(given.total.size, given.bad.size)
    if (given.total < 0).any() or (given.bad < 0).any():
        yield given.line, "events are counted: none are fewer than 0"
    if (given.bad[:length] > given.total[:length]).any() or (given.bad[length:] > 0).any():
        yield given.line, "there are more bad events than events"
