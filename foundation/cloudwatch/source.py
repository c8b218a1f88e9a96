"""The port to read metrics: statistics per period, from AWS, a recorded frame or the local platform.

Sources give statistics only. Metric math is evaluated here (`metric_math`), so its numbers are the same everywhere.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from foundation.cloudwatch.metrics import MetricStat
from foundation.cloudwatch.series import Series


class MetricSource(Protocol):
    """Where statistics come from."""

    def read(self, wanted: Sequence[MetricStat], *, start_at: datetime, end_at: datetime) -> Sequence[Series]:
        """A series for each wanted statistic, in order, for the periods in [start_at, end_at).

        Both are multiples of each period. Raises SourceError.
        """
        ...
