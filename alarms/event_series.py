"""Total and bad events, put on whatever metrics count an objective's events: for rule tests, and for load tests."""

from typing import assert_never

import numpy as np

from foundation.cloudwatch.metrics import Metric
from foundation.cloudwatch.series import Values
from foundation.slo.event_metrics import BadCount, EventMetrics, EventPart, GoodRank


def event_series(events: EventMetrics, *, total: Values, bad: Values) -> list[tuple[Metric, str, Values]]:
    """The statistics that these events would have made, a value a period; of several parts, all bad events are the first's."""
    none = np.zeros(total.size)
    first, *others = events.parts
    return [
        *part_series(first, total=total, bad=bad),
        *(series for part in others for series in part_series(part, total=total, bad=none)),
    ]


def part_series(part: EventPart, *, total: Values, bad: Values) -> tuple[tuple[Metric, str, Values], ...]:
    """The statistics that these events would have made of one part; where nothing is known of bad ones, there were none."""
    counts = (part.total.metric, part.total.statistic, total)
    match part.bad:
        case BadCount(count=count):
            return counts, (count.metric, count.statistic, bad)
        case GoodRank(count=count, good_statistic=good):
            # What a percentile rank follows from: how many samples lie within its bounds.
            return counts, (count.metric, good, total - np.where(np.isnan(bad), 0.0, bad))
        case _:
            assert_never(part.bad)
