"""Metrics that are in one Region only, wherever the workload is."""

from collections.abc import Mapping
from types import MappingProxyType

from foundation.cloudwatch.metrics import Metric
from foundation.errors import SourceError
from foundation.readings import Origin

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
