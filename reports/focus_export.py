"""Actual cost from a FOCUS export: CSV or Parquet, one file or a directory of them, with AWS's own columns where there are any.

Rows are summed by day, service, usage type and category, in Decimal. Period ends are exclusive, and times are UTC.
https://focus.finops.org/focus-specification/v1-2/
"""

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd

from foundation.errors import InputError
from foundation.readings import NoData, Origin, Reading
from reports.focus_columns import read_rows
from reports.money import Charge, CostActuals, reading_of_days

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

    def read(self, *, through_on: date, complete_on: date) -> Reading[CostActuals] | NoData:
        """Its charges. Raises InputError for what is no export in US dollars.

        Known are the days from its first charge to the last of the account whose last comes first: nothing in an export says
        through which day it was delivered.
        """
        parts = [self._summed(file, through_on, complete_on) for file in self._files()]
        said = "".join(words for column, words in _LABELS.items() if any(column in part.labels for part in parts))
        frame = pd.concat([part.summed for part in parts], ignore_index=True)
        if frame.empty:
            return NoData(reason=f"{self.path.name} has no charge from before {complete_on + timedelta(days=1)}")
        rows = frame.groupby(_KEYS, sort=True)[["cost", "quantity"]].sum().reset_index().to_dict("records")
        charges = tuple(_charge(row) for row in rows)
        first_on, last_on = min(each.on for each in charges), max(each.on for each in charges)
        last_of: dict[str, date] = {}
        for account, on in (pair for part in parts for pair in part.last_on.items()):
            last_of[account] = max(on, last_of.get(account, on))
        actuals = CostActuals(
            source=f"FOCUS export {self.path.name}{said}",
            through_on=min(through_on, last_on),
            complete_on=min(complete_on, last_on),
            charges=charges,
            estimated=False,
            forecast=NoData(reason="an export has no forecast"),
            anomalies=NoData(reason="an export has no anomalies"),
            request_count=0,
        )
        origin = Origin(
            source=actuals.source, region=None, read_at=None, delay=timedelta(0), is_stated=False, notes=()
        )  # fmt: skip
        asked_on = through_on - timedelta(days=_HISTORY_DAYS - 1), complete_on
        known_on = first_on, max(first_on, min(last_of.values()))
        return reading_of_days(actuals, asked_on=asked_on, known_on=known_on, origin=origin)

    def _files(self) -> list[Path]:
        if not self.path.is_dir():
            return [self.path]
        found = sorted(file for file in self.path.rglob("*") if file.name.endswith(_ENDINGS))
        if not found:
            raise InputError(f"{self.path}: holds no file that ends with {', '.join(_ENDINGS)}")
        return found

    def _summed(self, file: Path, through_on: date, complete_on: date) -> "_Part":
        rows = read_rows(file)
        rows.refuse(tuple(_KINDS), tuple(_LABELS))
        frame = rows.frame
        labels = frozenset(each for each in _LABELS if (frame[each].str.lower() == "true").any())
        frame = frame.assign(on=rows.starts.dt.date)
        frame = frame[(frame["on"] <= complete_on) & (frame["on"] > through_on - timedelta(days=_HISTORY_DAYS))]
        # Money must not pass through a float: from text to Decimal, and summed as such.
        cost = frame["BilledCost"].map(Decimal)
        quantity = frame["ConsumedQuantity"].replace("", "0").map(Decimal)
        summed = frame.assign(cost=cost, quantity=quantity).groupby(_KEYS)[["cost", "quantity"]].sum()
        last_on = {str(account): on for account, on in frame.groupby("SubAccountId")["on"].max().items()}
        return _Part(summed=summed.reset_index(), labels=labels, last_on=last_on)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Part:
    """One file's sums of the days that a report needs, which of the labels it carries, and the last day of each account."""

    summed: pd.DataFrame
    labels: frozenset[str]
    last_on: dict[str, date]


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
