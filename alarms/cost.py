"""Alarms on money: the month's charges against the limit, against its pace, and where a day like the last leads.

`EstimatedCharges` is month to date, in us-east-1 only, and comes several times a day:
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/monitor_estimated_charges_with_cloudwatch.html
"""

from decimal import Decimal

from alarms.model import BILLING_REGION, Context, Measure, PlannedAlarm, Quantity
from alarms.notifying import notifying_alarm
from foundation.cloudwatch.alarms import ComparisonOperator, MetricAlarm
from foundation.cloudwatch.evaluation import MissingData
from foundation.cloudwatch.metrics import MathExpression, Metric, MetricStat, Query
from foundation.pages.numbers import exact_usd, percent
from foundation.slo.burn_rate import Severity
from foundation.slo.model import CostObjective

_CHARGES = Metric(namespace="AWS/Billing", name="EstimatedCharges", dimensions=(("Currency", "USD"),))
_QUARTER_DAY_SECONDS, _DAY_SECONDS = 21_600, 86_400
# Early in a month a single charge is far above any pace; a tenth above it wakes nobody.
_PACE_FROM_DAY = 4
_PACE_TOLERANCE = 1.1
_THIRTY_DAYS = " OR ".join(f"MONTH(charges) == {month}" for month in (4, 6, 9, 11))
# February has 28 days here; in a leap year the pace is a thirtieth too strict for that month.
_DAYS = f"IF(MONTH(charges) == 2, 28, IF({_THIRTY_DAYS}, 30, 31))"
_ELAPSED_DAYS = "(DATE(charges) - 1 + (HOUR(charges) + 6) / 24)"


def cost_alarms(objective: CostObjective, context: Context) -> tuple[PlannedAlarm, ...]:
    """Three alarms on the month's charges; what they measure is the whole account's."""
    limit, spoken = float(objective.limit_usd), exact_usd(objective.limit_usd)
    ahead = percent(Decimal(str(_PACE_TOLERANCE)) - 1)
    pace = (
        f"IF(DATE(charges) >= {_PACE_FROM_DAY}, charges - {_PACE_TOLERANCE} * {limit:g} * {_ELAPSED_DAYS} / {_DAYS}, "
        "charges * 0)"
    )
    forecast = f"charges + IF(DIFF(charges) > 0, DIFF(charges), 0) * ({_DAYS} - DATE(charges))"
    return (
        _alarm(
            objective,
            context,
            "limit",
            Severity.PAGE,
            watched="charges",
            period_seconds=_QUARTER_DAY_SECONDS,
            threshold=limit,
            impact=f"The account's charges of this month are above {spoken}.",
            measured="charges of this month",
        ),
        _alarm(
            objective,
            context,
            "pace",
            Severity.TICKET,
            watched=pace,
            period_seconds=_QUARTER_DAY_SECONDS,
            threshold=0.0,
            impact=f"The account's charges of this month are more than {ahead} ahead of the pace that ends at {spoken}.",
            measured=f"charges ahead of {_PACE_TOLERANCE} times the pace",
        ),
        _alarm(
            objective,
            context,
            "forecast",
            Severity.TICKET,
            watched=forecast,
            period_seconds=_DAY_SECONDS,
            threshold=limit,
            impact=f"If every remaining day costs as much as the last one, the month ends above {spoken}.",
            measured="forecast for the end of the month",
        ),
    )


def _alarm(
    objective: CostObjective,
    context: Context,
    what: str,
    severity: Severity,
    *,
    watched: str,
    period_seconds: int,
    threshold: float,
    impact: str,
    measured: str,
) -> PlannedAlarm:
    charges = MetricStat(metric=_CHARGES, period_seconds=period_seconds, statistic="Maximum")
    queries = (
        Query(id="charges", source=charges, return_data=False),
        Query(id="usd", source=MathExpression(expression=watched), return_data=True),
    )
    alarm = MetricAlarm(
        name=context.scope.alarm(objective.name, severity.value, what),
        watches=charges if watched == "charges" else queries,
        comparison=ComparisonOperator.MORE_THAN,
        threshold=threshold,
        evaluation_periods=1,
        # Charges come a few times a day and start at zero each month: missing data says nothing.
        missing_data=MissingData.IGNORE,
    )
    return notifying_alarm(
        alarm,
        context,
        severity=severity,
        impact=impact,
        measure=Measure(words=measured, quantity=Quantity.USD),
        runbook="monthly-cost",
        objective=objective,
        region=BILLING_REGION,
    )
