"""The port to read metrics: statistics per period, from AWS, a recorded frame or the local platform.

Sources give statistics only. Metric math is evaluated here (`metric_math`), so its numbers are the same everywhere. What is
known of its result follows from its inputs alone: the math turns what is missing into numbers.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from foundation.cloudwatch.metric_math.program import Program
from foundation.cloudwatch.metrics import MetricStat
from foundation.cloudwatch.series import Series
from foundation.errors import SourceError
from foundation.readings import Interval, Known, Origin, Reading, known_together


class NotKeptError(SourceError):
    """A time that is no longer kept in periods of the wanted length; what is later than `kept_since` is."""

    def __init__(self, text: str, *, kept_since: datetime) -> None:
        super().__init__(text)
        self.kept_since = kept_since


class MetricSource(Protocol):
    """Where statistics come from."""

    def read(
        self, wanted: Sequence[MetricStat], *, start_at: datetime, end_at: datetime
    ) -> Sequence[Reading[Series]]:  # fmt: skip
        """A reading for each wanted statistic, in order, for the periods in [start_at, end_at).

        Both are multiples of each period. Raises SourceError.
        """
        ...


def reading_of(series: Series, *, known: Known, origin: Origin) -> Reading[Series]:
    """The reading of a series: what was asked is all of its periods. Raises IntervalError for a series without any."""
    length = timedelta(seconds=series.period_seconds * series.values.size)
    return Reading(
        asked=Interval(start_at=series.start_at, end_at=series.start_at + length),
        known=known,
        resolution_seconds=series.period_seconds,
        origin=origin,
        answer=series,
    )


def known_of_math(program: Program, wanted: str, inputs: Sequence[Reading[Series]]) -> Known:
    """What is known of the result of a query, from readings of the same interval of all its metrics.

    A metric counts also where an IF leaves it out. Where the query goes along time, one unknown period makes all unknown.
    """
    return known_together(
        [each.known for each in inputs], inputs[0].asked, along_time=program.needs_range(wanted)
    )  # fmt: skip
