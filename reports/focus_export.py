"""Actual cost from a FOCUS export: CSV or Parquet, with AWS's own columns where there are any.

https://focus.finops.org/focus-specification/v1-2/ ; period ends are exclusive, and times are UTC.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, cast

import pandas as pd

from errors import InputError
from reports.money import Charge, CostActuals
from slo.error_budget import NoData

_NEEDED = ("BilledCost", "ChargePeriodStart", "ChargeCategory", "ServiceName", "BillingCurrency")
_OPTIONAL = ("x_UsageType", "x_ServiceCode", "x_Sample")
_KINDS = {"Usage": "Usage", "Purchase": "Fee", "Tax": "Tax", "Credit": "Credit", "Adjustment": "Refund"}
_HISTORY_DAYS = 75


@dataclass(frozen=True, slots=True, kw_only=True)
class FocusExport:
    """One file."""

    file: Path

    def read(self, *, through_on: date) -> CostActuals | NoData:
        """Its charges. Raises InputError for what is no export in US dollars."""
        frame = self._frame()
        if missing := [column for column in _NEEDED if column not in frame.columns]:
            raise InputError(f"{self.file}: no FOCUS export: it has no column {', '.join(missing)}")
        currencies = set(frame["BillingCurrency"].dropna().astype(str))
        if currencies - {"USD"}:
            raise InputError(f"{self.file}: its currency is {', '.join(sorted(currencies))}; only USD can be told")
        starts = pd.to_datetime(frame["ChargePeriodStart"], utc=True, format="ISO8601")
        frame = frame.assign(on=starts.dt.date)
        frame = frame[(frame["on"] <= through_on) & (frame["on"] > through_on - timedelta(days=_HISTORY_DAYS))]
        if frame.empty:
            return NoData(reason=f"{self.file.name} has no charge from before {through_on + timedelta(days=1)}")
        usage = frame["x_UsageType"] if "x_UsageType" in frame.columns else pd.Series("", index=frame.index)
        rows = zip(
            cast("Any", frame["on"]),
            frame["ServiceName"],
            usage,
            frame["ChargeCategory"],
            frame["BilledCost"],
            strict=True,
        )
        charges = tuple(
            Charge(
                on=on,
                service=str(service),
                usage_type="" if pd.isna(usage_type) else str(usage_type),
                kind=self._kind(str(category)),
                cost_usd=self._money(cost),
            )
            for on, service, usage_type, category, cost in rows
        )
        is_sample = "x_Sample" in frame.columns and bool((frame["x_Sample"].astype(str).str.lower() == "true").any())
        return CostActuals(
            source=f"FOCUS export {self.file.name}{' (sample data, invented)' if is_sample else ''}",
            through_on=max(each.on for each in charges),
            charges=charges,
            estimated=False,
            forecast=NoData(reason="an export has no forecast"),
            anomalies=NoData(reason="an export has no anomalies"),
            request_count=0,
        )

    def _frame(self) -> pd.DataFrame:
        try:
            if self.file.suffix == ".parquet":
                return pd.read_parquet(self.file)
            # Money must not pass through a float.
            return pd.read_csv(self.file, dtype=str)
        except (OSError, ValueError) as error:
            raise InputError(f"{self.file}: cannot be read: {error}") from error

    def _kind(self, category: str) -> str:
        if category not in _KINDS:
            raise InputError(f"{self.file}: ChargeCategory {category!r} is none of {', '.join(_KINDS)}")
        return _KINDS[category]

    def _money(self, value: object) -> Decimal:
        try:
            return Decimal(str(value))
        except InvalidOperation as error:
            raise InputError(f"{self.file}: BilledCost {value!r} is no amount") from error
