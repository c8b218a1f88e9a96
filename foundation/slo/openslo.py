"""The file format of objectives: OpenSLO v1 as far as we use it, and our CostObjective; a different type from the model.

Specification: https://github.com/OpenSLO/OpenSLO/blob/v1.0.0/README.md
"""

import re
from datetime import timedelta
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from foundation.errors import InputError
from foundation.files.durations import read_duration
from foundation.files.forms import Flag, Form, Line, Number, Prose, read_by

# CloudWatch keeps metrics for fifteen months, so no window is longer: https://aws.amazon.com/cloudwatch/faqs/
_LONGEST = timedelta(days=455)
_DURATION = re.compile(r"[1-9][0-9]{0,6}[mhdw]", re.ASCII)
_DURATION_IN_WORDS = re.compile(
    r"([1-9][0-9]{0,6}) ?([mhdw])(?:in|inutes?|ours?|ays?|eeks?|ins)?", re.ASCII | re.IGNORECASE
)
# In one line, and of what can be seen.
_VISIBLE = r"^[ -~]+$"
# https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html
_STACK = r"^[A-Za-z][A-Za-z0-9-]*$"
_NAME = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", re.ASCII)


def _duration(given: str) -> timedelta:
    """OpenSLO has one unit, and weeks."""
    if not _DURATION.fullmatch(given):
        words = _DURATION_IN_WORDS.fullmatch(given)
        hint = f"did you mean {words[1]}{words[2].lower()}?" if words else "write 5m, 1h, 28d or 4w"
        raise InputError(f"{given[:40]!r} is no duration; {hint}")
    length = 7 * read_duration(f"{given[:-1]}d") if given[-1] == "w" else read_duration(given)
    if length > _LONGEST:
        raise InputError(f"{given!r} is more than {_LONGEST.days}d, for which CloudWatch keeps metrics")
    return length


def _name(given: Any) -> Any:
    if isinstance(given, str) and not _NAME.fullmatch(given):
        meant = re.sub(r"[^a-z0-9]+", "-", given.lower()).strip("-")
        hint = f"; did you mean {meant}?" if _NAME.fullmatch(meant) else ""
        raise ValueError(f"{given[:80]!r} must be small letters, digits and -, at most 63{hint}")
    return given


def _threshold(given: Decimal) -> Decimal:
    # Every sample that is compared with it is at least 0.
    if given < 0:
        raise ValueError(f"must be at least 0, not {str(given)!r}; did you mean {-given}?")
    return given


def _percent(given: Decimal) -> Decimal:
    if given > 100:
        # A dot that was left out, or moved: 999 for 99.9.
        digits = f"{given.normalize():f}".replace(".", "")
        meant = f"; did you mean {digits[:2]}.{digits[2:]}?" if digits.startswith("9") and len(digits) > 2 else ""
        raise ValueError(f"must be at most 100, not {str(given)!r}{meant}")
    if given <= 0:
        raise ValueError(f"must be greater than 0, not {str(given)!r}; it is the percentage of events that are good")
    return given


def _ratio(given: Decimal) -> Decimal:
    if 1 < given <= 100:
        raise ValueError(
            f"must be at most 1, not {str(given)!r}; did you mean targetPercent: {given}, or {(given / 100).normalize():f}?"
        )
    return given


Name = Annotated[str, BeforeValidator(_name)]
Duration = Annotated[timedelta, read_by(_duration)]


class Named(Form):
    """A name, an RFC 1123 label."""

    name: Name


class Metadata(Named):
    """A document's name, and its title for people."""

    displayName: Line | None = Field(default=None, min_length=1, max_length=200)


class CloudWatchSpec(Form):
    """A CloudWatch metric."""

    namespace: str = Field(min_length=1, max_length=255, pattern=_VISIBLE)
    metricName: str = Field(min_length=1, max_length=255, pattern=_VISIBLE)
    dimensions: dict[str, str] = Field(default_factory=dict[str, str], max_length=30)


class CloudWatchSource(Form):
    """Samples of a CloudWatch metric."""

    type: Literal["CloudWatch"]
    metricSourceRef: str | None = None
    spec: CloudWatchSpec


