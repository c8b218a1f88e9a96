"""What rule tests say that cannot be, or would prove nothing, held against the plan that they test, all at once."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from alarms.model import Plan
from alarms.rule_test_file import EventsInput, MetricInput, RuleTest
from foundation.cloudwatch.metrics import Metric
from foundation.errors import InputError
from foundation.files.explaining import with_hint


def refuse_vain_tests(tests: Sequence[RuleTest], plan: Plan) -> None:
    """Raise InputError with every problem of them, each with its file and line.

    Alarms and objectives that are not there, metrics that no alarm reads, counts that cannot be, what is given twice, and
    expectations of nothing.
    """
    there = _There.of(plan)
    problems = [
        f"{test.file}:{line}: {test.name}: {said}"
        for number, test in enumerate(tests)
        for line, said in _problems(test, there, tests[:number])
    ]
    if problems:
        raise InputError(f"{len(problems)} problem{'s'[: len(problems) != 1]} of rule tests:", tuple(problems))


@dataclass(frozen=True, slots=True, kw_only=True)
class _There:
    """What a plan has that a test may speak of: alarms by short and whole names, objectives, and the metrics that are read."""

    alarms: frozenset[str]
    objectives: frozenset[str]
    metrics: Mapping[str, Metric]

    @classmethod
    def of(cls, plan: Plan) -> "_There":
        names = {planned.name for planned in plan}
        return cls(
            alarms=frozenset(names | {name.removeprefix(f"{plan.context.prefix}-") for name in names}),
            objectives=frozenset(planned.objective for planned in plan if planned.objective is not None),
            metrics={str(stat.metric): stat.metric for alarm in plan.metric_alarms for stat in alarm.stats},
        )


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
        named = {*dict(expectation.states), *dict(expectation.ran)}
        if not named:
            yield expectation.line, "it expects nothing; name alarms or actions"
        for name in sorted(named - there.alarms):
            yield expectation.line, with_hint(f"there is no alarm {name!r}", name, there.alarms)


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
