"""A metric source that keeps what it reads of another, so that the same can be read again without it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from foundation.cloudwatch.frame import to_frame
from foundation.cloudwatch.metrics import MetricStat
from foundation.cloudwatch.series import Series
from foundation.cloudwatch.source import MetricSource
from foundation.cloudwatch.statement import Recording, recording_of
from foundation.readings import Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingSource:
    """Reads from `source`, and remembers every reading."""

    source: MetricSource
    _kept: list[tuple[MetricStat, Reading[Series]]] = field(
        default_factory=list[tuple[MetricStat, Reading[Series]]], init=False
    )

    def read(
        self, wanted: Sequence[MetricStat], *, start_at: datetime, end_at: datetime
    ) -> Sequence[Reading[Series]]:  # fmt: skip
        """As MetricSource says."""
        found = self.source.read(wanted, start_at=start_at, end_at=end_at)
        self._kept.extend(zip(wanted, found, strict=True))
        return found

    def recording(self) -> Recording:
        """All that was read; a datapoint that was read twice stands there once, as it was read last."""
        return recording_of(to_frame([(stat, each.answer) for stat, each in self._kept]), self._kept)
