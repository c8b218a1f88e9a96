"""Actual cost from a FOCUS export: CSV or Parquet, one file or a directory of them, with AWS's own columns where there are any.

Rows are summed by day, service, usage type and category, in Decimal. Period ends are exclusive, and times are UTC.
https://focus.finops.org/focus-specification/v1-2/
"""

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, cast

import pandas as pd

from foundation.errors import InputError
from foundation.files.tables import open_csv, open_parquet
from foundation.slo.error_budget import NoData
from reports.money import Charge, CostActuals

_NEEDED = ("BilledCost", "ChargePeriodStart", "ChargeCategory", "ServiceName", "BillingCurrency")
_OPTIONAL = ("x_UsageType", "x_ServiceCode", "ConsumedQuantity", "x_Sample", "x_Estimate")
# What is no bill says so in a column of its own.
_LABELS = {"x_Sample": " (sample data, invented)", "x_Estimate": " (an estimate, and no bill)"}
_KINDS = {"Usage": "Usage", "Purchase": "Fee", "Tax": "Tax", "Credit": "Credit", "Adjustment": "Refund"}
_KEYS = ["on", "ServiceName", "x_ServiceCode", "x_UsageType", "ChargeCategory"]
_ENDINGS = (".csv", ".csv.gz", ".parquet")
_HISTORY_DAYS = 75


@dataclass(frozen=True, slots=True, kw_only=True)
class FocusExport:
    """One export; in a directory, every file of it is read, as AWS writes one or more for each billing period."""

    path: Path

    def read(self, *, through_on: date, complete_on: date) -> CostActuals | NoData:
        """Its charges. Raises InputError for what is no export in US dollars."""
        parts = [self._summed(file, through_on, complete_on) for file in self._files()]
        said = "".join(words for column, words in _LABELS.items() if any(column in labels for _, labels in parts))
        frame = pd.concat([part for part, _ in parts], ignore_index=True)
        if frame.empty:
            return NoData(reason=f"{self.path.name} has no charge from before {complete_on + timedelta(days=1)}")
        rows = frame.groupby(_KEYS, sort=True)[["cost", "quantity"]].sum().reset_index().to_dict("records")
        charges = tuple(_charge(row) for row in rows)
        last_on = max(each.on for each in charges)
        return CostActuals(
            source=f"FOCUS export {self.path.name}{said}",
            through_on=min(through_on, last_on),
            complete_on=min(complete_on, last_on),
            charges=charges,
            estimated=False,
            forecast=NoData(reason="an export has no forecast"),
            anomalies=NoData(reason="an export has no anomalies"),
            request_count=0,
        )

    def _files(self) -> list[Path]:
        if not self.path.is_dir():
            return [self.path]
        found = sorted(file for file in self.path.rglob("*") if file.name.endswith(_ENDINGS))
        if not found:
            raise InputError(f"{self.path}: holds no file that ends with {', '.join(_ENDINGS)}")
        return found

    def _summed(self, file: Path, through_on: date, complete_on: date) -> tuple[pd.DataFrame, frozenset[str]]:
        """One file's sums of the days that a report needs, and which of the labels it carries."""
        frame = _columns_of(file)
        currencies = set(frame["BillingCurrency"].dropna().astype(str))
        if currencies - {"USD"}:
            raise InputError(f"{file}: its currency is {', '.join(sorted(currencies))}; only USD can be reported")
        labels = frozenset(each for each in _LABELS if (frame[each].astype(str).str.lower() == "true").any())
        starts = pd.to_datetime(frame["ChargePeriodStart"], utc=True, format="ISO8601", errors="coerce")
        _refuse(file, frame, "ChargePeriodStart", starts.isna(), "is no ISO 8601 time")
        _refuse(
            file,
            frame,
            "ChargeCategory",
            ~frame["ChargeCategory"].isin(list(_KINDS)),
            f"is none of {', '.join(_KINDS)}",
        )
        frame = frame.assign(on=starts.dt.date)
        frame = frame[(frame["on"] <= complete_on) & (frame["on"] > through_on - timedelta(days=_HISTORY_DAYS))]
        # Money must not pass through a float: from text to Decimal, and summed as such.
        cost = frame["BilledCost"].map(_number)
        _refuse(file, frame, "BilledCost", cost.isna(), "is no amount")
        texts = {name: frame[name].fillna("").astype(str) for name in _KEYS[1:]}
        quantity = frame["ConsumedQuantity"].map(_quantity)
        summed = frame.assign(cost=cost, quantity=quantity, **texts).groupby(_KEYS)[["cost", "quantity"]].sum()
        return summed.reset_index(), labels


def _columns_of(file: Path) -> pd.DataFrame:
    """The columns that matter, of the dozens that an export has; those that it lacks and may lack are empty."""
    wanted = [*_NEEDED, *_OPTIONAL]
    if file.suffix == ".parquet":
        opened = open_parquet(file)
        columns = [name for name in wanted if name in opened.schema_arrow.names]
        frame: pd.DataFrame = opened.read(columns=columns).to_pandas()
    else:
        with open_csv(file) as stream:
            frame = pd.read_csv(stream, dtype=str, usecols=lambda name: name in wanted, encoding="utf-8-sig")
    if missing := [name for name in _NEEDED if name not in frame.columns]:
        raise InputError(f"{file}: no FOCUS export: it has no column {', '.join(missing)}")
    return frame.assign(**{name: None for name in _OPTIONAL if name not in frame.columns})


def _refuse(file: Path, frame: pd.DataFrame, column: str, is_wrong: "pd.Series[bool]", problem: str) -> None:
    """Every wrong value of a column, the first ten with their lines. Raises InputError for any."""
    wrong = frame.loc[is_wrong, column]
    if wrong.empty:
        return
    # A CSV's first line names its columns.
    lines = tuple(
        f"{file}:{cast('int', place) + 2}: {column} {value!r} {problem}" for place, value in wrong.head(10).items()
    )
    more = f", the first {len(lines)} of them" if len(wrong) > len(lines) else ""
    raise InputError(f"{file} has {len(wrong):,} rows that cannot be reported{more}:", lines)


def _number(value: object) -> Decimal | None:
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _quantity(value: object) -> Decimal:
    return _number(value) or Decimal(0)


def _charge(row: dict[Hashable, Any]) -> Charge:
    return Charge(
        on=row["on"],
        service=row["ServiceName"],
        usage_type=row["x_UsageType"],
        kind=_KINDS[row["ChargeCategory"]],
        cost_usd=row["cost"],
        service_code=row["x_ServiceCode"],
        quantity=row["quantity"] or None,
    )
