"""What proves the alarms on resources: every default holds, and one step in anything that decides makes a proof of it fail."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import pytest

from alarms.model import Plan, PlannedAlarm
from alarms.resource_proofs import resource_rule_tests
from alarms.resources import resource_alarms
from alarms.rule_tests import Outcome, run_rule_test
from foundation.cloudwatch.alarms import ComparisonOperator, MetricAlarm
from foundation.cloudwatch.evaluation import MissingData
from foundation.cloudwatch.known_metrics import known_metrics
from foundation.errors import SreError
from foundation.service.resource_alarms import Comparison, FactShare, OwnFact, ResourceAlarm, ResourceFact
from foundation.service.resource_type import ResourceType
from foundation.service.stage import Stage
from infra.stage import make_stage
from tests.alarms.factories import CONTEXT
from tests.alarms.resource_kinds import WATCHED, resource_of

SIMPLE = ("SampleCount", "Average", "Sum", "Minimum", "Maximum")
STRICT = {
    ComparisonOperator.MORE_THAN: ComparisonOperator.AT_LEAST,
    ComparisonOperator.LESS_THAN: ComparisonOperator.AT_MOST,
}
DEFAULTS = [
    pytest.param(kind, alarm, id=f"{kind.type}{kind.name and '-'}{kind.name}-{alarm.name}")
    for kind in WATCHED
    for alarm in kind.alarms
]


@pytest.fixture(scope="module")
def stage() -> Stage:
    return make_stage("local")


def planned(kind: ResourceType, alarm: ResourceAlarm, stage: Stage) -> tuple[Stage, Plan]:
    """A stage with one resource and one alarm on it, and its plan. Raises SreError for what CloudWatch would not take."""
    rules = stage.alarm_rules
    assert rules is not None
    resource = resource_of(kind)
    resource = replace(resource, facts=tuple((dict(resource.facts) | dict(_wanted(alarm))).items()))
    stage = replace(stage, alarm_rules=replace(rules, resources=(resource,), resource_alarms=(alarm,)))
    alarms, notes = resource_alarms((resource,), (alarm,), CONTEXT)
    return stage, Plan(context=CONTEXT, policy="p", alarms=alarms, trace_groups=(), deployments=(), notes=notes)


def _wanted(alarm: ResourceAlarm) -> Iterator[tuple[str, bool | str]]:
    for name, value in alarm.when:
        yield name, {"true": True, "false": False}.get(value, value)


def outcomes(stage: Stage, plan: Plan, tests: Stage | None = None) -> list[Outcome]:
    return [run_rule_test(test, plan, stage.objectives) for test in resource_rule_tests(tests or stage, plan)]


@pytest.mark.parametrize(("kind", "alarm"), DEFAULTS)
def test_every_default_fires_on_one_of_its_proofs_and_is_quiet_on_the_other(
    kind: ResourceType, alarm: ResourceAlarm, stage: Stage
) -> None:
    fires, quiet = outcomes(*planned(kind, alarm, stage))
    assert [failure.lines for each in (fires, quiet) for failure in each.failures] == []
    assert fires.fired == quiet.quiet == {f"{CONTEXT.prefix}-it-{alarm.severity.value}-{alarm.name}"}


def steps(alarm: ResourceAlarm) -> Iterator[tuple[str, ResourceAlarm]]:
    """The alarm with one thing that decides a step away from what it is."""
    limit, proofs = alarm.threshold, alarm.proofs
    assert proofs is not None
    for sign in (-1, 1):
        if isinstance(limit, FactShare):
            assert proofs.scale is not None
            moved: float | FactShare = replace(limit, times=limit.times + sign * proofs.scale.times)
        else:
            moved = limit + sign * (0.01 if 0 < limit < 1 else 1 if limit <= 100 else limit / 15)
        yield "threshold", replace(alarm, threshold=moved)
    yield "comparison", replace(alarm, comparison=next(each for each in Comparison if each is not alarm.comparison))
    for period in {alarm.period_seconds - 60, alarm.period_seconds + 60, alarm.period_seconds * 2, 10, 30} - {0}:
        yield "period", replace(alarm, period_seconds=period)
    for sign in (-1, 1):
        yield "M", replace(alarm, datapoints_to_alarm=alarm.datapoints_to_alarm + sign)
        yield "N", replace(alarm, evaluation_periods=alarm.evaluation_periods + sign)
    for missing in set(MissingData) - {alarm.missing_data}:
        yield "missing data", replace(alarm, missing_data=missing)
    useful = {each for known in known_metrics()[alarm.namespace, alarm.metric_name] for each in known.statistics}
    for statistic in sorted({*SIMPLE, *useful} - {alarm.statistic}):
        yield "statistic", replace(alarm, statistic=statistic)
    for number, (name, given) in enumerate(alarm.dimensions):
        others = [each for each in (ResourceFact.NAME, ResourceFact.ARN, OwnFact(fact="another")) if each != given]
        changed = [((name, other),) for other in others] + [()] * (len(alarm.dimensions) > 1)
        for each in changed:
            yield (
                "dimension",
                replace(alarm, dimensions=(*alarm.dimensions[:number], *each, *alarm.dimensions[number + 1 :])),
            )
    yield "metric", replace(alarm, metric_name=f"{alarm.metric_name}2")
    yield "namespace", replace(alarm, namespace=f"{alarm.namespace}2")


def is_noticed(kind: ResourceType, alarm: ResourceAlarm, stage: Stage) -> bool | None:
    """Whether a proof fails; None where there is no such alarm, because CloudWatch would not take it."""
    try:
        of_stage, plan = planned(kind, alarm, stage)
    except SreError:
        return None
    if not plan.alarms:
        return True
    try:
        return any(each.failures for each in outcomes(of_stage, plan))
    except SreError:
        return True


def test_one_step_in_anything_that_decides_makes_a_proof_fail(stage: Stage) -> None:
    counts, alive = Counter[str](), list[str]()
    for kind in WATCHED:
        for alarm in kind.alarms:
            for what, changed in steps(alarm):
                noticed = is_noticed(kind, changed, stage)
                counts[what] += noticed is not None
                if noticed is False:
                    alive.append(f"{kind.type} {kind.name} {alarm.name}: {what}: {changed}")
            counts["strictness"] += 1
            of_stage, plan = planned(kind, alarm, stage)
            if not any(each.failures for each in outcomes(of_stage, _less_strict(plan))):
                alive.append(f"{kind.type} {kind.name} {alarm.name}: strictness")
    print(dict(counts), *(each[:90] for each in alive), sep="\n")
    assert alive == []
    assert all(
        counts[what] >= len(DEFAULTS)
        for what in ("threshold", "comparison", "period", "M", "N", "missing data", "statistic")
    )


def _less_strict(plan: Plan) -> Plan:
    """The plan whose alarm takes its threshold for breaching, too."""
    (only,) = plan.alarms
    assert isinstance(only.alarm, MetricAlarm)
    changed: PlannedAlarm = replace(only, alarm=replace(only.alarm, comparison=STRICT[only.alarm.comparison]))
    return replace(plan, alarms=(changed,))
