"""Recorded, then replayed: healthy traffic is quiet, an outage is seen, and what was not recorded is neither."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alarms.backtest import Backtest, backtest
from alarms.event_series import event_series
from alarms.recording import record
from foundation.cloudwatch.frame import FrameSource, Points, read_parquet
from foundation.cloudwatch.held_time import Throughout
from foundation.cloudwatch.metrics import Metric
from foundation.cloudwatch.retention import RetainedSource
from foundation.cloudwatch.source import MetricSource
from foundation.cloudwatch.suppression import Notified
from foundation.readings import Interval, Known
from foundation.slo.detection import NotJudged, Paged
from foundation.slo.event_metrics import event_metrics
from foundation.slo.incidents import Incident
from foundation.slo.model import Objectives
from tests.alarms.factories import errors_objective, plan_of
from tests.alarms.traffic import NOW, Traffic
from tests.foundation.readings_factories import MADE_UP

OBJECTIVE = errors_objective(28)
PLAN = plan_of(OBJECTIVE)
OBJECTIVES = Objectives(service="t-developer", stage="production", title="T", description="", items=(OBJECTIVE,))
PREFIX = "t-developer-production-api-errors-"
DAY = timedelta(days=1)


def replayed(
    traffic: MetricSource, tmp_path: Path, *, last: timedelta = 6 * DAY, incidents: tuple[Incident, ...] = ()
) -> Backtest:
    """As `sre alarms record` and `sre alarms backtest` do at their defaults."""
    end_at = NOW.replace(minute=0)
    recording, notes = record(PLAN.metric_alarms, traffic, start_at=end_at - last, end_at=end_at)
    assert notes == ()
    recording.to_parquet(tmp_path / "metrics.parquet")
    source = read_parquet(tmp_path / "metrics.parquet")
    assert source.first_at is not None
    assert source.ends_at is not None
    return backtest(
        PLAN, OBJECTIVES, source, start_at=source.first_at, end_at=source.ends_at, incidents=incidents
    )  # fmt: skip


def test_healthy_traffic_that_is_recorded_and_replayed_at_the_defaults_fires_nothing(tmp_path: Path) -> None:
    result = replayed(Traffic(), tmp_path)
    assert [each.alarm for each in result.replays if each.firings] == []
    assert len(result.replays) == len(PLAN.notifying)
    assert result.not_replayed == ()
    # Each is known for the six days, whatever the slowest of them looks back.
    assert min(each.known.seconds for each in result.replays) >= (6 * DAY - timedelta(hours=2)).total_seconds()


def test_rates_are_over_the_time_that_is_known(tmp_path: Path) -> None:
    outage = (NOW - 2 * DAY, NOW - 2 * DAY + timedelta(minutes=40))
    result = replayed(Traffic(outages=(outage,)), tmp_path)
    (fast,) = [each for each in result.replays if each.alarm == PREFIX + "page-fast"]
    assert [isinstance(each.firing.notification, Notified) for each in fast.firings] == [True]
    assert fast.notifications_a_week == pytest.approx(7 * 86_400 / fast.known.seconds)
    assert result.end_at - result.start_at > timedelta(seconds=fast.known.seconds)


def test_an_outage_older_than_fifteen_days_is_replayed_on_the_longer_periods_that_are_kept(tmp_path: Path) -> None:
    began_at = NOW.replace(minute=0) - 20 * DAY
    during = Interval(start_at=began_at, end_at=began_at + timedelta(hours=2))
    outage = Incident(name="old", start_at=began_at, end_at=during.end_at, objective="api-errors")
    traffic = RetainedSource(source=Traffic(outages=((began_at, during.end_at),)), now=NOW)
    result = replayed(traffic, tmp_path, last=22 * DAY, incidents=(outage,))
    ((_, found),) = result.detections
    assert isinstance(found, Paged)
    assert timedelta(0) < found.after <= timedelta(minutes=10)
    (fast,) = [each for each in result.replays if each.alarm == PREFIX + "page-fast"]
    assert len(fast.firings) == 1
    assert fast.coarse.share(during) == 1.0
    assert fast.coarse.share(Interval(start_at=NOW - 10 * DAY, end_at=NOW - DAY)) == 0.0


# Recordings of counts a minute, or of other periods, of which it is said what they hold.

FIRST_AT = datetime(2026, 3, 2, tzinfo=UTC)


def at(days: float = 0, minutes: float = 0) -> datetime:
    return FIRST_AT + timedelta(days=days, minutes=minutes)


def recorded(bad: np.ndarray, known: Known, period_seconds: int = 60) -> FrameSource:
    """600 requests a minute since FIRST_AT."""
    events = event_metrics(OBJECTIVE.indicator)
    assert events is not None
    width = period_seconds // 60
    statistics: dict[tuple[Metric, str, int], Points] = {}
    for metric, statistic, values in event_series(events, total=np.full(bad.size, 600.0), bad=bad):
        sums = values.reshape(-1, width).sum(axis=1)
        times = int(FIRST_AT.timestamp()) + period_seconds * np.arange(sums.size, dtype=np.int64)
        statistics[metric, statistic, period_seconds] = Points(times=times, values=sums)
    return FrameSource(statistics=statistics, samples={}, held=Throughout(held=known, by=MADE_UP))


def with_outage(days: int, began_at: datetime, minutes: int) -> np.ndarray:
    bad = np.zeros(days * 1_440)
    first = round((began_at - FIRST_AT) / timedelta(minutes=1))
    bad[first : first + minutes] = 300.0
    return bad


ENDED_AT = at(5, 640)
OUTAGE = Incident(name="outage", start_at=at(5, 600), end_at=ENDED_AT, objective="api-errors")
WHOLE = Known.throughout(at(), at(8))


def of_outage(known: Known, period_seconds: int = 60, *incidents: Incident) -> Backtest:
    source = recorded(with_outage(8, OUTAGE.start_at, 40), known, period_seconds)
    return backtest(PLAN, OBJECTIVES, source, start_at=at(), end_at=at(8), incidents=incidents or (OUTAGE,))


def test_an_incident_in_a_time_that_is_not_known_is_not_judged_and_in_neither_part_of_recall() -> None:
    gap = Known.throughout(OUTAGE.start_at - timedelta(minutes=30), ENDED_AT + timedelta(hours=2))
    result = of_outage(WHOLE - gap)
    ((_, found),) = result.detections
    assert isinstance(found, NotJudged)
    assert found.missing.within(Interval(start_at=OUTAGE.start_at, end_at=ENDED_AT)).seconds == 40 * 60
    assert (result.recall.ratio, result.precision_ratio, result.recall.judged_count) == (None, None, 0)


@pytest.mark.parametrize("period_seconds", [60, 300])
def test_an_incident_is_judged_at_the_resolution_that_was_recorded(period_seconds: int) -> None:
    result = of_outage(WHOLE, period_seconds)
    ((_, found),) = result.detections
    assert isinstance(found, Paged)
    assert found.after <= timedelta(minutes=10)
    assert result.recall.ratio == 1.0
    assert all(bool(each.coarse.spans) is (period_seconds > 60) for each in result.replays)


def test_an_incident_of_an_objective_without_recorded_alarms_is_not_judged_and_a_quiet_one_is() -> None:
    quiet = Incident(name="quiet", start_at=at(6, 600), end_at=at(6, 640), objective="api-errors")
    result = of_outage(WHOLE, 60, OUTAGE, quiet)
    assert (result.recall.given_count, result.recall.judged_count, result.recall.paged_count) == (2, 2, 1)


@pytest.fixture(scope="module")
def whole() -> Backtest:
    return of_outage(WHOLE)


@settings(max_examples=4)
@given(st.integers(0, 7 * 24), st.integers(1, 48), st.integers(0, 59))
def test_hiding_any_time_of_a_recording_never_adds_a_firing_or_turns_an_incident_into_a_missed_one(
    whole: Backtest, first: int, hours: int, minute: int
) -> None:
    start_at = at(0, first * 60 + minute)
    cut = of_outage(WHOLE - Known.throughout(start_at, start_at + timedelta(hours=hours, seconds=30)))
    for replay in cut.replays:
        (other,) = [each for each in whole.replays if each.alarm == replay.alarm]
        for each in replay.firings:
            assert any(
                all_of.firing.seen_from <= each.firing.seen_from <= all_of.firing.seen_until for all_of in other.firings
            )
    ((_, found),) = cut.detections
    assert isinstance(found, Paged | NotJudged)