class XRaySpec(Form):
    """An X-Ray filter expression."""

    filter: str = Field(min_length=1, max_length=2000, pattern=_VISIBLE)


class XRaySource(Form):
    """Traces."""

    type: Literal["XRay"]
    metricSourceRef: str | None = None
    spec: XRaySpec


class CloudFormationSpec(Form):
    """Operations on the stack of this name, and on those whose names go on with a dash."""

    stackNamePrefix: str = Field(min_length=1, max_length=128, pattern=_STACK)
    outcome: Literal["any", "failed"]


class CloudFormationSource(Form):
    """Stack operations."""

    type: Literal["CloudFormation"]
    metricSourceRef: str | None = None
    spec: CloudFormationSpec


MetricSource = Annotated[CloudWatchSource | XRaySource | CloudFormationSource, Field(discriminator="type")]


class Metric(Form):
    """OpenSLO wraps every source so."""

    metricSource: MetricSource


class RatioMetric(Form):
    """Bad events over all events."""

    counter: Flag
    bad: Metric
    total: Metric


class IndicatorSpec(Form):
    """Exactly one of the two; the reader says so when it is none or both."""

    thresholdMetric: Metric | None = None
    ratioMetric: RatioMetric | None = None


class Indicator(Form):
    """An inline indicator."""

    metadata: Metadata
    spec: IndicatorSpec


class TimeWindow(Form):
    """A rolling window."""

    duration: Duration
    isRolling: Flag


class Target(Form):
    """One entry of `objectives`. OpenSLO keeps the target below 100; we also take 100, which has no budget."""

    displayName: Line | None = Field(default=None, min_length=1, max_length=200)
    op: Literal["lt", "lte", "gt", "gte"] | None = None
    # CloudWatch writes a threshold with at most eight digits after the dot.
    value: Annotated[Number, AfterValidator(_threshold), Field(le=10**12, decimal_places=8)] | None = None
    targetPercent: Annotated[Number, AfterValidator(_percent)] | None = None
    target: Annotated[Number, AfterValidator(_ratio), Field(gt=0, le=1)] | None = None
    timeSliceTarget: Annotated[Number, AfterValidator(_ratio), Field(gt=0, le=1)] | None = None
    timeSliceWindow: Duration | None = None
    indicator: Indicator | None = None


class SloSpec(Form):
    """The promise itself."""

    service: Name
    description: Prose = Field(default="", max_length=1050)
    indicator: Indicator | None = None
    timeWindow: list[TimeWindow] = Field(min_length=1, max_length=1)
    budgetingMethod: Literal["Occurrences", "Timeslices"]
    objectives: list[Target] = Field(min_length=1)


class Slo(Form):
    """kind: SLO."""

    apiVersion: Literal["openslo/v1"]
    kind: Literal["SLO"]
    metadata: Metadata
    spec: SloSpec


class ServiceSpec(Form):
    """What a service is."""

    description: Prose = Field(default="", max_length=1050)


class Service(Form):
    """kind: Service."""

    apiVersion: Literal["openslo/v1"]
    kind: Literal["Service"]
    metadata: Metadata
    spec: ServiceSpec


class DataSourceSpec(Form):
    """Where metrics come from; credentials are never in the file."""

    type: Literal["CloudWatch", "XRay", "CloudFormation"]


class DataSource(Form):
    """kind: DataSource."""

    apiVersion: Literal["openslo/v1"]
    kind: Literal["DataSource"]
    metadata: Named
    spec: DataSourceSpec


class CostSpec(Form):
    """A month's limit in dollars."""

    service: Name
    description: Prose = Field(default="", max_length=1050)
    limitUsd: Number = Field(ge=Decimal("0.01"), le=10**9)


class CostDocument(Form):
    """kind: CostObjective, our own."""

    apiVersion: Literal["t-developer/v1"]
    kind: Literal["CostObjective"]
    metadata: Metadata
    spec: CostSpec


AnyDocument = Service | DataSource | Slo | CostDocument
