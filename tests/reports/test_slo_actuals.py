"""What really happened: the same however it was recorded, and nothing of what was not known."""

import dataclasses
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foundation.cloudwatch.frame import Points
from foundation.cloudwatch.metrics import Metric, MetricStat
from foundation.cloudwatch.series import Series
from foundation.cloudwatch.source import MetricSource, NotKeptError
from foundation.errors import SourceError
from foundation.readings import Interval, Known, NoData, Reading
from foundation.slo.error_budget import Counts
from foundation.slo.model import (
    BudgetedObjective,
    MetricSamples,
    RatioIndicator,
    RatioSliceIndicator,
    SliceIndicator,
    ThresholdOperator,
)
from reports.slo_actuals import History
from tests.foundation.readings_factories import HELD, MADE_UP
from tests.reports.histories import (
    DAY,
    MINUTE,
    TOTAL,
    WEEK,
    ByPeriod,
    Truth,
    at,
    errors,
    even,
    history,
    in_minutes,
    source_of,
    spans,
    truths,
    with_unknown,
)

HOUR = timedelta(hours=1)
SUCCESS = Metric(namespace="C", name="SuccessPercent")


def counted(found: History | NoData) -> History:
    assert isinstance(found, History), found
    return found


def whole(truth: Truth) -> Known:
    return Known.throughout(truth.start_at, truth.end_at)


