"""A recording of what was read, with its statement: for each statistic that was asked, also of one without a datapoint, the time
of which it is known, who said so, and when. It is JSON in the metadata of the Parquet file's schema.

So "never a fault" and "never asked" are not the same file. It also states how many rows there are: one that has lost some is no
recording of the time that it states.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import reduce
from pathlib import Path
from typing import Annotated, Any, cast

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import Field, ValidationError

from foundation.cloudwatch.metrics import Metric, MetricStat
from foundation.cloudwatch.recording import STATISTIC_COLUMNS
from foundation.cloudwatch.series import Series
from foundation.errors import SourceError, about
from foundation.files.forms import Form, Moment
from foundation.readings import Known, Origin, Reading

_KEY = b"sre.known"
_DATAPOINT = [name for name in STATISTIC_COLUMNS if name != "value"]
_LAST_SECONDS = 4_102_444_800
_Statistic = tuple[Metric, str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """Of which time a recording holds everything, by its own statement; of what it does not state, nothing is known."""

    statistics: Mapping[Metric, Mapping[tuple[str, int], Known]]
    origins: Mapping[Metric, Origin]
    nobody: Origin

    @property
    def ends_at(self) -> datetime | None:
        """Until when anything is known; None where nothing is."""
        ends = (each.newest_at for of in self.statistics.values() for each in of.values())
        return max((at for at in ends if at is not None), default=None)

    def origin(self, metric: Metric) -> Origin:
        """As HeldTime says."""
        return self.origins.get(metric, self.nobody)

    def known(self, metric: Metric, statistics: Sequence[str], period_seconds: int) -> Known:
        """As HeldTime says."""
        stated = self.statistics.get(metric, {})
        each = (stated.get((name, period_seconds), Known.nothing()) for name in statistics)
        return reduce(lambda one, other: one & other, each)

    def periods(self, metric: Metric) -> frozenset[int]:
        """As HeldTime says: those in which any of its statistics was asked."""
        return frozenset(period for _, period in self.statistics.get(metric, {}))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Recording:
    """Datapoints as rows of a frame, each once, and what is known of each statistic that was asked."""

    frame: pd.DataFrame
    statistics: Mapping[_Statistic, tuple[Known, Origin]]

    def to_parquet(self, file: Path) -> None:
        """Write both."""
        library: Any = pa
        table: Any = library.Table.from_pandas(self.frame, preserve_index=False)
        stated = _Statement(
            statistics=tuple(_stated(key, known, origin) for key, (known, origin) in self.statistics.items()),
            row_count=len(self.frame),
        )
        metadata = cast("dict[bytes, bytes]", table.schema.metadata or {})
        metadata = {**metadata, _KEY: stated.model_dump_json().encode()}
        writer: Any = pq
        writer.write_table(table.replace_schema_metadata(metadata), file)


def recording_of(frame: pd.DataFrame, read: Iterable[tuple[MetricStat, Reading[Series]]]) -> Recording:
    """A recording from the rows of some readings, and from these; what was read twice stands there once, as it was last."""
    joined: dict[_Statistic, tuple[Known, Origin]] = {}
    for stat, reading in read:
        key = stat.metric, stat.statistic, stat.period_seconds
        known, before = joined.get(key, (Known.nothing(), None))
        joined[key] = known | reading.known, _both(before, reading.origin)
    return Recording(frame=frame.drop_duplicates(_DATAPOINT, keep="last", ignore_index=True), statistics=joined)


def read_statement(schema: Any, *, source: str, row_count: int) -> Stated | None:
    """What the schema of a Parquet file of so many rows states; None where it states nothing.

    Raises SourceError for what is no statement, or one of another number of rows.
    """
    text = cast("dict[bytes, bytes]", schema.metadata or {}).get(_KEY)
    if text is None:
        return None
    try:
        found = _Statement.model_validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise SourceError(
            f"its metadata {_KEY.decode()} is no statement of what is known: {where}: {first['msg']}; record it again"
        ) from error
    if found.row_count != row_count:
        raise SourceError(
            f"it has {row_count:,} rows, and its metadata {_KEY.decode()} states {found.row_count:,}: it is not whole; "
            "record it again"
        )
    statistics: dict[Metric, dict[tuple[str, int], Known]] = {}
    origins: dict[Metric, Origin] = {}
    for each in found.statistics:
        with about(_KEY.decode()):
            metric, statistic, period = each.key()
        statistics.setdefault(metric, {})[statistic, period] = Known.of(each.known)
        origins[metric] = _both(origins.get(metric), each.origin(source))
    nobody = Origin(source=source, region=None, read_at=None, delay=timedelta(0), is_stated=True, notes=())
    return Stated(statistics=statistics, origins=origins, nobody=nobody)


def _both(before: Origin | None, origin: Origin) -> Origin:
    """The origin of what was read last, which is stated only if all of it is."""
    return origin if before is None else replace(origin, is_stated=before.is_stated and origin.is_stated)


_Second = Annotated[int, Field(strict=True, ge=0, le=_LAST_SECONDS)]


class _StatedStatistic(Form):
    namespace: str
    metric_name: str
    dimensions: dict[str, str]
    statistic: str
    period_seconds: Annotated[int, Field(strict=True, ge=1)]
    known: tuple[tuple[_Second, _Second], ...]
    source: str
    region: str | None
    read_at: Moment | None
    delay_seconds: Annotated[int, Field(strict=True, ge=0, le=_LAST_SECONDS)]
    is_stated: Annotated[bool, Field(strict=True)]
    notes: tuple[str, ...]

    def key(self) -> _Statistic:
        metric = Metric(namespace=self.namespace, name=self.metric_name, dimensions=tuple(self.dimensions.items()))
        return metric, self.statistic, self.period_seconds

    def origin(self, source: str) -> Origin:
        return Origin(
            source=f"{source} of {self.source}",
            region=self.region,
            read_at=self.read_at,
            delay=timedelta(seconds=self.delay_seconds),
            is_stated=self.is_stated,
            notes=self.notes,
        )


class _Statement(Form):
    statistics: tuple[_StatedStatistic, ...]
    row_count: Annotated[int, Field(strict=True, ge=0)]


def _stated(key: _Statistic, known: Known, origin: Origin) -> _StatedStatistic:
    metric, statistic, period = key
    read_at: datetime | None = origin.read_at
    return _StatedStatistic(
        namespace=metric.namespace,
        metric_name=metric.name,
        dimensions=dict(metric.dimensions),
        statistic=statistic,
        period_seconds=period,
        known=known.spans,
        source=origin.source,
        region=origin.region,
        read_at=read_at,
        delay_seconds=int(origin.delay.total_seconds()),
        is_stated=origin.is_stated,
        notes=origin.notes,
    )
