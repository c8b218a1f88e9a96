"""The arithmetic of metric math on numpy arrays, NaN being a missing datapoint; time is the last axis.

A leading axis, where there is one, holds windows that are evaluated at once. A result that is no finite number is dropped:
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html#metric-math-syntax-arithmetic
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

Values = npt.NDArray[np.float64]
Times = npt.NDArray[np.int64]

_OPERATIONS: Mapping[str, Callable[[Values, Values], npt.NDArray[np.generic]]] = MappingProxyType(
    {
        "+": np.add,
        "-": np.subtract,
        "*": np.multiply,
        "/": np.divide,
        "^": np.power,
        "==": np.equal,
        "!=": np.not_equal,
        "<=": np.less_equal,
        ">=": np.greater_equal,
        "<": np.less,
        ">": np.greater,
        "&&": np.logical_and,
        "||": np.logical_or,
    }
)
_EACH: Mapping[str, Callable[[Values], Values]] = MappingProxyType(
    {"ABS": np.abs, "CEIL": np.ceil, "FLOOR": np.floor, "LOG": np.log, "LOG10": np.log10}
)


def operate(sign: str, left: Values, right: Values, *, left_is_series: bool, right_is_series: bool) -> Values:
    """Two operands together: where only one of two series has a datapoint, the other counts as 0."""
    no_left, no_right = np.isnan(left), np.isnan(right)
    if left_is_series and right_is_series:
        missing = no_left & no_right
        left, right = np.where(no_left, 0.0, left), np.where(no_right, 0.0, right)
    else:
        missing = no_left | no_right
    with np.errstate(all="ignore"):
        result = _OPERATIONS[sign](left, right).astype(np.float64)
    return _finite(np.where(missing, np.nan, result))


def each(function: str, values: Values) -> Values:
    """ABS, CEIL, FLOOR, LOG or LOG10 of every datapoint; a logarithm that is no number is dropped."""
    with np.errstate(all="ignore"):
        return _finite(_EACH[function](values))


def over_time(function: str, values: Values) -> Values:
    """One number for a whole series, with a time axis of length 1: AVG counts missing datapoints as 0, as documented."""
    present = ~np.isnan(values)
    filled = np.where(present, values, 0.0)
    count = present.sum(axis=-1, keepdims=True)
    match function:
        case "SUM":
            return filled.sum(axis=-1, keepdims=True)
        case "AVG":
            return filled.mean(axis=-1, keepdims=True)
        case "DATAPOINT_COUNT":
            return count.astype(np.float64)
        case "MIN":
            result = np.where(present, values, np.inf).min(axis=-1, keepdims=True)
        case "MAX":
            result = np.where(present, values, -np.inf).max(axis=-1, keepdims=True)
        case _:
            with np.errstate(all="ignore"):
                mean = filled.sum(axis=-1, keepdims=True) / count
                squares = np.where(present, (values - mean) ** 2, 0.0).sum(axis=-1, keepdims=True)
                result = np.sqrt(squares / count)
    return np.where(count == 0, np.nan, result)


def across(function: str, stacked: Values) -> Values:
    """One series of several, stacked on the first axis; a timestamp at which none has a datapoint has none."""
    moved = np.moveaxis(stacked, 0, -1)
    result = over_time(function, moved)[..., 0]
    return np.where(np.isnan(moved).all(axis=-1), np.nan, result)


def along_time(function: str, values: Values, times: Times) -> Values:
    """DIFF, DIFF_TIME, RATE against the datapoint before, wherever it lies; or RUNNING_SUM. Missing stays missing."""
    present = ~np.isnan(values)
    if function == "RUNNING_SUM":
        return np.where(present, np.where(present, values, 0.0).cumsum(axis=-1), np.nan)
    before = _index_before(present)
    has_before = present & (before >= 0)
    at = before.clip(min=0)
    difference = values - np.take_along_axis(values, at, axis=-1)
    seconds = (times - np.take_along_axis(np.broadcast_to(times, values.shape), at, axis=-1)).astype(np.float64)
    with np.errstate(all="ignore"):
        result = {"DIFF": difference, "DIFF_TIME": seconds}.get(function, difference / seconds)
    return np.where(has_before, result, np.nan)


def fill_repeat(values: Values) -> Values:
    """Every missing datapoint after the first is the last that is there."""
    last = _index_before(~np.isnan(values), itself=True)
    return np.where(last >= 0, np.take_along_axis(values, last.clip(min=0), axis=-1), np.nan)


def fill_linear(values: Values) -> Values:
    """A gap between two datapoints is filled on the straight line between them; what lies outside stays missing."""
    backwards = values[..., ::-1]
    length = values.shape[-1]
    left = _index_before(~np.isnan(values), itself=True)
    right = length - 1 - _index_before(~np.isnan(backwards), itself=True)[..., ::-1]
    inside = (left >= 0) & (right < length)
    left, right = left.clip(min=0), right.clip(max=length - 1)
    low, high = np.take_along_axis(values, left, axis=-1), np.take_along_axis(values, right, axis=-1)
    share: Values = (np.arange(length, dtype=np.int64) - left) / (right - left).clip(min=1)
    return np.where(inside, low + (high - low) * share, np.nan)


def choose(
    condition: Values, then: Values, otherwise: Values, *, condition_is_series: bool, then_is_series: bool
) -> Values:
    """IF: no condition, no datapoint; where a series' condition is true and `then` has no datapoint, 0."""
    if condition_is_series and then_is_series:
        then = np.where(np.isnan(then), 0.0, then)
    chosen = np.where(condition != 0, then, otherwise)
    return np.where(np.isnan(condition), np.nan, chosen)


def of_timestamps(function: str, times: Times) -> Values:
    """MINUTE 0–59, HOUR 0–23, DAY 1 (Monday)–7, DATE 1–31, MONTH 1–12, YEAR, EPOCH in seconds; all UTC."""
    match function:
        case "EPOCH":
            result = times
        case "MINUTE":
            result = times // 60 % 60
        case "HOUR":
            result = times // 3600 % 24
        case "DAY":
            result = (times // 86_400 + 3) % 7 + 1
        case _:
            instants = times.astype("datetime64[s]")
            years, months = instants.astype("datetime64[Y]"), instants.astype("datetime64[M]")
            result = {
                "YEAR": years.astype(np.int64) + 1970,
                "MONTH": months.astype(np.int64) % 12 + 1,
                "DATE": (instants.astype("datetime64[D]") - months).astype(np.int64) + 1,
            }[function]
    return result.astype(np.float64)


def sort_order(stacked: Values, by: str, *, descending: bool) -> npt.NDArray[np.int64]:
    """The order of several series, stacked on the first axis; those without a datapoint come last."""
    means = over_time(by, stacked)[..., 0]
    keys: Values = np.where(np.isnan(stacked).all(axis=-1), np.nan, means)
    return np.argsort(np.negative(keys) if descending else keys, axis=0, kind="stable")


def _finite(values: Values) -> Values:
    return np.where(np.isfinite(values), values, np.nan)


def _index_before(present: npt.NDArray[np.bool_], *, itself: bool = False) -> npt.NDArray[np.int64]:
    """For each place along time, where the last present one before it is (or it itself); -1 where there is none."""
    places = np.where(present, np.arange(present.shape[-1], dtype=np.int64), -1)
    latest = np.maximum.accumulate(places, axis=-1)
    if itself:
        return latest
    return np.concatenate([np.full_like(latest[..., :1], -1), latest[..., :-1]], axis=-1)
