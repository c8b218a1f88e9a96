"""Made-up metrics, the same for the same seed, to see a dashboard before anything runs. Whatever shows them says so.

What a metric's values are like follows from what is known of it: its unit, when it has a datapoint, and whether its name is that
of something that went wrong.
"""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from foundation.cloudwatch.emitted import EmittedMetric
from foundation.cloudwatch.known_metrics import DatapointKind, KnownMetric, find
from foundation.cloudwatch.metrics import MetricStat
from foundation.cloudwatch.series import Series, Values
from foundation.cloudwatch.source import reading_of
from foundation.cloudwatch.statistic_syntax import is_percentile_rank, read_statistic
from foundation.readings import Known, Reading, in_memory

# What a name has of what went wrong, in AWS's own words and in those of most services.
_WRONG = (
    "Error", "Throttle", "5XX", "5xx", "Fail", "fail", "TimedOut", "Abort", "Reject", "Drop", "Exceeded", "Fault", "refused",
    "-bad", "UnHealthy", "Dlq",
)  # fmt: skip
_GOOD_PERCENT = ("Success", "Healthy", "Attainment")
# A minute has so many events, and so many of them are a client's mistake; what went wrong is rare.
_EVENTS, _MISTAKES, _RARE = 600.0, 4.0, 0.02
_FEW = 100
_SECONDS_OF = {"Seconds": 1e-3, "Milliseconds": 1.0, "Microseconds": 10.0}
_DAY_SECONDS, _USD_A_DAY = 86_400, 8.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulation:
    """A metric source of plausible waves; a metric's wave depends on the seed and its own name alone. `own` are the service's."""

    seed: int = 1
    own: tuple[EmittedMetric, ...] = ()

    def read(
        self, wanted: Sequence[MetricStat], *, start_at: datetime, end_at: datetime
    ) -> Sequence[Reading[Series]]:  # fmt: skip
        """As MetricSource says."""
        origin = in_memory("simulation")
        return [
            reading_of(self._one(stat, start_at, end_at), known=Known.always(), origin=origin) for stat in wanted
        ]  # fmt: skip

    def _one(self, stat: MetricStat, start_at: datetime, end_at: datetime) -> Series:
        count = int((end_at - start_at).total_seconds()) // stat.period_seconds
        times = start_at.timestamp() + stat.period_seconds * np.arange(count, dtype=np.float64)
        randomness = np.random.default_rng([self.seed, zlib.crc32(str(stat.metric).encode())])
        return Series(
            start_at=start_at, period_seconds=stat.period_seconds, values=_values(stat, times, randomness, self.own)
        )


def _values(
    stat: MetricStat, times: Values, randomness: np.random.Generator, own: tuple[EmittedMetric, ...]
) -> Values:  # fmt: skip
    noise = randomness.standard_normal(times.size)
    if is_percentile_rank(read_statistic(stat.statistic)):
        return np.minimum(99.5 + 0.4 * noise, 100.0)
    known, name = find(stat.metric, own), stat.metric.name
    if stat.metric.namespace == "AWS/Billing":
        return _USD_A_DAY * _days_of_the_month(times)
    if known is not None and known.unit == "Percent" and any(word in name for word in _GOOD_PERCENT):
        return np.full(times.size, 100.0)
    wave = 1 + 0.4 * np.sin(2 * np.pi * times / _DAY_SECONDS - 2) + 0.1 * noise
    values = np.maximum(wave, 0.05) * _level(stat, known)
    if stat.statistic not in ("Sum", "SampleCount"):
        return values
    # Few events come one by one: in most periods none, and in some several.
    return randomness.poisson(values).astype(np.float64) if values.max(initial=0) < _FEW else np.round(values)


def _level(stat: MetricStat, known: KnownMetric | None) -> float:
    """What the values of a statistic are around."""
    unit = "Count" if known is None else known.unit
    if stat.statistic == "SampleCount":
        return _EVENTS * stat.period_seconds / 60
    if unit in _SECONDS_OF:
        return {"p50": 60.0, "p95": 280.0, "p99": 640.0}.get(stat.statistic, 90.0) * _SECONDS_OF[unit]
    if unit == "Percent":
        return 35.0
    if unit.startswith("Bytes"):
        return 5e6
    # A statistic of levels, such as connections, is no sum over its period.
    return _events_a_minute(stat, known) * stat.period_seconds / 60 if stat.statistic == "Sum" else 40.0


def _events_a_minute(stat: MetricStat, known: KnownMetric | None) -> float:
    said = str(stat.metric)
    if "4XX" in said or "4xx" in said:
        return _MISTAKES
    is_rare = known is not None and known.kind is DatapointKind.SPARSE and known.is_kind_certain
    return _RARE if is_rare or any(word in said for word in _WRONG) else _EVENTS


def _days_of_the_month(times: Values) -> Values:
    """How many days of its month have gone at each time, in UTC."""
    at = times.astype("datetime64[s]")
    return (at - at.astype("datetime64[M]").astype("datetime64[s]")).astype(np.float64) / _DAY_SECONDS
