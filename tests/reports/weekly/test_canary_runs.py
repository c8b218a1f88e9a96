"""Canary runs are due, ran and are missing in the time that is known; one canary that cannot be read hides no other."""

import dataclasses
from collections.abc import Sequence
from datetime import datetime, timedelta
from types import MappingProxyType

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from foundation.cloudwatch.frame import FrameSource, Points
from foundation.cloudwatch.held_time import Throughout
from foundation.cloudwatch.metrics import Metric, MetricStat
from foundation.cloudwatch.name_limits import CANARY
from foundation.cloudwatch.names import Scope
from foundation.cloudwatch.series import Series
from foundation.errors import SourceError
from foundation.readings import Known, NoData, Reading
from reports.known_values import Span
from reports.weekly.canary_runs import read_canaries
from reports.weekly.inputs import CanaryWeek
from tests.foundation.readings_factories import MADE_UP
from tests.reports.histories import DAY, MINUTE, WEEK, spans

SCOPE = Scope(service="t-developer", stage="production")


def metric(name: str) -> Metric:
    dimensions = (("CanaryName", SCOPE.named(CANARY, name)),)
    return Metric(namespace="CloudWatchSynthetics", name="SuccessPercent", dimensions=dimensions)


def every_five_minutes(known: Known, *, delay: timedelta = timedelta(0)) -> FrameSource:
    """A canary that ran in every five minutes of the week, and never failed."""
    times = np.arange(int(WEEK.start_at.timestamp()), int(WEEK.end_at.timestamp()), 300, dtype=np.int64)
    statistics = {
        (metric("api"), name, 300): Points(times=times, values=np.full(times.size, value))
        for name, value in (("SampleCount", 1.0), ("Sum", 100.0))
    }
    held = Throughout(held=known, by=dataclasses.replace(MADE_UP, delay=delay))
    return FrameSource(statistics=MappingProxyType(statistics), samples=MappingProxyType({}), held=held)


def api(source: FrameSource, now: datetime, *, every_minutes: int | None = 5) -> CanaryWeek:
    found = read_canaries(source, [("api", every_minutes)], SCOPE, Span(start_at=WEEK.start_at, until=now, now=now))
    assert not isinstance(found, NoData), found
    return found[0]


def test_a_healthy_canary_has_missed_none_of_673_at_six_minutes_past_eight() -> None:
    now = WEEK.start_at + 2 * DAY + timedelta(hours=8, minutes=6)
    found = api(every_five_minutes(Known.throughout(WEEK.start_at, now)), now)
    assert (found.run_count, found.failed_count, found.expected_count) == (673, 0, 673)
    assert found.coverage.is_whole


@given(
    st.integers(60, 604_000),
    st.integers(0, 20),
    spans(int(WEEK.start_at.timestamp()), int(WEEK.end_at.timestamp())),
)
@settings(max_examples=40)
def test_whatever_is_hidden_and_whenever_it_is_looked_at_a_healthy_canary_has_missed_nothing(
    seconds: int, delay: int, hidden: Known
) -> None:
    now, late = WEEK.start_at + timedelta(seconds=seconds), delay * MINUTE
    known = Known.throughout(WEEK.start_at, max(WEEK.start_at, now - late)) - hidden
    span = Span(start_at=WEEK.start_at, until=now, now=now)
    found = read_canaries(every_five_minutes(known, delay=late), [("api", 5)], SCOPE, span)
    if not isinstance(found, NoData):
        assert found[0].run_count == found[0].expected_count
        assert found[0].failed_count == 0


def test_a_run_that_did_not_come_in_a_time_that_is_known_is_missed() -> None:
    source = every_five_minutes(Known.throughout(WEEK.start_at, WEEK.end_at))
    statistics = {
        key: Points(times=points.times[:-3], values=points.values[:-3]) for key, points in source.statistics.items()
    }
    found = api(dataclasses.replace(source, statistics=MappingProxyType(statistics)), WEEK.end_at)
    assert (found.run_count, found.expected_count) == (2_013, 2_016)


def test_a_canary_without_a_schedule_has_no_due_runs() -> None:
    found = api(every_five_minutes(Known.throughout(WEEK.start_at, WEEK.end_at)), WEEK.end_at, every_minutes=None)
    assert (found.run_count, found.expected_count) == (2_016, None)


@dataclasses.dataclass(frozen=True)
class WithoutOne:
    """A source that cannot read one canary."""

    source: FrameSource
    broken: str

    def read(
        self, wanted: Sequence[MetricStat], *, start_at: datetime, end_at: datetime
    ) -> Sequence[Reading[Series]]:  # fmt: skip
        if wanted[0].metric == metric(self.broken):
            raise SourceError("AccessDenied")
        return self.source.read(wanted, start_at=start_at, end_at=end_at)


def test_a_canary_that_cannot_be_read_leaves_its_reason_and_the_others_their_runs() -> None:
    source = WithoutOne(every_five_minutes(Known.throughout(WEEK.start_at, WEEK.end_at)), "progress")
    span = Span(start_at=WEEK.start_at, until=WEEK.end_at, now=WEEK.end_at)
    found = read_canaries(source, [("progress", 5), ("api", 5)], SCOPE, span)
    assert not isinstance(found, NoData)
    broken, good = found
    assert (broken.problem, broken.coverage.known_ratio) == (NoData(reason="AccessDenied"), 0.0)
    assert (good.run_count, good.problem) == (2_016, None)
    assert read_canaries(source, [("progress", 5)], SCOPE, span) == NoData(reason="AccessDenied")


def test_no_run_says_how_much_of_the_week_is_known() -> None:
    span = Span(start_at=WEEK.start_at, until=WEEK.end_at, now=WEEK.end_at)
    found = read_canaries(every_five_minutes(Known.nothing()), [("api", 5)], SCOPE, span)
    assert found == NoData(reason="no canary has run in this week; 0 % of the week of api is known")


def test_a_time_that_is_no_week_is_called_by_its_own_name() -> None:
    day = Span(start_at=WEEK.end_at - DAY, until=WEEK.end_at, now=WEEK.end_at, name="day")
    whole = every_five_minutes(Known.throughout(WEEK.start_at, WEEK.end_at))
    runs = read_canaries(whole, [("api", 5)], SCOPE, day)
    assert not isinstance(runs, NoData)
    (found,) = runs
    assert (found.run_count, found.expected_count) == (288, 288)
    silent = read_canaries(whole, [("other", 5)], SCOPE, day)
    assert silent == NoData(reason="no canary has run in this day; 100 % of the day of other is known")
    begun = dataclasses.replace(day, until=day.start_at + MINUTE)
    assert read_canaries(every_five_minutes(Known.nothing()), [("api", 5)], SCOPE, begun) == NoData(
        reason="nothing of the day is settled yet"
    )
