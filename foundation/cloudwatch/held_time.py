"""Of which time a recording holds everything, for each statistic and period: by its own statement, or as it can be inferred.

Inferred: in periods of one length a namespace is known from its first datapoint on, because nothing shows that it was asked
before, up to the recording's last, because until then the recorder ran. So a metric that falls silent while others go on is
silent, and a recording that ends is not known beyond its end. What begins at another time than its namespace is told wrongly.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from foundation.cloudwatch.metrics import Metric
from foundation.readings import Known, Origin

# A recording of samples has no periods: each stands for its own second.
SAMPLE_SECONDS = 1


class HeldTime(Protocol):
    """What says of which time a recording holds everything."""

    def origin(self, metric: Metric) -> Origin:
        """Who recorded a metric."""
        ...

    def known(self, metric: Metric, statistics: Sequence[str], period_seconds: int) -> Known:
        """The time of which all of these statistics of a metric are held in periods of this length."""
        ...

    def periods(self, metric: Metric) -> frozenset[int]:
        """The lengths of period that may be held of a metric that has no datapoint in them."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Throughout:
    """Values that were made or counted here, which hold every metric of the same time."""

    held: Known
    by: Origin

    def origin(self, metric: Metric) -> Origin:  # noqa: ARG002 - as HeldTime says
        """As HeldTime says."""
        return self.by

    def known(self, metric: Metric, statistics: Sequence[str], period_seconds: int) -> Known:  # noqa: ARG002 - as HeldTime says
        """As HeldTime says."""
        return self.held

    def periods(self, metric: Metric) -> frozenset[int]:  # noqa: ARG002 - as HeldTime says
        """As HeldTime says: whichever is asked for."""
        return frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """When the datapoints of a namespace in periods of one length begin, and when the period of the last of them ends."""

    namespace: str
    period_seconds: int
    first: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Inferred:
    """What the datapoints themselves let one think: where a namespace's begin, and where those of a period's length end."""

    begins: Mapping[tuple[str, int], int]
    ends: Mapping[int, int]
    by: Origin

    @classmethod
    def of(cls, extents: Iterable[Extent], *, source: str) -> "Inferred":
        """From the extents of the parts of a recording, in any order."""
        begins: dict[tuple[str, int], int] = {}
        ends: dict[int, int] = {}
        for each in extents:
            key = each.namespace, each.period_seconds
            begins[key] = min(each.first, begins.get(key, each.first))
            ends[each.period_seconds] = max(each.end, ends.get(each.period_seconds, each.end))
        origin = Origin(
            source=source, region=None, read_at=None, delay=timedelta(0), is_stated=False, notes=()
        )  # fmt: skip
        return cls(begins=begins, ends=ends, by=origin)

    @property
    def ends_at(self) -> datetime | None:
        """Until when anything of it is held; None without a datapoint."""
        return datetime.fromtimestamp(max(self.ends.values()), UTC) if self.ends else None

    def origin(self, metric: Metric) -> Origin:  # noqa: ARG002 - as HeldTime says
        """As HeldTime says."""
        return self.by

    def known(self, metric: Metric, statistics: Sequence[str], period_seconds: int) -> Known:  # noqa: ARG002 - as HeldTime says
        """As HeldTime says."""
        begins = self.begins.get((metric.namespace, period_seconds))
        return Known.nothing() if begins is None else Known.of([(begins, self.ends[period_seconds])])

    def periods(self, metric: Metric) -> frozenset[int]:
        """As HeldTime says: those in which anything of its namespace is held."""
        return frozenset(period for namespace, period in self.begins if namespace == metric.namespace)
