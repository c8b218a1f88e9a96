"""How late CloudWatch's metrics are: how long after its end a period is settled, and who says so (`settling.yaml`)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Self

from pydantic import Field, model_validator

from foundation.cloudwatch.metrics import Metric
from foundation.files.documents import yaml_documents
from foundation.files.durations import read_duration
from foundation.files.forms import Form, read_by

_FILE = Path(__file__).with_name("settling.yaml")
_ANY = "any"
_NOTHING_KNOWN: Mapping[str, timedelta] = MappingProxyType({})


class Confidence(Enum):
    """How sure a delay is: documented, measured by one party, or an estimate."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settling:
    """A period of the metrics of a namespace, or of those with some names or a dimension, is settled so long after its end.

    `longest` is the longest that what a datapoint is about may take, where it carries the time at which that began. `source`
    is empty only where the confidence is low, and `note` says why.
    """

    namespace: str
    metrics: frozenset[str]
    dimension: str | None
    after: timedelta
    longest: timedelta
    confidence: Confidence
    source: str
    note: str

    def fits(self, metric: Metric) -> bool:
        """Whether it is about this metric."""
        return (
            self.namespace in (metric.namespace, _ANY)
            and (not self.metrics or metric.name in self.metrics)
            and (self.dimension is None or self.dimension in dict(metric.dimensions))
        )


@cache
def settlings() -> tuple[Settling, ...]:
    """All that is known of it; the first that fits a metric counts, and the last fits every one."""
    with yaml_documents(_FILE) as found:
        entries = found.only("how late metrics are").read(list[_Entry]) or []
    return tuple(
        Settling(
            namespace=each.namespace,
            metrics=frozenset(each.metrics),
            dimension=each.dimension,
            after=each.settled_after,
            longest=each.longest,
            confidence=each.confidence,
            source=each.source,
            note=each.note,
        )
        for each in entries
    )


def settling_of(metric: Metric) -> Settling:
    """What is known of how late a metric is."""
    return next(each for each in settlings() if each.fits(metric))


def settles_after(metric: Metric, longest: Mapping[str, timedelta] = _NOTHING_KNOWN) -> timedelta:
    """How long after its end a period of a metric is settled.

    `longest` is, by namespace, the longest that what it is about may take here, such as a canary's timeout; else it is the
    longest that AWS lets it.
    """
    found = settling_of(metric)
    return found.after + longest.get(metric.namespace, found.longest)


class _Entry(Form):
    namespace: str
    metrics: tuple[str, ...] = ()
    dimension: str | None = None
    settled_after: Annotated[timedelta, read_by(read_duration)]
    longest: Annotated[timedelta, read_by(read_duration)] = timedelta(0)
    confidence: Confidence
    source: str = Field(default="", pattern="^https://|^$")
    note: str = ""

    @model_validator(mode="after")
    def _says_who_says_so(self) -> Self:
        if not self.source and (self.confidence is not Confidence.LOW or not self.note):
            raise ValueError("needs a source, or low confidence and a note that says why")
        return self
