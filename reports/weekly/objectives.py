"""One objective over a report's week and window: counts, budget, burn, and how long the budget lasts.

The window is rolling and ends with the week, or with the last period of it that is settled. Spent budget is counted in events and
as a share, because either alone misleads; whether it can be judged by what is known, `foundation.slo.judgement` says.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import Enum
from types import MappingProxyType

from foundation.pages.numbers import count, counted, duration, percent, ratio
from foundation.readings import Interval, Known, NoData
from foundation.slo.coverage import Coverage, TooLittle, last_known_hour, too_little
from foundation.slo.error_budget import Counts, burn_rate
from foundation.slo.judgement import BudgetJudged, WindowEvidence, judge_budget, spent_ratio
from foundation.slo.model import (
    BudgetedObjective,
    EveryEventObjective,
    RatioSliceIndicator,
    SliceIndicator,
    StackOperations,
)
from foundation.slo.wording import target as describe_target
from reports.slo_actuals import History
from reports.weekly.week import Week

_AT_RISK_RATIO = Decimal("0.25")
# Of an objective on slices of time we know how many there were: below this share of the week watched, nobody can say.
_WATCHED_RATIO = 0.9
_SHORTER_HOURS: Mapping[int, int] = MappingProxyType({6: 1, 72: 6})
# 95 %, both sides.
_Z = 1.959964
# Of fewer events an interval is so wide that it says nothing, and reads as if it did.
LEAST_EVENTS_COUNT = 30


class Health(Enum):
    """In words that a table needs no colour for."""

    HEALTHY = "healthy"
    AT_RISK = "at risk"
    EXHAUSTED = "exhausted"
    TOO_LITTLE = "too little data"
    NO_DATA = "no data"


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectiveWeek:
    """One objective. `allowed_count` is of the window's events; burn rates are None where nothing happened or is known, and
    where all of their events are in the shorter time. `interval` is None of too few events.

    `as_of` is where window and week end: the last moment that is settled; `burn_as_of` is the end of the whole hour that the
    burn rates end with. `exhausted_in_days` is at the burn of the last three days; None when it does not burn, 0 when it is gone.
    `covered_ratio` is the share of the week's hours that had an event, `coverage` how much of the window is known at all and
    `week_coverage` how much of the week, None where none of that is settled yet.
    """

    name: str
    title: str
    target: str
    target_ratio: Decimal
    window_length: timedelta
    unit: str
    source: str
    health: Health
    reason: str
    too_little: TooLittle | None
    as_of: datetime
    week: Counts
    window: Counts
    allowed_count: Decimal
    spent_ratio: Decimal
    least_spent_ratio: Decimal
    remaining_week_ago_ratio: Decimal | None
    burn_1h: Decimal | None
    burn_6h: Decimal | None
    burn_3d: Decimal | None
    burn_as_of: datetime | None
    exhausted_in_days: Decimal | None
    interval: tuple[float, float] | None
    covered_ratio: float
    coverage: Coverage
    week_coverage: Coverage | None
    burn_down: tuple[tuple[datetime, Decimal], ...]

    @property
    def state(self) -> str:
        """Its health; never plainly healthy or at risk where a part of the window is not known, or all is only inferred to be."""
        if not self.is_partial:
            return self.health.value
        inferred = "" if self.coverage.is_stated else ", inferred"
        return f"{self.health.value} on {self.coverage.known_of} known{inferred}"

    @property
    def is_judged(self) -> bool:
        """Whether what is known is enough to say how much of the budget is spent."""
        return self.health is not Health.TOO_LITTLE

    @property
    def is_partial(self) -> bool:
        """Whether it is healthy or at risk, and only a part of the window is known, or nobody has stated that all of it is."""
        is_whole = self.coverage.is_whole and self.coverage.is_stated
        return self.health in (Health.HEALTHY, Health.AT_RISK) and not is_whole

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
    objective: BudgetedObjective | EveryEventObjective, history: History | NoData, week: Week | Interval, *,
    by_whole_hours: bool = True,
) -> ObjectiveWeek | NoData:  # fmt: skip
    """Work one objective out; window and week end where its history does: with the week, or with what of it is settled.

    The week is one of the calendar, or the last seven days of any moment. Burn rates end with the last whole hour, or else with
    what is settled, where the hour before that is known.
    """
    if isinstance(history, NoData):
        return history
    until = history.end_at
    start_at, window_length = until - objective.window, duration(objective.window)
    in_week, in_window = history.counts(week.start_at, until), history.counts(start_at, until)
    coverage = history.coverage(start_at, until)
    if in_window.total_count == 0:
        known = "" if coverage.is_whole else f", of which {coverage.known_of} are known"
        why = "" if history.problem is None else f"; {history.problem}"
        return NoData(reason=f"no event in the {window_length} before {until:%Y-%m-%d %H:%M} UTC{known}{why}")
    target = objective.target_ratio if isinstance(objective, BudgetedObjective) else Decimal(1)
    week_coverage = history.coverage(week.start_at, until) if week.start_at < until else None
    judged = judge_budget(
        WindowEvidence(
            counts=in_window,
            window=coverage,
            week=coverage if week_coverage is None else week_coverage,
            last_event_at=history.last_event_at(until),
            is_sparse=isinstance(objective, EveryEventObjective)
            and isinstance(objective.indicator.total, StackOperations),
            worst_bad_count=history.worst_bad_count(start_at, until, seconds=coverage.missing.seconds),
        ),
        target_ratio=target,
    )
    lacking = _lacking(objective, history, week, judged)
    burn_as_of = _burns_end(history, until, by_whole_hours=by_whole_hours)
    burns = {hours: _burn(history, burn_as_of, timedelta(hours=hours), target) for hours in (1, 6, 72)}
    health, reason = _health(judged, lacking, burns[72], in_window, target)
    told = {hours: burn for hours, burn in burns.items() if _is_of_all_of_it(history, burn_as_of, hours)}
    return ObjectiveWeek(
        name=objective.name,
        title=objective.title,
        target=describe_target(objective),
        target_ratio=target,
        window_length=objective.window,
        unit=_unit(objective),
        source=history.source,
        health=health,
        reason=reason,
        too_little=lacking,
        as_of=until,
        week=in_week,
        window=in_window,
        allowed_count=(1 - target) * in_window.total_count,
        spent_ratio=judged.spent_ratio,
        least_spent_ratio=judged.least_spent_ratio,
        remaining_week_ago_ratio=_remaining_before(history, objective.window, week, coverage, target),
        burn_1h=told.get(1),
        burn_6h=told.get(6),
        burn_3d=told.get(72),
        burn_as_of=burn_as_of,
        exhausted_in_days=_lasts(judged, told.get(72), objective.window),
        interval=wilson(in_week) if in_week.total_count >= LEAST_EVENTS_COUNT else None,
        covered_ratio=0.0 if week_coverage is None else history.covered_ratio(week.start_at, until),
        coverage=coverage,
        week_coverage=week_coverage,
        burn_down=_burn_down(history, in_window, target, start_at, until),
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


def _lacking(
    objective: BudgetedObjective | EveryEventObjective, history: History, week: Week | Interval, judged: BudgetJudged
) -> TooLittle | None:
    """Why too little is known, if it is; a budget that is gone is gone whatever is not known."""
    if judged.is_exhausted:
        return None
    until = history.end_at
    if until <= week.start_at:
        return TooLittle(reason="nothing of the week is settled yet", missing=Known.nothing())
    lacking = judged.too_little
    if lacking is not None and history.problem is not None:
        return TooLittle(reason=f"{lacking.reason}; {history.problem}", missing=lacking.missing)
    if lacking is None and isinstance(objective.indicator, SliceIndicator):
        length = objective.indicator.slice_length
        due, watched = (until - week.start_at) // length, history.counts(week.start_at, until).total_count
        if watched < _WATCHED_RATIO * due:
            return TooLittle(
                reason=f"canaries ran in {count(watched)} of {counted(due, 'slice')} of the week",
                missing=Known.nothing(),
            )
    return lacking


def _remaining_before(
    history: History, window: timedelta, week: Week | Interval, coverage: Coverage, target: Decimal
) -> Decimal | None:  # fmt: skip
    """What was left before the week; None where too little is known of either window: two shares of different times differ."""
    before = Interval(start_at=week.start_at - window, end_at=week.start_at)
    counts = history.counts(before.start_at, before.end_at)
    known = history.coverage(before.start_at, before.end_at)
    if not counts.total_count or too_little({"window": coverage, "window before": known}) is not None:
        return None
    return 1 - spent_ratio(counts, target)


def _burns_end(history: History, until: datetime, *, by_whole_hours: bool) -> datetime | None:
    hour = Interval(start_at=until - timedelta(hours=1), end_at=until)
    if not by_whole_hours and not history.known.missing(hour).spans:
        return until
    return last_known_hour(history.known, until)


def _burn(history: History, end_at: datetime | None, length: timedelta, target: Decimal) -> Decimal | None:
    if target == 1 or end_at is None or not history.coverage(end_at - length, end_at).is_enough:
        return None
    rate = burn_rate(history.counts(end_at - length, end_at), target_ratio=target)
    return None if isinstance(rate, NoData) else rate


def _is_of_all_of_it(history: History, end_at: datetime | None, hours: int) -> bool:
    """Whether a rate over so many hours has events before those of the next shorter one: else the two are one number."""
    if end_at is None or hours not in _SHORTER_HOURS:
        return True
    shorter_at = end_at - timedelta(hours=_SHORTER_HOURS[hours])
    return history.counts(end_at - timedelta(hours=hours), shorter_at).total_count > 0


def _lasts(judged: BudgetJudged, burn: Decimal | None, window: timedelta) -> Decimal | None:
    if judged.is_exhausted:
        return Decimal(0)
    if judged.too_little is not None or not burn:
        return None
    return max(Decimal(0), 1 - judged.spent_ratio) * (Decimal(window // timedelta(seconds=1)) / 86_400) / burn


def _health(
    judged: BudgetJudged, lacking: TooLittle | None, burn: Decimal | None, window: Counts, target: Decimal
) -> tuple[Health, str]:
    spent = judged.spent_ratio
    if judged.is_exhausted:
        if target == 1:
            return Health.EXHAUSTED, f"{count(window.bad_count)} of {count(window.total_count)} failed; none may"
        return Health.EXHAUSTED, f"{percent(spent)} of the budget is spent"
    if lacking is not None:
        return Health.TOO_LITTLE, lacking.reason
    if target == 1:
        return Health.HEALTHY, f"none of {count(window.total_count)} failed"
    if 1 - spent < _AT_RISK_RATIO:
        return Health.AT_RISK, f"{percent(1 - spent)} of the budget is left"
    if burn is not None and burn > 1:
        return Health.AT_RISK, f"the burn rate of the last three days is {ratio(burn)}"
    if judged.risk is not None:
        return Health.AT_RISK, judged.risk
    few = (1 - target) * window.total_count < 1
    return Health.HEALTHY, f"{percent(1 - spent)} of the budget is left" + (
        f"; one bad event of {count(window.total_count)} would exhaust it" if few else ""
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
    if isinstance(objective.indicator, SliceIndicator | RatioSliceIndicator):
        return f"slices of {duration(objective.indicator.slice_length)}"
    return "stack operations" if isinstance(objective, EveryEventObjective) else "events"
