"""`sre loadtest compare`: its JSON. What judges one run needs none of the statistics that compare several."""

from decimal import Decimal
from enum import StrEnum

from loadtests.comparison import ComparedLatency, ComparedShare
from sre.cli.outputs.model import Output, Part
from sre.cli.outputs.words import Outcome


class BadKind(StrEnum):
    """What a compared share is of."""

    FAULTS = "faults"
    SLOW = "slow"


class ComparedPercentile(Part):
    """A percentile of good answers against what is usual; `visible_change_ratio` is the change seen in 80 % of cases."""

    request: str
    percentile: float
    outcome: Outcome
    now_ms: float
    usual_ms: float
    likely_up_to_ms: float
    visible_change_ratio: float


class ComparedRatio(Part):
    """A share of bad requests against what is usual."""

    request: str
    of: BadKind
    outcome: Outcome
    sample_count: int
    bad_count: int
    likely_up_to_count: int
    usual_bad_ratio: float


class RunComparison(Output):
    """A run against earlier ones: a miss is slower or worse than these make likely, and what might go unseen is inconclusive.

    So is what is worse in a run that other work on this machine disturbed, which the doubts say.
    """

    outcome: Outcome
    exit_code: int
    stage: str
    target: str
    profile: str
    baseline_count: int
    tolerated_change_ratio: Decimal
    percentiles: tuple[ComparedPercentile, ...]
    shares: tuple[ComparedRatio, ...]
    not_compared: tuple[str, ...]
    left_out: tuple[str, ...]
    doubts: tuple[str, ...]


def compared_percentile(latency: ComparedLatency, *, tolerate: Decimal, is_disturbed: bool) -> ComparedPercentile:
    """One percentile; a change of `tolerate` must be one that would be seen, and a disturbed run misses nothing."""
    if latency.is_worse:
        outcome = _worse(is_disturbed=is_disturbed)
    else:
        outcome = Outcome.PASS if latency.visible_change_ratio <= tolerate else Outcome.INCONCLUSIVE
    return ComparedPercentile(
        request=latency.kind,
        percentile=latency.percent,
        outcome=outcome,
        now_ms=latency.now_ms,
        usual_ms=latency.usual_ms,
        likely_up_to_ms=latency.likely_up_to_ms,
        visible_change_ratio=latency.visible_change_ratio,
    )


def compared_share(share: ComparedShare, *, is_disturbed: bool) -> ComparedRatio:
    """One share; a disturbed run misses nothing."""
    return ComparedRatio(
        request=share.kind,
        of=BadKind(share.bad.value),
        outcome=_worse(is_disturbed=is_disturbed) if share.is_worse else Outcome.PASS,
        sample_count=share.now.total_count,
        bad_count=share.now.bad_count,
        likely_up_to_count=share.likely_up_to_count,
        usual_bad_ratio=share.usual_ratio,
    )


def _worse(*, is_disturbed: bool) -> Outcome:
    return Outcome.INCONCLUSIVE if is_disturbed else Outcome.MISS
