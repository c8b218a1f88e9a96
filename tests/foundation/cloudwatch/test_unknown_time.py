"""Laws of alarms over time of which not all is known: sound for any filling, the present, the start, the tiers."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foundation.cloudwatch.alarm_datapoints import NotEvaluatedError, looks_back
from foundation.cloudwatch.alarm_history import alarm_history, evaluate_at
from foundation.cloudwatch.alarms import LowSamples, MetricAlarm
from foundation.cloudwatch.evaluation import AlarmState, MissingData
from foundation.cloudwatch.frame import FrameSource, Points
from foundation.cloudwatch.metrics import Metric, MetricStat
from foundation.cloudwatch.series import Series
from foundation.cloudwatch.source import MetricSource
from foundation.cloudwatch.state_history import StateHistory
from foundation.cloudwatch.whole_periods import whole_periods
from foundation.errors import SourceError
from foundation.readings import Known, Origin, Reading
from tests.foundation.cloudwatch.factories import (
    METRIC,
    START_AT,
    TOTAL,
    FakeSource,
    alarm,
    drawn,
    minute,
    of_minutes,
    ratio,
    stat,
)
from tests.foundation.readings_factories import MADE_UP

OK, ALARM = AlarmState.OK, AlarmState.ALARM
COUNT = 12


@dataclass(frozen=True, kw_only=True)
class KnownOnly:
    """Another source, of which only some time is known."""

    source: MetricSource
    known: Known

    def read(self, wanted: Sequence[MetricStat], *, start_at: datetime, end_at: datetime) -> Sequence[Reading[Series]]:
        if any(each.period_seconds != 60 for each in wanted):
            raise SourceError("there are minutes only")
        read = self.source.read(wanted, start_at=start_at, end_at=end_at)
        return [replace(each, known=each.known & self.known) for each in read]


def minutes_known(flags: Sequence[bool]) -> Known:
    return Known.of(
        (int(minute(place).timestamp()), int(minute(place + 1).timestamp())) for place, flag in enumerate(flags) if flag
    )


def before(count: int) -> Known:
    """All that came before some minute."""
    return Known.of([(0, int(minute(count).timestamp()))])


def history(watched: MetricAlarm, source: MetricSource, start: int = 0) -> StateHistory:
    return alarm_history(watched, source, start_at=minute(start), end_at=minute(COUNT), before=None)


@st.composite
def watched_alarms(draw: st.DrawFn) -> MetricAlarm:
    n = draw(st.integers(1, 3))
    period = draw(st.sampled_from([60, 120, 180]))
    watches = draw(st.sampled_from([stat(period_seconds=period), ratio("FILL(bad, 0) / total", period)]))
    return alarm(
        watches,
        evaluation_periods=n,
        datapoints_to_alarm=draw(st.integers(1, n)),
        missing_data=draw(st.sampled_from(MissingData)),
        threshold=draw(st.sampled_from([0.0, 1.0])),
    )


cells = st.lists(st.sampled_from([math.nan, 0.0, 1.0, 6.0]), min_size=COUNT, max_size=COUNT)
flags = st.lists(st.booleans(), min_size=COUNT, max_size=COUNT)


def of_cells(bad: Sequence[float], total: Sequence[float]) -> FakeSource:
    return FakeSource({(METRIC, "Sum"): np.array(bad), (TOTAL, "Sum"): np.array(total)})


def agrees(decided: StateHistory, truth: StateHistory) -> None:
    """Wherever the one is known, the other is, too, and in the same state."""
    for number in range(2 * COUNT + 1):
        state = decided.at(minute(number / 2))
        assert state is None or state is truth.at(minute(number / 2))


@given(watched_alarms(), cells, cells, flags, st.sampled_from([0, 1, 30, 59]))
def test_nothing_changes_when_datapoints_that_are_not_known_are_added_or_removed(
    watched: MetricAlarm, bad: list[float], other: list[float], known: list[bool], ragged: int
) -> None:
    """What is known may begin and end within a minute, which then is not known."""
    total = [6.0] * COUNT
    spans = (minutes_known(known) | before(0)).spans
    held = Known.of((start + ragged, end - ragged) for start, end in spans)
    whole = whole_periods(held, int(START_AT.timestamp()), 60, COUNT)
    mixed = [one if flag else another for one, another, flag in zip(bad, other, whole, strict=True)]
    one, another = (history(watched, KnownOnly(source=of_cells(each, total), known=held)) for each in (bad, mixed))
    assert one == another


@given(watched_alarms(), cells, cells, flags)
def test_what_is_known_is_what_it_would_be_whatever_the_rest_is(
    watched: MetricAlarm, bad: list[float], total: list[float], known: list[bool]
) -> None:
    whole = KnownOnly(source=of_cells(bad, total), known=Known.always())
    held = before(0) | minutes_known(known)
    agrees(history(watched, KnownOnly(source=whole, known=held)), history(watched, whole))


@given(watched_alarms(), cells, st.integers(0, COUNT), st.integers(0, COUNT))
def test_knowing_some_minutes_more_of_the_present_never_takes_a_state_back(
    watched: MetricAlarm, bad: list[float], now: int, later: int
) -> None:
    """Shifting `now` invents no event."""
    source = of_cells(bad, [6.0] * COUNT)
    sooner, after = (
        history(watched, KnownOnly(source=source, known=before(each))) for each in sorted((now, later))
    )  # fmt: skip
    agrees(sooner, after)


@given(watched_alarms(), cells, flags, st.integers(1, COUNT - 1))
def test_of_two_histories_the_one_begun_later_agrees_from_its_first_decided_evaluation_on(
    watched: MetricAlarm, bad: list[float], known: list[bool], start: int
) -> None:
    source = KnownOnly(source=of_cells(bad, [6.0] * COUNT), known=before(0) | minutes_known(known))
    agrees(history(watched, source, start), history(watched, source))


@settings(max_examples=30)
@given(watched_alarms(), cells, st.integers(0, COUNT - 2))
def test_every_filling_of_two_minutes_gives_the_states_that_are_decided_without_them(
    watched: MetricAlarm, bad: list[float], gap: int
) -> None:
    total = [6.0] * COUNT
    held = before(gap) | Known.of([(int(minute(gap + 2).timestamp()), int(minute(100).timestamp()))])
    decided = history(watched, KnownOnly(source=of_cells(bad, total), known=held))
    for pair in product([math.nan, 0.0, 100.0], repeat=2):
        filled = [*bad[:gap], *pair, *bad[gap + 2 :]]
        agrees(decided, history(watched, KnownOnly(source=of_cells(filled, total), known=Known.always())))


def test_an_alarm_on_breaching_silence_is_not_fired_by_time_before_the_recording_nor_by_the_future() -> None:
    watched = alarm(missing_data=MissingData.BREACHING, threshold=9.0, evaluation_periods=3, datapoints_to_alarm=1)
    of = KnownOnly(source=of_minutes("0 0 0 0 0 0"), known=minutes_known([True] * 6))
    seen = history(watched, of)
    assert seen.known == Known.of([(int(minute(3).timestamp()), int(minute(7).timestamp()))])
    assert {segment[2] for segment in seen.segments()} == {OK}


def test_silence_that_is_known_fires_it() -> None:
    watched = alarm(missing_data=MissingData.BREACHING, threshold=9.0)
    seen = history(watched, KnownOnly(source=of_minutes("0 0 - - - -"), known=before(6)))
    assert [(change.at, change.state) for change in seen.changes] == [
        (minute(0), ALARM),
        (minute(1), OK),
        (minute(5), ALARM),
    ]


def test_a_percentile_with_few_samples_that_are_known_may_have_more_that_are_not() -> None:
    values = {(METRIC, "p90"): drawn("9 9 9 9"), (METRIC, "SampleCount"): drawn("99 99 100 99")}
    watched = alarm(stat(statistic="p90"), threshold=5.0, low_samples=LowSamples.IGNORE)
    known = before(1) | minutes_known([False, False, True, True])
    seen = alarm_history(
        watched, KnownOnly(source=FakeSource(values), known=known), start_at=minute(1), end_at=minute(4), before=OK
    )
    assert [seen.at(minute(at)) for at in (1, 2, 3, 4)] == [OK, None, ALARM, ALARM]


def test_math_along_time_is_known_where_its_whole_range_is() -> None:
    watched = alarm(ratio("DIFF(bad)"), threshold=100.0)
    seen = history(
        watched, KnownOnly(source=of_cells([0.0] * COUNT, [6.0] * COUNT), known=minutes_known([True] * COUNT))
    )
    assert seen.known.spans[0][0] == int(minute(3).timestamp())


def test_one_evaluation_on_datapoints_that_are_not_known_is_not_explained() -> None:
    source = KnownOnly(source=of_minutes("0 0 0"), known=minutes_known([True] * 3))
    assert evaluate_at(alarm(), source, at=minute(3), before=OK).state is OK
    with pytest.raises(NotEvaluatedError, match="alarm errors: it looks at datapoints that are not known"):
        evaluate_at(alarm(), source, at=minute(2), before=OK)


# Tiers: the same events, in minutes, in periods of 5 minutes, in hours, or older ones in longer periods.

HOURS = 30
SHARE = alarm(ratio("IF(FILL(total, 0) >= 10, FILL(bad, 0) / total, 0)", 3_600), threshold=0.1)
SHORT = alarm(ratio("IF(FILL(total, 0) >= 10, FILL(bad, 0) / total, 0)", 300), threshold=0.1)
TEN = alarm(ratio("IF(FILL(total, 0) >= 10, FILL(bad, 0) / total, 0)", 600), threshold=0.1)


def tiered(bad: np.ndarray, *tiers: tuple[int, int, int]) -> FrameSource:
    """600 requests a minute, so many of them bad; each tier is a length of period, and the hours that it is kept from and to."""
    first = int(START_AT.timestamp())
    statistics: dict[tuple[Metric, str, int], Points] = {}
    held: dict[int, Known] = {}
    for period, begin, end in tiers:
        for metric, values in ((METRIC, bad), (TOTAL, np.full(bad.size, 600.0))):
            sums = values[begin * 60 : end * 60].reshape(-1, period // 60).sum(axis=1)
            times = first + begin * 3_600 + period * np.arange(sums.size, dtype=np.int64)
            statistics[metric, "Sum", period] = Points(times=times, values=sums)
        held[period] = Known.of([(first + begin * 3_600, first + end * 3_600)])
    return FrameSource(statistics=statistics, samples={}, held=ByPeriod(held_for=held))


@dataclass(frozen=True, kw_only=True)
class ByPeriod:
    """What is held of every metric, by the length of its periods."""

    held_for: dict[int, Known]

    def origin(self, metric: Metric) -> Origin:
        return MADE_UP

    def known(self, metric: Metric, statistics: Sequence[str], period_seconds: int) -> Known:
        return self.held_for.get(period_seconds, Known.nothing())

    def periods(self, metric: Metric) -> frozenset[int]:
        return frozenset(self.held_for)


def over(watched: MetricAlarm, source: MetricSource) -> StateHistory:
    return alarm_history(watched, source, start_at=minute(0), end_at=minute(HOURS * 60), before=None)


@pytest.mark.parametrize(
    "tiers", [[(300, 0, HOURS)], [(3_600, 0, HOURS)], [(3_600, 0, 9), (300, 9, 20), (60, 20, HOURS)]]
)
@settings(max_examples=10)
@given(st.integers(7, 20), st.integers(2, 5))
def test_an_outage_of_hours_is_seen_in_any_tiers_and_no_other(
    tiers: list[tuple[int, int, int]], began: int, hours: int
) -> None:
    bad = np.zeros(HOURS * 60)
    bad[began * 60 : (began + hours) * 60] = 300.0
    for watched in (SHARE, SHORT, TEN):
        whole = over(watched, tiered(bad, (60, 0, HOURS))).spells(ALARM)
        seen = over(watched, tiered(bad, *tiers)).spells(ALARM)
        assert len(whole) == len(seen) == 1
        assert abs(whole[0].seen_from - seen[0].seen_from).total_seconds() <= 3_600
        assert whole[0].ended_at is not None
        assert seen[0].ended_at is not None
        assert abs(whole[0].ended_at - seen[0].ended_at).total_seconds() <= 7_200


@pytest.mark.parametrize(
    "tiers", [[(60, 0, HOURS)], [(300, 0, HOURS)], [(3_600, 0, HOURS)], [(3_600, 0, 9), (60, 9, HOURS)]]
)
def test_without_a_bad_event_no_tier_shows_an_alarm(tiers: list[tuple[int, int, int]]) -> None:
    for watched in (SHARE, SHORT, TEN):
        seen = over(watched, tiered(np.zeros(HOURS * 60), *tiers))
        assert seen.spells(ALARM) == ()
        assert seen.known.seconds > (HOURS - 5) * 3_600


def test_what_was_evaluated_on_longer_periods_is_told_and_what_they_cannot_show_is_not_known() -> None:
    coarse = tiered(np.zeros(HOURS * 60), (300, 0, HOURS))
    assert over(SHARE, coarse).coarse == over(SHARE, coarse).known
    counted = alarm(stat(period_seconds=60), threshold=10.0)
    several = alarm(ratio(period_seconds=60), evaluation_periods=3)
    for watched in (counted, several):
        with pytest.raises(SourceError, match="was not recorded and does not follow"):
            over(watched, coarse)
    assert over(alarm(stat(period_seconds=600)), coarse).coarse.spans


def test_an_alarm_looks_as_far_back_as_its_range() -> None:
    assert looks_back(TEN).total_seconds() == 3 * 600
