"""An objective's requests as CloudWatch would answer with them, whatever is asked and whenever."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import numpy as np

from foundation.cloudwatch.metrics import MetricStat
from foundation.cloudwatch.names import Scope
from foundation.cloudwatch.series import Series
from foundation.cloudwatch.source import reading_of
from foundation.readings import Known, Reading
from tests.foundation.readings_factories import MADE_UP

NOW = datetime(2026, 11, 24, 10, 5, tzinfo=UTC)
_BAD = Scope(service="t-developer", stage="production").trace_group("api-errors", "bad")


@dataclass(frozen=True, kw_only=True)
class Traffic:
    """CloudWatch, of 600 requests a minute since for ever, half of them bad in outages; known until ten minutes ago."""

    outages: tuple[tuple[datetime, datetime], ...] = ()
    now: datetime = NOW
    region: str = "eu-central-1"
    stops_at: datetime | None = None

    def read(self, wanted: Sequence[MetricStat], *, start_at: datetime, end_at: datetime) -> Sequence[Reading[Series]]:
        return [self._one(each, start_at, end_at) for each in wanted]

    def _one(self, stat: MetricStat, start_at: datetime, end_at: datetime) -> Reading[Series]:
        count = round((end_at - start_at).total_seconds()) // stat.period_seconds
        begins = int(start_at.timestamp()) + stat.period_seconds * np.arange(count, dtype=np.int64)
        is_bad = dict(stat.metric.dimensions)["GroupName"] == _BAD
        minutes = np.full(count, 0.0 if is_bad else stat.period_seconds / 60)
        if is_bad:
            for first, last in self.outages:
                overlap = np.minimum(begins + stat.period_seconds, last.timestamp()) - np.maximum(
                    begins, first.timestamp()
                )
                minutes += overlap.clip(min=0) / 120
        # What has not happened has no datapoint.
        ends = min(self.now, self.stops_at or self.now).timestamp()
        values = np.where(begins < ends, np.rint(600 * minutes), np.nan)
        series = Series(start_at=start_at, period_seconds=stat.period_seconds, values=values)
        known = Known.throughout(NOW - timedelta(days=60), self.now - timedelta(minutes=10))
        return reading_of(series, known=known, origin=replace(MADE_UP, region=self.region))
