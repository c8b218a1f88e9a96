"""A metric source on a recording that need not fit into memory: of a Parquet file only what is asked for is read.

The columns are those of `frame`. Row groups that hold other metrics or times are left out by their statistics,
so a recording that is written metric by metric, in order of time, is read fastest.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, cast

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from foundation.cloudwatch.frame import read_frame
from foundation.cloudwatch.metrics import Metric, MetricStat
from foundation.cloudwatch.recording import METRIC_COLUMNS, check_schema, dimensions_of
from foundation.cloudwatch.series import Series
from foundation.errors import SourceError, about
from foundation.files.tables import open_parquet, readable

# The column, beside those of the file, that its rows are numbered in.
_NUMBER = "row number"
_Spelling = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _RowGroup:
    """What a row group holds, as far as that is known without its values."""

    number: int
    metrics: frozenset[_Spelling]
    first_at: datetime | None
    last_at: datetime | None

    def may_hold(self, metrics: frozenset[_Spelling], start_at: datetime, end_at: datetime) -> bool:
        """False only when nothing of it can have been asked for."""
        if self.metrics.isdisjoint(metrics):
            return False
        return self.first_at is None or self.last_at is None or (self.first_at < end_at and start_at <= self.last_at)


@dataclass(frozen=True, kw_only=True)
class ParquetSource:
    """One file. Raises SourceError, when it is first read, for a file that is no recording."""

    file: Path

    def read(self, wanted: Sequence[MetricStat], *, start_at: datetime, end_at: datetime) -> Sequence[Series]:
        """As MetricSource says."""
        asked = {stat.metric for stat in wanted}
        spelled = frozenset(text for metric in asked for text in self._spelled.get(metric, ()))
        numbers = [group.number for group in self._groups if group.may_hold(spelled, start_at, end_at)]
        library: Any = pa
        with readable(self.file, "Parquet"):
            tables = [self._read_of(number, spelled) for number in numbers]
            empty = self._schema.append(library.field(_NUMBER, library.int64())).empty_table()
            frame: pd.DataFrame = library.concat_tables([empty, *tables]).to_pandas(ignore_metadata=True)
        with about(str(self.file)):
            source = read_frame(frame.drop(columns=_NUMBER), frame[_NUMBER].to_numpy(dtype=np.int64))
            return source.read(wanted, start_at=start_at, end_at=end_at)

    @property
    def metrics(self) -> frozenset[Metric]:
        """The metrics that were recorded."""
        return frozenset(self._spelled)

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
        names = [bounds[name] for name in METRIC_COLUMNS]
        if all(first is not None and first == last for first, last in names):
            metrics = frozenset({tuple(str(first) for first, _ in names)})
        else:
            with readable(self.file, "Parquet"):
                table: Any = self._opened.read_row_group(number, columns=list(METRIC_COLUMNS))
                rows: Any = table.group_by(list(METRIC_COLUMNS)).aggregate([])
            for name in METRIC_COLUMNS:
                if table[name].null_count:
                    at = self._first_rows[number] + table[name].is_null().to_pylist().index(True)
                    said = f"row {at}: {name} is missing; write it, or leave the row out"
                    raise SourceError(f"{self.file}: {said}")
            metrics = frozenset(tuple(str(row[name]) for name in METRIC_COLUMNS) for row in rows.to_pylist())
        first_at, last_at = bounds["timestamp"]
        return _RowGroup(number=number, metrics=metrics, first_at=_aware(first_at), last_at=_aware(last_at))

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
