"""A fresh local platform has no page in ALARM: of the time before it was up nothing is known, and a fault is seen in time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import sre.local.alarm_states as of_states
from alarms.plan import plan_of
from foundation.cloudwatch.evaluation import AlarmState
from foundation.cloudwatch.metrics import Metric, MetricStat
from foundation.cloudwatch.series import Series
from foundation.cloudwatch.source import reading_of
from foundation.readings import Interval, Known, Reading, in_memory
from infra.stage import make_stage
from sre.local.alarm_states import TOO_SOON, AlarmStates, alarm_states
from sre.local.metrics import LocalMetrics
from tests.sre.local.test_local import a_platform

PLAN = plan_of(make_stage("local"))
UP_AT = datetime(2026, 11, 22, 12, 0, 20, tzinfo=UTC)
_RUNS_EVERY = 300
FAILING = "t-developer-local-availability-page-failing"
CANARY = Metric(
    namespace="CloudWatchSynthetics", name="SuccessPercent", dimensions=(("CanaryName", "t-developer-local-api"),)
)


@dataclass(frozen=True)
class Canaries:
    """The platform's CloudWatch, with a run of the canary in every five minutes since it is up; `percent` is how they ended."""

    percent: float
    now: datetime

    @property
    def client(self) -> Any:
        return self

    def get_paginator(self, _name: str) -> Any:
        return self

    def paginate(self) -> list[Any]:
        dimensions = [{"Name": name, "Value": value} for name, value in CANARY.dimensions]
        return [{"Metrics": [{"Namespace": CANARY.namespace, "MetricName": CANARY.name, "Dimensions": dimensions}]}]

    def read(self, wanted: Sequence[MetricStat], *, start_at: datetime, end_at: datetime) -> Sequence[Reading[Series]]:
        return [self._one(stat, start_at, end_at) for stat in wanted]

    def _one(self, stat: MetricStat, start_at: datetime, end_at: datetime) -> Reading[Series]:
        length = int((end_at - start_at).total_seconds()) // stat.period_seconds
        begins = start_at.timestamp() + stat.period_seconds * np.arange(length)
        first = UP_AT.timestamp() // _RUNS_EVERY * _RUNS_EVERY + 60
        runs = np.arange(first, self.now.timestamp(), _RUNS_EVERY)
        counts = np.array(
            [np.sum((runs >= begin) & (runs < begin + stat.period_seconds)) for begin in begins], dtype=float
        )
        value = {"SampleCount": counts, "Sum": counts * self.percent}.get(stat.statistic, np.full(length, self.percent))
        series = Series(
            start_at=start_at, period_seconds=stat.period_seconds, values=np.where(counts > 0, value, np.nan)
        )
        known = Known.throughout(datetime.fromtimestamp(0, UTC), self.now)
        return reading_of(series, known=known, origin=in_memory("canaries"))


def status(monkeypatch: pytest.MonkeyPatch, *, minutes: float, percent: float) -> AlarmStates:
    now = UP_AT + timedelta(minutes=minutes)
    metrics = LocalMetrics(source=Canaries(percent, now), since=UP_AT)  # type: ignore[arg-type]
    monkeypatch.setattr(of_states, "local_metrics", lambda _platform: metrics)
    return alarm_states(PLAN, a_platform(Path()), now=now)


@pytest.mark.parametrize("minutes", [0.5, 1, 2, 4.5, 6, 9, 12, 20, 40])
def test_a_healthy_platform_never_has_an_alarm_however_young_it_is(
    monkeypatch: pytest.MonkeyPatch, minutes: float
) -> None:
    states = dict(status(monkeypatch, minutes=minutes, percent=100).states)
    assert AlarmState.ALARM not in states.values()


def test_a_young_platform_says_that_there_was_not_enough_time_and_an_older_one_its_states(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    young = status(monkeypatch, minutes=2, percent=100)
    assert dict(young.states)[FAILING] is None
    assert f"{TOO_SOON}  {FAILING}" in young.lines
    assert dict(status(monkeypatch, minutes=45, percent=100).states)[FAILING] is AlarmState.OK


def test_what_fails_for_long_enough_is_in_alarm_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    assert dict(status(monkeypatch, minutes=45, percent=0).states)[FAILING] is AlarmState.ALARM


def test_alarms_that_went_off_come_first_and_the_rest_is_counted() -> None:
    some = AlarmStates(states=(("a", AlarmState.OK), ("b", None), ("c", AlarmState.ALARM)), without_data_count=4)
    assert some.lines == (
        "ALARM                c", "OK                   a", "not enough time yet  b", "4 more have no metric here",
    )  # fmt: skip
    assert AlarmStates(states=(), without_data_count=43).lines == ("none of the 43 alarms has a metric here yet",)


def test_of_the_time_before_a_platform_was_up_nothing_is_known() -> None:
    source = LocalMetrics(source=Canaries(100, UP_AT + timedelta(hours=1)), since=UP_AT)  # type: ignore[arg-type]
    stat = MetricStat(metric=CANARY, period_seconds=60, statistic="Average")
    noon = UP_AT.replace(second=0)
    asked = Interval(start_at=noon - timedelta(hours=1), end_at=noon + timedelta(minutes=30))
    (read,) = source.read([stat], start_at=asked.start_at, end_at=asked.end_at)
    assert read.known.missing(asked) == Known.throughout(asked.start_at, UP_AT)
    (before,) = source.read([stat], start_at=asked.start_at, end_at=noon - timedelta(minutes=1))
    assert not before.known.spans
