"""One objective over a report's week and window: counts, budget, burn, and how long the budget lasts.

The window is rolling and ends with the week. Spent budget is counted in events and as a share, because either alone misleads.
"""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import Enum

from foundation.readings import Interval, NoData
from foundation.slo.coverage import Coverage, coverage_of
from foundation.slo.error_budget import BudgetSpent, Counts, budget_spent, burn_rate
from foundation.slo.model import BudgetedObjective, EveryEventObjective, SliceIndicator
from reports.slo_actuals import History
from reports.weekly.week import Week

_AT_RISK_RATIO = Decimal("0.25")
# Of an objective on slices of time we know how many there were: below this share of the week watched, nobody can say.
_WATCHED_RATIO = 0.9
# 95 %, both sides.
_Z = 1.959964


class Health(Enum):
    """In words that a table needs no colour for."""

    HEALTHY = "healthy"
    AT_RISK = "at risk"
    EXHAUSTED = "exhausted"
    TOO_LITTLE = "too little data"
    NO_DATA = "no data"


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectiveWeek:
    """One objective. `allowed_count` is of the window's events; burn rates are None where nothing happened.

    `exhausted_in_days` is at the burn of the last three days; None when it does not burn, 0 when it is gone. `covered_ratio` is
    the share of the week's hours that had an event, `coverage` how much of the window is known at all.
    """

    name: str
    title: str
    target_ratio: Decimal
    window_days: int
    unit: str
    source: str
    health: Health
    reason: str
    week: Counts
    window: Counts
    allowed_count: Decimal
    spent_ratio: Decimal
    remaining_week_ago_ratio: Decimal | None
    burn_1h: Decimal | None
    burn_6h: Decimal | None
    burn_3d: Decimal | None
    exhausted_in_days: Decimal | None
    interval: tuple[float, float]
    covered_ratio: float
    coverage: Coverage
    burn_down: tuple[tuple[datetime, Decimal], ...]

    @property
    def sli_ratio(self) -> Decimal:
        """The good share of the window."""
        return 1 - Decimal(self.window.bad_count) / self.window.total_count

    @property
    def spent_in_week_ratio(self) -> Decimal | None:
        """The share of the window's budget that the week's bad events are; None without a budget."""
        return self.week.bad_count / self.allowed_count if self.allowed_count else None

    @property
    def remaining_ratio(self) -> Decimal:
        """What is left of the budget; negative once it is overspent."""
        return 1 - self.spent_ratio


def week_of_objective(
    objective: BudgetedObjective | EveryEventObjective,
    history: History | NoData,
    week: Week,
    *,
    until: datetime,
    now: datetime,
) -> ObjectiveWeek | NoData:
    """Work one objective out; `until` is the end of the week, or the end of the hour of `now` when the week is not over."""
    if isinstance(history, NoData):
        return history
    window_start = until - objective.window
    in_week, in_window = history.counts(week.start_at, until), history.counts(window_start, until)
    if in_window.total_count == 0:
        return NoData(reason=f"no event in the {objective.window.days} days up to {until:%Y-%m-%d %H:%M} UTC")
    target = objective.target_ratio if isinstance(objective, BudgetedObjective) else Decimal(1)
    spent = _spent(in_window, target)
    before = history.counts(week.start_at - objective.window, week.start_at)
    burns = {hours: _burn(history.counts(until - timedelta(hours=hours), until), target) for hours in (1, 6, 72)}
    health, reason = _health(spent, burns[72], in_window, target)
    if isinstance(objective.indicator, SliceIndicator) and health is not Health.EXHAUSTED:
        due = int((min(now, until) - week.start_at) / objective.indicator.slice_length)
        if in_week.total_count < _WATCHED_RATIO * due:
            health, reason = Health.TOO_LITTLE, f"{in_week.total_count:,} of {due:,} slices of the week were watched"
    return ObjectiveWeek(
        name=objective.name,
        title=objective.title,
        target_ratio=target,
        window_days=objective.window.days,
        unit=_unit(objective),
        source=history.source,
        health=health,
        reason=reason,
        week=in_week,
        window=in_window,
        allowed_count=(1 - target) * in_window.total_count,
        spent_ratio=spent,
        remaining_week_ago_ratio=1 - _spent(before, target) if before.total_count else None,
        burn_1h=burns[1],
        burn_6h=burns[6],
        burn_3d=burns[72],
        exhausted_in_days=_lasts(spent, burns[72], objective.window.days),
        interval=wilson(in_week),
        covered_ratio=history.covered_ratio(week.start_at, until),
        coverage=coverage_of(
            history.known, Interval(start_at=window_start, end_at=until), is_stated=history.is_known_stated
        ),
        burn_down=_burn_down(history, in_window, target, window_start, until),
    )


