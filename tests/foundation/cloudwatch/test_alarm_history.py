"""Alarms over time: every evaluation at once is every evaluation by itself, and known stories come out as they must."""

import math
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foundation.cloudwatch.alarm_datapoints import NotEvaluatedError, needed_sample_count, step_seconds
from foundation.cloudwatch.alarm_history import alarm_history, evaluate_at
from foundation.cloudwatch.alarms import ComparisonOperator, LowSamples, MetricAlarm
from foundation.cloudwatch.evaluation import AlarmState, MissingData
from foundation.cloudwatch.metric_math.syntax import MathError
from foundation.cloudwatch.metrics import MathExpression, Query
from foundation.cloudwatch.state_history import StateHistory
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

OK, ALARM, INSUFFICIENT = AlarmState.OK, AlarmState.ALARM, AlarmState.INSUFFICIENT_DATA


def told(history: StateHistory) -> list[tuple[float, str]]:
    """The changes as (minutes from the start, state)."""
    return [((change.at - START_AT) / timedelta(minutes=1), change.state.value) for change in history.changes]


def history(watched: MetricAlarm, source: FakeSource, minutes: int, before: AlarmState = OK) -> StateHistory:
    """From the end of the first minute on, so that every evaluation has seen a period."""
    return alarm_history(watched, source, start_at=minute(1), end_at=minute(minutes), before=before)


def test_one_breaching_minute_is_an_alarm_at_its_end_and_over_a_minute_later() -> None:
    assert told(history(alarm(), of_minutes("0 0 5 0 0"), 5)) == [(3, "ALARM"), (4, "OK")]


def test_a_new_alarm_has_insufficient_data_until_its_first_datapoint() -> None:
    assert told(history(alarm(), of_minutes("- - 0 0"), 4, INSUFFICIENT)) == [(3, "OK")]


def test_two_of_three_must_breach_and_need_not_follow_one_another() -> None:
    watched = alarm(evaluation_periods=3, datapoints_to_alarm=2)
    assert told(history(watched, of_minutes("0 0 0 1 0 1 0 0 0"), 9)) == [(6, "ALARM"), (7, "OK")]


def test_a_period_of_five_minutes_slides_minute_by_minute() -> None:
    watched = alarm(stat(period_seconds=300), threshold=9.0)
    told_ = told(history(watched, of_minutes("0 0 0 0 0 0 5 5 0 0 0 0 0 0 0"), 15))
    assert told_ == [(8, "ALARM"), (12, "OK")]


def test_an_alarm_stays_for_two_more_periods_after_the_data_stops() -> None:
    """The engine's range is two datapoints longer than the evaluation periods: old real datapoints are evaluated again."""
    watched = alarm(missing_data=MissingData.NOT_BREACHING)
    assert told(history(watched, of_minutes("0 5 - - - -"), 6)) == [(2, "ALARM"), (5, "OK")]


def test_an_expression_that_always_yields_a_datapoint_is_not_evaluated_on_old_ones() -> None:
    watched = alarm(ratio("IF(FILL(total, 0) >= 2, FILL(bad, 0) / total, 0)"), threshold=0.5)
    source = FakeSource({(METRIC, "Sum"): drawn("0 5 - - - -"), (TOTAL, "Sum"): drawn("5 5 - - - -")})
    assert told(history(watched, source, 6)) == [(2, "ALARM"), (3, "OK")]


def test_a_ratio_of_sliding_sums() -> None:
    watched = alarm(ratio(period_seconds=120), threshold=0.1)
    source = FakeSource({(METRIC, "Sum"): drawn("0 0 3 0 0 0"), (TOTAL, "Sum"): drawn("10 10 10 10 10 10")})
    assert told(history(watched, source, 6)) == [(3, "ALARM"), (5, "OK")]


def test_missing_data_kept_is_the_state_before() -> None:
    watched = alarm(missing_data=MissingData.IGNORE)
    assert told(history(watched, of_minutes("5 - - - - - 0"), 7)) == [(1, "ALARM"), (7, "OK")]


def test_missing_data_ends_in_insufficient_data() -> None:
    assert told(history(alarm(), of_minutes("0 - - - - -"), 6)) == [(4, "INSUFFICIENT_DATA")]


def test_a_percentile_with_few_samples_keeps_the_state_when_told_to() -> None:
    values = {(METRIC, "p90"): drawn("9 9 9 0"), (METRIC, "SampleCount"): drawn("99 100 100 100")}
    watched = alarm(stat(statistic="p90"), threshold=5.0)
    assert told(history(watched, FakeSource(values), 4)) == [(1, "ALARM"), (4, "OK")]
    patient = alarm(stat(statistic="p90"), threshold=5.0, low_samples=LowSamples.IGNORE)
    assert told(history(patient, FakeSource(values), 4)) == [(2, "ALARM"), (4, "OK")]


@pytest.mark.parametrize(
    ("percent", "count"), [(99, 1_000), (99.9, 10_000), (90, 100), (50, 20), (10, 100), (100, 0), (0, 0)]
)
def test_how_many_samples_make_a_percentile_significant(percent: float, count: int) -> None:
    """10 / (1 - p), and 10 / p below the median: p99 needs 1,000.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/percentiles-with-low-samples.html
    """
    assert needed_sample_count(percent) == count


