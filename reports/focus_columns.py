"""The columns of a FOCUS export's file that a report needs, and every value of them that cannot be reported.

Times are UTC (https://focus.finops.org/focus-specification/v1-2/): a text says so, by Z or its offset; one of Parquet is.
A column of the standard comes first; a provider's own (x_…), or one of another version, stands in where it has none.
"""

import csv
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO, cast

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow.csv as pa_csv

from foundation.errors import InputError
from foundation.files.explaining import shown
from foundation.files.tables import open_csv, open_parquet, readable

NEEDED = ("BilledCost", "ChargePeriodStart", "ChargePeriodEnd", "ChargeCategory", "ServiceName", "BillingCurrency")
# What a column is called in FOCUS 1.0 to 1.3 and in AWS's exports; the first of a row that says something counts.
USAGE_TYPE = ("SkuMeter", "x_UsageType")
ACCOUNT = ("SubAccountId", "BillingAccountId")
PROVIDER = ("ProviderName", "ServiceProviderName", "InvoiceIssuerName")
TAGS = "Tags"
OPTIONAL = (
    *USAGE_TYPE, *ACCOUNT, *PROVIDER, "x_ServiceCode", "ConsumedQuantity", "ChargeClass", "ChargeFrequency",
    "BillingPeriodStart", "x_Sample", "x_Estimate",
)  # fmt: skip
_AMOUNT = r"[+-]?(?:[0-9]{1,12}(?:\.[0-9]{0,40})?|\.[0-9]{1,40})(?:[eE]-[0-9]{1,2})?"
_QUANTITY = r"[+-]?(?:[0-9]{1,18}(?:\.[0-9]{0,40})?|\.[0-9]{1,40})(?:[eE][+-]?[0-9]{1,2})?"
_TIME = r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?(?:Z|[+-][0-9]{2}:[0-9]{2})"
_MOST_LINES = 10
_MOST_HEADER_BYTES = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rows:
    """Rows of one file with the columns above, as texts, an empty one where there is none; `starts`, `ends` are their times.

    `columns` are those that the file has. `numbers` are its lines in a CSV file, and its rows, from 1, in a Parquet file;
    `ragged` says of lines that are no rows which those are, and how many fields they have.
    """

    file: Path
    columns: frozenset[str]
    frame: pd.DataFrame
    numbers: npt.NDArray[np.int64]
    ragged: tuple[tuple[int, str], ...]
    starts: "pd.Series[Any]"
    ends: "pd.Series[Any]"

    def first_of(self, columns: Sequence[str]) -> "pd.Series[Any]":
        """Of each row, what the first of these columns says that says anything."""
        found = self.frame[columns[0]]
        for column in columns[1:]:
            found = found.where(found != "", self.frame[column])
        return found

    def only(self, kept: npt.NDArray[np.bool_]) -> "Rows":
        """These rows alone."""
        return replace(
            self, frame=self.frame[kept], numbers=self.numbers[kept], starts=self.starts[kept], ends=self.ends[kept]
        )

    def refuse(self, categories: Sequence[str], flags: Sequence[str]) -> None:
        """Raise InputError with every kind of wrong value that there is, ten lines of each."""
        frame = self.frame
        quantities, amounts = frame["ConsumedQuantity"], frame["BilledCost"]
        kinds: list[tuple[str, Any, str]] = [
            ("BilledCost", ~amounts.str.fullmatch(_AMOUNT), "is no amount, such as 12.34"),
            ("BillingCurrency", frame["BillingCurrency"] != "USD", "is not USD; only US dollars can be reported"),
            ("ChargeCategory", ~frame["ChargeCategory"].isin(list(categories)), f"is none of {', '.join(categories)}"),
            ("ChargeClass", ~frame["ChargeClass"].isin(["", "Correction"]), "is neither Correction nor empty"),
            *(
                (column, times.isna(), "is no ISO 8601 time in UTC, such as 2026-03-02T00:00:00Z")
                for column, times in (("ChargePeriodStart", self.starts), ("ChargePeriodEnd", self.ends))
            ),
            ("ChargePeriodEnd", self.ends < self.starts, "comes before the start of its period"),
            (
                "ConsumedQuantity",
                (quantities != "") & ~quantities.str.fullmatch(_QUANTITY),
                "is no quantity, such as 12.5",
            ),
            *(
                (flag, ~frame[flag].str.lower().isin(["", "true", "false"]), "is neither true nor false")
                for flag in flags
            ),
        ]
        lines = _first([self._line(number, said) for number, said in self.ragged], len(self.ragged))
        wrong = np.zeros(len(frame), dtype=bool)
        for column, found, problem in kinds:
            at = np.flatnonzero(found.to_numpy(dtype=bool))
            wrong[at] = True
            said = [(int(self.numbers[row]), frame[column].iloc[row]) for row in at[:_MOST_LINES]]
            lines += _first(
                [self._line(number, f"{column} {shown(value or None)} {problem}") for number, value in said], at.size
            )
        count = len(self.ragged) + int(wrong.sum())
        if count:
            counted = "1 row" if count == 1 else f"{count:,} rows"
            raise InputError(f"{self.file} has {counted} that cannot be reported:", tuple(lines))

    def _line(self, number: int, said: str) -> str:
        return (
            f"{self.file}: row {number}: {said}" if self.file.suffix == ".parquet" else f"{self.file}:{number}: {said}"
        )


