"""One run against the last runs of the same scenario in the same environment: is it slower than they make likely?

Runs are the units. Requests of one run resemble one another, so tests on pooled requests cry wolf; how much runs differ
is measured on runs (a one-sided t prediction bound on the logarithm of a percentile,
https://en.wikipedia.org/wiki/Prediction_interval).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from statistics import fmean, stdev

from scipy.stats import nct, t

from foundation.errors import InputError
from loadtests.evidence import doubts_about
from loadtests.result import LoadResult, percentile_ms, read_result

_BASELINES_COUNT, _LEAST_COUNT = 10, 3
_PERCENTS = (50.0, 95.0, 99.0)
_CONFIDENCE_RATIO, _POWER_RATIO = 0.95, 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class Baselines:
    """The runs to compare with, newest first, and why others were left out."""

    results: tuple[LoadResult, ...]
    left_out: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One percentile: now, what is usual, up to where it is still likely, and what change would be seen in 80 % of cases."""

    percent: float
    now_ms: float
    usual_ms: float
    likely_up_to_ms: float
    visible_change_ratio: float

    @property
    def is_slower(self) -> bool:
        """Whether it is beyond what is likely: one run in twenty is, when nothing has changed."""
        return self.now_ms > self.likely_up_to_ms


def find_baselines(directory: Path, result: LoadResult) -> Baselines:
    """The last ten sound runs before `result` with its profile, stage, client, rate and length.

    Raises InputError when the directory cannot be read.
    """
    if not directory.is_dir():
        raise InputError(f"--history {directory}: no such directory; `sre loadtest run` keeps its results in one")
    found: list[LoadResult] = []
    left_out: list[str] = []
    for file in sorted(directory.glob("*.json")):
        try:
            other = read_result(file)
        except InputError as error:
            left_out.append(str(error))
            continue
        if other.started_at >= result.started_at:
            continue
        if _scenario(other) != _scenario(result):
            left_out.append(f"{file.name}: another scenario or environment")
        elif other.interrupted or other.stopped_early:
            left_out.append(f"{file.name}: it was not run to its end")
        elif doubts := doubts_about(other):
            left_out.append(f"{file.name}: {doubts[0]}")
        else:
            found.append(other)
    found.sort(key=lambda each: each.started_at, reverse=True)
    return Baselines(results=tuple(found[:_BASELINES_COUNT]), left_out=tuple(left_out))


def compare(result: LoadResult, baselines: Sequence[LoadResult]) -> tuple[Compared, ...]:
    """Compare the percentiles of the measured part.

    Raises InputError with fewer than three baselines, or when a run measured nothing.
    """
    if len(baselines) < _LEAST_COUNT:
        raise InputError(
            f"{len(baselines)} earlier runs of this scenario and environment are too few to know how much runs differ; "
            f"at least {_LEAST_COUNT} are needed, ten are good"
        )
    return tuple(
        compare_percentile(_percentile(result, percent), [_percentile(each, percent) for each in baselines], percent)
        for percent in _PERCENTS
    )


def compare_percentile(now_ms: float, baselines_ms: Sequence[float], percent: float) -> Compared:
    """Compare one percentile with those of earlier runs."""
    logs = [math.log(each) for each in baselines_ms]
    count, mean, spread = len(logs), fmean(logs), stdev(logs)
    scale = spread * math.sqrt(1 + 1 / count)
    critical = float(t.ppf(_CONFIDENCE_RATIO, count - 1))
    return Compared(
        percent=percent,
        now_ms=now_ms,
        usual_ms=math.exp(mean),
        likely_up_to_ms=math.exp(mean + critical * scale),
        visible_change_ratio=math.expm1(_noncentrality(count - 1) * scale),
    )


def power(change_ratio: float, *, spread_ratio: float, baseline_count: int) -> float:
    """How often a change of a percentile would be seen, when runs differ by `spread_ratio` (standard deviation of logs)."""
    critical = float(t.ppf(_CONFIDENCE_RATIO, baseline_count - 1))
    scale = spread_ratio * math.sqrt(1 + 1 / baseline_count)
    return float(nct.sf(critical, baseline_count - 1, math.log1p(change_ratio) / scale))


@cache
def _noncentrality(freedom: int) -> float:
    """The change, in standard errors, that is seen with the power wanted."""
    critical = float(t.ppf(_CONFIDENCE_RATIO, freedom))
    low, high = 0.0, 100.0
    for _ in range(60):
        middle = (low + high) / 2
        is_enough = float(nct.sf(critical, freedom, middle)) >= _POWER_RATIO
        low, high = (low, middle) if is_enough else (middle, high)
    return high


def _scenario(result: LoadResult) -> tuple[object, ...]:
    return (
        result.profile,
        result.stage,
        result.client,
        result.planned_rps,
        result.slow_after_ms,
        result.stages,
        round(result.measured.planned_seconds),
    )


def _percentile(result: LoadResult, percent: float) -> float:
    found = percentile_ms(result.measured.histogram(), percent)
    if found is None:
        raise InputError(f"the run of {result.started_at} measured no request")
    return found
