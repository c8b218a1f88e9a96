"""A week's alarms: those from before it, those of which not all is known, and none that has not happened."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sre.jobs.weekly_report.sources as sources
from alarms.cost import cost_alarms
from alarms.evaluation import CombinedSource, Part
from alarms.model import Plan
from foundation.cloudwatch.metrics import Metric, MetricStat
from foundation.cloudwatch.regional_source import RegionalSource
from foundation.cloudwatch.series import Series
from foundation.cloudwatch.source import MetricSource, reading_of
from foundation.cloudwatch.suppression import Notified, NotKnown
from foundation.readings import Known, NoData, Reading
from foundation.slo.detection import NotJudged, NotPaged, Paged
from foundation.slo.incidents import Incident
from foundation.slo.model import CostObjective
from reports.bill_filter import BillFilter
from reports.weekly.inputs import AlarmsWeek
from sre.jobs.weekly_report.sources import Watched, aws_sources, evaluated_alarms
from tests.alarms.factories import CONTEXT, errors_objective, plan_of
from tests.alarms.traffic import NOW, Traffic
from tests.foundation.readings_factories import MADE_UP

PLAN = plan_of(errors_objective(28))
START_AT, END_AT = datetime(2026, 11, 16, tzinfo=UTC), datetime(2026, 11, 23, tzinfo=UTC)
FAST = "t-developer-production-api-errors-page-fast"
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def evaluated(
    source: MetricSource,
    plan: Plan = PLAN,
    *,
    start_at: datetime = START_AT,
    until: datetime = END_AT,
    incidents: Sequence[Incident] = (),
) -> AlarmsWeek:
    metrics = frozenset(stat.metric for alarm in plan.metric_alarms for stat in alarm.stats)
    combined = CombinedSource(parts=(Part(source=source, metrics=metrics),))
    found = evaluated_alarms(plan, combined, start_at, until, incidents=incidents)
    assert isinstance(found, AlarmsWeek)
    return found


def outage(began_at: datetime, length: timedelta) -> Incident:
    return Incident(name="outage", start_at=began_at, end_at=began_at + length, objective="api-errors")


def test_an_alarm_that_went_off_before_monday_is_told_with_its_beginning_and_its_page() -> None:
    bad = outage(START_AT - 2 * HOUR, timedelta(hours=28))
    ended_at = bad.start_at + timedelta(hours=28)
    found = evaluated(Traffic(outages=((bad.start_at, ended_at),)), incidents=(bad,))
    (fast,) = [each for each in found.fired if each.name == FAST]
    assert fast.began_at == START_AT - 2 * HOUR + 2 * MINUTE
    assert fast.notification == Notified(at=START_AT - 2 * HOUR + 2 * MINUTE)
    assert fast.ended_at is not None
    assert ended_at < fast.ended_at < ended_at + HOUR
    assert found.evaluated_count == len(PLAN.notifying)


def test_an_alarm_of_all_seven_days_is_there() -> None:
    found = evaluated(Traffic(outages=((START_AT - 2 * HOUR, END_AT + HOUR),)))
    (fast,) = [each for each in found.fired if each.name == FAST]
    assert (fast.began_at, fast.ended_at, fast.seen_until) == (START_AT - 2 * HOUR + 2 * MINUTE, None, END_AT)


def test_what_began_before_anything_is_known_is_told_as_older() -> None:
    @dataclass(frozen=True, kw_only=True)
    class Since:
        """Of the same traffic nothing older is known."""

        since: datetime

        def read(
            self, wanted: Sequence[MetricStat], *, start_at: datetime, end_at: datetime
        ) -> Sequence[Reading[Series]]:
            read = Traffic(outages=((NOW - timedelta(days=40), END_AT - HOUR),)).read(
                wanted, start_at=start_at, end_at=end_at
            )
            return [replace(each, known=each.known & Known.throughout(self.since, NOW)) for each in read]

    found = evaluated(Since(since=START_AT + HOUR))
    (fast,) = [each for each in found.fired if each.name == FAST]
    assert (fast.began_at, fast.notification) == (None, NotKnown())
    assert START_AT + HOUR < fast.seen_from < START_AT + 2 * HOUR
    assert all(each.missing.spans[0][0] == int(START_AT.timestamp()) for each in found.partly_known)


@settings(max_examples=8)
@given(st.integers(0, 59), st.integers(0, 59))
def test_no_minute_of_the_current_week_is_an_event_before_it_is_known(now_minute: int, second: int) -> None:
    """Healthy and gapless: nothing, whatever the minute of the hour."""
    now = datetime(2026, 11, 24, 8, now_minute, second, tzinfo=UTC)
    found = evaluated(Traffic(now=now), start_at=END_AT, until=now)
    assert found.fired == ()
    assert found.evaluated_count == len(PLAN.notifying)


@settings(max_examples=8)
@given(st.integers(0, 240), st.integers(1, 30))
def test_a_later_now_never_takes_back_or_moves_what_was_told(first: int, more: int) -> None:
    bad = (END_AT + HOUR, END_AT + 2 * HOUR)
    sooner = END_AT + HOUR + first * MINUTE
    before, after = (
        evaluated(Traffic(outages=(bad,), now=now), start_at=END_AT, until=now)
        for now in (sooner, sooner + more * MINUTE)
    )
    later = {(each.name, each.began_at): each for each in after.fired}
    for each in before.fired:
        assert (each.name, each.began_at) in later
        if isinstance(each.notification, Notified):
            assert later[each.name, each.began_at].notification == each.notification


def test_silence_of_the_whole_week_is_an_alarm_and_the_time_after_what_is_known_is_not() -> None:
    found = evaluated(
        Traffic(stops_at=END_AT + 2 * HOUR, now=END_AT + 30 * HOUR), start_at=END_AT, until=END_AT + 30 * HOUR
    )
    (silent,) = found.fired
    assert silent.name.endswith("api-errors-ticket-no-data")
    assert silent.began_at is not None
    assert END_AT + 2 * HOUR < silent.began_at < END_AT + 4 * HOUR
    assert (silent.ended_at, silent.seen_until) == (None, END_AT + 30 * HOUR - 9 * MINUTE)


def test_alarms_of_which_less_than_nine_tenths_of_the_week_are_known_are_not_evaluated() -> None:
    found = evaluated(Traffic(now=START_AT + timedelta(days=6)))
    assert found.evaluated_count == 0
    assert found.without_count == (("less than 90 % of this time is known", len(PLAN.notifying)),)
    assert sum(each.count for each in found.partly_known) == len(PLAN.notifying)
    nothing = evaluated(Traffic(now=START_AT - timedelta(days=2)))
    assert nothing.without_count == (("nothing is known of their metrics in this time", len(PLAN.notifying)),)
    assert [each.known_ratio for each in nothing.partly_known] == [0.0]


def test_an_incident_is_judged_where_all_pages_of_its_objective_are_known() -> None:
    seen, unseen = outage(START_AT + HOUR, HOUR), outage(START_AT + timedelta(days=6), HOUR)
    quiet = outage(START_AT + timedelta(days=3), HOUR)
    source = Traffic(outages=((seen.start_at, seen.start_at + HOUR),), now=START_AT + timedelta(days=6, minutes=20))
    found = evaluated(source, incidents=(seen, unseen, quiet))
    assert [type(detection) for _, detection in found.detections] == [Paged, NotJudged, NotPaged]


# The bill, which is in one Region.

COST = CostObjective(name="cost", title="", description="", limit_usd=Decimal(500))
BILLED = replace(PLAN, alarms=cost_alarms(COST, CONTEXT))


@dataclass(frozen=True, kw_only=True)
class Bill:
    """Charges of $900, where they are; and no datapoint elsewhere."""

    region: str
    usd: float = 900.0
    asked: list[Metric] = field(default_factory=list[Metric])

    def read(self, wanted: Sequence[MetricStat], *, start_at: datetime, end_at: datetime) -> Sequence[Reading[Series]]:
        self.asked.extend(each.metric for each in wanted)
        return [self._one(each, start_at, end_at) for each in wanted]

    def _one(self, stat: MetricStat, start_at: datetime, end_at: datetime) -> Reading[Series]:
        count = round((end_at - start_at).total_seconds()) // stat.period_seconds
        value = self.usd if self.region == "us-east-1" else np.nan
        series = Series(start_at=start_at, period_seconds=stat.period_seconds, values=np.full(count, value))
        return reading_of(series, known=Known.always(), origin=replace(MADE_UP, region=self.region))


def test_a_bill_over_its_limit_is_seen_from_another_region_and_the_wrong_region_evaluates_nothing() -> None:
    home, east = Bill(region="eu-west-1"), Bill(region="us-east-1")
    found = evaluated(RegionalSource(home=home, elsewhere={"us-east-1": east}), BILLED)
    assert "cost-page-limit" in "".join(each.name for each in found.fired)
    assert found.evaluated_count == 3
    assert home.asked == []
    wrong = evaluated(home, BILLED)
    assert (wrong.fired, wrong.evaluated_count) == ((), 0)
    assert sum(count for _, count in wrong.without_count) == 3


def test_alarms_on_a_metric_that_always_has_datapoints_and_had_none_are_not_evaluated() -> None:
    found = evaluated(Bill(region="us-east-1", usd=np.nan), BILLED)
    assert (found.fired, found.evaluated_count) == ((), 0)
    ((reason, count),) = found.without_count
    assert (count, reason) == (3, "a metric that always has datapoints had none")


def test_the_report_of_another_region_reads_the_bill_in_its_own(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.setenv(name, "testing")
    bills = {region: Bill(region=region) for region in ("eu-west-1", "us-east-1")}

    def connected(region: str, **_: object) -> MetricSource:
        return RegionalSource(home=bills[region], elsewhere={"us-east-1": bills["us-east-1"]})

    monkeypatch.setattr(sources, "connect_everywhere", connected)
    monkeypatch.setattr(sources, "deployed_parameters", lambda *_, **__: dict[str, str]())
    watched = Watched(
        plan=BILLED,
        canaries=(),
        own=None,
        incidents=(),
        costs=tmp_path,
        deployments=tmp_path,
        now=NOW,
        canary_timeout=MINUTE,
        bill_filter=BillFilter(),
    )
    alarms = aws_sources(watched, region="eu-west-1").alarms
    found = alarms(START_AT, END_AT)
    assert not isinstance(found, NoData)
    assert (found.evaluated_count, bills["eu-west-1"].asked) == (3, [])
    assert [each.began_at for each in found.fired if each.name.endswith("cost-page-limit")] == [None]
    # The hour that has begun is not over.
    current = alarms(END_AT, NOW + HOUR)
    assert not isinstance(current, NoData)
    assert {each.seen_until for each in current.fired if each.ended_at is None} == {NOW}
