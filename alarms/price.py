"""What a plan's alarms cost a month: per metric that an alarm watches, and per composite alarm.

us-east-1, as of 2026-11 (https://aws.amazon.com/cloudwatch/pricing/): standard $0.10 a metric, high resolution $0.30 a metric,
composite $0.50. The ten standard ones that are free in an account are not taken off.
"""

from decimal import Decimal

from alarms.model import Plan
from cloudwatch.alarms import MetricAlarm

STANDARD_METRIC_USD = Decimal("0.10")
HIGH_RESOLUTION_METRIC_USD = Decimal("0.30")
COMPOSITE_USD = Decimal("0.50")


def monthly_cost_usd(plan: Plan) -> Decimal:
    """The list price of all alarms for a month."""
    metrics = sum((_of_metric_alarm(alarm) for alarm in plan.metric_alarms), start=Decimal(0))
    return metrics + COMPOSITE_USD * len(plan.composite_alarms)


def _of_metric_alarm(alarm: MetricAlarm) -> Decimal:
    each = HIGH_RESOLUTION_METRIC_USD if alarm.period_seconds < 60 else STANDARD_METRIC_USD
    return each * len(alarm.stats)
