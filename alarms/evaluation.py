"""The planned alarms on metrics that come from several places, some of which have only a few of them.

An alarm none of whose metrics is anywhere is not evaluated: it has no data, which is not the same as OK.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from alarms.model import Plan
from alarms.states import AlarmHistories, evaluate_alarms
from foundation.cloudwatch.metric_math.syntax import MathError
from foundation.cloudwatch.metrics import Metric, MetricStat
from foundation.cloudwatch.series import Series
from foundation.cloudwatch.source import MetricSource, reading_of
from foundation.errors import SourceError
from foundation.readings import Known, Reading, in_memory


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A source, and the metrics that it has."""

    source: MetricSource
    metrics: frozenset[Metric]


@dataclass(frozen=True, slots=True, kw_only=True)
class CombinedSource:
    """A metric source of several, each asked for what it has; a metric that none has, has no datapoints."""

    parts: tuple[Part, ...]

    def read(
        self, wanted: Sequence[MetricStat], *, start_at: datetime, end_at: datetime
    ) -> Sequence[Reading[Series]]:  # fmt: skip
        """As MetricSource says."""
        return [self._one(stat, start_at, end_at) for stat in wanted]

    def has(self, metric: Metric) -> bool:
        """Whether any of the sources has the metric."""
        return any(metric in part.metrics for part in self.parts)

    def _one(self, stat: MetricStat, start_at: datetime, end_at: datetime) -> Reading[Series]:
        for part in self.parts:
            if stat.metric in part.metrics:
                (reading,) = part.source.read([stat], start_at=start_at, end_at=end_at)
                return reading
        # Nobody was asked, so that nothing is known.
        count = int((end_at - start_at).total_seconds()) // stat.period_seconds
        nothing = Series(start_at=start_at, period_seconds=stat.period_seconds, values=np.full(count, np.nan))
        return reading_of(nothing, known=Known.nothing(), origin=in_memory("no source"))


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluatedAlarms:
    """The alarms that notify somebody and could be evaluated, by name; and those that could not, with the reason."""

    evaluated: Mapping[str, AlarmHistories]
    without: Mapping[str, str]


def evaluate_live(plan: Plan, combined: CombinedSource, *, start_at: datetime, end_at: datetime) -> EvaluatedAlarms:
    """Evaluate every alarm that notifies somebody and has a metric somewhere, over [start_at, end_at]."""
    evaluated: dict[str, AlarmHistories] = {}
    without: dict[str, str] = {}
    for planned in plan.notifying:
        if not any(combined.has(stat.metric) for alarm in plan.metric_alarms_below(planned) for stat in alarm.stats):
            without[planned.name] = "none of its metrics is here"
            continue
        try:
            evaluated[planned.name] = evaluate_alarms(
                plan, combined, start_at=start_at, end_at=end_at, names=[planned.name]
            )
        except (SourceError, MathError) as error:
            without[planned.name] = str(error)
    return EvaluatedAlarms(evaluated=evaluated, without=without)
