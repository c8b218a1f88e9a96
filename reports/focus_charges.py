"""What kind of charge each row of a FOCUS export is, whether it goes on, and which days it is of.

A negative correction is a refund, and a correction never goes on. An adjustment is gross, and made once. A purchase goes on
unless its frequency says One-Time; of one for a day whose frequency nobody says, nobody knows.
https://focus.finops.org/focus-specification/v1-2/ (ChargeCategory, ChargeClass, ChargeFrequency, ChargePeriodStart)
"""

from decimal import Decimal
from typing import Any

import pandas as pd

from foundation.errors import InputError
from reports.focus_columns import ACCOUNT, PROVIDER, USAGE_TYPE, Rows

_DAY = pd.Timedelta(days=1)
_GOES_ON_UNLESS_CORRECTED = ("Usage", "Purchase")
_MONTH_LETTERS = len("2026-11")


def charges_of(rows: Rows) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """A row for each, with its keys, its days and its money; and what was taken for another column, or for a class.

    Raises InputError for a file in which every row stands twice.
    """
    given = rows.frame
    _refuse_twice(rows)
    # Money must not pass through a float: from text to Decimal, and summed as such.
    cost = given["BilledCost"].map(Decimal)
    is_below = cost.map(lambda amount: amount < 0).astype(bool)
    category, is_purchase = given["ChargeCategory"], given["ChargeCategory"] == "Purchase"
    is_correction = given["ChargeClass"] == "Correction"
    notes: list[str] = []
    if "ChargeClass" not in rows.columns:
        # Nothing but a correction takes usage back.
        is_correction = is_below & (category == "Usage")
        if is_correction.any():
            notes.append("no column ChargeClass: usage below zero is taken for refunds")
    if "SkuMeter" not in rows.columns and "x_UsageType" in rows.columns:
        notes.append("usage types from x_UsageType")
    takes_back = is_correction & is_below & category.isin(_GOES_ON_UNLESS_CORRECTED)
    frequency = given["ChargeFrequency"].str.lower().str.replace("[^a-z]", "", regex=True)
    is_long = (rows.ends - rows.starts) > _DAY
    is_once = (frequency == "onetime") | is_correction | (category == "Adjustment")
    is_unsaid = is_purchase & ~is_once & ~is_long & ~frequency.isin(["recurring", "usagebased"])
    recurs = pd.Series("yes", index=given.index).mask(is_unsaid, "unknown").mask(is_once, "no")
    told = given["BillingPeriodStart"].str[:_MONTH_LETTERS]
    on = rows.starts.dt.date
    frame = pd.DataFrame(
        {
            "on": on,
            "start": rows.starts,
            "end": rows.ends,
            "service": given["ServiceName"],
            "code": given["x_ServiceCode"],
            "usage_type": rows.first_of(USAGE_TYPE),
            "kind": category.mask(takes_back, "Refund"),
            "recurs": recurs,
            "cost": cost,
            "quantity": given["ConsumedQuantity"].replace("", "0").map(Decimal),
            "account": rows.first_of(ACCOUNT),
            "provider": rows.first_of(PROVIDER),
            # An issuer of invoices is no provider of its own.
            "named_provider": rows.first_of(PROVIDER[:2]),
            "told": told.where(told != "", on.astype(str)),
            "is_spread": is_long & ~is_once,
            # What shows that a day was delivered: usage of that day, and nothing that was booked on it.
            "is_usage": (category == "Usage") & ~is_once & ~is_long,
        }
    )
    return frame, tuple(notes)


def _refuse_twice(rows: Rows) -> None:
    """A delivery that stands in one file twice has no row but once more."""
    if len(rows.frame) < 2:
        return
    every: Any = rows.frame.assign(_start=rows.starts, _end=rows.ends)
    if every.duplicated(keep=False).all():
        raise InputError(f"{rows.file}: every row stands twice or more; write the delivery once")
