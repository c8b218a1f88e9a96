"""The burn-rate alarms as values: windows, thresholds, what holds what back, and the texts that people are sent."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from alarms.burn_rate import burn_rate_alarms
from alarms.model import Plan
from alarms.plan import plan_of as plan_of_stage
from foundation.cloudwatch.alarms import ComparisonOperator, CompositeAlarm, MetricAlarm, Suppressor
from foundation.cloudwatch.evaluation import MissingData
from foundation.cloudwatch.metrics import MathExpression, Metric, MetricStat, Query
from foundation.cloudwatch.names import Scope
from foundation.slo.burn_rate import Severity
from foundation.slo.burn_rate_file import read_policy
from foundation.slo.model import BudgetedObjective
from foundation.slo.reader import read_objectives
from infra.service import T_DEVELOPER
from tests.alarms.factories import CONTEXT, errors_objective, plan_of, stage_of

PREFIX = "t-developer-production-api-errors"
PLAN = plan_of(errors_objective(28))
FEW = "(FILL(bad, 0) / total) * FILL(total, 0)"


def counted(what: str, period_seconds: int) -> MetricStat:
    metric = Metric(
        namespace="AWS/X-Ray",
        name="ApproximateTraceCount",
        dimensions=(("GroupName", Scope(service="t-developer", stage="production").trace_group("api-errors", what)),),
    )
    return MetricStat(metric=metric, period_seconds=period_seconds, statistic="Sum")


def queries(period_seconds: int, watched: str, expression: str) -> tuple[Query, ...]:
    return (
        Query(id="total", source=counted("total", period_seconds), return_data=False),
        Query(id="bad", source=counted("bad", period_seconds), return_data=False),
        Query(id=watched, source=MathExpression(expression=expression), return_data=True),
    )


def impact_of(plan: Plan, name: str) -> str:
    return (plan[f"{PREFIX}-{name}"].alarm.description or "").splitlines()[0]


@pytest.mark.parametrize(
    ("pair", "long_seconds", "short_seconds", "threshold", "least_count", "spoken"),
    [
        ("page-fast", 3_360, 300, 0.0144, 70, ("56 min", "5 min")),
        ("page-medium", 20_160, 1_680, 0.006, 167, ("5 h 36 min", "28 min")),
        ("ticket-slow", 80_640, 6_720, 0.003, 334, ("22 h 24 min", "1 h 52 min")),
        ("ticket-slowest", 241_920, 20_160, 0.001, 1_001, ("2 d 19 h", "5 h 36 min")),
    ],
)
def test_a_pair_is_two_alarms_on_its_windows(
    pair: str, long_seconds: int, short_seconds: int, threshold: float, least_count: int, spoken: tuple[str, str]
) -> None:
    for which, period_seconds, said in zip(("long", "short"), (long_seconds, short_seconds), spoken, strict=True):
        planned = PLAN[f"{PREFIX}-{pair}-{which}"]
        assert planned.alarm == MetricAlarm(
            name=f"{PREFIX}-{pair}-{which}",
            watches=queries(
                period_seconds, "bad_share", f"IF(FILL(total, 0) >= {least_count}, FILL(bad, 0) / total, 0)"
            ),
            comparison=ComparisonOperator.MORE_THAN,
            threshold=threshold,
            evaluation_periods=1,
            missing_data=MissingData.NOT_BREACHING,
            description=f"The {which} window of {PREFIX}-{pair}. More than {threshold * 100:g} % of API requests failed with a "
            f"server fault, over the last {said}.",
            actions=replace(planned.alarm.actions, enabled=False, on_alarm=None, on_ok=None),
        )
        assert (planned.severity, planned.runbook, planned.objective) == (None, "api-errors-burn", "api-errors")


@pytest.mark.parametrize(
    ("pair", "suppressor", "burns"),
    [
        (
            "page-fast",
            None,
            "1.44 % of API requests failed with a server fault, both over the last 56 min and over the last 5 min. This is the "
            "threshold, not the measured share: at it, 2 % of the error budget for 28 d is spent in 56 min (burn rate 14.4).",
        ),
        (
            "page-medium",
            # The short window of 28 minutes and the wait of two.
            Suppressor(alarm=f"{PREFIX}-page-fast", wait_seconds=120, extension_seconds=1_800),
            "0.6 % of API requests failed with a server fault, both over the last 5 h 36 min and over the last 28 min. This is "
            "the threshold, not the measured share: at it, 5 % of the error budget for 28 d is spent in 5 h 36 min (burn rate "
            "6.0).",
        ),
        (
            "ticket-slow",
            Suppressor(alarm=f"{PREFIX}-page-medium", wait_seconds=120, extension_seconds=6_840),
            "0.3 % of API requests failed with a server fault, both over the last 22 h 24 min and over the last 1 h 52 min. "
            "This is the threshold, not the measured share: at it, 10 % of the error budget for 28 d is spent in 22 h 24 min "
            "(burn rate 3.0).",
        ),
    ],
)
def test_both_windows_make_the_alarm_and_a_faster_one_holds_it_back(
    pair: str, suppressor: Suppressor | None, burns: str
) -> None:
    planned = PLAN[f"{PREFIX}-{pair}"]
    assert isinstance(planned.alarm, CompositeAlarm)
    assert planned.alarm.rule == f'ALARM("{PREFIX}-{pair}-long") AND ALARM("{PREFIX}-{pair}-short")'
    assert planned.alarm.suppressor == suppressor
    assert impact_of(PLAN, pair) == f"More than {burns}"
    severity = Severity(pair.split("-", maxsplit=1)[0])
    assert (planned.severity, planned.runbook, planned.objective) == (severity, "api-errors-burn", "api-errors")


@pytest.mark.parametrize(
    ("minutes", "spoken"),
    [
        (59, "59 min"), (60, "1 h"), (61, "1 h 1 min"), (90, "1 h 30 min"), (119, "1 h 59 min"), (120, "2 h"),
        (23 * 60 + 59, "23 h 59 min"), (24 * 60, "1 d"), (24 * 60 + 1, "1 d"), (25 * 60, "1 d 1 h"),
        (47 * 60 + 59, "1 d 23 h"), (48 * 60, "2 d"), (7 * 24 * 60, "7 d"),
    ],
)  # fmt: skip
def test_a_window_is_written_in_its_two_largest_units(minutes: int, spoken: str) -> None:
    policy = read_policy(T_DEVELOPER.burn_rate)
    pair = replace(
        policy.pairs[0],
        # As much of the budget as keeps the burn rate where it is.
        budget_share_ratio=Decimal(144) * minutes / Decimal(10 * 60 * 24 * 28),
        long_window=timedelta(minutes=minutes),
        short_window=timedelta(minutes=5),
    )
    only = replace(policy, pairs=(pair,), reference_window=timedelta(days=28), excluded={})
    objective = replace(errors_objective(28), window=timedelta(days=28))
    planned = {each.alarm.name: each for each in burn_rate_alarms(objective, only, CONTEXT)}
    described = planned[f"{PREFIX}-page-fast-long"].alarm.description or ""
    assert described.endswith(f"failed with a server fault, over the last {spoken}.")
    pair_text = planned[f"{PREFIX}-page-fast"].alarm.description or ""
    assert f"both over the last {spoken} and over the last 5 min." in pair_text


def test_three_failures_where_the_slowest_page_says_nothing_are_a_ticket() -> None:
    planned = PLAN[f"{PREFIX}-ticket-low-traffic"]
    assert planned.alarm == MetricAlarm(
        name=f"{PREFIX}-ticket-low-traffic",
        watches=queries(20_160, "bad_count", f"IF(FILL(total, 0) > 0 AND FILL(total, 0) < 167, {FEW}, 0)"),
        comparison=ComparisonOperator.AT_LEAST,
        # Half an event below three.
        threshold=2.5,
        evaluation_periods=1,
        missing_data=MissingData.NOT_BREACHING,
        description=planned.alarm.description,
        actions=planned.alarm.actions,
    )
    assert impact_of(PLAN, "ticket-low-traffic") == (
        "3 or more API requests failed with a server fault in the last 5 h 36 min, of fewer than 167 in all: too few for a "
        "burn rate."
    )
    assert (planned.severity, planned.runbook, planned.objective) == (
        Severity.TICKET, "api-errors-burn", "api-errors",
    )  # fmt: skip


def test_an_hour_without_any_event_is_a_ticket() -> None:
    planned = PLAN[f"{PREFIX}-ticket-no-data"]
    assert planned.alarm == MetricAlarm(
        name=f"{PREFIX}-ticket-no-data",
        watches=counted("total", 900),
        comparison=ComparisonOperator.LESS_THAN,
        threshold=1.0,
        evaluation_periods=4,
        missing_data=MissingData.BREACHING,
        description=planned.alarm.description,
        actions=planned.alarm.actions,
    )
    assert impact_of(PLAN, "ticket-no-data") == (
        "No API requests were counted in the last 1 h. Either they are not measured, or none gets through."
    )
    assert (planned.severity, planned.runbook, planned.objective) == (Severity.TICKET, "no-data", "api-errors")


def test_silence_is_looked_for_in_the_metric_that_counts_all_events_wherever_it_stands() -> None:
    latency = read_objectives(T_DEVELOPER.objectives, stage="production")["api-latency"]
    assert isinstance(latency, BudgetedObjective)
    silent = plan_of(latency)["t-developer-production-api-latency-ticket-no-data"].alarm
    assert isinstance(silent, MetricAlarm)
    assert str(silent.watches).startswith("SampleCount of AWS/ApiGateway Latency{")


def test_each_part_of_an_objective_has_an_alarm_on_its_own_silence() -> None:
    turn = read_objectives(T_DEVELOPER.objectives, stage="production")["agent-turn"]
    assert isinstance(turn, BudgetedObjective)
    plan = plan_of(turn)
    prefix = "t-developer-production-agent-turn-ticket-no-data"
    silences = {planned.name: planned for planned in plan if planned.name.startswith(prefix)}
    assert [str(silence.alarm.watches) for silence in silences.values() if isinstance(silence.alarm, MetricAlarm)] == [
        "SampleCount of AWS/Bedrock TimeToFirstToken per 900 s",
        "SampleCount of AWS/Bedrock-AgentCore Latency per 900 s",
    ]
    assert list(silences) == [f"{prefix}-agent-first-token", f"{prefix}-agent-full-turn"]
    assert (silences[f"{prefix}-agent-full-turn"].alarm.description or "").startswith(
        "No agent turns were counted in the last 1 h. "
    )


def test_the_alarms_of_an_objective_come_pair_by_pair_with_the_composite_last() -> None:
    names = [planned.name.removeprefix(f"{PREFIX}-") for planned in PLAN]
    pairs = ("page-fast", "page-medium", "ticket-slow", "ticket-slowest")
    assert names == [
        *(f"{pair}{part}" for pair in pairs for part in ("-long", "-short", "")),
        "ticket-low-traffic",
        "ticket-no-data",
    ]


@pytest.mark.parametrize(
    ("name", "gone"),
    [
        ("no-data", {"ticket-no-data"}),
        ("low-traffic", {"ticket-low-traffic"}),
        ("slow", {f"ticket-slow{end}" for end in ("", "-long", "-short")}),
    ],
)
def test_an_objective_has_no_alarm_that_its_policy_excludes(name: str, gone: set[str]) -> None:
    """A service of office hours is silent at night, and that is no fault of its telemetry."""
    policy = replace(read_policy(T_DEVELOPER.burn_rate), excluded={"api-errors": frozenset({name})})
    left = {planned.name for planned in plan_of_stage(stage_of(errors_objective(28), policy=policy))}
    assert {planned.name for planned in PLAN} - left == {f"{PREFIX}-{each}" for each in gone}
