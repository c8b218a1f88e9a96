"""Alarms on metrics that come from several places, and what of a plan has no alarm, no metric or no fact."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

import numpy as np
import pytest

from alarms.evaluation import CombinedSource, Part, Unevaluated, evaluate_live
from alarms.model import Plan
from alarms.placeholders import fill_placeholders, placeholders_in
from alarms.plan import plan_of as plan_of_stage
from foundation.cloudwatch.alarms import ComparisonOperator, MetricAlarm
from foundation.cloudwatch.evaluation import MissingData
from foundation.cloudwatch.metrics import Metric, MetricStat
from foundation.cloudwatch.parameters import Parameter, parametrized
from foundation.cloudwatch.series import Series
from foundation.errors import InputError, SourceError
from foundation.readings import Known, Reading
from foundation.slo.burn_rate import BurnRatePolicy, Severity
from foundation.slo.burn_rate_file import read_policy
from foundation.slo.model import (
    BudgetedObjective,
    CostObjective,
    EveryEventObjective,
    MetricSamples,
    Objective,
    RatioIndicator,
    StackOperations,
    TracesMatching,
)
from infra.service import T_DEVELOPER
from tests.alarms.factories import CONTEXT, START_AT, by_hand, counted, errors_objective, stage_of
from tests.foundation.readings_factories import whole

HERE, THERE, NOWHERE = (Metric(namespace="N", name=name) for name in ("Here", "There", "Nowhere"))
# Of AWS's metrics, one that always has datapoints, and one that has them where something goes wrong.
DENSE = Metric(namespace="AWS/Billing", name="EstimatedCharges", dimensions=(("Currency", "USD"),))
SPARSE = Metric(namespace="AWS/Lambda", name="Errors", dimensions=(("FunctionName", "f"),))
POLICY = read_policy(T_DEVELOPER.burn_rate)


@dataclass(frozen=True, slots=True, kw_only=True)
class Constant:
    """A source of one value, whatever it is asked for."""

    value: float

    def read(self, wanted: Sequence[MetricStat], *, start_at: datetime, end_at: datetime) -> Sequence[Reading[Series]]:
        return [
            whole(Series(start_at=start_at, period_seconds=each.period_seconds, values=np.array([self.value])))
            for each in wanted
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Silent:
    """A source that has no datapoint, of all the time that it is asked of."""

    def read(self, wanted: Sequence[MetricStat], *, start_at: datetime, end_at: datetime) -> Sequence[Reading[Series]]:
        seconds = [each.period_seconds for each in wanted]
        counts = [int((end_at - start_at).total_seconds()) // each for each in seconds]
        return [
            whole(Series(start_at=start_at, period_seconds=each, values=np.full(count, np.nan)))
            for each, count in zip(seconds, counts, strict=True)
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """A source that cannot be read."""

    def read(self, wanted: Sequence[MetricStat], *, start_at: datetime, end_at: datetime) -> Sequence[Reading[Series]]:
        raise SourceError("the recording is torn")


COMBINED = CombinedSource(
    parts=(
        Part(source=Constant(value=1), metrics=frozenset({HERE})),
        Part(source=Constant(value=2), metrics=frozenset({HERE, THERE})),
    )
)


def test_each_metric_comes_from_the_first_source_that_has_it_and_else_has_no_datapoints() -> None:
    stats = [MetricStat(metric=metric, period_seconds=300, statistic="Sum") for metric in (THERE, HERE, NOWHERE)]
    there, here, nowhere = COMBINED.read(stats, start_at=START_AT, end_at=START_AT + timedelta(minutes=16))
    assert (there.answer.values.tolist(), here.answer.values.tolist()) == ([2.0], [1.0])
    assert (nowhere.answer.start_at, nowhere.resolution_seconds) == (START_AT, 300)
    assert nowhere.answer.values.tolist() == pytest.approx([np.nan] * 3, nan_ok=True)
    assert (there.known, nowhere.known) == (
        Known.throughout(START_AT, START_AT + timedelta(minutes=5)),
        Known.nothing(),
    )
    assert [COMBINED.has(metric) for metric in (HERE, THERE, NOWHERE)] == [True, True, False]


def plan_of(*objectives: Objective, policy: BurnRatePolicy = POLICY) -> Plan:
    return plan_of_stage(stage_of(*objectives, policy=policy))


def test_alarms_without_any_metric_here_and_those_that_cannot_be_read_are_named_and_not_called_quiet() -> None:
    elsewhere = RatioIndicator(
        bad=TracesMatching(group_name="unseen-bad", filter_expression="fault = true"),
        total=TracesMatching(group_name="unseen-total", filter_expression=""),
    )
    plan = plan_of(
        replace(errors_objective(), name="seen"), replace(errors_objective(), name="unseen", indicator=elsewhere)
    )
    seen = frozenset(
        stat.metric for alarm in plan.metric_alarms if "-seen-" in alarm.name for stat in alarm.stats
    )  # fmt: skip
    minutes = 60
    recorded = counted(np.zeros(minutes), np.full(minutes, 600.0))
    until = START_AT + timedelta(minutes=minutes)
    live = evaluate_live(
        plan, CombinedSource(parts=(Part(source=recorded, metrics=seen),)), start_at=START_AT, end_at=until
    )
    assert {name for name in live.evaluated if "-seen-" not in name} == set()
    assert set(live.without) == {alarm.name for alarm in plan.notifying if "-unseen-" in alarm.name}
    assert {each.reason for each in live.without.values()} == {"none of its metrics is here"}
    torn = evaluate_live(
        plan, CombinedSource(parts=(Part(source=Broken(), metrics=seen),)), start_at=START_AT, end_at=until
    )
    assert torn.evaluated == {}
    assert torn.without[f"{CONTEXT.prefix}-seen-page-fast"].detail == "the recording is torn"


@pytest.mark.parametrize(
    ("metric", "missing_data", "without"),
    [
        (DENSE, MissingData.NOT_BREACHING, "AWS/Billing EstimatedCharges{Currency=USD} always has datapoints, and had none"),
        # Its silence is what the alarm is there to tell.
        (DENSE, MissingData.BREACHING, None),
        (SPARSE, MissingData.NOT_BREACHING, None),
        # A user's own metric: nobody says how often it has datapoints.
        (HERE, MissingData.NOT_BREACHING, None),
    ],
)  # fmt: skip
def test_an_alarm_that_is_quiet_since_its_metric_is_silent_is_not_evaluated_where_that_metric_never_is(
    metric: Metric, missing_data: MissingData, without: str | None
) -> None:
    stat = MetricStat(metric=metric, period_seconds=300, statistic="Maximum")
    alarm = MetricAlarm(
        name="high", watches=stat, comparison=ComparisonOperator.MORE_THAN, threshold=1, evaluation_periods=1,
        missing_data=missing_data,
    )  # fmt: skip
    silent = CombinedSource(parts=(Part(source=Silent(), metrics=frozenset({metric})),))
    live = evaluate_live(by_hand(alarm), silent, start_at=START_AT, end_at=START_AT + timedelta(minutes=5))
    reason = "a metric that always has datapoints had none"
    assert live.without == ({} if without is None else {"high": Unevaluated(reason=reason, detail=without)})
    assert set(live.evaluated) == (set() if without is not None else {"high"})


def test_a_stage_of_which_only_the_objectives_are_known_has_no_alarms() -> None:
    with pytest.raises(InputError, match="the stage production has no alarms: only its objectives are known"):
        plan_of_stage(replace(stage_of(errors_objective()), alarm_rules=None))


def test_an_alarm_that_the_plan_has_not_is_no_alarm() -> None:
    plan = plan_of(errors_objective())
    assert plan[plan.alarms[-1].name] is plan.alarms[-1]
    with pytest.raises(KeyError, match="nothing"):
        _ = plan["nothing"]


def test_an_objective_whose_events_nobody_counts_is_noted() -> None:
    samples = RatioIndicator(bad=MetricSamples(metric=HERE), total=MetricSamples(metric=THERE))
    operations = RatioIndicator(
        bad=StackOperations(stack_name_prefix="x", failed_only=True),
        total=StackOperations(stack_name_prefix="x", failed_only=False),
    )
    window = timedelta(28)
    plan = plan_of(
        EveryEventObjective(name="every", title="", description="", indicator=samples, window=window),
        EveryEventObjective(name="deployments", title="", description="", indicator=operations, window=window),
        CostObjective(name="cost", title="", description="", limit_usd=Decimal(500)),
        BudgetedObjective(
            name="stacks", title="", description="", indicator=operations, target_ratio=Decimal("0.9"), window=window
        ),
    )  # fmt: skip
    assert plan.notes == (
        "objective every has no alarm: CloudWatch has no counts of its events",
        "objective stacks has no alarm: CloudWatch has no counts of its events",
    )
    assert [(rule.rule_name, rule.stack_name_prefix) for rule in plan.deployments] == [
        (f"{CONTEXT.prefix}-deployments-failed", "x")
    ]
    assert [alarm.name.removeprefix(f"{CONTEXT.prefix}-") for alarm in plan.alarms] == [
        "deployments-page-failed", "cost-page-limit", "cost-ticket-pace", "cost-ticket-forecast",
    ]  # fmt: skip


def test_a_policy_that_wakes_nobody_has_no_ticket_for_little_traffic() -> None:
    tickets = tuple(pair for pair in POLICY.pairs if pair.severity is Severity.TICKET)
    names = [alarm.name for alarm in plan_of(errors_objective(), policy=replace(POLICY, pairs=tickets))]
    assert any(name.endswith("ticket-slow") for name in names)
    assert any(name.endswith("ticket-no-data") for name in names)
    assert not any(name.endswith("low-traffic") for name in names)


def test_facts_fill_the_metrics_of_an_expression_and_what_is_not_known_stays() -> None:
    open_metric = Metric(
        namespace="N",
        name="M",
        dimensions=(
            ("Api", parametrized(Parameter("ApiId"))),
            ("Stage", parametrized(Parameter("Stage"), "-x")),
            ("Plain", "p"),
        ),
    )
    samples = RatioIndicator(bad=MetricSamples(metric=open_metric), total=MetricSamples(metric=HERE))
    plan = plan_of(replace(errors_objective(), indicator=samples))
    filled = fill_placeholders(plan, {"ApiId": "abc"})
    name = f"{CONTEXT.prefix}-api-errors-page-fast-long"
    before, after = plan[name].alarm, filled[name].alarm
    assert isinstance(before, MetricAlarm)
    assert isinstance(after, MetricAlarm)
    assert placeholders_in(before) == {"ApiId", "Stage"}
    assert placeholders_in(after) == {"Stage"}
    assert [stat.metric.dimensions for stat in after.stats] == [
        (), (("Api", "abc"), ("Stage", "${Stage}-x"), ("Plain", "p")),
    ]  # fmt: skip
    assert replace(after, watches=before.watches) == before
