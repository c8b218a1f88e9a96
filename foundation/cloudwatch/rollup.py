"""How a statistic of a longer time follows from statistics of its parts, as CloudWatch aggregates statistic sets.

Sums and counts add up, extremes are extremes of extremes, and averages, percentile ranks and means between fixed values
are quotients of those. A percentile or a share of the samples does not follow: it needs the samples themselves.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html#Metric (aggregation, statistic sets)
"""

from collections.abc import Sequence

import numpy as np

from foundation.cloudwatch.series import Values
from foundation.cloudwatch.statistic_syntax import (
    Between,
    Percentile,
    Simple,
    Trimmed,
    is_percentile_rank,
    read_statistic,
)


def parts_of(statistic: str) -> tuple[str, ...] | None:
    """The statistics of the parts that this one follows from; None when it does not follow from any.

    Raises StatisticError.
    """
    read = read_statistic(statistic)
    match read:
        case Simple(name="Average"):
            return ("Sum", "SampleCount")
        case Simple():
            return (statistic,)
        case Percentile():
            return None
        case Between(is_percent=True):
            return None
        case Between():
            bounds = statistic[2:]
            match read.kind:
                case Trimmed.COUNT | Trimmed.SUM:
                    return (statistic,)
                case Trimmed.PERCENTILE_RANK:
                    return (f"TC{bounds}", "SampleCount")
                case Trimmed.MEAN:
                    return (f"TS{bounds}", f"TC{bounds}")
                case Trimmed.WINSORIZED_MEAN:
                    return None


def combine(statistic: str, parts: Sequence[Values], *, width: int, stride: int = 1) -> Values:
    """The statistic of every window of `width` parts, windows beginning `stride` apart; a window has one if any part has.

    `parts` are the series that `parts_of` names. Raises ValueError for a statistic that does not follow from parts.
    """
    names = parts_of(statistic)
    if names is None or len(names) != len(parts):
        raise ValueError(f"{statistic} does not follow from {len(parts)} series of parts")
    if names == (statistic,) and width == 1 and stride == 1:
        return parts[0]
    reduced = [_reduced(name, values, width, stride) for name, values in zip(names, parts, strict=True)]
    if len(reduced) == 1:
        return reduced[0]
    with np.errstate(all="ignore"):
        quotient = reduced[0] / reduced[1]
    quotient = np.where(np.isfinite(quotient), quotient, np.nan)
    return quotient * 100 if is_percentile_rank(read_statistic(statistic)) else quotient


def _reduced(name: str, values: Values, width: int, stride: int) -> Values:
    if values.size < width:
        return np.empty(0)
    missing = np.isnan(values)
    if name == "Minimum":
        reduced = _windows(np.where(missing, np.inf, values), width, stride).min(axis=-1)
    elif name == "Maximum":
        reduced = _windows(np.where(missing, -np.inf, values), width, stride).max(axis=-1)
    else:
        reduced = _sums(np.where(missing, 0.0, values), width, stride)
    empty = _sums(missing.astype(np.float64), width, stride) == width
    return np.where(empty, np.nan, reduced)


def _sums(values: Values, width: int, stride: int) -> Values:
    # Differences of running sums are exact for whole numbers; for others their rounding could cross a threshold.
    if width > 4 and (values == np.rint(values)).all() and np.abs(values).sum() < 2**53:
        running = np.concatenate([[0.0], values.cumsum()])
        return (running[width:] - running[:-width])[::stride]
    return _windows(values, width, stride).sum(axis=-1)


def _windows(values: Values, width: int, stride: int) -> Values:
    return np.lib.stride_tricks.sliding_window_view(values, width)[::stride]
