"""One run against earlier ones, kind of request by kind: is it slower, or worse, than they make likely?

Runs are the units. Requests of one run resemble one another, so tests on pooled requests cry wolf; how much runs differ
is measured on runs (a one-sided t prediction bound on the logarithm of a percentile,
https://en.wikipedia.org/wiki/Prediction_interval). Kinds are compared each by itself, since a mixture moves with its
mix: good answers by their percentiles, and beside them the shares of faults and of slow answers. All of it together calls
a run that has not changed worse once in twenty: 4.5 % for percentiles (`family`), and 0.5 % for shares (Bonferroni).
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import assert_never

import numpy as np
from scipy.stats import nct

from foundation.errors import InputError
from loadtests.family import chances_of_shares, critical_t
from loadtests.result import LoadResult, RequestCounts, percentile_ms

_LEAST_COUNT = 3
PERCENTS = (50.0, 95.0, 99.0)
_LATENCIES_DOUBT_RATIO, _SHARES_DOUBT_RATIO = 0.045, 0.005
_POWER_RATIO = 0.8


class Bad(Enum):
    """What a share is of: faults of all requests that are known to be good or bad, or slow ones of the good answers."""

    FAULTS = "faults"
    SLOW = "slow"


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedLatency:
    """One percentile of good answers: now, what is usual, up to where it is likely, what change is seen in 80 % of cases."""

    kind: str
    percent: float
    now_ms: float
    usual_ms: float
    likely_up_to_ms: float
    visible_change_ratio: float

    @property
    def is_worse(self) -> bool:
        """Whether it is beyond what is likely."""
        return self.now_ms > self.likely_up_to_ms


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedShare:
    """One share of bad ones: now, what is usual, and up to where it is likely."""

    kind: str
    bad: Bad
    now_bad_count: int
    now_count: int
    usual_ratio: float
    likely_up_to_count: int

    @property
    def is_worse(self) -> bool:
        """Whether it is beyond what is likely."""
        return self.now_bad_count > self.likely_up_to_count


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Everything that was compared, and the kinds of requests that were not: those that not every run has."""

    latencies: tuple[ComparedLatency, ...]
    shares: tuple[ComparedShare, ...]
    unmatched: tuple[str, ...]

    @property
    def is_worse(self) -> bool:
        """Whether anything is: when nothing has changed, one run in twenty is called so."""
        return any(each.is_worse for each in (*self.latencies, *self.shares))


def compare(result: LoadResult, baselines: Sequence[LoadResult]) -> Comparison:
    """Compare the measured parts. Raises InputError with fewer than three baselines, or when no kind is in all of them."""
    if len(baselines) < _LEAST_COUNT:
        raise InputError(
            f"{len(baselines)} earlier runs of this scenario and environment are too few to know how much runs differ; "
            f"at least {_LEAST_COUNT} are needed, ten are good"
        )
    now, earlier = _by_kind(result), [_by_kind(each) for each in baselines]
    everywhere = set(now).intersection(*earlier)
    if not everywhere:
        raise InputError(f"the run of {result.started_at} has no kind of request in common with the earlier ones")
    kinds = sorted(everywhere)
    answered = [kind for kind in kinds if all(each[kind].good.get_total_count() for each in (now, *earlier))]
    percentiles = [_percentiles(each, answered) for each in (now, *earlier)]
    return Comparison(
        latencies=compare_percentiles(answered, percentiles[0], percentiles[1:]) if answered else (),
        shares=compare_shares(kinds, _shares(now, kinds), [_shares(each, kinds) for each in earlier]),
        unmatched=tuple(sorted(set(now).union(*earlier) - everywhere)),
    )


