"""Metrics that are in one Region only, wherever the workload is; and a source that reads each metric where it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from foundation.cloudwatch.metrics import Metric, MetricStat
from foundation.cloudwatch.series import Series
from foundation.cloudwatch.source import MetricSource
from foundation.errors import SourceError
from foundation.readings import Origin, Reading

# https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/monitor_estimated_charges_with_cloudwatch.html
# https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/programming-cloudwatch-metrics.html
# https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/monitoring-cloudwatch.html
_REGIONS: Mapping[str, str] = MappingProxyType(
    {"AWS/Billing": "us-east-1", "AWS/CloudFront": "us-east-1", "AWS/Route53": "us-east-1"}
)
ONLY_REGIONS = frozenset(_REGIONS.values())


def only_region(metric: Metric) -> str | None:
    """The one Region that a metric is in; None where it is in that of its resource."""
    return _REGIONS.get(metric.namespace)


def require_region(metric: Metric, origin: Origin) -> None:
    """Raise SourceError for a metric that was read in a Region that it is not in: that it has no datapoint there says nothing."""
    region = only_region(metric)
    if region is not None and origin.region is not None and origin.region != region:
        raise SourceError(
            f"{metric} was read in {origin.region}, and is in {region} only: nothing is known of it; read it there"
        )


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
