"""CloudWatch's statistics, from the raw samples of one period.

Definitions: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html. A lower bound is
exclusive and an upper one inclusive. For shares of samples that page gives no rank rule; ours is the nearest rank.
CloudWatch keeps samples in buckets of a fraction of a percent, so its percentiles may differ from these by that much.
"""

import math
from collections.abc import Callable, Mapping
from decimal import Decimal
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from foundation.cloudwatch.statistic_syntax import Between, Percentile, Simple, Statistic, Trimmed

Samples = npt.NDArray[np.float64]


_SIMPLE: Mapping[str, Callable[[Samples], float]] = MappingProxyType(
    {
        "Sum": lambda samples: float(samples.sum()),
        "SampleCount": lambda samples: float(samples.size),
        "Average": lambda samples: float(samples.mean()),
        "Minimum": lambda samples: float(samples.min()),
        "Maximum": lambda samples: float(samples.max()),
    }
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