def read_rows(file: Path, *, with_tags: bool = False) -> Rows:
    """The columns that matter, of the dozens that an export has; those that it lacks and may lack are empty.

    Raises InputError for a file that is none, or lacks a column.
    """
    optional = (*OPTIONAL, TAGS) if with_tags else OPTIONAL
    ragged: list[tuple[int, str]] = []
    if file.suffix == ".parquet":
        opened = open_parquet(file)
        names = _wanted(file, opened.schema_arrow.names, optional)
        with readable(file, "Parquet"):
            frame: pd.DataFrame = opened.read(columns=names).to_pandas(ignore_metadata=True)
        numbers = np.arange(1, len(frame) + 1, dtype=np.int64)
    else:
        with open_csv(file) as stream:
            frame, left_out = _of_csv(file, stream, ragged, optional)
        # A CSV's first line names its columns.
        numbers = np.arange(2, len(frame) + len(left_out) + 2, dtype=np.int64)
        numbers = numbers[~np.isin(numbers, left_out)]
    columns = frozenset(map(str, frame.columns))
    starts, ends = (_times(frame[name]) for name in ("ChargePeriodStart", "ChargePeriodEnd"))
    frame = frame.assign(**{name: "" for name in optional if name not in columns})
    return Rows(
        file=file,
        columns=columns,
        frame=frame.apply(_texts) if len(frame) else frame.astype(str),
        numbers=numbers,
        ragged=tuple(ragged),
        starts=starts,
        ends=ends,
    )


def _of_csv(
    file: Path, stream: BinaryIO, ragged: list[tuple[int, str]], optional: Sequence[str]
) -> tuple[pd.DataFrame, list[int]]:  # fmt: skip
    """The rows, and the lines that are none: empty ones, and those with too few or too many fields, put in `ragged`."""
    header = stream.readline(_MOST_HEADER_BYTES).decode("utf-8-sig").strip("\r\n")
    if not header.strip():
        raise InputError(f"{file}: no FOCUS export: it is empty, and its first line must name its columns")
    try:
        (names,) = csv.reader([header], strict=True)
    except (csv.Error, ValueError) as error:
        raise InputError(f"{file}:1: no FOCUS export: its first line must name its columns, in CSV") from error
    wanted = _wanted(file, names, optional)
    if not cast("Any", stream).peek(1):
        return pd.DataFrame(columns=wanted), []
    left_out: list[int] = []

    def skip(row: Any) -> str:
        left_out.append(row.number + 1)
        if row.text.strip():
            ragged.append((row.number + 1, f"it has {row.actual_columns} fields where {len(names)} columns are named"))
        return "skip"

    library: Any = pa_csv
    table: Any = library.read_csv(
        stream,
        read_options=library.ReadOptions(
            column_names=[name if name in wanted else f"{number}" for number, name in enumerate(names)],
            use_threads=False,
        ),
        # A line is counted where it is empty, too.
        parse_options=library.ParseOptions(
            newlines_in_values=True, ignore_empty_lines=False, invalid_row_handler=skip
        ),
        convert_options=library.ConvertOptions(
            include_columns=wanted, column_types=dict.fromkeys(wanted, "string"), strings_can_be_null=False
        ),
    )  # fmt: skip
    return table.to_pandas(), left_out


def _wanted(file: Path, names: Sequence[str], optional: Sequence[str]) -> list[str]:
    """Those of the columns that matter. Raises InputError where one that is needed is missing, or one stands twice."""
    if missing := [name for name in NEEDED if name not in names]:
        raise InputError(f"{file}: no FOCUS export: it has no column {', '.join(missing)}")
    wanted = [name for name in (*NEEDED, *optional) if name in names]
    if twice := [name for name in wanted if list(names).count(name) > 1]:
        raise InputError(f"{file}: it has the column {', '.join(twice)} twice; keep one of them")
    return wanted


def _times(column: "pd.Series[Any]") -> "pd.Series[Any]":
    """Moments in UTC; none where a value says none."""
    if pd.api.types.is_datetime64_any_dtype(column):
        return pd.to_datetime(column, utc=True)
    texts = _texts(column)
    with_zone = texts.where(texts.str.fullmatch(_TIME), None) if len(texts) else texts
    return pd.to_datetime(with_zone, utc=True, format="ISO8601", errors="coerce")


def _texts(column: "pd.Series[Any]") -> "pd.Series[Any]":
    """Money must not pass through a float: what is a text stays the text that it is; a map of Parquet is one of JSON."""
    given = column.astype(object)
    return given.where(given.notna(), "").map(_text)


def _text(value: Any) -> str:
    return json.dumps(dict(cast("list[tuple[str, str]]", value))) if isinstance(value, list) else str(value)


def _first(lines: list[str], count: int) -> list[str]:
    more = [f"… and {count - _MOST_LINES:,} more like these"] if count > _MOST_LINES else []
    return [*lines[:_MOST_LINES], *more]