@pytest.mark.parametrize(
    ("watched", "seconds"),
    [
        (alarm(), 60),
        (alarm(stat(period_seconds=300)), 60),
        (alarm(stat(period_seconds=10)), 10),
        (alarm(stat(period_seconds=30)), 10),
        (alarm(stat(period_seconds=86_400), evaluation_periods=1), 60),
        (alarm(stat(period_seconds=86_400), evaluation_periods=2), 3_600),
        (alarm(stat(statistic="p99", period_seconds=300)), 300),
    ],
)
def test_how_often_an_alarm_is_evaluated(watched: MetricAlarm, seconds: int) -> None:
    assert step_seconds(watched) == seconds


def test_a_high_resolution_alarm_is_evaluated_every_ten_seconds() -> None:
    source = FakeSource({(METRIC, "Sum"): drawn("0 0 0 5 0 0")}, period_seconds=10)
    first = minute(1 / 6)
    told_ = told(alarm_history(alarm(stat(period_seconds=30)), source, start_at=first, end_at=minute(1), before=OK))
    assert told_ == [(pytest.approx(40 / 60), "ALARM")]


def test_a_band_is_not_evaluated() -> None:
    band = alarm(ratio(), comparison=ComparisonOperator.ABOVE_BAND, threshold=None, threshold_metric_id="share")
    with pytest.raises(NotEvaluatedError, match="anomaly detection band, which only AWS has"):
        history(band, of_minutes("0"), 1)


def test_math_that_cannot_be_evaluated_names_the_alarm_and_the_column() -> None:
    with pytest.raises(MathError, match="alarm errors: share: column 1: TOTAL is no function"):
        history(alarm(ratio("TOTAL(bad)")), FakeSource({(METRIC, "Sum"): drawn("0"), (TOTAL, "Sum"): drawn("0")}), 1)


def test_an_alarm_watches_one_time_series() -> None:
    source = FakeSource({(METRIC, "Sum"): drawn("0"), (TOTAL, "Sum"): drawn("0")})
    with pytest.raises(MathError, match="share: 2 time series, and an alarm watches one"):
        history(alarm(ratio("METRICS()")), source, 1)


def test_a_time_without_an_evaluation_is_refused() -> None:
    with pytest.raises(NotEvaluatedError, match="every 60 s, and never from"):
        alarm_history(alarm(), of_minutes("0"), start_at=minute(0.2), end_at=minute(0.7))


def test_intervals_and_the_state_at_an_instant() -> None:
    states = history(alarm(), of_minutes("0 0 5 0 5"), 5)
    assert [(each.seen_from, each.ended_at) for each in states.spells(ALARM)] == [(minute(3), minute(4))]
    assert states.at(minute(2.9)) is OK
    assert states.at(minute(3)) is ALARM
    assert states.at(minute(5)) is ALARM


EXPRESSIONS = [
    "bad / total",
    "IF(FILL(total, 0) >= 3, FILL(bad, 0) / total, 0)",
    "bad - AVG(bad)",
    "DIFF(bad)",
    "RATE(total) * 60",
    "FILL(bad, REPEAT)",
    "FILL(bad, LINEAR) + RUNNING_SUM(total)",
    "SUM(REMOVE_EMPTY([bad, total]))",
    "bad / METRIC_COUNT(REMOVE_EMPTY(METRICS()))",
    "FIRST(SORT(METRICS(), MAX, DESC))",
    "IF(MINUTE(bad) < 5, bad)",
    "MAX(bad)  * bad / PERIOD(bad)",
]
cells = st.lists(st.one_of(st.just(math.nan), st.integers(0, 6).map(float)), min_size=14, max_size=14)


@st.composite
def watched_alarms(draw: st.DrawFn) -> MetricAlarm:
    period_seconds = draw(st.sampled_from([60, 120, 180]))
    evaluation_periods = draw(st.integers(1, 4))
    watches = draw(
        st.one_of(
            st.just(stat(period_seconds=period_seconds)),
            st.sampled_from(EXPRESSIONS).map(lambda text: ratio(text, period_seconds)),
        )
    )
    return alarm(
        watches,
        evaluation_periods=evaluation_periods,
        datapoints_to_alarm=draw(st.integers(1, evaluation_periods)),
        missing_data=draw(st.sampled_from(MissingData)),
        comparison=draw(
            st.sampled_from([comparison for comparison in ComparisonOperator if not comparison.is_of_a_band])
        ),
        threshold=draw(st.sampled_from([0.0, 0.5, 1.0, 2.0])),
    )


@settings(max_examples=2 * settings().max_examples)
@given(watched_alarms(), cells, cells, st.sampled_from(AlarmState))
def test_all_evaluations_at_once_give_the_states_of_one_after_the_other(
    watched: MetricAlarm, bad: list[float], total: list[float], before: AlarmState
) -> None:
    source = FakeSource({(METRIC, "Sum"): np.array(bad), (TOTAL, "Sum"): np.array(total)})
    at_once = alarm_history(watched, source, start_at=START_AT, end_at=minute(14), before=before)
    state = before
    for number in range(15):
        state = evaluate_at(watched, source, at=minute(number), before=state).state
        assert at_once.at(minute(number)) is state


def test_a_query_may_be_watched_that_is_a_plain_metric() -> None:
    queries = (
        Query(id="bad", source=stat()),
        Query(id="twice", source=MathExpression(expression="bad * 2"), return_data=False),
    )
    assert told(history(alarm(queries), of_minutes("0 5"), 2)) == [(2, "ALARM")]
