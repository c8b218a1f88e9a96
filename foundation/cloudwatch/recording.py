"""What a recording of metrics must be before anything is made of it: its columns, their types, and every row's values.

Whatever is wrong is an error that says which row, counted from 1, and which column: a LimitError for what CloudWatch never has,
else a SourceError.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from foundation.cloudwatch.metrics import Metric, check_period
from foundation.cloudwatch.series import Times, Values
from foundation.cloudwatch.statistic_syntax import Between, Trimmed, read_statistic
from foundation.errors import SourceError, about
from foundation.files.explaining import shown

METRIC_COLUMNS = ("namespace", "metric_name", "dimensions")
STATISTIC_COLUMNS = (*METRIC_COLUMNS, "statistic", "period_seconds", "timestamp", "value")
SAMPLE_COLUMNS = (*METRIC_COLUMNS, "timestamp", "value")
_TEXTS = (*METRIC_COLUMNS, "statistic")
_MOST_PERIOD_SECONDS = 365 * 86_400
FIRST_SECONDS, END_SECONDS = (int(datetime(year, 1, 1, tzinfo=UTC).timestamp()) for year in (2000, 2100))

Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Columns:
    """The times and values of a recording, checked, and the number that each row has in its file."""

    times: Times
    values: Values
    numbers: Numbers
    keys: tuple[str, ...]

    @property
    def is_statistics(self) -> bool:
        """Whether it holds statistics per period, and not samples."""
        return "statistic" in self.keys


def wanted_columns(names: Sequence[str]) -> tuple[str, ...]:
    """The columns that are read of those that there are. Raises SourceError when one is missing or there twice."""
    wanted = STATISTIC_COLUMNS if {"statistic", "period_seconds"} & set(names) else SAMPLE_COLUMNS
    if absent := [column for column in wanted if column not in names]:
        raise SourceError(f"it has no column {', '.join(absent)}; recorded metrics have {', '.join(wanted)}")
    if twice := [column for column in wanted if list(names).count(column) > 1]:
        raise SourceError(f"it has the column {', '.join(twice)} twice; keep one of them")
    return wanted


def check_schema(schema: Any) -> tuple[str, ...]:
    """The columns that are read of a Parquet file. Raises SourceError where one is missing or of another type."""
    wanted = wanted_columns(schema.names)
    types: Any = cast("Any", pa).types
    for name in wanted:
        kind = schema.field(name).type
        of = kind.value_type if types.is_dictionary(kind) else kind
        match name:
            case "timestamp":
                fits, needed = types.is_timestamp(kind) and kind.tz is not None, "times with a time zone; use UTC"
            case "value":
                fits, needed = types.is_floating(kind) or types.is_integer(kind), "numbers"
            case "period_seconds":
                fits, needed = types.is_integer(kind), "whole numbers"
            case _:
                fits, needed = types.is_string(of) or types.is_large_string(of), "texts"
        # A column without any value has no type of its own, and its rows are told below.
        if not fits and not types.is_null(kind):
            raise SourceError(f"its column {name} must hold {needed}, and holds {kind}")
    return wanted


def check_frame(frame: pd.DataFrame, numbers: Numbers | None = None) -> Columns:
    """What a frame holds. Raises SourceError for the first row with a value that is missing or cannot be."""
    wanted = wanted_columns([str(name) for name in frame.columns])
    keys = tuple(name for name in wanted if name not in ("timestamp", "value"))
    if numbers is None:
        numbers = np.arange(1, len(frame) + 1, dtype=np.int64)
    if frame.empty:
        return Columns(times=np.empty(0, np.int64), values=np.empty(0), numbers=numbers, keys=keys)
    for name in wanted:
        is_missing = frame[name].isna().to_numpy()
        # Of a number that is none pandas says the same; it is told below as the value that it is.
        if name != "value" and is_missing.any():
            raise SourceError(f"row {numbers[is_missing.argmax()]}: {name} is missing; write it, or leave the row out")
    for name in keys:
        if name in _TEXTS:
            _refuse_other_than_texts(frame[name], numbers)
    if not isinstance(frame["timestamp"].dtype, pd.DatetimeTZDtype):
        raise SourceError("its timestamps have no time zone; use UTC")
    times = frame["timestamp"].dt.tz_convert("UTC").dt.as_unit("s").astype("int64").to_numpy()
    if (is_off := (times < FIRST_SECONDS) | (times >= END_SECONDS)).any():
        raise SourceError(f"row {numbers[is_off.argmax()]}: timestamp must lie within the years 2000 to 2099")
    column = frame["value"]
    if not pd.api.types.is_numeric_dtype(column) or pd.api.types.is_bool_dtype(column):
        raise SourceError(f"its column value must hold numbers, and holds {shown(column.iloc[0])}")
    values = column.to_numpy(dtype=np.float64, na_value=np.nan)
    if not (is_finite := np.isfinite(values)).all():
        at = int((~is_finite).argmax())
        raise SourceError(f"row {numbers[at]} has the value {values[at]}; datapoints are finite numbers")
    return Columns(times=times, values=values, numbers=numbers, keys=keys)


def check_group(columns: Columns, group: tuple[Any, ...], rows: Numbers) -> tuple[Metric, str, int]:
    """The metric, statistic and period that some rows have. Raises SourceError or LimitError where there can be none such."""
    namespace, name, dimensions, *rest = group
    first = int(columns.numbers[rows[0]])
    statistic, period = "", 0
    with about(f"row {first}"):
        metric = Metric(namespace=namespace, name=name, dimensions=dimensions_of(dimensions))
        if columns.is_statistics:
            statistic, period = str(rest[0]), _period(rest[1])
            kind = read_statistic(statistic)
            is_count = statistic == "SampleCount" or (isinstance(kind, Between) and kind.kind is Trimmed.COUNT)
            if is_count and (is_below := columns.values[rows] < 0).any():
                at = rows[is_below.argmax()]
                said = f"is {columns.values[at]:g} in row {columns.numbers[at]}, and a count is at least 0"
                raise SourceError(f"{statistic} of {metric} {said}")
    return metric, statistic, period


def dimensions_of(text: object) -> tuple[tuple[str, str], ...]:
    """Dimensions from the text of a recording. Raises SourceError when it is no JSON object of texts, each name once."""
    try:
        pairs: Any = json.loads(str(text), object_pairs_hook=tuple)
    except (ValueError, RecursionError) as error:
        raise SourceError(f"dimensions {shown(text)} are no JSON object") from error
    if not isinstance(pairs, tuple):
        raise SourceError(f"dimensions {shown(text)} are no JSON object")
    found = cast("tuple[tuple[str, object], ...]", pairs)
    if not all(isinstance(value, str) for _, value in found):
        raise SourceError(f"dimensions {shown(text)} have a value that is no text; put it in quotes")
    return cast("tuple[tuple[str, str], ...]", found)


def _period(given: object) -> int:
    is_whole = isinstance(given, int | np.integer) and not isinstance(given, bool)
    seconds = int(cast("Any", given)) if is_whole else 0
    if not is_whole or seconds > _MOST_PERIOD_SECONDS:
        most = f"at most {_MOST_PERIOD_SECONDS:,}"
        raise SourceError(
            f"period_seconds must be a whole number of seconds, {most}, not {shown(cast('object', given))}"
        )
    check_period(seconds)
    return seconds


def _refuse_other_than_texts(column: "pd.Series[Any]", numbers: Numbers) -> None:
    kept = column.cat.categories if isinstance(column.dtype, pd.CategoricalDtype) else column
    if pd.api.types.infer_dtype(kept, skipna=False) in ("string", "empty"):
        return
    for number, value in zip(numbers, column, strict=True):
        if not isinstance(value, str):
            raise SourceError(f"row {number}: {column.name} must be a text, not {shown(value)}")
