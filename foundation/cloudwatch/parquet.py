"""A metric source on a recording that need not fit into memory: of a Parquet file only what is asked for is read.

The columns are those of `frame`. Row groups that hold other metrics or times are left out by their statistics,
so a recording that is written metric by metric, in order of time, is read fastest. Of which time the whole file holds everything
is made out once, from its statement or else from those statistics, too: what is read of it cannot say.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, cast

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from foundation.cloudwatch.frame import FrameSource, read_frame
from foundation.cloudwatch.held_time import SAMPLE_SECONDS, Extent, Inferred
from foundation.cloudwatch.metrics import Metric, MetricStat
from foundation.cloudwatch.recording import END_SECONDS, FIRST_SECONDS, METRIC_COLUMNS, check_schema, dimensions_of
from foundation.cloudwatch.series import Series
from foundation.cloudwatch.statement import Stated, read_statement
from foundation.errors import SourceError, about
from foundation.files.tables import open_parquet, readable
from foundation.readings import Reading

# The column, beside those of the file, that its rows are numbered in.
_NUMBER = "row number"
_Spelling = tuple[str, ...]
# A group of rows is some megabytes.
_KEPT_COUNT = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class _RowGroup:
    """What a row group holds, as far as that is known without its values."""

    number: int
    metrics: frozenset[_Spelling]
    first_at: datetime | None
    last_at: datetime | None
    extents: tuple[Extent, ...]

    def may_hold(self, metrics: frozenset[_Spelling], start_at: datetime, end_at: datetime) -> bool:
        """False only when nothing of it can have been asked for."""
        if self.metrics.isdisjoint(metrics):
            return False
        return self.first_at is None or self.last_at is None or (self.first_at < end_at and start_at <= self.last_at)


@dataclass(frozen=True, kw_only=True)
class ParquetSource:
    """One file. Raises SourceError, when it is first read, for a file that is no recording."""

    file: Path

    def read(
        self, wanted: Sequence[MetricStat], *, start_at: datetime, end_at: datetime
    ) -> Sequence[Reading[Series]]:  # fmt: skip
        """As MetricSource says."""
        asked = {stat.metric for stat in wanted}
        spelled = frozenset(text for metric in asked for text in self._spelled.get(metric, ()))
        numbers = tuple(group.number for group in self._groups if group.may_hold(spelled, start_at, end_at))
        source = self._kept(spelled, numbers)
        with about(str(self.file)):
            return source.read(wanted, start_at=start_at, end_at=end_at)

    @property
    def metrics(self) -> frozenset[Metric]:
        """The metrics that were recorded."""
        return frozenset(self._spelled)

    @cached_property
    def held(self) -> Stated | Inferred:
        """Of which time the file holds everything, by its own statement where it has one."""
        name = f"recording {self.file.name}"
        with about(str(self.file)):
            stated = read_statement(self._opened.schema_arrow, source=name, row_count=self._opened.metadata.num_rows)
        if stated is not None:
            return stated
        return Inferred.of((each for group in self._groups for each in group.extents), source=name)

    @property
    def ends_at(self) -> datetime | None:
        """Until when anything is known of any metric; None where nothing is."""
        return self.held.ends_at

    @cached_property
    def _kept(self) -> Callable[[frozenset[_Spelling], tuple[int, ...]], FrameSource]:
        """What is read, and the newest few of it: alarms on the same metrics ask for them one after the other."""
        return lru_cache(maxsize=_KEPT_COUNT)(self._read_groups)

    def _read_groups(self, spelled: frozenset[_Spelling], numbers: tuple[int, ...]) -> FrameSource:
        library: Any = pa
        with readable(self.file, "Parquet"):
            tables = [self._read_of(number, spelled) for number in numbers]
            empty = self._schema.append(library.field(_NUMBER, library.int64())).empty_table()
            frame: pd.DataFrame = library.concat_tables([empty, *tables]).to_pandas(ignore_metadata=True)
        with about(str(self.file)):
            numbered = frame[_NUMBER].to_numpy(dtype=np.int64)
            return read_frame(frame.drop(columns=_NUMBER), numbered, held=self.held)

    def _read_of(self, number: int, spelled: frozenset[_Spelling]) -> Any:
        library: Any = pc
        field, chosen = library.field, library.scalar(False)
        for namespace, name, text in sorted(spelled):
            chosen |= (field("namespace") == namespace) & (field("metric_name") == name) & (field("dimensions") == text)
        table: Any = self._opened.read_row_group(number, columns=self._schema.names)
        first = self._first_rows[number]
        numbers = cast("Any", pa).array(np.arange(first, first + table.num_rows, dtype=np.int64))
        return table.append_column(_NUMBER, numbers).filter(chosen)

    @cached_property
    def _spelled(self) -> dict[Metric, set[_Spelling]]:
        """How each metric is written in the file."""
        spelled: dict[Metric, set[_Spelling]] = {}
        for spelling in sorted({each for group in self._groups for each in group.metrics}):
            namespace, name, text = spelling
            with about(str(self.file)):
                metric = Metric(namespace=namespace, name=name, dimensions=dimensions_of(text))
            spelled.setdefault(metric, set()).add(spelling)
        return spelled

    @cached_property
    def _groups(self) -> tuple[_RowGroup, ...]:
        return tuple(self._group(number) for number in range(self._opened.num_row_groups))

    def _group(self, number: int) -> _RowGroup:
        found: Any = self._opened.metadata.row_group(number)
        bounds = {column.path_in_schema: _bounds(column) for column in map(found.column, range(found.num_columns))}
        first_at, last_at = (_aware(each) for each in bounds["timestamp"])
        keys = [*METRIC_COLUMNS, *(name for name in self._schema.names if name == "period_seconds")]
        first, last = ([bounds[name][end] for name in keys] for end in (0, 1))
        if None not in first and first == last and first_at is not None and last_at is not None:
            times = int(first_at.timestamp()), int(last_at.timestamp())
            rows = [(tuple(str(each) for each in first[:3]), first[3] if first[3:] else SAMPLE_SECONDS, times)]
        else:
            rows = self._scanned(number, keys)
        return _RowGroup(
            number=number,
            metrics=frozenset(spelling for spelling, _, _ in rows),
            first_at=first_at,
            last_at=last_at,
            extents=tuple(
                Extent(namespace=namespace, period_seconds=period, first=first, end=last + period)
                for (namespace, _, _), period, (first, last) in rows
                if first >= FIRST_SECONDS and last < END_SECONDS and period > 0
            ),
        )

    def _scanned(self, number: int, keys: list[str]) -> list[tuple[_Spelling, int, tuple[int, int]]]:
        """Each metric and period of a row group, with its first and its last time; what is wrong with those is told elsewhere."""
        library: Any = pc
        with readable(self.file, "Parquet"):
            table: Any = self._opened.read_row_group(number, columns=[*keys, "timestamp"])
        for name in METRIC_COLUMNS:
            if table[name].null_count:
                at = self._first_rows[number] + table[name].is_null().to_pylist().index(True)
                said = f"row {at}: {name} is missing; write it, or leave the row out"
                raise SourceError(f"{self.file}: {said}")
        with readable(self.file, "Parquet"):
            zoned: Any = cast("Any", pa).timestamp("s", tz="UTC")
            seconds = library.cast(table["timestamp"], zoned, safe=False).cast(cast("Any", pa).int64())
            grouped: Any = table.select(keys).append_column("at", seconds).group_by(keys)
            rows: Any = grouped.aggregate([("at", "min"), ("at", "max")]).to_pylist()
        return [
            (
                tuple(str(row[name]) for name in METRIC_COLUMNS),
                SAMPLE_SECONDS if len(keys) == len(METRIC_COLUMNS) else int(row["period_seconds"] or 0),
                (FIRST_SECONDS - 1 if row["at_min"] is None else row["at_min"], row["at_max"] or 0),
            )
            for row in rows
        ]

    @cached_property
    def _schema(self) -> Any:
        library: Any = pa
        schema: Any = self._opened.schema_arrow
        return library.schema([schema.field(name) for name in check_schema(schema)])

    @cached_property
    def _first_rows(self) -> list[int]:
        """The number in the file of the first row of each row group, from 1."""
        counts = [self._opened.metadata.row_group(number).num_rows for number in range(self._opened.num_row_groups)]
        return [1, *(1 + int(total) for total in np.cumsum(counts))]

    @cached_property
    def _opened(self) -> Any:
        opened = open_parquet(self.file)
        with about(str(self.file)):
            check_schema(opened.schema_arrow)
        return opened


def _bounds(column: Any) -> tuple[Any, Any]:
    """The least and the greatest value of a column of a row group; None when its statistics do not say."""
    stats = column.statistics
    if stats is None or not stats.has_min_max or stats.null_count:
        return None, None
    try:
        return stats.min, stats.max
    except (ValueError, OverflowError, NotImplementedError):
        # A time that Python has not; its row is told when it is read.
        return None, None


def _aware(value: Any) -> datetime | None:
    if not isinstance(value, datetime):
        return None
    return value if value.tzinfo else value.replace(tzinfo=UTC)
