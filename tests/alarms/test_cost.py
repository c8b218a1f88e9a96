"""The alarms on the month's charges, whole, and on the days at which they change their mind."""

from calendar import monthrange
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import numpy as np
import pytest

from alarms.cost import cost_alarms
from alarms.model import Measure, PlannedAlarm, Quantity
from alarms.notifying import notifying_alarm
from foundation.cloudwatch.alarm_history import alarm_history
from foundation.cloudwatch.alarms import ComparisonOperator, MetricAlarm
from foundation.cloudwatch.evaluation import AlarmState, MissingData
from foundation.cloudwatch.frame import read_frame, to_frame
from foundation.cloudwatch.metrics import MathExpression, Metric, MetricStat, Query
from foundation.cloudwatch.series import Series
from foundation.slo.burn_rate import Severity
from foundation.slo.model import CostObjective
from tests.alarms.factories import CONTEXT
from tests.foundation.readings_factories import HELD

OBJECTIVE = CostObjective(name="cost", title="", description="", limit_usd=Decimal(3_100))
LIMIT, PACE, FORECAST = cost_alarms(OBJECTIVE, CONTEXT)
CHARGES = Metric(namespace="AWS/Billing", name="EstimatedCharges", dimensions=(("Currency", "USD"),))
DAYS = (
    "IF(MONTH(charges) == 2, 28, IF(MONTH(charges) == 4 OR MONTH(charges) == 6 OR MONTH(charges) == 9 OR "
    "MONTH(charges) == 11, 30, 31))"
)


def planned(
    what: str, severity: Severity, watches: MetricStat | tuple[Query, ...], threshold: float, impact: str, words: str
) -> PlannedAlarm:
    alarm = MetricAlarm(
        name=f"t-developer-production-cost-{what}",
        watches=watches,
        comparison=ComparisonOperator.MORE_THAN,
        threshold=threshold,
        evaluation_periods=1,
        missing_data=MissingData.IGNORE,
    )
    return notifying_alarm(
        alarm,
        CONTEXT,
        severity=severity,
        impact=impact,
        measure=Measure(words=words, quantity=Quantity.USD),
        runbook="monthly-cost",
        objective=OBJECTIVE,
        region="us-east-1",
    )


def watching(expression: str, period_seconds: int) -> tuple[Query, ...]:
    charges = MetricStat(metric=CHARGES, period_seconds=period_seconds, statistic="Maximum")
    return (
        Query(id="charges", source=charges, return_data=False),
        Query(id="usd", source=MathExpression(expression=expression), return_data=True),
    )


def test_the_limit_is_a_page_on_the_charges_themselves() -> None:
    assert (
        planned(
            "page-limit",
            Severity.PAGE,
            MetricStat(metric=CHARGES, period_seconds=21_600, statistic="Maximum"),
            3_100.0,
            "The account's charges of this month are above $3,100.",
            "charges of this month",
        )
        == LIMIT
    )


def test_the_pace_is_a_ticket_from_the_fourth_day_on_and_a_tenth_above() -> None:
    expression = (
        "IF(DATE(charges) >= 4, charges - 1.1 * 3100 * (DATE(charges) - 1 + (HOUR(charges) + 6) / 24) / "
        f"{DAYS}, charges * 0)"
    )
    assert (
        planned(
            "ticket-pace",
            Severity.TICKET,
            watching(expression, 21_600),
            0.0,
            "The account's charges of this month are more than 10 % ahead of the pace that ends at $3,100.",
            "charges ahead of 1.1 times the pace",
        )
        == PACE
    )


def test_the_forecast_is_a_ticket_on_a_day_like_the_last_for_the_rest_of_the_month() -> None:
    expression = f"charges + IF(DIFF(charges) > 0, DIFF(charges), 0) * ({DAYS} - DATE(charges))"
    assert (
        planned(
            "ticket-forecast",
            Severity.TICKET,
            watching(expression, 86_400),
            3_100.0,
            "If every remaining day costs as much as the last one, the month ends above $3,100.",
            "forecast for the end of the month",
        )
        == FORECAST
    )


