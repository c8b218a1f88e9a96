"""Backtests: what the replay of a recorded fortnight says, and how metrics are recorded."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from alarms.backtest import Backtest, backtest
from alarms.placeholders import fill_placeholders, placeholders_in
from alarms.plan import plan_of
from alarms.recording import record
from alarms.timeline import write_timeline
from foundation.cloudwatch.alarms import MetricAlarm
from foundation.cloudwatch.frame import FrameSource, read_frame
from foundation.cloudwatch.metrics import MetricStat
from foundation.cloudwatch.series import Series
from foundation.cloudwatch.suppression import notified_at
from foundation.errors import InputError, SourceError
from foundation.readings import Reading
from foundation.service.what_if import what_if
from foundation.slo.detection import NotJudged, Paged, Recall
from foundation.slo.incidents import Incident
from infra.stage import make_stage
from tests.alarms.factories import START_AT, counted
from tests.foundation.readings_factories import whole

STAGE = make_stage("production")
PLAN, OBJECTIVES = plan_of(STAGE), STAGE.objectives
PREFIX = "t-developer-production-api-errors-"
DAY_MINUTES = 24 * 60


def at(day: float, minutes: float = 0) -> datetime:
    return START_AT + timedelta(days=day, minutes=minutes)


OUTAGE = Incident(name="outage", start_at=at(5), end_at=at(5, 40), objective="api-errors")
LEAK = Incident(name="leak", start_at=at(7), end_at=at(7, 600), objective="api-errors")
UNSEEN = Incident(name="unseen", start_at=at(8, 720), end_at=at(8, 780), objective=None)


@pytest.fixture(scope="module")
def recorded() -> FrameSource:
    """Nine good days at 600 requests a minute, but for 40 minutes at 50 % and ten hours at 1 % errors."""
    total = np.full(9 * DAY_MINUTES, 600.0)
    bad = np.zeros(total.size)
    bad[5 * DAY_MINUTES : 5 * DAY_MINUTES + 40] = 300
    bad[7 * DAY_MINUTES : 7 * DAY_MINUTES + 600] = 6
    return counted(bad, total)


@pytest.fixture(scope="module")
def replayed(recorded: FrameSource) -> Backtest:
    return backtest(PLAN, OBJECTIVES, recorded, start_at=at(3), end_at=at(9), incidents=(OUTAGE, LEAK, UNSEEN))


def firings(result: Backtest, name: str) -> list[tuple[datetime | None, datetime | None]]:
    (replay,) = [replay for replay in result.replays if replay.alarm == PREFIX + name]
    return [(each.firing.began_at, each.firing.ended_at) for each in replay.firings]


def test_an_outage_is_one_page_and_not_four(replayed: Backtest) -> None:
    told = [
        (replay.alarm.removeprefix(PREFIX), told_at)
        for replay in replayed.replays
        for firing in replay.firings
        if (told_at := notified_at(firing.firing.notification)) is not None and told_at < at(6)
    ]
    assert told == [("page-fast", at(5, 2))]
    assert firings(replayed, "page-fast") == [(at(5, 2), at(5, 45))]


def test_how_soon_and_how_long_an_incident_was_paged(replayed: Backtest) -> None:
    (_, outage), (_, leak), (_, unseen) = replayed.detections
    assert outage == Paged(
        alarm=PREFIX + "page-fast",
        after=timedelta(minutes=2),
        is_first=True,
        reset_after=timedelta(minutes=5),
    )
    assert isinstance(leak, Paged)
    assert leak.alarm == PREFIX + "page-medium"
    assert timedelta(hours=3) < leak.after < timedelta(hours=4)
    # It is one of any objective, and of the other ones' alarms nothing was recorded.
    assert isinstance(unseen, NotJudged)


def test_precision_and_recall(replayed: Backtest) -> None:
    assert replayed.precision_ratio == 1.0
    assert replayed.recall == Recall(given_count=3, judged_count=2, paged_count=2)


def test_the_budget_that_was_gone_at_the_page(replayed: Backtest) -> None:
    """600 bad events of a budget of 0.1 % of 28 days at 600 a minute, 24,192."""
    (replay,) = [replay for replay in replayed.replays if replay.alarm == PREFIX + "page-fast"]
    assert replay.firings[0].budget_spent_ratio == pytest.approx(600 / 24_192, rel=0.02)
    assert replay.notifications_a_week == pytest.approx(7 / 6)


def test_alarms_whose_metrics_were_not_recorded_are_named_and_not_called_quiet(replayed: Backtest) -> None:
    reasons = dict(replayed.not_replayed)
    assert reasons["t-developer-production-api-latency-page-fast"] == "nothing was recorded of their metrics"
    assert "AWS::AccountId" in reasons["t-developer-production-pipeline-ticket-failed"]
    assert {replay.alarm for replay in replayed.replays}.isdisjoint(reasons)


def test_a_looser_target_pages_less(recorded: FrameSource) -> None:
    looser = what_if(STAGE, targets=[("api-errors", Decimal("0.99"))])
    result = backtest(plan_of(looser), looser.objectives, recorded, start_at=at(3), end_at=at(9))
    told = [
        (replay.alarm.removeprefix(PREFIX), told_at)
        for replay in result.replays
        for firing in replay.firings
        if (told_at := notified_at(firing.firing.notification)) is not None
    ]
    # 14.4 % of 56 minutes at 50 % are 17; the leak of 1 % is the budget itself.
    assert told == [("page-fast", at(5, 17))]


@pytest.mark.parametrize("ending", [".svg", ".png", ".html"])
def test_the_timeline_is_drawn(replayed: Backtest, tmp_path: Path, ending: str) -> None:
    file = tmp_path / "out" / f"timeline{ending}"
    write_timeline(replayed, file, prefix="t-developer-production")
    content = file.read_bytes()
    assert {".svg": b"<svg", ".png": b"\x89PNG", ".html": b"<!DOCTYPE html>"}[ending] in content[:200]
    if ending == ".svg":
        assert b"api-errors-page-fast" in content
        # The incidents have a line of their own, and are no times in ALARM.
        assert b">incidents<" in content
        count = sum(len(replay.firings) for replay in replayed.replays)
        assert f">{count} times in ALARM, ".encode() in content
    if ending == ".html":
        # Texts: a time would be written in the zone of the browser.
        assert re.search(rb'"began": ?"\d{4}-\d\d-\d\d \d\d:\d\d UTC"', content)
        assert b'"field": "from", "type": "temporal"}]' not in content


def test_another_ending_is_refused(replayed: Backtest, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"the ending must be \.svg, \.png or \.html"):
        write_timeline(replayed, tmp_path / "timeline.gif", prefix="p")


def test_facts_fill_the_metrics_placeholders() -> None:
    facts = {"AWS::Region": "eu-west-1", "AWS::AccountId": "1", "AWS::Partition": "aws", "WebSocketApiId": "w"}
    filled = fill_placeholders(PLAN, facts)
    assert not any(placeholders_in(alarm) for alarm in filled.metric_alarms)
    failed = filled["t-developer-production-pipeline-ticket-failed"].alarm
    assert isinstance(failed, MetricAlarm)
    assert failed.stats[0].metric.dimensions == (
        ("StateMachineArn", "arn:aws:states:eu-west-1:1:stateMachine:t-developer-production-pipeline"),
    )


class Recorder:
    """A source that answers what it is asked with ones, and remembers it."""

    def __init__(self) -> None:
        self.asked: list[tuple[MetricStat, datetime, datetime]] = []

    def read(self, wanted: Sequence[MetricStat], *, start_at: datetime, end_at: datetime) -> Sequence[Reading[Series]]:
        if any(stat.metric.namespace == "AWS/Billing" for stat in wanted):
            raise SourceError("not in this Region")
        self.asked += [(stat, start_at, end_at) for stat in wanted]
        count = round((end_at - start_at).total_seconds()) // wanted[0].period_seconds
        return [
            whole(Series(start_at=start_at, period_seconds=stat.period_seconds, values=np.ones(count)))
            for stat in wanted
        ]


def test_a_recording_reaches_as_far_back_as_the_alarms_look_and_can_be_replayed() -> None:
    source = Recorder()
    watched = [
        alarm
        for alarm in PLAN.metric_alarms
        if alarm.name.startswith((PREFIX + "page-fast", "t-developer-production-monthly"))
    ]
    recording, notes = record(
        watched, source, start_at=datetime(2026, 3, 2, 0, 7, tzinfo=UTC), end_at=datetime(2026, 3, 2, 6, tzinfo=UTC)
    )
    assert min(begins for _, begins, _ in source.asked) == datetime(
        2026, 3, 1, 21, 19, tzinfo=UTC
    )  # 3 x 56 minutes before
    assert any("not in this Region" in note for note in notes)
    replayed = read_frame(recording.frame)
    result = backtest(
        PLAN,
        OBJECTIVES,
        replayed,
        start_at=datetime(2026, 3, 2, 1, tzinfo=UTC),
        end_at=datetime(2026, 3, 2, 6, tzinfo=UTC),
    )
    assert PREFIX + "page-fast" in {replay.alarm for replay in result.replays}


def test_an_alarm_whose_placeholders_are_open_is_not_recorded() -> None:
    alarm = PLAN["t-developer-production-progress-api-ticket-execution-errors"].alarm
    assert isinstance(alarm, MetricAlarm)
    recording, (note,) = record([alarm], Recorder(), start_at=at(1), end_at=at(2))
    assert recording.frame.empty
    assert "its metrics need WebSocketApiId; give it with --parameter" in note
