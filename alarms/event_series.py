"""Total and bad events, put on whatever metrics count an objective's events: for rule tests, and for load tests."""

import numpy as np

from foundation.cloudwatch.metrics import Metric
from foundation.cloudwatch.series import Values
from foundation.slo.event_metrics import EventMetrics


def event_series(events: EventMetrics, *, total: Values, bad: Values) -> list[tuple[Metric, str, Values]]:
    """The statistics that these events would have made, a value a period; of several parts, all bad events are the first's."""
    series: list[tuple[Metric, str, Values]] = []
    for counted in events.counted:
        if counted.id == "bad":
            series.append((counted.metric, counted.statistic, bad))
        elif counted.statistic.startswith("PR"):
            # What a percentile rank follows from: how many samples lie within its bounds.
            part_bad = np.where(np.isnan(bad), 0.0, bad) if counted.id in ("rank", "rank1") else np.zeros(total.size)
            series.append((counted.metric, f"TC{counted.statistic[2:]}", total - part_bad))
        else:
            series.append((counted.metric, counted.statistic, total))
    return series
