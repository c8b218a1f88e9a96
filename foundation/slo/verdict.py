"""Whether counted evidence supports an objective: pass, miss, or inconclusive; never a coin flip.

A share is judged by exact one-sided binomial bounds (Clopper and Pearson, Biometrika 26, 1934; the limits as beta
quantiles in https://doi.org/10.1214/ss/1009213286): *pass* when the upper bound on the bad share is within the budget,
*miss* when the lower bound is above it, else *inconclusive* with the number of events still needed. Errors that come in
bursts are fewer independent events than they look, which the design effect corrects. The bound says nothing of times and
loads other than those measured.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from scipy.special import betainc, betaincc, betaincinv

from foundation.pages.numbers import count, counted, exact_percent, percent, quantity
from foundation.readings import NoData
from foundation.slo.error_budget import Counts
from foundation.slo.outcome import Inconclusive, Miss, Pass, Verdict

CONFIDENCE_RATIO = Decimal("0.95")
# Past this many further events the honest answer is "far too many", not a number.
_SEARCH_LIMIT_COUNT = 1_000_000_000_000
_BOUND_DIGITS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """One-sided confidence bounds on a bad share, each at the confidence by itself."""

    lower_ratio: float
    upper_ratio: float

    @property
    def lower_text(self) -> str:
        """The lower bound as printed: rounded down, so that what is printed is a bound too."""
        return percent(self.lower_ratio, digits=_BOUND_DIGITS, rounding=ROUND_FLOOR)

    @property
    def upper_text(self) -> str:
        """The upper bound as printed: rounded up, so that one above the limit never reads as within it."""
        return percent(self.upper_ratio, digits=_BOUND_DIGITS, rounding=ROUND_CEILING)


def bounds(counts: Counts, *, confidence_ratio: Decimal = CONFIDENCE_RATIO, effect: float = 1.0) -> Bounds:
    """The exact bounds on the bad share of a population that these events were drawn from; 0 and 1 without events."""
    doubt = float(1 - confidence_ratio)
    bad, total = counts.bad_count / effect, counts.total_count / effect
    return Bounds(
        lower_ratio=float(betaincinv(bad, total - bad + 1, doubt)) if bad else 0.0,
        upper_ratio=float(betaincinv(bad + 1, total - bad, 1 - doubt)) if bad < total else 1.0,
    )


def design_effect(bad_by_second: Sequence[int]) -> float:
    """How many bad events count as one: the variance of bad events a second over their mean, at least 1.

    For independent events it is 1; https://en.wikipedia.org/wiki/Design_effect. Seconds without events are zeros.
    """
    seconds, bad = len(bad_by_second), sum(bad_by_second)
    if seconds < 2 or not bad:
        return 1.0
    mean = bad / seconds
    variance = sum((each - mean) ** 2 for each in bad_by_second) / (seconds - 1)
    return max(1.0, variance / mean)


def judge_share(
    counts: Counts,
    *,
    budget_ratio: Decimal,
    confidence_ratio: Decimal = CONFIDENCE_RATIO,
    doubts: tuple[str, ...] = (),
    effect: float = 1.0,
    gate_count: int = 1,
) -> Verdict:
    """Judge whether the bad share is within `budget_ratio`.

    `doubts` are reasons not to trust the measurement: they turn a pass into inconclusive, and never excuse a miss.
    `effect` is the design effect, and makes a pass harder; what one run missed in bursts, it missed, though another run
    may not. Of `gate_count` judgements on one run any miss fails it, so each may err less often
    there (Bonferroni); a pass needs all of them, and needs no correction.
    """
    if counts.total_count == 0:
        return NoData(reason="; ".join(doubts) or "nothing was counted")
    observed = f"{count(counts.bad_count)} bad of {count(counts.total_count)}"
    if counts.bad_count:
        observed += f" ({percent(counts.bad_count / counts.total_count, apart_from=budget_ratio)})"
    if effect > 1.05:
        observed += f", in bursts (each {quantity(effect)} count as one)"
    found = bounds(counts, confidence_ratio=confidence_ratio, effect=effect)
    least = bounds(counts, confidence_ratio=confidence_ratio)
    limit = f"at {exact_percent(confidence_ratio)} confidence; {exact_percent(budget_ratio)} is allowed"
    miss_confidence_ratio = 1 - (1 - confidence_ratio) / gate_count
    if _contradicts(counts, budget_ratio, miss_confidence_ratio):
        return Miss(reasoning=f"{observed}: the bad share is at least {least.lower_text} {limit}")
    if not _supports(counts, budget_ratio, confidence_ratio, effect):
        missing = missing_count(counts, budget_ratio=budget_ratio, confidence_ratio=confidence_ratio, effect=effect)
        needed = (
            "more good events are needed for a pass than can be counted"
            if missing is None
            else f"{counted(missing, 'more good event')} needed for a pass"
        )
        nearly = ""
        if _contradicts(counts, budget_ratio, confidence_ratio):
            nearly = (
                f"; it is at least {least.lower_text} at that confidence, and for a miss of one of "
                f"{count(gate_count)} objectives that must hold at "
                f"{percent(miss_confidence_ratio, digits=2, rounding=ROUND_CEILING)}"
            )
        return Inconclusive(
            reasoning=f"{observed}: the bad share may be up to {found.upper_text} {limit}{nearly}; {needed}",
            missing_count=missing,
        )
    if doubts:
        return Inconclusive(reasoning=f"{observed}, but {'; '.join(doubts)}", missing_count=None)
    return Pass(reasoning=f"{observed}: the bad share is at most {found.upper_text} {limit}")


def judge_every(counts: Counts) -> Verdict:
    """Judge a promise about every event: one bad event is a miss; a pass speaks of the counted events only."""
    if counts.total_count == 0:
        return NoData(reason="no event was seen")
    if counts.bad_count:
        return Miss(reasoning=f"{count(counts.bad_count)} of {count(counts.total_count)} failed; none may")
    return Pass(reasoning=f"{count(counts.total_count)} of {count(counts.total_count)} succeeded")


def missing_count(
    counts: Counts, *, budget_ratio: Decimal, confidence_ratio: Decimal = CONFIDENCE_RATIO, effect: float = 1.0
) -> int | None:
    """How many further good events it would take to pass, 0 when it passes already, None when out of all reach."""

    def passes(extra: int) -> bool:
        more = Counts(total_count=counts.total_count + extra, bad_count=counts.bad_count)
        return _supports(more, budget_ratio, confidence_ratio, effect)

    found = bisect_left(range(_SEARCH_LIMIT_COUNT), True, key=passes)
    return found if found < _SEARCH_LIMIT_COUNT else None


def _supports(counts: Counts, budget_ratio: Decimal, confidence_ratio: Decimal, effect: float) -> bool:
    """P(at most this many bad | the bad share is exactly the limit) is within the doubt: the upper bound is within the limit."""
    bad, total = counts.bad_count / effect, counts.total_count / effect
    return float(betaincc(bad + 1, total - bad, float(budget_ratio))) <= float(1 - confidence_ratio)


def _contradicts(counts: Counts, budget_ratio: Decimal, confidence_ratio: Decimal) -> bool:
    """P(at least this many bad | the bad share is exactly the limit) is within the doubt: the lower bound is past the limit."""
    bad, total = counts.bad_count, counts.total_count
    return float(betainc(bad, total - bad + 1, float(budget_ratio))) <= float(1 - confidence_ratio)
