"""The alarms on failed deployments, broken gates and bad slices, and how any alarm is put together: whole values."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from alarms.events import deployment_alarms, slice_alarms, step_alarm
from alarms.model import Context, FailedDeployments, Measure, PlannedAlarm, Quantity
from alarms.notifying import input_alarm, notifying_alarm
from foundation.cloudwatch.alarms import Actions, ComparisonOperator, CompositeAlarm, MetricAlarm
from foundation.cloudwatch.evaluation import MissingData
from foundation.cloudwatch.metrics import Metric, MetricStat
from foundation.service.own_metrics import StepFailures
from foundation.slo.burn_rate import Severity
from foundation.slo.model import (
    BudgetedObjective,
    EveryEventObjective,
    MetricSamples,
    RatioIndicator,
    SliceIndicator,
    StackOperations,
)
from foundation.slo.model import ThresholdOperator as Promised
from tests.alarms.factories import CONTEXT, MEASURE, errors_objective

METRIC = Metric(namespace="N", name="M")
MINE = Context(service="shop", stage="test", owner="us", runbook_url="https://r")


def slices(comparison: Promised = Promised.AT_LEAST) -> BudgetedObjective:
    return BudgetedObjective(
        name="uptime",
        title="Up",
        description="",
        indicator=SliceIndicator(
            samples=MetricSamples(metric=METRIC),
            comparison=comparison,
            threshold=Decimal("99.5"),
            slice_length=timedelta(minutes=5),
        ),
        target_ratio=Decimal("0.999"),
        window=timedelta(28),
    )


def test_two_bad_slices_of_three_are_a_page_and_a_single_one_is_a_ticket() -> None:
    def planned(
        name: str, needed: int, evaluated: int, missing: MissingData, severity: Severity, impact: str
    ) -> PlannedAlarm:
        return notifying_alarm(
            MetricAlarm(
                name=f"shop-test-uptime-{name}",
                watches=MetricStat(metric=METRIC, period_seconds=300, statistic="Average"),
                comparison=ComparisonOperator.LESS_THAN,
                threshold=99.5,
                evaluation_periods=evaluated,
                datapoints_to_alarm=needed,
                missing_data=missing,
            ),
            MINE,
            severity=severity,
            impact=impact,
            measure=Measure(words="N M", quantity=Quantity.VALUE),
            runbook="uptime-failing",
            objective=slices(),
        )

    assert slice_alarms(slices(), MINE) == (
        planned(
            "page-failing",
            2,
            3,
            MissingData.BREACHING,
            Severity.PAGE,
            "2 of the last 3 slices of 5 min had N M on average below 99.5, or no data.",
        ),
        planned(
            "ticket-failed-once",
            1,
            1,
            MissingData.IGNORE,
            Severity.TICKET,
            "The last slice of 5 min had N M on average below 99.5.",
        ),
    )
    assert slice_alarms(errors_objective(), MINE) == ()


@pytest.mark.parametrize(
    ("promised", "missing", "said"),
    [
        (Promised.AT_LEAST, MissingData.BREACHING, "below 99.5, or no data."),
        (Promised.MORE_THAN, MissingData.BREACHING, "99.5 or less, or no data."),
        (Promised.AT_MOST, MissingData.NOT_BREACHING, "above 99.5."),
        (Promised.LESS_THAN, MissingData.NOT_BREACHING, "99.5 or more."),
    ],
)
def test_silence_pages_where_so_much_is_promised_and_not_where_it_is_at_most_so_much(
    promised: Promised, missing: MissingData, said: str
) -> None:
    page, ticket = slice_alarms(slices(promised), MINE)
    assert isinstance(page.alarm, MetricAlarm)
    assert isinstance(ticket.alarm, MetricAlarm)
    assert (page.alarm.missing_data, ticket.alarm.missing_data) == (missing, MissingData.IGNORE)
    assert f"{page.alarm.description}".split("\n")[0].endswith(said)


@pytest.mark.parametrize("minutes", [1, 7, 45, 90, 120, 1_440])
def test_slices_of_every_length_that_an_objectives_file_may_give_have_their_alarms(minutes: int) -> None:
    indicator = replace(slices().indicator, slice_length=timedelta(minutes=minutes))
    assert len(slice_alarms(replace(slices(), indicator=indicator), MINE)) == 2


@pytest.mark.parametrize(
    ("promised", "breaching"),
    [
        (Promised.AT_LEAST, ComparisonOperator.LESS_THAN),
        (Promised.MORE_THAN, ComparisonOperator.AT_MOST),
        (Promised.AT_MOST, ComparisonOperator.MORE_THAN),
        (Promised.LESS_THAN, ComparisonOperator.AT_LEAST),
    ],
)
def test_a_slice_is_bad_when_what_is_promised_does_not_hold(promised: Promised, breaching: ComparisonOperator) -> None:
    for planned in slice_alarms(slices(promised), MINE):
        assert isinstance(planned.alarm, MetricAlarm)
        assert planned.alarm.comparison is breaching


def test_a_single_failed_stack_operation_is_a_page_within_a_minute() -> None:
    operations = RatioIndicator(
        bad=StackOperations(stack_name_prefix="Shop", failed_only=True),
        total=StackOperations(stack_name_prefix="Shop", failed_only=False),
    )
    objective = EveryEventObjective(
        name="deploys", title="", description="", indicator=operations, window=timedelta(28)
    )
    alarm = MetricAlarm(
        name="shop-test-deploys-page-failed",
        watches=MetricStat(
            metric=Metric(
                namespace="AWS/Events", name="TriggeredRules", dimensions=(("RuleName", "shop-test-deploys-failed"),)
            ),
            period_seconds=60,
            statistic="Sum",
        ),
        comparison=ComparisonOperator.AT_LEAST,
        threshold=1.0,
        evaluation_periods=1,
        missing_data=MissingData.NOT_BREACHING,
    )
    impact = (
        "An operation on a stack of Shop failed or was rolled back. The release is not deployed; most likely the version "
        "before it runs."
    )
    planned = notifying_alarm(
        alarm,
        MINE,
        severity=Severity.PAGE,
        impact=impact,
        measure=Measure(words="failed stack operations", quantity=Quantity.COUNT),
        runbook="deployment-failed",
        objective=objective,
    )
    rule = FailedDeployments(rule_name="shop-test-deploys-failed", stack_name_prefix="Shop")
    assert deployment_alarms(objective, MINE) == ((planned,), (rule,))


def test_three_failures_of_a_step_in_a_quarter_of_an_hour_are_a_ticket() -> None:
    alarm = MetricAlarm(
        name="shop-test-security-gate-ticket-failed",
        watches=MetricStat(metric=METRIC, period_seconds=900, statistic="Sum"),
        comparison=ComparisonOperator.AT_LEAST,
        threshold=3.0,
        evaluation_periods=1,
        missing_data=MissingData.NOT_BREACHING,
    )
    failures = StepFailures(
        step="security-gate",
        words="the security gate",
        of="pipelines",
        impact="Their code was not checked, and they do not pass.",
        runbook="gates",
        metric=METRIC,
    )
    impact = (
        "The security gate failed on 3 or more pipelines in the last 15 min. Their code was not checked, and they do not "
        "pass."
    )
    assert step_alarm(failures, MINE) == notifying_alarm(
        alarm,
        MINE,
        severity=Severity.TICKET,
        impact=impact,
        measure=Measure(words="pipelines on which the security gate failed", quantity=Quantity.COUNT),
        runbook="gates",
    )


def test_what_notifies_somebody_carries_its_impact_its_links_and_its_topic() -> None:
    alarm = CompositeAlarm(name="a", rule='ALARM("b")')
    topic = "arn:${AWS::Partition}:sns:${AWS::Region}:${AWS::AccountId}:shop-test-page"
    described = CompositeAlarm(
        name="a",
        rule='ALARM("b")',
        description=(
            "Nobody gets in.\n"
            "Objective: uptime, 99.9 % of slices of 5 min with N M on average of 99.5 at least over 28 d.\n"
            "Severity: page. Owner: us.\n"
            "Runbook: https://r/look.md\n"
            "Dashboard: https://${AWS::Region}.console.aws.amazon.com/cloudwatch/home?region=${AWS::Region}"
            "#dashboards/dashboard/shop-test-overview"
        ),
        actions=Actions(enabled=True, on_alarm=(topic,), on_ok=(topic,)),
    )
    made = notifying_alarm(
        alarm,
        MINE,
        severity=Severity.PAGE,
        impact="Nobody gets in.",
        measure=MEASURE,
        runbook="look",
        objective=slices(),
    )
    assert made == PlannedAlarm(
        alarm=described,
        measure=MEASURE,
        severity=Severity.PAGE,
        owner="us",
        runbook="look",
        objective="uptime",
        region=None,
    )


def test_an_input_of_another_alarm_does_nothing_itself() -> None:
    alarm = CompositeAlarm(name="a", rule='ALARM("b")')
    made = input_alarm(alarm, CONTEXT, purpose="The long window.", measure=MEASURE, runbook="look", objective=slices())
    assert made == PlannedAlarm(
        measure=MEASURE,
        alarm=CompositeAlarm(
            name="a", rule='ALARM("b")', description="The long window.", actions=Actions(enabled=False)
        ),
        severity=None,
        owner="t-developer",
        runbook="look",
        objective="uptime",
        region=None,
    )
