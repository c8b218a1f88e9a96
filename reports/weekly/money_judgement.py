"""How a month stands against its limit: the one judgement of money, of a week's report and of any moment.

A month at its limit is so whatever else is missing; it is on pace where every day so far is known.
"""

from datetime import timedelta
from decimal import Decimal
from typing import Protocol

from foundation.pages.numbers import exact_usd, usd
from foundation.readings import NoData, Reading
from foundation.slo.model import CostObjective
from reports.bill_known import month_known
from reports.money import CostActuals
from reports.weekly.objectives import Health

_WEEK = timedelta(days=7)
_AT_RISK_RATIO = Decimal("0.9")


class MonthRead(Protocol):
    """What a month is judged by: its limit, where an objective says one, and its bill."""

    @property
    def cost_objective(self) -> CostObjective | None:
        """The objective on money; None without one."""
        ...

    @property
    def cost(self) -> Reading[CostActuals] | NoData:
        """The bill, or why there is none."""
        ...


def money_state(read: MonthRead) -> tuple[Health, str]:
    """How the month stands against its limit, in a word and a sentence; in a month's first week, how the last one ended, too."""
    if read.cost_objective is None:
        return Health.HEALTHY, "there is no objective on money"
    limit = read.cost_objective.limit_usd
    if isinstance(read.cost, NoData):
        return Health.NO_DATA, f"the bill could not be read: {read.cost.reason}"
    cost, known = read.cost.answer, month_known(read.cost)
    if known.not_a_bill is not None:
        return Health.TOO_LITTLE, known.not_a_bill
    so_far = f"{usd(cost.month_to_date_usd)} gross in {cost.month_on:%B} through {cost.through_on}"
    expected = f"{month_end(read.cost)} of {exact_usd(limit)}"
    ended, before = _month_before(cost, limit)
    after = f"; {before}" if before else ""
    if cost.known_usd >= limit or ended is Health.EXHAUSTED:
        return Health.EXHAUSTED, f"{so_far}, expected at the end of the month {expected}{after}"
    if known.problem is not None:
        return Health.TOO_LITTLE, f"{known.problem}{after}"
    if ended is Health.TOO_LITTLE:
        return Health.TOO_LITTLE, before
    if cost.undecided_usd and cost.remaining_days:
        said = f"the bill does not say whether {usd(cost.undecided_usd)} of purchases recur (ChargeFrequency)"
        return Health.TOO_LITTLE, f"{said}{after}"
    caveat = "" if known.caveat is None else f", {known.caveat}"
    said = f"{so_far}, expected at the end of the month {expected} ({cost.month_end[3]}){caveat}{after}"
    return (Health.AT_RISK if cost.month_end[0] >= limit * _AT_RISK_RATIO else Health.HEALTHY), said


def money_caveat(read: MonthRead) -> str | None:
    """What the judgement of the month rests on, where the bill is short of the whole; None where it is whole, or not judged."""
    if read.cost_objective is None or isinstance(read.cost, NoData):
        return None
    return month_known(read.cost).caveat


def _month_before(cost: CostActuals, limit: Decimal) -> tuple[Health, str]:
    """How the month before ended: judged in the first week of the next, since no report before has all of it; told in two."""
    month = f"{cost.month_on - timedelta(days=1):%B}"
    ended = cost.previous_month_usd
    is_judged = cost.through_on.day <= _WEEK.days
    if ended is None:
        said = f"how {month} ended is not known, as the bill has not all of its days" if is_judged else ""
        return (Health.TOO_LITTLE if is_judged else Health.HEALTHY), said
    if cost.through_on.day > 2 * _WEEK.days:
        return Health.HEALTHY, ""
    said = f"{month} ended at {usd(ended)} of {exact_usd(limit)}"
    if ended >= limit:
        return (Health.EXHAUSTED if is_judged else Health.HEALTHY), f"{said}, over its limit"
    return Health.HEALTHY, said


def month_end(bill: Reading[CostActuals]) -> str:
    """The month's end with its bounds; where days are missing, it is that of what is there."""
    end, low, high, _ = bill.answer.month_end
    bounds = "" if low is None or high is None else f" ({usd(low)} to {usd(high)})"
    return f"{usd(end)}{bounds}" + ("" if month_known(bill).problem is None else ", without the missing days")
