"""A metric source on a recording that need not fit into memory: of a Parquet file only what is asked for is read.

The columns are those of `frame`. Row groups that hold other metrics or times are left out by their statistics,
so a recording that is written metric by metric, in order of time, is read fastest.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from foundation.cloudwatch.frame import SAMPLE_COLUMNS, STATISTIC_COLUMNS, dimensions_of, read_frame
from foundation.cloudwatch.metrics import Metric, MetricStat
from foundation.cloudwatch.series import Series
from foundation.errors import SourceError, about
from foundation.files.tables import open_parquet

_NAMES = ("namespace", "metric_name", "dimensions")
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
        try:
            tables = [self._read_of(number, spelled) for number in numbers]
            table: Any = library.concat_tables([self._schema.empty_table(), *tables])
        except (OSError, ValueError) as error:
            raise SourceError(f"{self.file}: cannot be read: {error}") from error
        with about(str(self.file)):
            return read_frame(table.to_pandas()).read(wanted, start_at=start_at, end_at=end_at)

    @property
    def metrics(self) -> frozenset[Metric]:
        """The metrics that were recorded."""
        return frozenset(self._spelled)

    def _read_of(self, number: int, spelled: frozenset[_Spelling]) -> Any:
        library: Any = pc
        field, chosen = library.field, library.scalar(False)
        for namespace, name, text in sorted(spelled):
            chosen |= (field("namespace") == namespace) & (field("metric_name") == name) & (field("dimensions") == text)
        return self._opened.read_row_group(number, columns=self._schema.names).filter(chosen)

    @cached_property
    def _spelled(self) -> dict[Metric, set[_Spelling]]:
        """How each metric is written in the file."""
        spelled: dict[Metric, set[_Spelling]] = {}
        for spelling in sorted({each for group in self._groups for each in group.metrics}):
            namespace, name, text = spelling
            metric = Metric(namespace=namespace, name=name, dimensions=dimensions_of(text))
            spelled.setdefault(metric, set()).add(spelling)
        return spelled

    @cached_property
    def _groups(self) -> tuple[_RowGroup, ...]:
        return tuple(self._group(number) for number in range(self._opened.num_row_groups))

    def _group(self, number: int) -> _RowGroup:
        found: Any = self._opened.metadata.row_group(number)
        bounds = {column.path_in_schema: _bounds(column) for column in map(found.column, range(found.num_columns))}
        names = [bounds[name] for name in _NAMES]
        if all(first is not None and first == last for first, last in names):
            metrics = frozenset({tuple(str(first) for first, _ in names)})
        else:
            rows: Any = self._opened.read_row_group(number, columns=list(_NAMES)).group_by(list(_NAMES)).aggregate([])
            metrics = frozenset(tuple(str(row[name]) for name in _NAMES) for row in rows.to_pylist())
        first_at, last_at = bounds["timestamp"]
        return _RowGroup(number=number, metrics=metrics, first_at=_aware(first_at), last_at=_aware(last_at))

    @cached_property
    def _schema(self) -> Any:
        library: Any = pa
        schema: Any = self._opened.schema_arrow
        wanted = STATISTIC_COLUMNS if "statistic" in schema.names else SAMPLE_COLUMNS
        return library.schema([schema.field(name) for name in wanted])

    @cached_property
    def _opened(self) -> Any:
        opened = open_parquet(self.file)
        if absent := [column for column in SAMPLE_COLUMNS if column not in opened.schema_arrow.names]:
            wanted = ", ".join(STATISTIC_COLUMNS)
            raise SourceError(f"{self.file} has no column {', '.join(absent)}; recorded metrics have {wanted}")
        return opened


def _bounds(column: Any) -> tuple[Any, Any]:
    """The least and the greatest value of a column of a row group; None when its statistics do not say."""
    stats = column.statistics
    if stats is None or not stats.has_min_max or stats.null_count:
        return None, None
    return stats.min, stats.max


def _aware(value: Any) -> datetime | None:
    if not isinstance(value, datetime):
        return None
    return value if value.tzinfo else value.replace(tzinfo=UTC)
