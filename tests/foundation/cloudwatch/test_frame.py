"""Recorded metrics: statistics and samples from a frame or a Parquet file, and what is refused."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from foundation.cloudwatch.frame import FrameSource, read_frame, read_parquet, to_frame
from foundation.cloudwatch.series import Series
from foundation.errors import InputError, SourceError
from tests.foundation.cloudwatch.factories import METRIC, START_AT, TOTAL, drawn, minute, stat


def recorded(statistic: str = "Sum", signs: str = "1 2 - 4", period_seconds: int = 60) -> pd.DataFrame:
    series = Series(start_at=START_AT, period_seconds=period_seconds, values=drawn(signs))
    return to_frame([(stat(statistic=statistic, period_seconds=period_seconds), series)])


def read(source: FrameSource, statistic: str = "Sum", period_seconds: int = 60) -> list[float]:
    (reading,) = source.read(
        [stat(statistic=statistic, period_seconds=period_seconds)], start_at=START_AT, end_at=minute(4)
    )
    return reading.answer.values.tolist()


def test_what_was_recorded_is_read_back() -> None:
    np.testing.assert_array_equal(read(read_frame(recorded())), drawn("1 2 - 4"))


def test_rows_in_any_order_are_the_same_series() -> None:
    np.testing.assert_array_equal(read(read_frame(recorded().iloc[::-1])), drawn("1 2 - 4"))


def test_a_parquet_file_is_the_same_source(tmp_path: Path) -> None:
    recorded().to_parquet(tmp_path / "metrics.parquet")
    np.testing.assert_array_equal(read(read_parquet(tmp_path / "metrics.parquet")), drawn("1 2 - 4"))


def test_a_longer_period_follows_from_recorded_shorter_ones() -> None:
    assert read(read_frame(recorded()), period_seconds=120) == [3.0, 4.0]


def test_an_average_follows_from_sum_and_count() -> None:
    frame = pd.concat([recorded("Sum", "10 2 - 4"), recorded("SampleCount", "4 2 - 1")])
    assert read(read_frame(frame), "Average", 120) == [2.0, 4.0]


def test_a_metric_that_was_never_recorded_has_no_datapoints() -> None:
    source = read_frame(recorded())
    (reading,) = source.read([stat(TOTAL)], start_at=START_AT, end_at=minute(4))
    assert reading.answer.datapoint_count == 0
    assert reading.answer.values.size == 4


def test_a_statistic_that_does_not_follow_from_what_was_recorded_is_refused() -> None:
    with pytest.raises(SourceError, match=r"p99 of TDeveloper Errors.*there is Sum per 60 s.*: it was not recorded"):
        read(read_frame(recorded()), "p99")


def samples(values: list[float]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "namespace": METRIC.namespace,
            "metric_name": METRIC.name,
            "dimensions": '{"Stage": "prod"}',
            "timestamp": [minute(0.1 * place) for place in range(len(values))],
            "value": values,
        }
    )


def test_any_statistic_is_had_from_samples() -> None:
    source = read_frame(samples([float(value) for value in range(1, 21)]))
    np.testing.assert_array_equal(read(source, "p90"), drawn("9 19 - -"))
    np.testing.assert_array_equal(read(source, "PR(:15)"), drawn("100 50 - -"))


@pytest.mark.parametrize(
    ("frame", "problem"),
    [
        (recorded().drop(columns="value"), "it has no column value; recorded metrics have namespace"),
        (recorded().assign(value=[1.0, np.nan, 2.0]), "row 2 has the value nan"),
        (recorded().assign(value=[1.0, 2.0, np.inf]), "row 3 has the value inf"),
        (recorded().assign(timestamp=recorded()["timestamp"].dt.tz_localize(None)), "no time zone"),
        (recorded().assign(dimensions="Stage=prod"), "'Stage=prod' are no JSON object"),
    ],
)
def test_a_frame_that_holds_no_metrics_is_refused(frame: pd.DataFrame, problem: str) -> None:
    with pytest.raises(SourceError, match=problem):
        read_frame(frame)


def test_a_rank_is_had_from_the_counts_of_its_own_period() -> None:
    frame = pd.concat(
        [
            recorded(signs="200 100").assign(statistic="SampleCount"),
            recorded(signs="150 100").assign(statistic="TC(:15)"),
        ]
    )
    np.testing.assert_array_equal(read(read_frame(frame), "PR(:15)"), drawn("75 100 - -"))


def test_a_datapoint_that_was_recorded_twice_is_refused() -> None:
    with pytest.raises(SourceError, match="two datapoints at 2026-03-02T10:00:00"):
        read(read_frame(pd.concat([recorded(), recorded()])))


def test_an_empty_frame_is_a_source_without_datapoints() -> None:
    assert np.isnan(read(read_frame(recorded(signs="- -").assign(timestamp=pd.to_datetime([], utc=True))))).all()


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nothing\.parquet"):
        read_parquet(tmp_path / "nothing.parquet")
