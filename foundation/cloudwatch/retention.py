"""A source that is asked only for what CloudWatch still keeps: of what is older nothing is known, and the rest is read."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

from foundation.cloudwatch.aws import kept_for
from foundation.cloudwatch.metrics import MetricStat
from foundation.cloudwatch.series import Series
from foundation.cloudwatch.source import MetricSource, reading_of
from foundation.readings import Known, Reading, in_memory

# Reading takes a while, in which more is given up.
_MARGIN = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class RetainedSource:
    """Reads from `source` at `now`, each statistic from as early as its periods are kept."""

    source: MetricSource
    now: datetime

    def read(
        self, wanted: Sequence[MetricStat], *, start_at: datetime, end_at: datetime
    ) -> Sequence[Reading[Series]]:  # fmt: skip
        """As MetricSource says."""
        begins: dict[datetime, list[int]] = {}
        for place, stat in enumerate(wanted):
            begins.setdefault(min(max(start_at, self._kept_since(stat.period_seconds)), end_at), []).append(place)
        found: dict[int, Reading[Series]] = {}
        for begins_at, places in begins.items():
            stats = [wanted[place] for place in places]
            if begins_at < end_at:
                readings = self.source.read(stats, start_at=begins_at, end_at=end_at)
                found |= {place: _from(start_at, each) for place, each in zip(places, readings, strict=True)}
            else:
                found |= {place: _nothing(wanted[place], start_at, end_at) for place in places}
        return [found[place] for place in range(len(wanted))]

    def _kept_since(self, period_seconds: int) -> datetime:
        kept = kept_for(period_seconds)
        if kept is None:
            return self.now
        seconds = (self.now - kept + _MARGIN).timestamp()
        return datetime.fromtimestamp(math.ceil(seconds / period_seconds) * period_seconds, UTC)


def _from(start_at: datetime, reading: Reading[Series]) -> Reading[Series]:
    series = reading.answer
    count = round((series.start_at - start_at).total_seconds()) // series.period_seconds
    if not count:
        return reading
    values = np.concatenate([np.full(count, np.nan), series.values])
    whole = Series(start_at=start_at, period_seconds=series.period_seconds, values=values)
    return reading_of(whole, known=reading.known, origin=reading.origin)


def _nothing(stat: MetricStat, start_at: datetime, end_at: datetime) -> Reading[Series]:
    count = round((end_at - start_at).total_seconds()) // stat.period_seconds
    series = Series(start_at=start_at, period_seconds=stat.period_seconds, values=np.full(count, np.nan))
    return reading_of(series, known=Known.nothing(), origin=in_memory("no source"))