@given(truths(3), st.integers(0, 3 * 86_400), st.integers(0, 3 * 86_400), st.booleans())
@settings(max_examples=40)
def test_the_same_events_have_the_same_counts_however_they_are_tiered(
    truth: Truth, first: int, second: int, on_the_grid: bool
) -> None:
    """Hours, then five minutes, then minutes, as CloudWatch keeps them; a seam off the grid leaves at most its hour unknown."""
    cuts = sorted(truth.start + (each // 3_600 * 3_600 if on_the_grid else each) for each in (first, second))
    end = int(truth.end_at.timestamp())
    tiers = {
        3_600: Known.of([(truth.start, cuts[0])]),
        300: Known.of([(cuts[0], cuts[1])]),
        60: Known.of([(cuts[1], end)]),
    }
    statistics: dict[tuple[Metric, str, int], Points] = {}
    for period, known in tiers.items():
        statistics |= truth.tier(period, known)
    objective = errors(window=DAY)
    tiered = history(source_of(statistics, ByPeriod(spans=tiers)), objective, since=truth.start_at)
    minutes = history(in_minutes(truth, whole(truth)), objective, since=truth.start_at)
    if isinstance(tiered, NoData) or isinstance(minutes, NoData):
        assert not truth.total.any() or isinstance(tiered, NoData)
        return
    missing = (whole(truth) - tiered.known).seconds
    assert missing <= (0 if on_the_grid else 2 * 3_600)
    assert (tiered.known - whole(truth)).seconds == 0
    for hour in range(truth.start, end, 3_600):
        block = Interval(start_at=at(hour), end_at=at(hour + 3_600))
        if not tiered.known.missing(block).spans:
            ends = block.start_at, block.end_at
            assert tiered.counts(*ends) == minutes.counts(*ends)


@given(truths(3), spans(int((WEEK.end_at - 3 * DAY).timestamp()), int(WEEK.end_at.timestamp())))
@settings(max_examples=30)
def test_datapoints_of_a_time_that_is_not_known_are_in_no_count(truth: Truth, known: Known) -> None:
    objective, held = errors(window=DAY), ByPeriod(spans={60: known})
    found, less = (
        history(
            source_of(with_unknown(truth, known, count).tier(60, Known.always()), held), objective, since=truth.start_at
        )
        for count in (1_000.0, 0.0)
    )
    if isinstance(found, NoData) or isinstance(less, NoData):
        assert isinstance(found, NoData) == isinstance(less, NoData)
        return
    assert found.known == less.known
    assert np.array_equal(found.begins, less.begins)
    assert np.array_equal(found.bad, less.bad)


def test_an_hour_that_is_not_known_in_minutes_is_taken_from_hours() -> None:
    """The case of two tiers: an outage in what is only held by the other."""
    truth = even(days=9)
    seam = WEEK.start_at + 2 * DAY
    truth.bad[(truth.start_at - truth.end_at + 9 * DAY) // MINUTE + 2 * 1_440 : 2 * 1_440 + 60] = 1
    hours, minutes = Known.throughout(truth.start_at, seam), Known.throughout(seam, truth.end_at)
    both = source_of(truth.tier(3_600, hours) | truth.tier(60, minutes), ByPeriod(spans={3_600: hours, 60: minutes}))
    found = counted(history(both))
    assert found.counts(truth.start_at, truth.end_at) == Counts(total_count=9 * 1_440, bad_count=60)
    assert found.coverage(WEEK.start_at - 2 * DAY, WEEK.end_at).is_whole


def test_what_is_old_and_held_by_the_hour_is_no_reason_to_read_what_is_new_so() -> None:
    truth = even(days=21)
    until = WEEK.end_at - 25 * MINUTE
    old, new = (Known.throughout(*ends) for ends in ((truth.start_at, WEEK.start_at), (WEEK.start_at, truth.end_at)))
    both = source_of(truth.tier(3_600, old) | truth.tier(300, new), ByPeriod(spans={3_600: old, 300: new}))
    found = counted(history(both, errors(window=7 * DAY), until=until))
    assert found.end_at == until


@dataclasses.dataclass
class Kept:
    """CloudWatch's rule: of what is older there is nothing in short periods, and who asks for it is refused."""

    source: MetricSource
    since: datetime
    asked: list[tuple[int, datetime]] = dataclasses.field(default_factory=list[tuple[int, datetime]])

    def read(
        self, wanted: Sequence[MetricStat], *, start_at: datetime, end_at: datetime
    ) -> Sequence[Reading[Series]]:  # fmt: skip
        self.asked.append((wanted[0].period_seconds, start_at))
        if wanted[0].period_seconds < 3_600 and start_at < self.since:
            raise NotKeptError("no longer kept in such periods", kept_since=self.since)
        return self.source.read(wanted, start_at=start_at, end_at=end_at)


def slices(truth: Truth, length: timedelta) -> BudgetedObjective:
    indicator = SliceIndicator(
        samples=MetricSamples(metric=SUCCESS),
        comparison=ThresholdOperator.AT_LEAST,
        threshold=Decimal(100),
        slice_length=length,
    )
    return dataclasses.replace(errors(window=truth.end_at - WEEK.start_at), indicator=indicator)


def runs(truth: Truth, known: Known) -> MetricSource:
    """A run in each minute, whose success is 100 or 0."""
    times = truth.start + 60 * np.arange(truth.total.size, dtype=np.int64)
    ones, success = np.ones(times.size), np.where(truth.bad > 0, 0.0, 100.0)
    statistics = {
        (SUCCESS, name, 60): Points(times=times, values=values)
        for name, values in (("SampleCount", ones), ("Sum", success))
    }
    return source_of(statistics, ByPeriod(spans={60: known}))


def test_slices_that_are_no_longer_kept_are_unknown_and_the_others_are_counted() -> None:
    """A window of which the older part aged out between two reports: time/both."""
    truth = even(days=14)
    kept = Kept(source=runs(truth, whole(truth)), since=WEEK.start_at - 3 * DAY - timedelta(minutes=7))
    found = counted(history(kept, slices(truth, timedelta(minutes=5))))
    assert found.known == Known.throughout(WEEK.start_at - 3 * DAY - timedelta(minutes=5), WEEK.end_at)
    assert found.counts(WEEK.start_at, WEEK.end_at) == Counts(total_count=7 * 288, bad_count=0)


def test_events_of_what_is_no_longer_kept_in_minutes_are_read_by_the_hour() -> None:
    truth = even(days=14)
    kept = Kept(source=in_minutes(truth, whole(truth)), since=WEEK.start_at - 3 * DAY)
    found = counted(history(kept, errors(window=7 * DAY)))
    assert found.coverage(truth.start_at, truth.end_at).is_whole
    assert found.counts(truth.start_at, truth.end_at).total_count == 14 * 1_440


@dataclasses.dataclass
class Failing:
    """A source that refuses whatever begins before a time, for once and all."""

    source: MetricSource
    before: datetime
    short: bool = False

    def read(
        self, wanted: Sequence[MetricStat], *, start_at: datetime, end_at: datetime
    ) -> Sequence[Reading[Series]]:  # fmt: skip
        if start_at < self.before or (self.short and end_at - start_at < HOUR * 7):
            raise SourceError("ThrottlingException")
        return self.source.read(wanted, start_at=start_at, end_at=end_at)


def test_a_stretch_that_cannot_be_read_is_unknown_with_its_problem_and_kills_nothing_else() -> None:
    truth = even(days=14)
    found = counted(
        history(Failing(source=in_minutes(truth, whole(truth)), before=WEEK.start_at), errors(window=7 * DAY))
    )
    assert found.known == Known.throughout(WEEK.start_at, WEEK.end_at)
    assert found.problem == "ThrottlingException"
    assert found.counts(truth.start_at, truth.end_at).total_count == 7 * 1_440


def test_a_picture_of_short_periods_that_cannot_be_read_kills_nothing_else() -> None:
    truth = even(days=9)
    truth.total[:-120] = 0
    good = in_minutes(truth, whole(truth))
    assert len(counted(history(good)).moments) == 121
    found = counted(history(Failing(source=good, before=truth.start_at, short=True)))
    assert found.moments == ()
    assert found.counts(WEEK.start_at, WEEK.end_at).total_count == 120


def test_a_source_that_refuses_everything_is_no_data() -> None:
    truth = even()
    found = history(Failing(source=in_minutes(truth, whole(truth)), before=WEEK.end_at))
    assert found == NoData(reason="its metrics could not be read: ThrottlingException")


def test_a_metric_without_a_datapoint_is_no_data_which_says_how_much_is_known() -> None:
    truth = even()
    truth.total[:] = 0
    found = history(in_minutes(truth, Known.throughout(WEEK.start_at, WEEK.end_at)))
    assert found == NoData(
        reason="its metrics have no datapoint from 2026-11-07 00:00 to 2026-11-16 00:00, of which 7 of 9 days are known"
    )


@pytest.mark.parametrize("minutes", [5, 45, 90, 120, 25, 7, 1_440])
def test_slices_of_every_length_are_counted_whole_and_once(minutes: int) -> None:
    truth, length = even(days=14), timedelta(minutes=minutes)
    truth.bad[-1_440 * 3] = 1
    found = counted(history(runs(truth, whole(truth)), slices(truth, length)))
    assert WEEK.end_at - length < found.end_at <= WEEK.end_at
    assert int(found.end_at.timestamp()) % (60 * minutes) == 0
    window = 7 * DAY
    counts = found.counts(found.end_at - window, found.end_at)
    assert counts == Counts(total_count=window // length, bad_count=1)


def test_a_slice_that_is_known_in_part_is_none() -> None:
    truth = even(days=14)
    known = Known.throughout(truth.start_at, WEEK.end_at - timedelta(minutes=2))
    found = counted(history(runs(truth, known), slices(truth, timedelta(minutes=5))))
    assert found.counts(WEEK.start_at, WEEK.end_at).total_count == 7 * 288 - 1


def by_slices(truth: Truth, minutes: int) -> BudgetedObjective:
    """Good is a slice of whose events at least 95 % are."""
    objective = errors(window=truth.end_at - WEEK.start_at)
    assert isinstance(objective.indicator, RatioIndicator)
    slices = RatioSliceIndicator(
        events=objective.indicator, slice_target_ratio=Decimal("0.95"), slice_length=timedelta(minutes=minutes)
    )
    return dataclasses.replace(objective, indicator=slices)


def test_a_slice_of_a_ratio_is_bad_where_more_than_its_target_leaves_is_however_little_its_traffic() -> None:
    truth = even(days=14)
    truth.total[:] = 100
    # 5 of 100, 6 of 100, and the one request of a minute at night; a minute without any is no slice.
    truth.bad[-4:-2] = 5, 6
    truth.total[-2:], truth.bad[-2] = (1, 0), 1
    found = counted(history(in_minutes(truth, whole(truth)), by_slices(truth, 1)))
    assert found.counts(WEEK.start_at, WEEK.end_at) == Counts(total_count=7 * 1_440 - 1, bad_count=2)
    # Five minutes together have 12 bad ones of 301, which is within 5 %.
    assert counted(history(in_minutes(truth, whole(truth)), by_slices(truth, 5))).counts(
        WEEK.start_at, WEEK.end_at
    ) == Counts(total_count=7 * 288, bad_count=0)


def test_a_slice_of_a_ratio_that_is_known_in_part_is_none() -> None:
    truth = even(days=14)
    known = Known.throughout(truth.start_at, WEEK.end_at - timedelta(minutes=2))
    found = counted(history(in_minutes(truth, known), by_slices(truth, 5)))
    assert found.counts(WEEK.start_at, WEEK.end_at).total_count == 7 * 288 - 1


@pytest.mark.parametrize(
    ("delay", "now", "until"),
    [(0, 6, 5), (3, 6, 0), (3, 8, 5), (10, 14, 0)],
)
def test_a_window_ends_with_the_last_period_that_is_settled(delay: int, now: int, until: int) -> None:
    """As of 08:05 at 08:06, and as of 08:00 where the metric settles after three minutes."""
    morning = WEEK.start_at + 2 * DAY + 8 * HOUR
    asked_at = morning + now * MINUTE
    truth = even()
    by = dataclasses.replace(MADE_UP, delay=delay * MINUTE)
    known = Known.throughout(truth.start_at, asked_at - delay * MINUTE)
    found = counted(history(in_minutes(truth, known, by), until=asked_at, now=asked_at))
    assert found.end_at == morning + until * MINUTE
    assert found.coverage(found.end_at - 2 * DAY, found.end_at).is_whole
    assert found.counts(found.end_at - 2 * DAY, found.end_at).total_count == 2 * 1_440


def test_what_is_not_settled_is_asked_once_and_not_again_in_other_periods() -> None:
    asked_at = WEEK.start_at + 2 * DAY + 8 * HOUR + 6 * MINUTE
    truth = even()
    by = dataclasses.replace(MADE_UP, delay=3 * MINUTE)
    known = Known.throughout(truth.start_at, asked_at - 3 * MINUTE)
    kept = Kept(source=in_minutes(truth, known, by), since=truth.start_at)
    counted(history(kept, until=asked_at, now=asked_at))
    assert [period for period, _ in kept.asked] == [300]


def test_the_worst_part_of_a_window_is_that_with_the_most_bad_events() -> None:
    truth = even()
    truth.bad[-100:-40] = 1
    truth.bad[-3_000:-2_990] = 1
    found = counted(history(in_minutes(truth, whole(truth))))
    window = WEEK.end_at - 3 * DAY, WEEK.end_at
    assert [found.worst_bad_count(*window, seconds=each * 60) for each in (0, 5, 30, 60, 120)] == [0, 5, 30, 60, 60]
    assert found.worst_bad_count(WEEK.end_at - 20 * MINUTE, WEEK.end_at, seconds=3_600) == 0


def test_the_last_event_is_that_of_the_last_period_with_one() -> None:
    truth = even()
    truth.total[-700:] = 0
    found = counted(history(in_minutes(truth, whole(truth))))
    assert found.last_event_at(WEEK.end_at) == WEEK.end_at - 700 * MINUTE
    assert found.last_event_at(truth.start_at) is None
    assert found.covered_ratio(WEEK.end_at - 1_400 * MINUTE, WEEK.end_at) == pytest.approx(740 / 1_400)


def test_values_made_in_memory_are_known_as_a_whole() -> None:
    truth = even(days=3)
    found = counted(history(source_of(truth.tier(60, Known.always()), HELD), errors(window=DAY)))
    assert found.known.seconds == 8 * 86_400
    assert found.source == TOTAL.namespace
