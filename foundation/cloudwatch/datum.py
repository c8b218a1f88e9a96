"""What PutMetricData takes for one datum, and how much of them at once: one that it refuses takes its whole call with it."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from foundation.cloudwatch.limits import API, LimitError, require
from foundation.cloudwatch.metrics import UNITS, Metric

_PUT = f"{API}/API_PutMetricData.html"
_DATUM = f"{API}/API_MetricDatum.html"
MAX_DATA_A_CALL = 1_000
# The page says 1 MB of a POST, and not whether before or after its compression; AWS's own agent cuts before, here:
# https://github.com/aws/amazon-cloudwatch-agent/blob/main/plugins/outputs/cloudwatch/cloudwatch.go
MAX_BYTES_A_CALL = 999_000
MAX_VALUES_A_DATUM = 150
MAX_MAGNITUDE = 2.0**360
OLDEST, NEWEST = timedelta(weeks=2), timedelta(hours=2)
# The longest that a number, a time or what stands around a text takes, in each of the protocols that boto3 speaks.
_NUMBER_BYTES, _AROUND_BYTES = 26, 16


def check_datum(namespace: str, datum: Mapping[str, Any], *, now: datetime) -> None:
    """Raise LimitError unless PutMetricData takes a `MetricDatum` at this time; its values are numbers already."""
    dimensions = tuple((each["Name"], each["Value"]) for each in datum.get("Dimensions", ()))
    metric = Metric(namespace=namespace, name=datum["MetricName"], dimensions=dimensions)
    unit = datum.get("Unit", "None")
    require(unit in UNITS, f"{metric}: no unit is called {unit!r}", _DATUM)
    require("Values" in datum or "Value" in datum, f"{metric}: it has no value", _DATUM)
    values: Sequence[float] = datum["Values"] if "Values" in datum else (datum["Value"],)
    require(
        1 <= len(values) <= MAX_VALUES_A_DATUM,
        f"{metric}: {len(values)} values, of 1 to {MAX_VALUES_A_DATUM} that it takes",
        _DATUM,
    )
    counts: Sequence[float] = datum.get("Counts", (1.0,) * len(values))
    require(len(counts) == len(values), f"{metric}: {len(counts)} counts of {len(values)} values", _DATUM)
    for value in (*values, *counts):
        # NaN is not in the range either.
        require(
            -MAX_MAGNITUDE <= value <= MAX_MAGNITUDE, f"{metric}: {value} is no number from -2^360 to 2^360", _DATUM
        )
    at = datum.get("Timestamp", now)
    require(
        now - OLDEST <= at <= now + NEWEST,
        f"{metric}: {at.astimezone(UTC):%Y-%m-%d %H:%M} UTC is more than two weeks ago, or more than two hours ahead",
        _DATUM,
    )


def problem_of(namespace: str, datum: Mapping[str, Any], *, now: datetime) -> str | None:
    """Why PutMetricData would refuse a datum; None where it takes it."""
    try:
        check_datum(namespace, datum, now=now)
    except LimitError as error:
        return str(error)
    return None


def batches(data: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """The same data in the same order, as many at once as a call takes: by their number, and by their bytes as they are sent."""
    batch: list[dict[str, Any]] = []
    size = 0
    for datum in data:
        more = bytes_of(datum)
        if batch and (len(batch) == MAX_DATA_A_CALL or size + more > MAX_BYTES_A_CALL):
            yield batch
            batch, size = [], 0
        batch.append(datum)
        size += more
    if batch:
        yield batch


def bytes_of(value: object) -> int:
    """The most bytes that a part of a request takes before it is compressed."""
    match value:
        case str():
            return len(value.encode()) + _AROUND_BYTES
        case Mapping():
            pairs = cast("Mapping[str, object]", value).items()
            return _AROUND_BYTES + sum(bytes_of(key) + bytes_of(each) for key, each in pairs)
        case list() | tuple():
            return _AROUND_BYTES + sum(map(bytes_of, cast("Sequence[object]", value)))
        case _:
            return _NUMBER_BYTES


def is_number(value: object) -> bool:
    """Whether JSON's value is a number that a float holds: a truth value is none, nor is one with hundreds of digits."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    try:
        return math.isfinite(float(value))
    except OverflowError:
        return False
