"""Of which time a recording holds everything: inferred from its datapoints, and however it is tiered."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.cloudwatch.frame import FrameSource, read_frame, to_frame
from foundation.cloudwatch.metrics import Metric, MetricStat
from foundation.cloudwatch.parquet import ParquetSource
from foundation.cloudwatch.series import Series, Values
from foundation.cloudwatch.whole_periods import whole_periods
from foundation.readings import Known, Reading

START_AT = datetime(2026, 11, 9, tzinfo=UTC)
START = int(START_AT.timestamp())
TOTAL, BAD, ELSEWHERE = (
    Metric(namespace=namespace, name=name) for namespace, name in (("N", "Total"), ("N", "Bad"), ("Other", "Total"))
)
MINUTES = 240
ASKED = {"start_at": START_AT, "end_at": START_AT + timedelta(minutes=MINUTES)}


def of(metric: Metric, period: int, statistic: str = "Sum") -> MetricStat:
    return MetricStat(metric=metric, period_seconds=period, statistic=statistic)


def part(metric: Metric, period: int, first: int, values: Values, statistic: str = "Sum") -> pd.DataFrame:
    """Datapoints of a metric from a minute on."""
    at = START_AT + timedelta(minutes=first)
    return to_frame([(of(metric, period, statistic), Series(start_at=at, period_seconds=period, values=values))])


def minutes(first: float, last: float) -> Known:
    return Known.throughout(START_AT + timedelta(minutes=first), START_AT + timedelta(minutes=last))


def read(source: FrameSource | ParquetSource, stat: MetricStat) -> Reading[Series]:
    (reading,) = source.read([stat], **ASKED)
    return reading


def test_a_namespace_is_known_from_its_first_datapoint_to_the_recordings_last() -> None:
    frame = pd.concat(
        [
            part(TOTAL, 60, 10, np.array([1.0, np.nan, 1.0])),
            part(BAD, 60, 20, np.ones(1)),
            part(ELSEWHERE, 60, 30, np.ones(5)),
        ]
    )
    source = read_frame(frame)
    # It fell silent while another went on, so that it is silent; the other began later.
    assert read(source, of(TOTAL, 60)).known == minutes(10, 35)
    assert read(source, of(BAD, 60)).known == minutes(10, 35)
    assert read(source, of(ELSEWHERE, 60)).known == minutes(30, 35)
    assert not read(source, of(TOTAL, 60)).origin.is_stated


def test_a_metric_of_a_namespace_that_was_never_recorded_is_unknown_and_one_without_a_fault_is_not() -> None:
    source = read_frame(part(TOTAL, 60, 0, np.ones(60)))
    assert read(source, of(BAD, 60)).known == minutes(0, 60)
    assert np.isnan(read(source, of(BAD, 60)).answer.values).all()
    assert read(source, of(ELSEWHERE, 60)).known == Known.nothing()


def test_samples_are_known_from_the_first_to_the_last() -> None:
    frame = pd.DataFrame(
        {
            "namespace": "N", "metric_name": "Total", "dimensions": "{}", "value": [1.0, 2.0],
            "timestamp": [START_AT + timedelta(seconds=90), START_AT + timedelta(seconds=629)],
        }
    )  # fmt: skip
    reading = read(read_frame(frame), of(TOTAL, 60, "p99"))
    assert reading.known == Known.of([(START + 90, START + 630)])


def test_the_hole_between_two_tiers_is_not_known() -> None:
    source = read_frame(pd.concat([part(TOTAL, 300, 0, np.ones(12)), part(TOTAL, 60, 120, np.ones(60))]))
    assert read(source, of(TOTAL, 300)).known == minutes(0, 60) | minutes(120, 180)
    assert read(source, of(TOTAL, 60)).known == minutes(120, 180)


def test_the_newest_minutes_count_beside_one_older_period_of_five() -> None:
    """One exact key that is found is not taken for complete."""
    source = read_frame(pd.concat([part(TOTAL, 300, 0, np.array([50.0])), part(TOTAL, 60, 5, np.full(25, 10.0))]))
    assert read(source, of(TOTAL, 300)).answer.values[:6].tolist() == [50.0] * 6


def test_a_period_that_its_tier_holds_in_part_is_taken_from_the_one_that_holds_all_of_it() -> None:
    cut = pd.concat(
        [part(TOTAL, 60, 0, np.full(30, 10.0)), part(TOTAL, 300, 0, np.array([50.0, 50.0, 50.0, np.nan, np.nan, 7.0]))]
    )
    values = read(read_frame(cut), of(TOTAL, 300)).answer.values[:6].tolist()
    assert values == [50.0, 50.0, 50.0, 50.0, 50.0, 7.0]


def test_a_percentile_is_not_known_from_shorter_periods() -> None:
    frame = pd.concat([part(TOTAL, 300, 0, np.ones(2), "p99"), part(TOTAL, 60, 10, np.ones(30), "p99")])
    reading = read(read_frame(frame), of(TOTAL, 300, "p99"))
    assert reading.known == minutes(0, 10)
    assert np.flatnonzero(~np.isnan(reading.answer.values)).tolist() == [0, 1]


def test_an_average_is_known_where_its_parts_are() -> None:
    frame = pd.concat(
        [
            part(TOTAL, 60, 0, np.full(10, 6.0), "Sum"),
            part(TOTAL, 60, 0, np.full(10, 2.0), "SampleCount"),
            part(TOTAL, 300, 10, np.full(2, 5.0), "Average"),
        ]
    )
    reading = read(read_frame(frame), of(TOTAL, 300, "Average"))
    assert reading.answer.values[:4].tolist() == [3.0, 3.0, 5.0, 5.0]
    assert reading.known == minutes(0, 20)


@st.composite
def truths(draw: st.DrawFn) -> Values:
    """Minutes of a metric, sparse in a share of them."""
    share = draw(st.sampled_from([0.02, 0.5, 0.98]))
    random = np.random.default_rng(draw(st.integers(0, 1_000)))
    values = random.integers(1, 9, MINUTES).astype(float)
    values[random.random(MINUTES) > share] = np.nan
    return values


@given(truth=truths(), cut=st.integers(0, MINUTES), period=st.sampled_from([300, 900]))
def test_the_same_events_give_the_same_numbers_however_they_are_tiered(truth: Values, cut: int, period: int) -> None:
    """A law: the older part in five minutes and the newer in one, cut anywhere; unknown is at most the cell of the seam."""
    # What is always there says which time each tier holds.
    both_metrics, older = ((TOTAL, truth), (BAD, np.ones(MINUTES))), cut // 5 * 5
    in_minutes = [part(metric, 60, 0, values) for metric, values in both_metrics]
    tiers = [part(metric, 300, 0, fives(values[:older])) for metric, values in both_metrics if older]
    tiers += [part(metric, 60, cut, values[cut:]) for metric, values in both_metrics if cut < MINUTES]
    sources = [read_frame(pd.concat([each for each in parts if len(each)])) for parts in (in_minutes, tiers)]
    one, other = (read(source, of(TOTAL, period)) for source in sources)
    cells = MINUTES * 60 // period
    both = whole_periods(one.known, START, period, cells) & whole_periods(other.known, START, period, cells)
    np.testing.assert_array_equal(one.answer.values[both], other.answer.values[both])
    assert cells - both.sum() <= 1


def fives(values: Values) -> Values:
    cells = values.reshape(-1, 5)
    return np.where(np.isnan(cells).all(axis=1), np.nan, np.nansum(cells, axis=1))


@given(
    rows_a_group=st.sampled_from([1, 7, 50, 1000]), with_statistics=st.booleans(), shuffled=st.booleans(),
    begin=st.integers(0, 100), length=st.integers(1, 60),
)  # fmt: skip
def test_a_part_of_a_file_knows_what_the_whole_file_shows(
    tmp_path_factory: pytest.TempPathFactory,
    rows_a_group: int,
    with_statistics: bool,
    shuffled: bool,
    begin: int,
    length: int,
) -> None:
    frame = pd.concat(
        [
            part(TOTAL, 300, 0, np.ones(12)), part(TOTAL, 60, 60, np.ones(60)), part(BAD, 60, 90, np.ones(1)),
            part(ELSEWHERE, 60, 70, np.ones(70)),
        ],
        ignore_index=True,
    )  # fmt: skip
    in_memory = read_frame(frame)
    file = tmp_path_factory.mktemp("layout") / "metrics.parquet"
    (frame.sample(frac=1, random_state=1) if shuffled else frame).to_parquet(
        file, index=False, row_group_size=rows_a_group, write_statistics=with_statistics
    )
    source = ParquetSource(file=file)
    start_at = START_AT + timedelta(minutes=5 * begin)
    span = {"start_at": start_at, "end_at": start_at + timedelta(minutes=5 * length)}
    for metric in (TOTAL, BAD, ELSEWHERE):
        (ours,), (theirs,) = (each.read([of(metric, 300)], **span) for each in (source, in_memory))
        assert ours.known == theirs.known
        np.testing.assert_array_equal(ours.answer.values, theirs.answer.values)


def test_a_recording_ends_where_the_last_of_its_datapoints_does(tmp_path: Path) -> None:
    """Whatever its period; one without a datapoint has no end."""
    whole = pd.concat([part(TOTAL, 60, 0, np.ones(90)), part(ELSEWHERE, 3_600, 0, np.ones(2))], ignore_index=True)
    whole.to_parquet(tmp_path / "r.parquet")
    assert ParquetSource(file=tmp_path / "r.parquet").ends_at == START_AT + timedelta(hours=2)
    whole.iloc[:0].to_parquet(tmp_path / "empty.parquet")
    assert ParquetSource(file=tmp_path / "empty.parquet").ends_at is None
