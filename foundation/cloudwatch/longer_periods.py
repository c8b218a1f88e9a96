"""An alarm as it can be evaluated where its metrics are kept in longer periods than it looks at: 5 minutes, or an hour.

CloudWatch keeps minutes for 15 days, periods of 5 minutes for 63, and those of an hour for 455:
https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
A window that is a multiple of the longer period is looked at as it is, only less often. Another one is lengthened to the next
multiple, which only math of one evaluation period bears: a share of a slightly longer time. A count over a longer time, several
periods in a row, and a percentile would be other alarms.
"""

from dataclasses import replace

from foundation.cloudwatch.alarms import MetricAlarm
from foundation.cloudwatch.metrics import MathExpression, MetricStat, Query
from foundation.cloudwatch.rollup import parts_of

LONGER_PERIODS_SECONDS = (300, 3_600)


def on_longer_periods(alarm: MetricAlarm, period_seconds: int) -> MetricAlarm | None:
    """The alarm on statistics of periods that long; None where they cannot show it."""
    if any(parts_of(stat.statistic) is None for stat in alarm.stats):
        return None
    if alarm.period_seconds % period_seconds == 0:
        return alarm
    if isinstance(alarm.watches, MetricStat) or alarm.evaluation_periods > 1:
        return None
    longer = -(-alarm.period_seconds // period_seconds) * period_seconds
    return replace(alarm, watches=tuple(_lengthened(query, longer) for query in alarm.watches))


def _lengthened(query: Query, period_seconds: int) -> Query:
    match query.source:
        case MetricStat() as stat:
            return replace(query, source=replace(stat, period_seconds=period_seconds))
        case MathExpression(period_seconds=None):
            return query
        case MathExpression() as math:
            return replace(query, source=replace(math, period_seconds=period_seconds))
