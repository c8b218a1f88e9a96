"""A source that reads each metric in the Region that it is in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from foundation.cloudwatch.metric_regions import only_region
from foundation.cloudwatch.metrics import MetricStat
from foundation.cloudwatch.series import Series
from foundation.cloudwatch.source import MetricSource
from foundation.readings import Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionalSource:
    """Reads a metric that is in one Region only there, and every other one at `home`; `elsewhere` has a source by Region."""

    home: MetricSource
    elsewhere: Mapping[str, MetricSource]

    def read(
        self, wanted: Sequence[MetricStat], *, start_at: datetime, end_at: datetime
    ) -> Sequence[Reading[Series]]:  # fmt: skip
        """As MetricSource says."""
        found: dict[int, Reading[Series]] = {}
        groups: dict[str | None, list[int]] = {}
        for place, stat in enumerate(wanted):
            region = only_region(stat.metric)
            groups.setdefault(region if region in self.elsewhere else None, []).append(place)
        for region, places in groups.items():
            source = self.home if region is None else self.elsewhere[region]
            stats = [wanted[place] for place in places]
            found |= dict(zip(places, source.read(stats, start_at=start_at, end_at=end_at), strict=True))
        return [found[place] for place in range(len(wanted))]
