"""Whether a budget can be judged by what is known of its window, and what follows where it can or cannot.

Too little is known where a tenth of the window or of its newest week is not, or where nothing has happened for three days. What
is spent is spent all the same: a budget that is gone on what is known is gone however good the rest was. Where the unknown part
may hold more than what is left, were it as bad as the worst equally long part that is known, the budget is at risk.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_FLOOR, Decimal

from foundation.pages.numbers import counted, percent, quantity
from foundation.readings import Known
from foundation.slo.coverage import Coverage, TooLittle, too_little
from foundation.slo.error_budget import BudgetSpent, Counts, budget_spent

# The longest burn that is judged: a budget that nothing was counted on for so long is not being watched, or nobody gets through.
LONGEST_SILENCE = timedelta(days=3)


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowEvidence:
    """What a budget is judged by: the window's known events, and how much of it and of its newest week is known.

    `last_event_at` is when the last period ended that had an event. `is_sparse` is whether events are so rare that days without
    one say nothing against the count, as of stack operations. `worst_bad_count` is the most bad events of any part of what is
    known that is as long as what is unknown.
    """

    counts: Counts
    window: Coverage
    week: Coverage
    last_event_at: datetime | None
    is_sparse: bool
    worst_bad_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetJudged:
    """`spent_ratio` is of the known events; `least_spent_ratio` is of all of the window's, if every unknown one was good.

    `too_little` is why neither more nor less can be said; `risk` is what the unknown part may hold, in words.
    """

    spent_ratio: Decimal
    least_spent_ratio: Decimal
    is_exhausted: bool
    too_little: TooLittle | None
    risk: str | None


def judge_budget(evidence: WindowEvidence, *, target_ratio: Decimal) -> BudgetJudged:
    """Judge a budget; with a target of 1 there is none, and one bad event is one too many, whatever is unknown."""
    spent = spent_ratio(evidence.counts, target_ratio)
    least = spent if target_ratio == 1 else spent * _share(evidence.window)
    lacking = too_little({"window": evidence.window, "week": evidence.week})
    is_exhausted = spent >= 1 and (lacking is None or least >= 1)
    if is_exhausted:
        lacking = None
    elif lacking is None:
        lacking = None if evidence.is_sparse else _silence(evidence)
    elif target_ratio < 1 and evidence.counts.total_count:
        lacking = TooLittle(
            reason=f"{lacking.reason}; {percent(least)} of the budget is spent if all else was good",
            missing=lacking.missing,
        )
    return BudgetJudged(
        spent_ratio=spent,
        least_spent_ratio=least,
        is_exhausted=is_exhausted,
        too_little=lacking,
        risk=None if target_ratio == 1 else _risk(evidence, target_ratio),
    )


def spent_ratio(counts: Counts, target_ratio: Decimal) -> Decimal:
    """The spent share; a promise without a budget is spent by one bad event, and nothing is spent where nothing happened."""
    if target_ratio == 1:
        return Decimal(int(counts.bad_count > 0))
    spent = budget_spent(counts, target_ratio=target_ratio)
    return spent.spent_ratio if isinstance(spent, BudgetSpent) else Decimal(0)


def _share(window: Coverage) -> Decimal:
    start, end = window.window.span
    return 1 - Decimal(window.missing.seconds) / (end - start)


def _silence(evidence: WindowEvidence) -> TooLittle | None:
    until, last = evidence.window.window.end_at, evidence.last_event_at
    if last is None or until - last < LONGEST_SILENCE:
        return None
    return TooLittle(
        reason=f"no event since {last:%Y-%m-%d %H:%M}, so nothing can be judged",
        missing=Known.throughout(last, until),
    )


def _risk(evidence: WindowEvidence, target_ratio: Decimal) -> str | None:
    left = (1 - target_ratio) * evidence.counts.total_count - evidence.counts.bad_count
    if evidence.window.is_whole or evidence.worst_bad_count <= left:
        return None
    return (
        f"the unknown time may hold {counted(evidence.worst_bad_count, 'bad event')}, as the worst known time of that length "
        f"does, and the budget has {quantity(left, rounding=ROUND_FLOOR)} left"
    )