@pytest.mark.parametrize(
    ("begins", "usd", "state"),
    [
        # Of $3,100 in the 31 days of March, 100 a day: at 06:00 on the fourth, 3.25 days are 357.50 with the tenth.
        (datetime(2026, 3, 4, tzinfo=UTC), 357.6, AlarmState.ALARM),
        (datetime(2026, 3, 4, tzinfo=UTC), 357.4, AlarmState.OK),
        # The day before it, any charge is right.
        (datetime(2026, 3, 3, 18, tzinfo=UTC), 3_000.0, AlarmState.OK),
        # April has 30 days, February 28.
        (datetime(2026, 4, 10, 18, tzinfo=UTC), 1_136.7, AlarmState.ALARM),
        (datetime(2026, 4, 10, 18, tzinfo=UTC), 1_136.6, AlarmState.OK),
        (datetime(2026, 2, 10, 18, tzinfo=UTC), 1_217.9, AlarmState.ALARM),
        (datetime(2026, 2, 10, 18, tzinfo=UTC), 1_217.8, AlarmState.OK),
    ],
)
def test_the_pace_decides_by_the_charges_at_the_end_of_a_quarter_day(
    begins: datetime, usd: float, state: AlarmState
) -> None:
    assert pace_at(begins, usd) is state


@pytest.mark.parametrize("year", [2026, 2027])
@pytest.mark.parametrize("month", range(1, 13))
def test_the_pace_and_the_forecast_know_how_many_days_a_month_has(year: int, month: int) -> None:
    """Against the calendar of years that are no leap years: $3,100 over these days, and a tenth above, at the tenth's end."""
    days = monthrange(year, month)[1]
    pace_usd = 1.1 * 3_100 * 10 / days
    begins = datetime(year, month, 10, 18, tzinfo=UTC)
    assert pace_at(begins, pace_usd + 0.01) is AlarmState.ALARM
    assert pace_at(begins, pace_usd - 0.01) is AlarmState.OK
    # On the tenth, so many days are to come, each of $10 as this one: the month ends at its limit, or a dollar above.
    now_usd = 3_100 - 10 * (days - 10)
    assert forecast_at(datetime(year, month, 10, tzinfo=UTC), now_usd - 10, now_usd) is AlarmState.OK
    assert forecast_at(datetime(year, month, 10, tzinfo=UTC), now_usd - 9, now_usd + 1) is AlarmState.ALARM


def test_the_february_of_a_leap_year_counts_as_one_of_28_days() -> None:
    pace_usd = 1.1 * 3_100 * 10 / 28
    begins = datetime(2028, 2, 10, 18, tzinfo=UTC)
    assert pace_at(begins, pace_usd + 0.01) is AlarmState.ALARM
    assert pace_at(begins, pace_usd - 0.01) is AlarmState.OK


def pace_at(begins: datetime, usd: float) -> AlarmState | None:
    """The state of the alarm on the pace after a quarter of a day with these charges."""
    alarm = PACE.alarm
    assert isinstance(alarm, MetricAlarm)
    series = Series(start_at=begins, period_seconds=21_600, values=np.array([usd]))
    source = read_frame(
        to_frame([(MetricStat(metric=CHARGES, period_seconds=60, statistic="Maximum"), _by_minute(series))]), held=HELD
    )
    ends = begins + timedelta(hours=6)
    return alarm_history(alarm, source, start_at=ends, end_at=ends).at(ends)


def forecast_at(day: datetime, before_usd: float, usd: float) -> AlarmState | None:
    """The state of the forecast after a day and the one before it with these charges."""
    alarm = FORECAST.alarm
    assert isinstance(alarm, MetricAlarm)
    series = Series(start_at=day - timedelta(days=1), period_seconds=86_400, values=np.array([before_usd, usd]))
    source = read_frame(
        to_frame([(MetricStat(metric=CHARGES, period_seconds=60, statistic="Maximum"), _by_minute(series))]), held=HELD
    )
    ends = day + timedelta(days=1)
    return alarm_history(alarm, source, start_at=ends, end_at=ends).at(ends)


def _by_minute(series: Series) -> Series:
    return Series(
        start_at=series.start_at, period_seconds=60, values=np.repeat(series.values, series.period_seconds // 60)
    )
