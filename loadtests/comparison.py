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
from foundation.slo.error_budget import Counts
from loadtests.family import chances_of_shares, critical_t
from loadtests.result import LoadResult, RequestCounts, percentile_ms

_LEAST_COUNT = 3
_PERCENTS = (50.0, 95.0, 99.0)
# Fewer answers beyond a percentile say little of where it is, and their logarithm is far from normal.
_BEYOND_COUNT = 10
_LATENCIES_DOUBT_RATIO, _SHARES_DOUBT_RATIO = 0.045, 0.005
_POWER_RATIO = 0.8


class Bad(Enum):
    """What a share is of: faults of all requests that are known to be good or bad, or slow ones of the good answers."""

    FAULTS = "faults"
    SLOW = "slow"


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedLatency:
    """One percentile of good answers: now, and what is usual.

    `error` is the standard error of a prediction of its logarithm, with `freedom`; `critical` is from which t on it is worse.
    """

    kind: str
    percent: float
    now_ms: float
    usual_ms: float
    error: float
    freedom: int
    critical: float

    @property
    def likely_up_to_ms(self) -> float:
        """Up to where it is likely when nothing has changed."""
        return self.usual_ms * math.exp(self.critical * self.error)

    @property
    def is_worse(self) -> bool:
        """Whether it is beyond what is likely."""
        return self.now_ms > self.likely_up_to_ms

    @property
    def visible_change_ratio(self) -> float:
        """The change that would be seen in 80 % of cases."""
        return math.expm1(_noncentrality(self.freedom, self.critical) * self.error)


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedShare:
    """One share of bad ones: now, and of the earlier runs together.

    `chance_ratio` is how likely so many are, or more, when nothing has changed; from `limit_ratio` down it is worse.
    """

    kind: str
    bad: Bad
    now: Counts
    earlier: tuple[Counts, ...]
    chance_ratio: float
    limit_ratio: float

    @property
    def is_worse(self) -> bool:
        """Whether it is beyond what is likely."""
        return self.chance_ratio <= self.limit_ratio

    @property
    def usual_ratio(self) -> float:
        """The share of the earlier runs."""
        total_count = sum(each.total_count for each in self.earlier)
        return sum(each.bad_count for each in self.earlier) / total_count if total_count else 0.0

    @property
    def likely_up_to_count(self) -> int:
        """The most bad ones of as many as now that are still likely."""

        def is_likely(bad_count: int) -> bool:
            now = Counts(total_count=self.now.total_count, bad_count=bad_count)
            return _chances([now], [[each] for each in self.earlier])[0] > self.limit_ratio

        low, high = 0, self.now.total_count + 1
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if is_likely(middle) else (low, middle)
        return low


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
    columns = [
        (kind, percent)
        for kind in kinds
        for percent in percents_of(min(each[kind].good.get_total_count() for each in (now, *earlier)))
    ]
    percentiles = [_percentiles(each, columns) for each in (now, *earlier)]
    return Comparison(
        latencies=compare_percentiles(columns, percentiles[0], percentiles[1:]) if columns else (),
        shares=compare_shares(kinds, _shares(now, kinds), [_shares(each, kinds) for each in earlier]),
        unmatched=tuple(sorted(set(now).union(*earlier) - everywhere)),
    )


def percents_of(count: int) -> tuple[float, ...]:
    """The percentiles that so many good answers say something of: the median, and those with ten answers beyond them."""
    return tuple(
        percent
        for percent in _PERCENTS
        if count and (percent == _PERCENTS[0] or count * (100 - percent) >= 100 * _BEYOND_COUNT)
    )


def compare_percentiles(
    columns: Sequence[tuple[str, float]], now_ms: Sequence[float], baselines_ms: Sequence[Sequence[float]]
) -> tuple[ComparedLatency, ...]:
    """Compare percentiles of kinds of requests, a column each, with those of earlier runs: one family of tests."""
    logs, count = np.log(np.asarray(baselines_ms)), len(baselines_ms)
    critical = critical_t(np.log(np.asarray(now_ms)), logs, doubt_ratio=_LATENCIES_DOUBT_RATIO)
    means, errors = logs.mean(axis=0), logs.std(axis=0, ddof=1) * math.sqrt(1 + 1 / count)
    return tuple(
        ComparedLatency(
            kind=kind,
            percent=percent,
            now_ms=float(now),
            usual_ms=math.exp(mean),
            error=float(error),
            freedom=count - 1,
            critical=critical,
        )
        for (kind, percent), now, mean, error in zip(columns, now_ms, means, errors, strict=True)
    )


def compare_shares(
    kinds: Sequence[str], now: Sequence[Counts], baselines: Sequence[Sequence[Counts]]
) -> tuple[ComparedShare, ...]:
    """Compare how many are bad of how many, kind by kind and in the order of `Bad`, with earlier runs."""
    columns = [(kind, bad) for kind in kinds for bad in Bad]
    return tuple(
        ComparedShare(
            kind=kind,
            bad=bad,
            now=counts,
            earlier=earlier,
            chance_ratio=chance,
            limit_ratio=_SHARES_DOUBT_RATIO / len(columns),
        )
        for (kind, bad), counts, earlier, chance in zip(
            columns, now, zip(*baselines, strict=True), _chances(now, baselines), strict=True
        )
    )


def _chances(now: Sequence[Counts], baselines: Sequence[Sequence[Counts]]) -> list[float]:
    found = chances_of_shares(
        np.array([each.bad_count for each in now]),
        np.array([each.total_count for each in now]),
        np.array([[each.bad_count for each in run] for run in baselines]),
        np.array([[each.total_count for each in run] for run in baselines]),
    )
    return [float(chance) for chance in found]


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


def _percentiles(requests: Mapping[str, RequestCounts], columns: Sequence[tuple[str, float]]) -> list[float]:
    return [percentile_ms(requests[kind].good, percent) or 0.001 for kind, percent in columns]


def _shares(requests: Mapping[str, RequestCounts], kinds: Sequence[str]) -> list[Counts]:
    return [_share(requests[kind], bad) for kind in kinds for bad in Bad]


def _share(request: RequestCounts, bad: Bad) -> Counts:
    """How many are bad, of how many. Faults count among the slow ones, as no answer in time; here they are one thing."""
    match bad:
        case Bad.FAULTS:
            return Counts(total_count=request.judged_count, bad_count=request.fault_count)
        case Bad.SLOW:
            return Counts(
                total_count=request.judged_count - request.fault_count,
                bad_count=request.slow_count - request.fault_count,
            )
        case _:
            assert_never(bad)
