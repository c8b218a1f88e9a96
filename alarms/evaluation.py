"""The planned alarms on metrics that come from several places, some of which have only a few of them.

An alarm none of whose metrics is anywhere is not evaluated: it has no data, which is not the same as OK.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np

from alarms.model import Plan, PlannedAlarm
from alarms.states import AlarmHistories, evaluate_alarms
from foundation.cloudwatch.alarms import MetricAlarm
from foundation.cloudwatch.evaluation import MissingData
from foundation.cloudwatch.known_metrics import DatapointKind, find
from foundation.cloudwatch.metric_math.syntax import MathError
from foundation.cloudwatch.metrics import Metric, MetricStat
from foundation.cloudwatch.series import Series
from foundation.cloudwatch.source import MetricSource, reading_of
from foundation.errors import SourceError
from foundation.readings import Known, Reading, in_memory

_NOWHERE = "none of its metrics is here"


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
class Unevaluated:
    """Why an alarm could not be evaluated: `reason` as it reads of several alarms, `detail` with what it names of this one."""

    reason: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluatedAlarms:
    """The alarms that notify somebody and could be evaluated, by name; and those that could not, with the reason.

    How much of the time the state of one that was evaluated is known, its history says.
    """

    evaluated: Mapping[str, AlarmHistories]
    without: Mapping[str, Unevaluated]


def evaluate_young(
    plan: Plan, *, since: CombinedSource, always: CombinedSource, start_at: datetime, end_at: datetime
) -> EvaluatedAlarms:
    """Evaluate as `evaluate_live` does where what is watched came to be a short while ago.

    Of the time before that `since` knows nothing, and `always` knows that nothing happened. To an alarm for which missing data
    is breaching that silence would be an outage, so it is evaluated on the first; any other is on the second, and goes off as
    soon as enough is wrong.
    """
    minding = frozenset(planned.name for planned in plan.notifying if _minds_silence(plan, planned))
    others = frozenset(planned.name for planned in plan.notifying) - minding
    found = [
        evaluate_live(plan, source, start_at=start_at, end_at=end_at, names=names)
        for source, names in ((since, minding), (always, others))
    ]
    return EvaluatedAlarms(
        evaluated={name: each for one in found for name, each in one.evaluated.items()},
        without={name: each for one in found for name, each in one.without.items()},
    )


def _minds_silence(plan: Plan, planned: PlannedAlarm) -> bool:
    return any(alarm.treatment is MissingData.BREACHING for alarm in plan.metric_alarms_below(planned))


def evaluate_live(
    plan: Plan,
    combined: CombinedSource,
    *,
    start_at: datetime,
    end_at: datetime,
    from_earlier: bool = False,
    names: frozenset[str] | None = None,
) -> EvaluatedAlarms:
    """Evaluate every alarm that notifies somebody and has a metric somewhere, over [start_at, end_at]; with `names` only those.

    With `from_earlier` their histories begin before that: as far as they look back, and a day. An alarm that stays quiet because
    a metric that always has datapoints never had one is not evaluated.
    """
    evaluated: dict[str, AlarmHistories] = {}
    without: dict[str, Unevaluated] = {}
    for planned in (each for each in plan.notifying if names is None or each.name in names):
        below = plan.metric_alarms_below(planned)
        if not any(combined.has(stat.metric) for alarm in below for stat in alarm.stats):
            without[planned.name] = Unevaluated(reason=_NOWHERE, detail=_NOWHERE)
            continue
        witness = _Witness(source=combined)
        try:
            found = evaluate_alarms(
                plan,
                witness,
                start_at=start_at,
                end_at=end_at,
                names=[planned.name],
                before=None,
                from_earlier=from_earlier,
            )
        except (SourceError, MathError) as error:
            without[planned.name] = Unevaluated(reason=error.summary, detail=str(error))
            continue
        silent = sorted({str(metric) for alarm in below for metric in _silent(alarm, witness)})
        if silent and not found.in_alarm(planned.name):
            without[planned.name] = Unevaluated(
                reason="a metric that always has datapoints had none",
                detail=f"{', '.join(silent)} always has datapoints, and had none",
            )
        else:
            evaluated[planned.name] = found
    return EvaluatedAlarms(evaluated=evaluated, without=without)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Witness:
    """Reads from `source`, and remembers of which metrics anything is known, and which had a datapoint."""

    source: MetricSource
    known: set[Metric] = field(default_factory=set[Metric])
    seen: set[Metric] = field(default_factory=set[Metric])

    def read(
        self, wanted: Sequence[MetricStat], *, start_at: datetime, end_at: datetime
    ) -> Sequence[Reading[Series]]:  # fmt: skip
        """As MetricSource says."""
        readings = self.source.read(wanted, start_at=start_at, end_at=end_at)
        for stat, each in zip(wanted, readings, strict=True):
            if each.known.spans:
                self.known.add(stat.metric)
            if each.answer.datapoint_count:
                self.seen.add(stat.metric)
        return readings


def _silent(alarm: MetricAlarm, witness: _Witness) -> Iterator[Metric]:
    """Known metrics whose silence is none of the alarm's business, and which always have datapoints, and had none."""
    if alarm.treatment is MissingData.BREACHING:
        return
    for metric in {stat.metric for stat in alarm.stats} & witness.known - witness.seen:
        known = find(metric)
        if known is not None and known.kind is DatapointKind.DENSE:
            yield metric
