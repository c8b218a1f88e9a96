"""CloudWatch's statistics, from the raw samples of one period.

    Sum SampleCount Average Minimum Maximum
    p99.9                       percentile
    TM(10%:90%)  TM(150:1000)   trimmed mean; tm90 is TM(:90%), IQM is TM(25%:75%)
    WM(10%:90%)                 winsorized mean: what lies outside counts as the bound
    TC(:1000)  TS(80%:)         trimmed count and sum
    PR(:1000)                   percentile rank: the percentage of samples within fixed values

Definitions: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html. A lower bound is
exclusive and an upper one inclusive. For shares of samples that page gives no rank rule; ours is the nearest rank.
CloudWatch keeps samples in buckets of a fraction of a percent, so its percentiles may differ from these by that much.
"""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float64]


class StatisticError(Exception):
    """A statistic that CloudWatch does not have; the text says what would be one."""


class Trimmed(Enum):
    """What is computed of the samples between two bounds."""

    MEAN = "TM"
    WINSORIZED_MEAN = "WM"
    COUNT = "TC"
    SUM = "TS"
    PERCENTILE_RANK = "PR"


@dataclass(frozen=True, slots=True, kw_only=True)
class Simple:
    """Sum, SampleCount, Average, Minimum or Maximum."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Percentile:
    """The value that this percentage of samples is at or below."""

    percent: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Between:
    """A statistic of the samples between two bounds, as percentages of samples or as fixed values; None is unbounded."""

    kind: Trimmed
    lower: float | None
    upper: float | None
    is_percent: bool


Statistic = Simple | Percentile | Between

_SIMPLE: Mapping[str, Callable[[Samples], float]] = MappingProxyType(
    {
        "Sum": lambda samples: float(samples.sum()),
        "SampleCount": lambda samples: float(samples.size),
        "Average": lambda samples: float(samples.mean()),
        "Minimum": lambda samples: float(samples.min()),
        "Maximum": lambda samples: float(samples.max()),
    }
)
_NUMBER = r"\d+(?:\.\d{1,10})?"
_PERCENTILE = re.compile(rf"p({_NUMBER})")
_SHORT = re.compile(rf"(tm|wm|tc|ts)({_NUMBER})")
_BOUNDED = re.compile(rf"(TM|WM|TC|TS|PR)\(({_NUMBER}%?)?:({_NUMBER}%?)?\)")


def read_statistic(text: str) -> Statistic:
    """Read a statistic as CloudWatch writes it.

    Raises StatisticError when it is none.
    """
    if text in _SIMPLE:
        return Simple(name=text)
    if text == "IQM":
        return Between(kind=Trimmed.MEAN, lower=25.0, upper=75.0, is_percent=True)
    if found := _PERCENTILE.fullmatch(text):
        return Percentile(percent=_percent(found[1], text))
    if found := _SHORT.fullmatch(text):
        kind = Trimmed(found[1].upper())
        return Between(kind=kind, lower=None, upper=_percent(found[2], text), is_percent=True)
    if found := _BOUNDED.fullmatch(text):
        return _bounded(text, Trimmed(found[1]), found[2], found[3])
    raise StatisticError(
        f"{text!r} is no statistic; CloudWatch has {', '.join(_SIMPLE)}, p99, IQM, tm90, and TM, WM, TC, TS or PR with "
        "bounds such as TM(10%:90%) or PR(:1000)"
    )


def compute(statistic: Statistic, samples: Samples) -> float | None:
    """The statistic of one period's samples; None when the period has none, or none within the bounds to average."""
    if samples.size == 0:
        return None
    match statistic:
        case Simple():
            return _SIMPLE[statistic.name](samples)
        case Percentile():
            rank = max(1, math.ceil(_share(statistic.percent, samples.size)))
            return float(np.partition(samples, rank - 1)[rank - 1])
        case Between():
            return _between(statistic, samples)


def _between(statistic: Between, samples: Samples) -> float | None:
    ordered = np.sort(samples)
    first, end = _range(statistic, ordered)
    kept = ordered[first:end]
    match statistic.kind:
        case Trimmed.COUNT:
            return float(kept.size)
        case Trimmed.SUM:
            return float(kept.sum())
        case Trimmed.PERCENTILE_RANK:
            return 100.0 * kept.size / ordered.size
        case Trimmed.MEAN:
            return float(kept.mean()) if kept.size else None
        case Trimmed.WINSORIZED_MEAN:
            if not kept.size:
                return None
            low, high = _winsor_bounds(statistic, kept)
            return float((first * low + kept.sum() + (ordered.size - end) * high) / ordered.size)


def _range(statistic: Between, ordered: Samples) -> tuple[int, int]:
    """The half-open range of the sorted samples that lie between the bounds: lower exclusive, upper inclusive."""
    lower, upper = statistic.lower, statistic.upper
    if statistic.is_percent:
        first = 0 if lower is None else math.floor(_share(lower, ordered.size))
        end = ordered.size if upper is None else math.ceil(_share(upper, ordered.size))
    else:
        first = 0 if lower is None else int(np.searchsorted(ordered, lower, side="right"))
        end = ordered.size if upper is None else int(np.searchsorted(ordered, upper, side="right"))
    return first, max(first, end)


def _share(percent: float, count: int) -> Decimal:
    """So many percent of a count, exactly: 99.9 % of 1,000 is 999, where binary fractions may say a little more."""
    return Decimal(str(percent)) * count / 100


def _winsor_bounds(statistic: Between, kept: Samples) -> tuple[float, float]:
    if statistic.is_percent:
        return float(kept[0]), float(kept[-1])
    low = float(kept[0]) if statistic.lower is None else statistic.lower
    high = float(kept[-1]) if statistic.upper is None else statistic.upper
    return low, high


def _bounded(text: str, kind: Trimmed, lower: str | None, upper: str | None) -> Between:
    bounds = [bound for bound in (lower, upper) if bound is not None]
    percents = {bound.endswith("%") for bound in bounds}
    if not bounds or len(percents) != 1:
        raise StatisticError(f"{text!r}: give one bound or two, both as percentages or both as values")
    is_percent = percents.pop()
    if kind is Trimmed.PERCENTILE_RANK and is_percent:
        raise StatisticError(f"{text!r}: a percentile rank is of values; write PR(:1000)")
    low, high = (None if bound is None else float(bound.rstrip("%")) for bound in (lower, upper))
    if low is not None and high is not None and low >= high:
        raise StatisticError(f"{text!r}: the lower bound must be below the upper one")
    if is_percent:
        for bound in bounds:
            _percent(bound.rstrip("%"), text)
    return Between(kind=kind, lower=low, upper=high, is_percent=is_percent)


def _percent(number: str, text: str) -> float:
    if float(number) > 100:
        raise StatisticError(f"{text!r}: a percentage is at most 100")
    return float(number)
