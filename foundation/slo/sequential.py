"""A verdict that stays valid however often one looks at it: a beta-binomial mixture against the objective's limit.

The mixture's likelihood ratio is a martingale under the limit, so the chance that it ever exceeds 1/doubt is at most
the doubt (Ville; https://arxiv.org/abs/1810.08240 for the confidence sequence). A count that is looked at every second
and judged with a fixed-sample bound instead is wrong several times as often as it says.
"""

import math
from decimal import Decimal
from enum import Enum

from scipy.special import betaln, xlog1py, xlogy

from foundation.pages.numbers import count, exact_percent
from foundation.slo.error_budget import Counts
from foundation.slo.outcome import Inconclusive, Miss, Pass, Verdict
from foundation.slo.verdict import CONFIDENCE_RATIO, judge_share

# Where bad shares of services lie: around one in a thousand.
_PRIOR_BAD, _PRIOR_GOOD = 1.0, 1_000.0


class Certainty(Enum):
    """What can be said already, whatever comes."""

    WITHIN = "within the budget"
    BEYOND = "beyond the budget"
    OPEN = "open"


def log_mixture(counts: Counts, *, limit_ratio: Decimal, design_effect: float = 1.0) -> float:
    """The logarithm of the mixture's likelihood ratio against a bad share of exactly the limit; 0 without events."""
    bad, total = counts.bad_count / design_effect, counts.total_count / design_effect
    limit = float(limit_ratio)
    evidence = betaln(_PRIOR_BAD + bad, _PRIOR_GOOD + total - bad) - betaln(_PRIOR_BAD, _PRIOR_GOOD)
    return float(evidence - xlogy(bad, limit) - xlog1py(total - bad, -limit))


def certainty(counts: Counts, *, limit_ratio: Decimal, doubt_ratio: Decimal, design_effect: float = 1.0) -> Certainty:
    """On which side of the limit the bad share is; at most `doubt_ratio` of runs are ever on the wrong one."""
    if log_mixture(counts, limit_ratio=limit_ratio, design_effect=design_effect) <= -math.log(float(doubt_ratio)):
        return Certainty.OPEN
    is_within = counts.bad_count < float(limit_ratio) * counts.total_count
    return Certainty.WITHIN if is_within else Certainty.BEYOND


def judge_watched_share(
    counts: Counts,
    *,
    budget_ratio: Decimal,
    confidence_ratio: Decimal = CONFIDENCE_RATIO,
    doubts: tuple[str, ...] = (),
    effect: float = 1.0,
    gate_count: int = 1,
) -> Verdict:
    """Judge a run that was looked at all the time and could have been ended at any look.

    Half of the doubt is spent on the looks and half on the end, so both together err no more often than one judgement.
    """
    half = (1 - confidence_ratio) / 2
    sides = {
        Certainty.BEYOND: certainty(
            counts, limit_ratio=budget_ratio, doubt_ratio=half / gate_count, design_effect=effect
        ),
        Certainty.WITHIN: certainty(counts, limit_ratio=budget_ratio, doubt_ratio=half, design_effect=effect),
    }
    observed = f"{count(counts.bad_count)} bad of {count(counts.total_count)}"
    said = f"at {exact_percent(confidence_ratio)} confidence, however often it is checked"
    if sides[Certainty.BEYOND] is Certainty.BEYOND:
        return Miss(reasoning=f"{observed}: the bad share is above {exact_percent(budget_ratio)} {said}")
    if sides[Certainty.WITHIN] is Certainty.WITHIN:
        if doubts:
            return Inconclusive(reasoning=f"{observed}, but {'; '.join(doubts)}", missing_count=None)
        return Pass(reasoning=f"{observed}: the bad share is at most {exact_percent(budget_ratio)} {said}")
    return judge_share(
        counts,
        budget_ratio=budget_ratio,
        confidence_ratio=1 - half,
        doubts=doubts,
        effect=effect,
        gate_count=gate_count,
    )
