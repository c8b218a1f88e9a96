"""When alarms go off, as values: thresholds with their units, and windows as the alarms have them."""

from datetime import timedelta
from decimal import Decimal

import pytest

from alarms.conditions import Window, condition_of
from alarms.plan import plan_of
from foundation.cloudwatch.alarms import MetricAlarm
from infra.stage import make_stage

PLAN = plan_of(make_stage("production"))
PREFIX = PLAN.context.prefix


@pytest.mark.parametrize(
    ("name", "threshold", "windows", "words"),
    [
        ("api-latency-page-fast", "> 14.4 %", ["56m", "5m"], "API requests that took 1,000 ms or longer"),
        ("api-latency-page-fast-short", "> 14.4 %", ["5m"], "API requests that took 1,000 ms or longer"),
        ("api-errors-ticket-slowest", "> 0.1 %", ["2d19h12m", "5h36m"], "API requests that failed with a server fault"),
        # Half an event below three, for the last digit of a share times a count.
        (
            "api-errors-ticket-low-traffic",
            "≥ 3",
            ["5h36m"],
            "with little traffic, API requests that failed with a server fault",
        ),
        ("api-errors-ticket-no-data", "< 1", ["4 x 15m"], "number of API requests"),
        ("availability-page-failing", "< 100 %", ["2 of 3 x 5m"], "CloudWatchSynthetics SuccessPercent"),
        ("monthly-cost-page-limit", "> $500", ["6h"], "charges of this month"),
        ("monthly-cost-ticket-pace", "> $0", ["6h"], "charges ahead of 1.1 times the pace"),
        ("api-page-throttles", "> 0", ["3 of 5 x 1m"], "Throttles (Sum)"),
        ("deployments-page-failed", "≥ 1", ["1m"], "failed stack operations"),
    ],
)
def test_a_condition_is_said_with_its_unit_and_windows(
    name: str, threshold: str, windows: list[str], words: str
) -> None:
    condition = condition_of(PLAN, PLAN[f"{PREFIX}-{name}"])
    assert (condition.threshold_text, [str(each) for each in condition.windows]) == (threshold, windows)
    assert condition.measure.words == words


def test_a_condition_of_a_composite_is_its_inputs_with_the_longest_window_first() -> None:
    condition = condition_of(PLAN, PLAN[f"{PREFIX}-api-errors-page-medium"])
    assert condition.threshold == Decimal("0.006")
    assert condition.windows == tuple(
        Window(
            alarm=f"{PREFIX}-api-errors-page-medium-{which}",
            period=timedelta(minutes=minutes),
            datapoints_to_alarm=1,
            evaluation_periods=1,
        )
        for which, minutes in (("long", 336), ("short", 28))
    )


def test_every_alarm_of_the_plan_has_a_condition_that_agrees_with_it() -> None:
    for planned in PLAN:
        condition = condition_of(PLAN, planned)
        for window in condition.windows:
            alarm = PLAN[window.alarm].alarm
            assert isinstance(alarm, MetricAlarm)
            assert window.period == timedelta(seconds=alarm.period_seconds)
            assert (window.datapoints_to_alarm, window.evaluation_periods) == (
                alarm.to_alarm, alarm.evaluation_periods,
            )  # fmt: skip
            assert condition.comparison is alarm.comparison
