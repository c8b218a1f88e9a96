"""What a plan's alarms cost a month: per metric that an alarm watches, and per composite alarm, at the price book's prices.

The ten standard ones that are free in an account are not taken off.
"""

from decimal import Decimal

from alarms.model import Plan
from foundation.cloudwatch.alarms import MetricAlarm
from foundation.costs.book import Key, PriceBook
from foundation.costs.book_file import read_book


def monthly_cost_usd(plan: Plan) -> Decimal:
    """The list price of all alarms for a month."""
    book = read_book()
    metrics = sum((_of_metric_alarm(alarm, book) for alarm in plan.metric_alarms), start=Decimal(0))
    composite = book[Key("AmazonCloudWatch", "CW:CompositeAlarmMonitorUsage")]
    return metrics + composite.cost_usd(Decimal(len(plan.composite_alarms)))


def _of_metric_alarm(alarm: MetricAlarm, book: PriceBook) -> Decimal:
    usage = "CW:HighResAlarmMonitorUsage" if alarm.period_seconds < 60 else "CW:AlarmMonitorUsage"
    return book[Key("AmazonCloudWatch", usage)].cost_usd(Decimal(len(alarm.stats)))
