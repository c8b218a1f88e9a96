"""Actual cost from a FOCUS export: CSV or Parquet, one file or a directory of them, with AWS's own columns where there are any.

Rows are summed by day, service, usage type and kind, in Decimal. Period ends are exclusive, and times are UTC.
https://focus.finops.org/focus-specification/v1-2/
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import reduce
from pathlib import Path
from typing import Any, cast

import pandas as pd

from foundation.errors import InputError
from foundation.readings import NoData, Origin, Reading
from reports.bill_filter import BillFilter
from reports.bill_known import known_days
from reports.charge_periods import DAY, parts_by_day
from reports.focus_charges import charges_of
from reports.focus_columns import USAGE_TYPE, read_rows
from reports.focus_deliveries import current_files, refuse_overlap
from reports.money import GROSS, Charge, CostActuals, midnight, reading_of_days
from reports.service_names import code_of

# What is no bill says so in a column of its own.
_SAMPLE, _ESTIMATE = "x_Sample", "x_Estimate"
_LABELS = {_SAMPLE: " (sample data, invented)", _ESTIMATE: " (an estimate, and no bill)"}
_CATEGORIES = ("Usage", "Purchase", "Tax", "Credit", "Adjustment")
_KEYS = ["on", "service", "code", "usage_type", "kind", "recurs"]
_HISTORY_DAYS = 75


@dataclass(frozen=True, slots=True, kw_only=True)
class FocusExport:
    """One export, and which of its rows are the service's; in a directory, every file of its current delivery is read."""

    path: Path
    filter: BillFilter = field(default_factory=BillFilter)

    def read(self, *, through_on: date, complete_on: date) -> Reading[CostActuals] | NoData:
        """Its charges. Raises InputError for what is no export in US dollars, and for two deliveries of one billing period.

        Known are the days of which every account has usage, without its newest: nothing in an export says through which day it
        was delivered. Of several accounts or providers that nobody chose between, and of an estimate, nothing is known.
        """
        window = through_on - timedelta(days=_HISTORY_DAYS - 1), complete_on
        parts = [self._part(file, window) for file in current_files(self.path)]
        refuse_overlap([(part.file, part.told) for part in parts])
        _refuse_copies(parts)
        frame = pd.concat([part.summed for part in parts], ignore_index=True)
        if frame.empty:
            asked = " that was asked for" if self.filter else ""
            return NoData(reason=f"{self.path.name} has no charge{asked} from before {complete_on + DAY}")
        rows = frame.groupby(_KEYS, sort=True)[["cost", "quantity"]].sum().reset_index().to_dict("records")
        charges = tuple(_charge(row) for row in rows)
        whole, newest_on = _whole(_delivered(parts))
        labels = frozenset(label for part in parts for label in part.labels)
        said = "".join(words for column, words in _LABELS.items() if column in labels)
        not_a_bill = self._not_a_bill(parts, labels)
        if not_a_bill is not None:
            whole, newest_on = frozenset[date](), None
        actuals = CostActuals(
            source=f"FOCUS export {self.path.name}{said}",
            through_on=through_on,
            complete_on=_last_in_a_row(whole, through_on, complete_on),
            charges=charges,
            estimated=False,
            forecast=NoData(reason="an export has no forecast"),
            anomalies=NoData(reason="an export has no anomalies"),
            request_count=0,
            newest_on=newest_on,
            not_a_bill=not_a_bill,
            usage_types=_usage_types(parts, charges),
        )
        origin = Origin(
            source=actuals.source, region=None, read_at=None, delay=timedelta(0), is_stated=False,
            notes=tuple(sorted({note for part in parts for note in part.notes})),
        )  # fmt: skip
        reading = reading_of_days(actuals, asked_on=window, known_on=whole, origin=origin)
        return _with_previous_month(reading)

    def _not_a_bill(self, parts: Sequence["_Part"], labels: frozenset[str]) -> str | None:
        """Why none of it says what this service cost."""
        if _ESTIMATE in labels:
            return f"{self.path.name} is an estimate, and no bill"
        accounts = sorted({each for part in parts for each in part.accounts})
        if missing := self.filter.without_charges(accounts):
            return f"{self.path.name} has no charge of the account {', '.join(missing)}"
        if self.filter:
            return None
        providers = sorted({each for part in parts for each in part.providers})
        for what, option, found in (("accounts", "account", accounts), ("providers", "provider", providers)):
            if len(found) > 1:
                names = ", ".join(each or "one without a name" for each in found[:5])
                more = f" and {len(found) - 5} more" if len(found) > 5 else ""
                return (
                    f"{self.path.name} has {len(found)} {what} ({names}{more}), which are not all this service's; say with "
                    f"--{option} which are, or with --tag"
                )
        return None

    def _part(self, file: Path, window: tuple[date, date]) -> "_Part":
        rows = self.filter.of(read_rows(file, with_tags=bool(self.filter.tags)))
        rows.refuse(_CATEGORIES, tuple(_LABELS))
        frame, notes = charges_of(rows)
        # Who had what long ago says nothing of now.
        recent = frame[frame["end"] > midnight(window[0])]
        gross, usage = recent[recent["kind"].isin(GROSS)], recent[recent["is_usage"]]
        by_account = cast("Any", usage.groupby("account")["on"].unique())
        told = frame[["told", "account", "provider"]].drop_duplicates()
        return _Part(
            file=file,
            summed=_summed(frame, window),
            labels=frozenset(each for each in _LABELS if (rows.frame[each].str.lower() == "true").any()),
            delivered={str(account): frozenset(days) for account, days in by_account.items()},
            accounts=frozenset(gross["account"]),
            providers=frozenset(gross["named_provider"]) - {""},
            told=frozenset(tuple(map(str, each)) for each in told.to_numpy()),
            columns=rows.columns,
            notes=notes,
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Part:
    """One file: its sums of the days that a report needs, its labels, and the days of which each account has usage.

    `accounts` and `providers` are those of its gross charges.
    `told` are the billing periods (or days, where it names none), each with an account and a provider, that it tells of.
    """

    file: Path
    summed: pd.DataFrame
    labels: frozenset[str]
    delivered: dict[str, frozenset[date]]
    accounts: frozenset[str]
    providers: frozenset[str]
    told: frozenset[tuple[str, ...]]
    columns: frozenset[str]
    notes: tuple[str, ...]


def _summed(frame: pd.DataFrame, window: tuple[date, date]) -> pd.DataFrame:
    """By the keys, and each longer charge by its days."""
    first_on, last_on = window
    short = frame[~frame["is_spread"]]
    short = short[(short["on"] <= last_on) & (short["on"] >= first_on)]
    spread: list[dict[Hashable, Any]] = []
    for row in frame[frame["is_spread"]].to_dict("records"):
        for on, part in parts_by_day(
            row["start"].to_pydatetime(), row["end"].to_pydatetime(), first_on=first_on, last_on=last_on
        ):
            spread.append({**row, "on": on, "cost": row["cost"] * part, "quantity": row["quantity"] * part})
    columns = [*_KEYS, "cost", "quantity"]
    every = short[columns]
    if spread:
        long = pd.DataFrame(spread, columns=columns)
        every = pd.concat([every, long]) if len(every) else long
    return every.groupby(_KEYS)[["cost", "quantity"]].sum().reset_index()


def _refuse_copies(parts: Sequence[_Part]) -> None:
    """Two files with the same sums of every key are one file twice, whatever they are called."""
    for number, part in enumerate(parts):
        for other in parts[:number]:
            if len(part.summed) and part.summed.equals(other.summed):
                raise InputError(f"{part.file}: has the same charges as {other.file}; keep one of them")


def _delivered(parts: Sequence[_Part]) -> dict[str, frozenset[date]]:
    """Of each account that is charged, the days of which it has usage."""
    found: dict[str, frozenset[date]] = {account: frozenset() for part in parts for account in part.accounts}
    for account, days in (pair for part in parts for pair in part.delivered.items()):
        found[account] = found.get(account, frozenset()) | days
    return found


def _whole(delivered: dict[str, frozenset[date]]) -> tuple[frozenset[date], date | None]:
    """The days that every account has whole, and the one of which nothing shows that it is."""
    if not delivered or not all(delivered.values()):
        return frozenset(), None
    newest_on = min(max(days) for days in delivered.values())
    every = reduce(lambda one, other: one & other, delivered.values())
    whole = frozenset(on for on in every if on < newest_on)
    return whole, newest_on if newest_on in every else None


def _last_in_a_row(whole: frozenset[date], through_on: date, complete_on: date) -> date:
    """The last day after `through_on` up to which no day is missing."""
    last_on = through_on
    while last_on < complete_on and last_on + DAY in whole:
        last_on += DAY
    return last_on


def _usage_types(parts: Sequence[_Part], charges: Sequence[Charge]) -> NoData | None:
    lacking = [part for part in parts if not part.columns.intersection(USAGE_TYPE)]
    if len(lacking) == len(parts):
        return NoData(reason=f"the export has no column {' or '.join(USAGE_TYPE)}")
    if not any(each.usage_type for each in charges if each.is_gross):
        return NoData(reason=f"the export's {' and '.join(USAGE_TYPE)} are empty")
    return None


def _with_previous_month(bill: Reading[CostActuals]) -> Reading[CostActuals]:
    """With what the month before came to, where all of it is known."""
    month_on = bill.answer.month_on
    before_on = (month_on - DAY).replace(day=1)
    if len(known_days(bill, before_on, month_on)) < (month_on - before_on).days:
        return bill
    return replace(bill, answer=replace(bill.answer, previous_month_usd=bill.answer.gross_usd(before_on, month_on)))


def _charge(row: dict[Hashable, Any]) -> Charge:
    return Charge(
        on=row["on"],
        service=row["service"],
        usage_type=row["usage_type"],
        kind=row["kind"],
        cost_usd=row["cost"],
        service_code=row["code"] or code_of(row["service"]),
        quantity=row["quantity"] or None,
        recurs={"yes": True, "no": False, "unknown": None}[row["recurs"]],
    )
