"""Actual cost as values: charges by the day, gross and net, and what follows from them: run rate, month's end, changes.

Days are UTC, ranges half-open, money is Decimal, and every sum says through which day it goes.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Protocol

from foundation.readings import Interval, Known, NoData, Origin, Reading

# Charges that hide what was used: with a credit a month shows about $0.
_NOT_GROSS = frozenset({"Credit", "Refund", "Tax"})
OTHER = "other"
# USE1-, EUC1-, APN1- and the like; EU- is that of eu-west-1.
_REGION = re.compile(r"^(?:[A-Z]{3}\d|EU)-")


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """Cost of one day, service and usage type; `kind` is Usage, Credit, Refund, Tax or Fee.

    `service_code` is the Price List's own code, empty where nobody says; `quantity` is in the usage type's own unit.
    """

    on: date
    service: str
    usage_type: str
    kind: str
    cost_usd: Decimal
    service_code: str = ""
    quantity: Decimal | None = None

    @property
    def is_gross(self) -> bool:
        """Whether it is use or a fee, and not what hides them."""
        return self.kind not in _NOT_GROSS

    @property
    def plain_usage_type(self) -> str:
        """The usage type without the prefix of its Region, which the price book has not either."""
        return _REGION.sub("", self.usage_type)


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """What the rest of the month will cost, with the bounds of its interval where there is one; `method` says whose it is."""

    rest_usd: Decimal
    low_usd: Decimal | None
    high_usd: Decimal | None
    method: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Anomaly:
    """A cost anomaly as AWS reports it, by net unblended cost, which is another basis; `status` is what people said of it."""

    id: str
    began_on: date
    service: str
    usage_type: str
    impact_usd: Decimal
    expected_usd: Decimal
    status: str = "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class CostActuals:
    """Charges of a report that goes through `through_on`; `estimated` while AWS may still restate them.

    `complete_on` is the last complete day when they were read: a report on an earlier week knows more of its month's end.
    """

    source: str
    through_on: date
    complete_on: date
    charges: tuple[Charge, ...]
    estimated: bool
    forecast: Forecast | NoData
    anomalies: tuple[Anomaly, ...] | NoData
    request_count: int
    previous_month_usd: Decimal | None = None
    untagged_usd: Decimal | None = None

    @property
    def month_on(self) -> date:
        """The first day of the month that is reported."""
        return self.through_on.replace(day=1)

    def gross_usd(self, start_on: date, end_on: date) -> Decimal:
        """Usage and fees of [start_on, end_on), without credits, refunds and tax."""
        return _sum(self.gross_charges(start_on, end_on))

    def gross_charges(self, start_on: date, end_on: date) -> Iterator[Charge]:
        """The charges of usage and fees of [start_on, end_on)."""
        return (each for each in self.charges if start_on <= each.on < end_on and each.is_gross)

    def net_usd(self, start_on: date, end_on: date) -> Decimal:
        """Everything of [start_on, end_on)."""
        return _sum(each for each in self.charges if start_on <= each.on < end_on)

    @property
    def month_to_date_usd(self) -> Decimal:
        """Gross, from the 1st through the last day that is reported."""
        return self.gross_usd(self.month_on, self.through_on + timedelta(days=1))

    @property
    def net_to_date_usd(self) -> Decimal:
        """The same with credits, refunds and tax."""
        return self.net_usd(self.month_on, self.through_on + timedelta(days=1))

    @property
    def run_rate_usd(self) -> Decimal:
        """Gross a day, over the last seven complete days of which something is known."""
        end_on = self.through_on + timedelta(days=1)
        known = [each.on for each in self.charges]
        start_on = max(end_on - timedelta(days=7), min(known, default=end_on))
        days = max(1, (end_on - start_on).days)
        return self.gross_usd(start_on, end_on) / days

    @property
    def known_on(self) -> date:
        """The last complete day of the month that is reported, which may lie after `through_on`."""
        return max(self.through_on, min(self.complete_on, next_month(self.through_on) - timedelta(days=1)))

    @property
    def known_usd(self) -> Decimal:
        """Gross of the month through that day."""
        return self.gross_usd(self.month_on, self.known_on + timedelta(days=1))

    @property
    def remaining_days(self) -> int:
        """Days of the month of which nothing is known."""
        return (next_month(self.through_on) - self.known_on).days - 1

    @property
    def month_end(self) -> tuple[Decimal, Decimal | None, Decimal | None, str]:
        """Actual cost plus the rest: the middle, its bounds, and how the rest was found. Our own run rate where AWS has none."""
        known = self.known_usd
        if not self.remaining_days:
            return known, None, None, "actual cost, as the month is over"
        if isinstance(self.forecast, NoData):
            rest = self.run_rate_usd * self.remaining_days
            return known + rest, None, None, f"own run rate, because {self.forecast.reason}"
        low, high = self.forecast.low_usd, self.forecast.high_usd
        return (
            known + self.forecast.rest_usd,
            None if low is None else known + low,
            None if high is None else known + high,
            self.forecast.method,
        )

    def by_service(self, start_on: date, end_on: date, *, most: int = 7) -> dict[str, Decimal]:
        """Gross of each service, the dearest first, the rest of them as one, so that nothing is lost."""
        found: dict[str, Decimal] = {}
        for each in self.gross_charges(start_on, end_on):
            found[each.service] = found.get(each.service, Decimal(0)) + each.cost_usd
        ranked = sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))
        rest = sum((usd for _, usd in ranked[most:]), Decimal(0))
        return dict(ranked[:most]) | ({OTHER: rest} if ranked[most:] else {})

    @property
    def days(self) -> tuple[tuple[date, Decimal], ...]:
        """Each day of the month of which anything is known, and its gross cost."""
        count = (self.known_on - self.month_on).days + 1
        days = [self.month_on + timedelta(days=number) for number in range(count)]
        return tuple((on, self.gross_usd(on, on + timedelta(days=1))) for on in days)


class CostSource(Protocol):
    """Where actual cost comes from: Cost Explorer, or a FOCUS export."""

    def read(self, *, through_on: date, complete_on: date) -> Reading[CostActuals] | NoData:
        """Charges from some weeks before `through_on`, and those after it in its month through `complete_on`.

        Known are the days that are complete, of every account, and in one currency. NoData says why there are none.
        """
        ...


def reading_of_days(
    actuals: CostActuals, *, asked_on: tuple[date, date], known_on: tuple[date, date], origin: Origin
) -> Reading[CostActuals]:
    """A bill that was asked for and is known of the days from one to another, the last included."""
    asked_at, until_at = (_midnight(asked_on[0]), _midnight(asked_on[1] + timedelta(days=1)))
    known_at, ends_at = (_midnight(known_on[0]), _midnight(known_on[1] + timedelta(days=1)))
    return Reading(
        asked=Interval(start_at=asked_at, end_at=until_at),
        known=Known.throughout(known_at, ends_at),
        resolution_seconds=86_400,
        origin=origin,
        answer=actuals,
    )


def _midnight(on: date) -> datetime:
    return datetime(on.year, on.month, on.day, tzinfo=UTC)


def next_month(on: date) -> date:
    """The first day of the next month."""
    return (on.replace(day=1) + timedelta(days=32)).replace(day=1)


def _sum(charges: Iterable[Charge]) -> Decimal:
    return sum((each.cost_usd for each in charges), Decimal(0))
