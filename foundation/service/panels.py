"""What dashboards show, as data: panels of a kind of resource, and a service's own pages of them.

Texts may have `${label}`, the resource's, `${text}`, `${statistic}`, `${stage}` and `${service}`; ids have them, too, written as
ids are. A dimension's text and a log group's may hold parameters, which only a deployment knows.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from types import MappingProxyType

# A dashboard has 24 columns: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
COLUMNS_COUNT = 24
# The page that is made of the objectives and alarms.
OVERVIEW = "overview"


class Unit(Enum):
    """What an axis is labelled with."""

    COUNT = "count"
    MILLISECONDS = "ms"
    PERCENT = "%"
    BYTES = "bytes"
    USD = "USD"
    TIMES = "burn rate (1 = budget lasts exactly the window)"
    SECONDS = "s"
    MICROSECONDS = "µs"
    MEGABYTES = "MB"
    COUNT_PER_SECOND = "count/s"
    BYTES_PER_SECOND = "bytes/s"
    GB_HOURS = "GB-hours"
    VCPU_HOURS = "vCPU-hours"
    OWN = "the metric's own unit"


# What a panel may be labelled with, by CloudWatch's name of a metric's unit; a metric without a unit says nothing.
METRIC_UNITS: Mapping[str, Unit] = MappingProxyType(
    {
        "Bytes": Unit.BYTES, "Count": Unit.COUNT, "Milliseconds": Unit.MILLISECONDS, "Percent": Unit.PERCENT,
        "Seconds": Unit.SECONDS, "Microseconds": Unit.MICROSECONDS, "Megabytes": Unit.MEGABYTES,
        "Count/Second": Unit.COUNT_PER_SECOND, "Bytes/Second": Unit.BYTES_PER_SECOND,
    }
)  # fmt: skip


class ResourcePart(Enum):
    """What of a resource, or of its stage, a dimension of its metrics holds."""

    NAME = "name"
    ARN = "arn"
    STAGE = "stage"


@dataclass(frozen=True, slots=True, kw_only=True)
class OfFact:
    """A dimension holds a fact of the resource, by the name that its kind's file declares.

    Where the fact is not known, an optional one is left out, and with any other the line.
    """

    fact: str
    is_optional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OfTexts:
    """A dimension holds these texts: a series for each."""

    texts: tuple[str, ...]


DimensionRule = ResourcePart | OfFact | OfTexts


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """The resources with these labels."""

    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OfType:
    """The resources of a CloudFormation type."""

    type: str


Subject = Labelled | OfType


class ForEach(Enum):
    """What there is one of for each resource: a panel, or a line in one panel."""

    PANEL = "panel"
    LINE = "line"


@dataclass(frozen=True, slots=True, kw_only=True)
class StatLine:
    """Statistics of a metric of the panel's resources; of others where it has an `of` of its own."""

    id: str
    label: str
    namespace: str
    metric_name: str
    dimensions: tuple[tuple[str, DimensionRule], ...]
    statistics: tuple[str, ...]
    period_seconds: int
    is_shown: bool
    of: Subject | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MathLine:
    """Metric math on the ids of the panel's other lines."""

    id: str
    label: str
    expression: str
    is_shown: bool


PanelLine = StatLine | MathLine


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelPlace:
    """How many of the dashboard's columns and rows a panel takes."""

    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphTemplate:
    """A graph in one unit. `over` is a time range of its own; `region` is set where the metrics are in that Region only.

    `objectives` are those whose lines it has, by name; None for every objective on what it draws. One that `is_under_load` also
    stands on the page of the load test.
    """

    title: str
    place: PanelPlace
    unit: Unit
    lines: tuple[PanelLine, ...]
    of: Subject | None
    for_each: ForEach
    is_stacked: bool
    over: timedelta | None
    region: str | None
    objectives: tuple[str, ...] | None
    is_under_load: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LogsTemplate:
    """A Logs Insights query on the log groups of resources; `log_group` may have `${name}`, the resource's.

    `fact` names the group of a resource of which it is known; None where there is no such fact.
    """

    title: str
    place: PanelPlace
    of: Subject | None
    log_group: str
    query: str
    fact: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TextTemplate:
    """Markdown."""

    title: str
    place: PanelPlace
    markdown: str


PanelTemplate = GraphTemplate | LogsTemplate | TextTemplate


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A dashboard of a service's own; `instead_of` are the pages of kinds that are not made because of it."""

    name: str
    title: str
    instead_of: tuple[str, ...]
    panels: tuple[PanelTemplate, ...]


def page_name(title: str) -> str:
    """What the page of a kind is called, by the kind's title: REST APIs are on `rest-apis`."""
    words = "".join(each if each.isalnum() and each.isascii() else " " for each in title.lower())
    return "-".join(words.split())