def wilson(counts: Counts) -> tuple[float, float]:
    """The 95 % score interval of the good share, for a week of few events; (0, 1) without any.

    https://en.wikipedia.org/wiki/Binomial_proportion_confidence_interval#Wilson_score_interval
    """
    n = counts.total_count
    if n == 0:
        return 0.0, 1.0
    good = (n - counts.bad_count) / n
    centre = (good + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
    half = _Z / (1 + _Z**2 / n) * math.sqrt(good * (1 - good) / n + _Z**2 / (4 * n**2))
    return max(0.0, centre - half), min(1.0, centre + half)


def _spent(counts: Counts, target: Decimal) -> Decimal:
    """The spent share; a promise without a budget is spent by one bad event."""
    if target == 1:
        return Decimal(int(counts.bad_count > 0))
    spent = budget_spent(counts, target_ratio=target)
    return spent.spent_ratio if isinstance(spent, BudgetSpent) else Decimal(0)


def _burn(counts: Counts, target: Decimal) -> Decimal | None:
    if target == 1 or counts.total_count == 0:
        return None
    rate = burn_rate(counts, target_ratio=target)
    return None if isinstance(rate, NoData) else rate


def _lasts(spent: Decimal, burn: Decimal | None, window_days: int) -> Decimal | None:
    if spent >= 1:
        return Decimal(0)
    return None if not burn else (1 - spent) * window_days / burn


def _health(spent: Decimal, burn: Decimal | None, window: Counts, target: Decimal) -> tuple[Health, str]:
    if spent >= 1:
        if target == 1:
            return Health.EXHAUSTED, f"{window.bad_count} of {window.total_count} failed, where none may"
        return Health.EXHAUSTED, f"{spent:.0%} of the budget is spent"
    if target == 1:
        return Health.HEALTHY, f"none of {window.total_count:,} failed"
    if 1 - spent < _AT_RISK_RATIO:
        return Health.AT_RISK, f"{1 - spent:.0%} of the budget is left"
    if burn is not None and burn > 1:
        return Health.AT_RISK, f"it burned {burn:.1f} times as fast as it may, over three days"
    few = (1 - target) * window.total_count < 1
    return Health.HEALTHY, f"{1 - spent:.0%} of the budget is left" + (
        f", and one bad event of {window.total_count:,} would exhaust it" if few else ""
    )


def _burn_down(
    history: History, window: Counts, target: Decimal, start_at: datetime, until: datetime
) -> tuple[tuple[datetime, Decimal], ...]:
    """What was left of the window's budget after each six hours, against the budget of the whole window.

    Where all of it happened in a few hours, after each of their periods.
    """
    allowed = (1 - target) * window.total_count
    ends = [(at, bad) for at, bad in history.moments if start_at <= at <= until]
    if not ends:
        at = start_at
        while at < until:
            begun, at = at, min(until, at + timedelta(hours=6))
            ends.append((at, history.counts(begun, at).bad_count))
    points, spent = [(start_at, Decimal(1))] if not history.moments else list[tuple[datetime, Decimal]](), 0
    for at, bad in ends:
        spent += bad
        points.append((at, 1 - Decimal(spent) / allowed if allowed else Decimal(int(spent == 0))))
    return tuple(points)


def _unit(objective: BudgetedObjective | EveryEventObjective) -> str:
    if isinstance(objective.indicator, SliceIndicator):
        return f"slices of {objective.indicator.slice_length // timedelta(minutes=1)} min"
    return "stack operations" if isinstance(objective, EveryEventObjective) else "events"
