"""Which alarms can be evaluated on longer periods, and on which windows."""

import pytest

from foundation.cloudwatch.alarms import MetricAlarm
from foundation.cloudwatch.longer_periods import on_longer_periods
from foundation.cloudwatch.metrics import MathExpression, Query
from tests.foundation.cloudwatch.factories import alarm, ratio, stat


@pytest.mark.parametrize(
    ("watched", "seconds", "looks_at"),
    [
        (alarm(ratio(period_seconds=3_360)), 300, 3_600),
        (alarm(ratio(period_seconds=3_300)), 300, 3_300),
        (alarm(ratio(period_seconds=300)), 3_600, 3_600),
        (alarm(ratio(period_seconds=3_660)), 3_600, 7_200),
        (alarm(stat(period_seconds=600)), 300, 600),
        (alarm(stat(period_seconds=600), evaluation_periods=3), 300, 600),
        (alarm(stat(period_seconds=60)), 300, None),
        (alarm(stat(period_seconds=600)), 3_600, None),
        (alarm(ratio(period_seconds=60), evaluation_periods=3), 300, None),
        (alarm(stat(period_seconds=600, statistic="p99")), 300, None),
    ],
)
def test_a_share_may_be_of_a_longer_window_and_a_count_may_not(
    watched: MetricAlarm, seconds: int, looks_at: int | None
) -> None:
    found = on_longer_periods(watched, seconds)
    assert (None if found is None else found.period_seconds) == looks_at
    if found is not None:
        assert (found.name, found.threshold, found.watched_id) == (watched.name, watched.threshold, watched.watched_id)


def test_an_expression_that_says_its_period_is_lengthened_with_its_metrics() -> None:
    bad, total, share = ratio(period_seconds=60)
    assert isinstance(share.source, MathExpression)
    said = Query(id="share", source=MathExpression(expression=share.source.expression, period_seconds=60))
    found = on_longer_periods(alarm((bad, total, said)), 300)
    assert found is not None
    assert found.queries[2].source == MathExpression(expression=share.source.expression, period_seconds=300)
