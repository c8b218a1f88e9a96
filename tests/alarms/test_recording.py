"""Recordings, and what is read of a plan: from when to when, in what order, and what is said of the rest."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from alarms.backtest import AlarmReplay, Backtest, ReplayedFiring
from alarms.coverage import Proof
from alarms.recording import record
from alarms.states import Firing
from alarms.timeline import write_timeline
from foundation.cloudwatch.alarms import ComparisonOperator, CompositeAlarm, MetricAlarm
from foundation.cloudwatch.metrics import Metric, MetricStat
from foundation.cloudwatch.parameters import Parameter, parametrized
from foundation.cloudwatch.series import Series
from foundation.cloudwatch.suppression import Notification, Notified, NotKnown, Pending, Suppressed, SuppressedBy
from foundation.errors import SourceError
from foundation.readings import Known, Reading
from foundation.slo.burn_rate import Severity
from foundation.slo.detection import Recall
from tests.alarms.factories import START_AT, by_hand
from tests.foundation.readings_factories import whole


def at(minutes: float) -> datetime:
    return START_AT + timedelta(minutes=minutes)


def on(name: str, period_seconds: int = 300, evaluation_periods: int = 1, metric: str = "M") -> MetricAlarm:
    return MetricAlarm(
        name=name,
        watches=MetricStat(metric=Metric(namespace="N", name=metric), period_seconds=period_seconds, statistic="Sum"),
        comparison=ComparisonOperator.MORE_THAN,
        threshold=0.0,
        evaluation_periods=evaluation_periods,
    )


@dataclass(frozen=True, kw_only=True)
class Remembering:
    """A source that remembers what it is asked, answers with how often it was asked, and has nothing named Torn."""

    asked: list[tuple[list[str], int, datetime, datetime]] = field(
        default_factory=list[tuple[list[str], int, datetime, datetime]]
    )

    def read(self, wanted: Sequence[MetricStat], *, start_at: datetime, end_at: datetime) -> Sequence[Reading[Series]]:
        period = wanted[0].period_seconds
        self.asked.append(([each.metric.name for each in wanted], period, start_at, end_at))
        if any(each.metric.name == "Torn" for each in wanted):
            raise SourceError("it is torn")
        values = np.full(round((end_at - start_at).total_seconds()) // period, float(len(self.asked)))
        return [whole(Series(start_at=start_at, period_seconds=period, values=values)) for _ in wanted]


@pytest.mark.parametrize(
    ("ends_at", "asked_until"), [(at(60), at(60)), (at(60.5), at(61)), (at(61), at(61)), (at(59.99), at(60))]
)
def test_a_recording_is_of_whole_periods_from_as_early_as_the_alarm_looks(
    ends_at: datetime, asked_until: datetime
) -> None:
    source = Remembering()
    _, notes = record([on("a"), on("b", metric="O")], source, start_at=at(40.5), end_at=ends_at)
    # One period and two more of five minutes, in cells of a minute.
    assert source.asked == [(["M", "O"], 60, at(25), asked_until)]
    assert notes == ()


def test_the_earlier_of_two_recordings_of_a_statistic_stays_and_what_is_torn_is_noted_and_passed() -> None:
    source = Remembering()
    recording, notes = record(
        [on("late"), on("early", evaluation_periods=3), on("torn", period_seconds=10, metric="Torn")],
        source,
        start_at=at(60),
        end_at=at(70),
    )
    assert source.asked == [
        (["M"], 60, at(45), at(70)),
        (["M"], 60, at(35), at(70)),
        (["Torn"], 10, at(59.5), at(70)),
    ]
    assert notes == ("periods of 10 s from 2026-03-02 00:59 UTC: it is torn",)
    assert (recording.frame["value"].unique().tolist(), len(recording.frame)) == ([2.0], 35)


def test_an_alarm_with_open_placeholders_is_noted_and_the_next_is_recorded() -> None:
    two, one = parametrized(Parameter("Two")), parametrized(Parameter("One"))
    needy = Metric(
        namespace="N",
        name="M",
        dimensions=(("A", two), ("B", one)),
    )
    alarm = replace(on("open"), watches=MetricStat(metric=needy, period_seconds=60, statistic="Sum"))
    source = Remembering()
    recording, notes = record([alarm, on("a", metric="O")], source, start_at=at(60), end_at=at(61))
    assert notes == ("open: its metrics need One, Two; give it with --parameter",)
    assert [names for names, *_ in source.asked] == [["O"]]
    assert recording.frame["metric_name"].unique().tolist() == ["O"]


def test_a_plan_knows_its_alarms_by_kind_by_name_and_by_what_they_stand_on() -> None:
    a, b, c = on("a"), on("b"), on("c")
    one = CompositeAlarm(name="one", rule='ALARM("b") AND ALARM("a")')
    two = CompositeAlarm(name="two", rule='ALARM("one") OR OK("c")')
    plan = by_hand(two, a, one, b, c)
    plan = replace(plan, alarms=(*plan.alarms[:3], replace(plan.alarms[3], severity=None), plan.alarms[4]))
    assert plan.metric_alarms == (a, b, c)
    assert plan.composite_alarms == (two, one)
    assert [planned.name for planned in plan.notifying] == ["two", "a", "one", "c"]
    assert plan.metric_alarms_below(plan["two"]) == (c, a, b)
    assert plan.metric_alarms_below(plan["b"]) == (b,)
    assert plan["one"].alarm is one


@pytest.mark.parametrize(
    ("fires_in", "quiet_in", "holds", "missing"),
    [
        (("t",), ("t",), True, ""),
        (("t",), (), False, "that it stays quiet"),
        ((), ("t",), False, "that it fires"),
        ((), (), False, "that it fires and that it stays quiet"),
    ],
)
def test_an_alarm_is_proved_when_it_was_seen_to_fire_and_to_be_quiet(
    fires_in: tuple[str, ...], quiet_in: tuple[str, ...], holds: bool, missing: str
) -> None:
    proof = Proof(alarm="a", fires_in=fires_in, quiet_in=quiet_in, backtested_on=date(2026, 3, 2))
    assert (proof.holds, proof.missing) == (holds, missing)


def test_the_picture_is_as_wide_as_it_is_and_says_what_was_suppressed(tmp_path: Path) -> None:
    def firing(began: float, ended: float | None, became: Notification) -> ReplayedFiring:
        firing = Firing(
            began_at=at(began),
            seen_from=at(began),
            seen_until=at(9 if ended is None else ended),
            ended_at=None if ended is None else at(ended),
            notification=became,
        )
        return ReplayedFiring(firing=firing, budget_spent_ratio=None)

    replay = AlarmReplay(
        alarm="shop-a",
        severity=Severity.PAGE,
        firings=(
            firing(1, 2, Notified(at=at(1))),
            firing(3, 4, Suppressed(by=SuppressedBy.ALARM)),
            firing(5, None, Pending(by=SuppressedBy.WAIT_PERIOD)),
            firing(6, 7, NotKnown()),
        ),
        known=Known.throughout(at(0), at(9)),
        known_ratio=1.0,
        coarse=Known.nothing(),
        notifications_a_week=1.0,
    )
    result = Backtest(
        start_at=at(0),
        end_at=at(9),
        replays=(replay,),
        detections=(),
        page_count=1,
        precision_ratio=None,
        recall=Recall(given_count=0, judged_count=0, paged_count=0),
        not_replayed=(),
    )
    file = tmp_path / "timeline.html"
    write_timeline(result, file, prefix="shop")
    text = file.read_text()
    for said in (
        '"type": "bar", "height": 12',
        '"labelLimit": 400',
        '"width": 900',
        '"title": "4 times in ALARM, 2026-03-02 00:00 to 2026-03-02 00:09 UTC"',
        '{"alarm": "a", "from": "2026-03-02T00:01:00+00:00", "to": "2026-03-02T00:02:00+00:00", "what": "page", ',
        '{"alarm": "a", "from": "2026-03-02T00:03:00+00:00", "to": "2026-03-02T00:04:00+00:00", "what": "suppressed", ',
        '{"alarm": "a", "from": "2026-03-02T00:05:00+00:00", "to": "2026-03-02T00:09:00+00:00", "what": "pending", ',
        '{"alarm": "a", "from": "2026-03-02T00:06:00+00:00", "to": "2026-03-02T00:07:00+00:00", "what": "not known", ',
    ):
        assert said in text
