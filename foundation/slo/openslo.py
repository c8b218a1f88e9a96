"""The file format of objectives: OpenSLO v1 as far as we use it, and our CostObjective; a different type from the model.

Specification: https://github.com/OpenSLO/OpenSLO/blob/v1.0.0/README.md
"""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Name = Annotated[str, Field(pattern=r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$")]
Duration = Annotated[str, Field(pattern=r"^[1-9][0-9]*[mhdw]$")]
_UNITS: Mapping[str, timedelta] = MappingProxyType(
    {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
)


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Metadata(_Part):
    """Every document's name, an RFC 1123 label, and what describes it."""

    name: Name
    displayName: str | None = None
    labels: dict[str, str | list[str]] = {}
    annotations: dict[str, str] = {}


class CloudWatchSpec(_Part):
    """A CloudWatch metric."""

    namespace: str = Field(min_length=1, max_length=255)
    metricName: str = Field(min_length=1, max_length=255)
    dimensions: dict[str, str] = Field(default={}, max_length=30)


class CloudWatchSource(_Part):
    """Samples of a CloudWatch metric."""

    type: Literal["CloudWatch"]
    metricSourceRef: str | None = None
    spec: CloudWatchSpec


class XRaySpec(_Part):
    """An X-Ray filter expression."""

    filter: str = Field(min_length=1, max_length=2000)


class XRaySource(_Part):
    """Traces."""

    type: Literal["XRay"]
    metricSourceRef: str | None = None
    spec: XRaySpec


class CloudFormationSpec(_Part):
    """Operations on the stacks whose names begin so."""

    stackNamePrefix: str = Field(min_length=1, max_length=128)
    outcome: Literal["any", "failed"]


class CloudFormationSource(_Part):
    """Stack operations."""

    type: Literal["CloudFormation"]
    metricSourceRef: str | None = None
    spec: CloudFormationSpec


MetricSource = Annotated[CloudWatchSource | XRaySource | CloudFormationSource, Field(discriminator="type")]


class Metric(_Part):
    """OpenSLO wraps every source so."""

    metricSource: MetricSource


class RatioMetric(_Part):
    """Bad events over all events."""

    counter: bool
    bad: Metric
    total: Metric


class IndicatorSpec(_Part):
    """Exactly one of the two; the reader says so when it is none or both."""

    thresholdMetric: Metric | None = None
    ratioMetric: RatioMetric | None = None


class Indicator(_Part):
    """An inline indicator."""

    metadata: Metadata
    spec: IndicatorSpec


class TimeWindow(_Part):
    """A rolling window."""

    duration: Duration
    isRolling: Literal[True]


class Target(_Part):
    """One entry of `objectives`. OpenSLO keeps the target below 100; we also take 100, which has no budget."""

    displayName: str | None = None
    op: Literal["lt", "lte", "gt", "gte"] | None = None
    value: Decimal | None = None
    targetPercent: Decimal | None = Field(default=None, gt=0, le=100)
    target: Decimal | None = Field(default=None, gt=0, le=1)
    timeSliceTarget: Decimal | None = Field(default=None, gt=0, le=1)
    timeSliceWindow: Duration | None = None
    indicator: Indicator | None = None


class SloSpec(_Part):
    """The promise itself."""

    service: Name
    description: str = Field(default="", max_length=1050)
    indicator: Indicator | None = None
    timeWindow: list[TimeWindow] = Field(min_length=1, max_length=1)
    budgetingMethod: Literal["Occurrences", "Timeslices"]
    objectives: list[Target] = Field(min_length=1)


class Slo(_Part):
    """kind: SLO."""

    apiVersion: Literal["openslo/v1"]
    kind: Literal["SLO"]
    metadata: Metadata
    spec: SloSpec


class ServiceSpec(_Part):
    """What a service is."""

    description: str = Field(default="", max_length=1050)


class Service(_Part):
    """kind: Service."""

    apiVersion: Literal["openslo/v1"]
    kind: Literal["Service"]
    metadata: Metadata
    spec: ServiceSpec


class DataSourceSpec(_Part):
    """Where metrics come from; credentials are never in the file."""

    type: Literal["CloudWatch", "XRay", "CloudFormation"]
    description: str = ""


class DataSource(_Part):
    """kind: DataSource."""

    apiVersion: Literal["openslo/v1"]
    kind: Literal["DataSource"]
    metadata: Metadata
    spec: DataSourceSpec


class CostSpec(_Part):
    """A month's limit in dollars."""

    service: Name
    description: str = Field(default="", max_length=1050)
    limitUsd: Decimal = Field(gt=0)


class CostDocument(_Part):
    """kind: CostObjective, our own."""

    apiVersion: Literal["t-developer/v1"]
    kind: Literal["CostObjective"]
    metadata: Metadata
    spec: CostSpec


AnyDocument = Service | DataSource | Slo | CostDocument


def duration(text: str) -> timedelta:
    """A Duration as a time span: 28d is four weeks."""
    return int(text[:-1]) * _UNITS[text[-1]]
