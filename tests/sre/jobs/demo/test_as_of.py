"""What a demonstration measured is counted although it lies in five minutes that are not over, and nothing comes after it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from foundation.cloudwatch.metrics import Metric, MetricStat
from foundation.cloudwatch.series import Series
from foundation.readings import Interval, Known, NoData, Origin, Reading
from foundation.slo.error_budget import Counts
from reports.slo_actuals import History, read_history
from sre.jobs.demo.weekly_report import _AllThereWas, _as_all_there_was, _five_minutes_after
from tests.alarms.factories import counted, errors_objective
from tests.foundation.readings_factories import HELD

# Three minutes of load, two minutes into the five.
BEGAN_AT = datetime(2026, 11, 10, 10, 2, tzinfo=UTC)
ENDED_AT = BEGAN_AT + timedelta(minutes=2, seconds=20)
AS_OF = datetime(2026, 11, 10, 10, 5, tzinfo=UTC)


def history(now: datetime) -> History | NoData:
    load = counted(np.array([0.0, 9.0, 0.0]), np.array([100.0, 100.0, 50.0]), BEGAN_AT, held=HELD)
    return read_history(
        errors_objective(),
        _as_all_there_was(load, now),
        start_at=BEGAN_AT - timedelta(days=2),
        end_at=now,
        now=now,
        operations=lambda _prefix: NoData(reason="none here"),
    )


def test_the_load_is_counted_as_of_the_end_of_its_five_minutes_and_not_before() -> None:
    found = history(_five_minutes_after(ENDED_AT))
    assert isinstance(found, History)
    assert found.end_at == AS_OF
    assert found.counts(BEGAN_AT - timedelta(days=2), AS_OF) == Counts(total_count=250, bad_count=9)
    assert isinstance(history(ENDED_AT), NoData)


@pytest.mark.parametrize("seconds", [0.5, 1, 299, 300])
def test_five_minutes_end_after_every_moment_of_them(seconds: float) -> None:
    assert _five_minutes_after(AS_OF - timedelta(seconds=seconds)) == AS_OF


@dataclass(frozen=True, slots=True, kw_only=True)
class UpToNow:
    """A platform whose newest ten seconds are not settled."""

    def read(self, wanted: Sequence[MetricStat], *, start_at: datetime, end_at: datetime) -> Sequence[Reading[Series]]:
        settled_at = ENDED_AT - timedelta(seconds=10)
        origin = Origin(
            source="platform", region="here", read_at=ENDED_AT, delay=timedelta(seconds=10), is_stated=True, notes=()
        )
        return [
            Reading(
                asked=Interval(start_at=start_at, end_at=end_at),
                known=Known.throughout(start_at, settled_at),
                resolution_seconds=each.period_seconds,
                origin=origin,
                answer=Series(start_at=start_at, period_seconds=each.period_seconds, values=np.array([1.0])),
            )
            for each in wanted
        ]


def test_of_a_platform_that_goes_down_all_is_known_up_to_then_and_no_later() -> None:
    source = _AllThereWas(source=UpToNow(), as_of=AS_OF)
    stat = MetricStat(metric=Metric(namespace="N", name="M"), period_seconds=300, statistic="Sum")
    start_at, end_at = AS_OF - timedelta(minutes=5), AS_OF + timedelta(minutes=5)
    (read,) = source.read([stat], start_at=start_at, end_at=end_at)
    assert (read.known, read.origin.delay) == (Known.throughout(start_at, AS_OF), timedelta(0))
    assert read.answer.values.tolist() == [1.0]
