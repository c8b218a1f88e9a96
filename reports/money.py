"""Actual cost as values: charges by the day, gross and net, and what follows from them: run rate, month's end, changes.

Days are UTC, ranges half-open, money is Decimal, and every sum says through which day it goes.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Literal, Protocol

from foundation.readings import Interval, Known, NoData, Origin, Reading

# FOCUS's categories of charges, and refunds, which it calls corrections of usage and of purchases.
Kind = Literal["Usage", "Purchase", "Adjustment", "Tax", "Credit", "Refund"]
# Without credits, refunds and tax, which hide what was used: with a credit a month shows about $0.
GROSS: frozenset[Kind] = frozenset({"Usage", "Purchase", "Adjustment"})
OTHER = "other"
# USE1-, EUC1-, APN1- and the like; EU- is that of eu-west-1. KMS spells its Region out: us-east-1-KMS-Keys.
_REGION = re.compile(r"^(?:[A-Z]{3}\d|EU|[a-z]{2}(?:-[a-z]+)+-\d)-")
_PACE_DAYS = 7
_DAY_SECONDS = 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """Cost of one day, service and usage type.

    `service_code` is the Price List's own code, empty where nobody says; `quantity` is in the usage type's own unit. A charge
    that `recurs` is part of the pace at which a month goes on; None where nobody says whether it does.
    """

    on: date
    service: str
    usage_type: str
    kind: Kind
    cost_usd: Decimal
    service_code: str = ""
    quantity: Decimal | None = None
    recurs: bool | None = True

    @property
    def is_gross(self) -> bool:
        """Whether it is use, a purchase or an adjustment, and not what hides them."""
        return self.kind in GROSS

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
    `newest_on` is a day that was delivered, and that nothing after it shows to be whole. `not_a_bill` is why all of it is no
    bill of this service. `usage_types` is why none of its usage types is known. `once_usd` is what of a day's gross was
    charged once, where no charge itself says so. `previous_month_usd` is None where not all of that month is known.
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
    newest_on: date | None = None
    not_a_bill: str | None = None
    usage_types: NoData | None = None
    once_usd: tuple[tuple[date, Decimal], ...] = ()

    @property
    def month_on(self) -> date:
        """The first day of the month that is reported."""
        return self.through_on.replace(day=1)

    def gross_usd(self, start_on: date, end_on: date) -> Decimal:
        """Usage, purchases and adjustments of [start_on, end_on), without credits, refunds and tax."""
        return _sum(self.gross_charges(start_on, end_on))

    def gross_charges(self, start_on: date, end_on: date) -> Iterator[Charge]:
        """The charges of usage, purchases and adjustments of [start_on, end_on)."""
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
        """Gross a day that goes on, over the last seven complete days of which something is known.

        What was charged once is no part of it; what may have been is.
        """
        start_on, end_on = self._pace_days
        goes_on = _sum(each for each in self.gross_charges(start_on, end_on) if each.recurs is not False)
        once = sum((usd for on, usd in self.once_usd if start_on <= on < end_on), Decimal(0))
        return (goes_on - once) / max(1, (end_on - start_on).days)

    @property
    def undecided_usd(self) -> Decimal:
        """What of the run rate's days nobody says whether it recurs."""
        return _sum(each for each in self.gross_charges(*self._pace_days) if each.recurs is None)

    @property
    def _pace_days(self) -> tuple[date, date]:
        end_on = self.through_on + timedelta(days=1)
        start_on = end_on - timedelta(days=_PACE_DAYS)
        return max(start_on, min((each.on for each in self.charges), default=start_on)), end_on

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
        """Actual cost plus the rest: the middle, its bounds, and how the rest was found: by our own pace where AWS has none."""
        known = self.known_usd
        if not self.remaining_days:
            return known, None, None, "actual cost, as the month is over"
        if isinstance(self.forecast, NoData):
            rest = self.run_rate_usd * self.remaining_days
            return known + rest, None, None, f"projected from the last {_PACE_DAYS} days, as {self.forecast.reason}"
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
    actuals: CostActuals, *, asked_on: tuple[date, date], known_on: Iterable[date], origin: Origin
) -> Reading[CostActuals]:
    """A bill that was asked for the days from one to another, the last included, and the days of it that are known."""
    starts = [int(midnight(on).timestamp()) for on in known_on]
    return Reading(
        asked=Interval(start_at=midnight(asked_on[0]), end_at=midnight(asked_on[1] + timedelta(days=1))),
        known=Known.of((start, start + _DAY_SECONDS) for start in starts),
        resolution_seconds=_DAY_SECONDS,
        origin=origin,
        answer=actuals,
    )


def days_between(first_on: date, last_on: date) -> tuple[date, ...]:
    """The days from one to another, the last included; none where that comes before the first."""
    return tuple(first_on + timedelta(days=number) for number in range((last_on - first_on).days + 1))


def midnight(on: date) -> datetime:
    """The moment in UTC at which a day begins."""
    return datetime(on.year, on.month, on.day, tzinfo=UTC)


def next_month(on: date) -> date:
    """The first day of the next month."""
    return (on.replace(day=1) + timedelta(days=32)).replace(day=1)


def _sum(charges: Iterable[Charge]) -> Decimal:
    return sum((each.cost_usd for each in charges), Decimal(0))