def compare_percentiles(
    kinds: Sequence[str], now_ms: Sequence[float], baselines_ms: Sequence[Sequence[float]]
) -> tuple[ComparedLatency, ...]:
    """Compare the percentiles of `PERCENTS`, kind by kind, with those of earlier runs: one family of tests."""
    logs, count = np.log(np.asarray(baselines_ms)), len(baselines_ms)
    critical = critical_t(np.log(np.asarray(now_ms)), logs, doubt_ratio=_LATENCIES_DOUBT_RATIO)
    beyond = _noncentrality(count - 1, critical)
    means, scales = logs.mean(axis=0), logs.std(axis=0, ddof=1) * math.sqrt(1 + 1 / count)
    columns = [(kind, percent) for kind in kinds for percent in PERCENTS]
    return tuple(
        ComparedLatency(
            kind=kind,
            percent=percent,
            now_ms=float(now),
            usual_ms=math.exp(mean),
            likely_up_to_ms=math.exp(mean + critical * scale),
            visible_change_ratio=math.expm1(beyond * scale),
        )
        for (kind, percent), now, mean, scale in zip(columns, now_ms, means, scales, strict=True)
    )


def compare_shares(
    kinds: Sequence[str], now: Sequence[tuple[int, int]], baselines: Sequence[Sequence[tuple[int, int]]]
) -> tuple[ComparedShare, ...]:
    """Compare how many are bad of how many, kind by kind and in the order of `Bad`, with earlier runs."""
    columns = [(kind, bad) for kind in kinds for bad in Bad]
    earlier = np.asarray(baselines, dtype=np.int64)
    limit = _SHARES_DOUBT_RATIO / len(columns)
    found: list[ComparedShare] = []
    for number, ((kind, bad), (bad_count, count)) in enumerate(zip(columns, now, strict=True)):
        column = earlier[:, number, :]
        usual_bad, usual_all = column.sum(axis=0)
        found.append(
            ComparedShare(
                kind=kind,
                bad=bad,
                now_bad_count=bad_count,
                now_count=count,
                usual_ratio=float(usual_bad / usual_all) if usual_all else 0.0,
                likely_up_to_count=_likely_up_to(count, column, limit) if usual_all else count,
            )
        )
    return tuple(found)


def _likely_up_to(count: int, column: "np.ndarray[tuple[int, int], np.dtype[np.int64]]", limit: float) -> int:
    """The most bad ones of so many that are still likely."""
    bad, everything = column[:, :1], column[:, 1:]

    def is_likely(bad_count: int) -> bool:
        return float(chances_of_shares(np.array([bad_count]), np.array([count]), bad, everything)[0]) > limit

    low, high = 0, count + 1
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if is_likely(middle) else (low, middle)
    return low


@cache
def _noncentrality(freedom: int, critical: float) -> float:
    """The change, in standard errors, that is seen with the power wanted."""
    low, high = 0.0, 1_000.0
    for _ in range(60):
        middle = (low + high) / 2
        is_enough = float(nct.sf(critical, freedom, middle)) >= _POWER_RATIO
        low, high = (low, middle) if is_enough else (middle, high)
    return high


def _by_kind(result: LoadResult) -> Mapping[str, RequestCounts]:
    return {request.name: request for request in result.measured.requests}


def _percentiles(requests: Mapping[str, RequestCounts], kinds: Sequence[str]) -> list[float]:
    return [percentile_ms(requests[kind].good, percent) or 0.001 for kind in kinds for percent in PERCENTS]


def _shares(requests: Mapping[str, RequestCounts], kinds: Sequence[str]) -> list[tuple[int, int]]:
    return [_share(requests[kind], bad) for kind in kinds for bad in Bad]


def _share(request: RequestCounts, bad: Bad) -> tuple[int, int]:
    """How many are bad, of how many. Faults count among the slow ones, as no answer in time; here they are one thing."""
    match bad:
        case Bad.FAULTS:
            return request.fault_count, request.judged_count
        case Bad.SLOW:
            return request.slow_count - request.fault_count, request.judged_count - request.fault_count
        case _:
            assert_never(bad)
