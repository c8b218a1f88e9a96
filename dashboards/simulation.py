"""Made-up metrics, the same for the same seed, to see a dashboard before anything runs. Whatever shows them says so."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from foundation.cloudwatch.metrics import MetricStat
from foundation.cloudwatch.series import Series, Values
from foundation.cloudwatch.source import reading_of
from foundation.cloudwatch.statistic_syntax import is_percentile_rank, read_statistic
from foundation.readings import Known, Reading, in_memory


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulation:
    """A metric source of plausible waves; a metric's wave depends on the seed and its own name alone."""

    seed: int = 1

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
        times = start_at.timestamp() + stat.period_seconds * np.arange(count)
        randomness = np.random.default_rng([self.seed, zlib.crc32(str(stat.metric).encode())])
        wave = 1 + 0.4 * np.sin(2 * np.pi * times / 86_400 - 2) + 0.1 * randomness.standard_normal(count)
        values = np.maximum(wave, 0.05) * self._level(stat)
        return Series(
            start_at=start_at, period_seconds=stat.period_seconds, values=self._shaped(stat, values, randomness)
        )

    @staticmethod
    def _level(stat: MetricStat) -> float:
        name, minutes = stat.metric.name, stat.period_seconds / 60
        if "Latency" in name or "Duration" in name or "Time" in name:
            return {"p50": 60.0, "p95": 280.0, "p99": 640.0}.get(stat.statistic, 90.0)
        if "Charges" in name:
            return 240.0
        if "Percent" in name:
            return 100.0
        rare = ("Error", "Throttle", "5XX", "Fail", "TimedOut", "refused", "failed", "-bad")
        return (0.3 if any(part in str(stat.metric) for part in rare) else 600.0) * minutes

    @staticmethod
    def _shaped(stat: MetricStat, values: Values, randomness: np.random.Generator) -> Values:
        if is_percentile_rank(read_statistic(stat.statistic)):
            return np.minimum(99.5 + 0.4 * randomness.standard_normal(values.size), 100.0)
        if "Percent" in stat.metric.name:
            return np.full(values.size, 100.0)
        return np.round(values) if stat.statistic in ("Sum", "SampleCount") else values
