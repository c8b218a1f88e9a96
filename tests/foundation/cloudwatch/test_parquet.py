"""A recording that is read in parts tells what the same recording tells from memory."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.cloudwatch.frame import read_frame
from foundation.cloudwatch.metrics import Metric, MetricStat
from foundation.cloudwatch.parquet import ParquetSource
from foundation.errors import InputError, SourceError

START_AT = datetime(2026, 11, 9, tzinfo=UTC)
LATENCY = Metric(namespace="AWS/ApiGateway", name="Latency", dimensions=(("ApiName", "api"), ("Stage", "production")))
OTHER = Metric(namespace="AWS/ApiGateway", name="Latency", dimensions=(("ApiName", "other"), ("Stage", "production")))
# The same dimensions, written in two orders.
LATENCY_TEXTS = ('{"ApiName": "api", "Stage": "production"}', '{"Stage": "production", "ApiName": "api"}')
OTHER_TEXT = '{"ApiName": "other", "Stage": "production"}'


def recording(minutes: int = 180) -> pd.DataFrame:
    """Three hours of two metrics; the first is spelled otherwise in its second half."""
    numbers = np.arange(minutes)
    rows = [
        pd.DataFrame(
            {
                "namespace": "AWS/ApiGateway", "metric_name": "Latency", "statistic": "Sum", "period_seconds": 60,
                "dimensions": [LATENCY_TEXTS[int(number >= minutes // 2)] for number in numbers] if factor == 1 else OTHER_TEXT,
                "timestamp": pd.to_datetime(int(START_AT.timestamp()) + 60 * numbers, unit="s", utc=True),
                "value": numbers * float(factor),
            }
        )
        for factor in (1, 100)
    ]  # fmt: skip
    return pd.concat(rows, ignore_index=True)


def written(file: Path, frame: pd.DataFrame, *, rows_a_group: int, with_statistics: bool = True) -> ParquetSource:
    table = pa.Table.from_pandas(frame, preserve_index=False)
    pq.write_table(table, file, row_group_size=rows_a_group, write_statistics=with_statistics)
    return ParquetSource(file=file)


@given(
    begin=st.integers(-5, 190), length=st.integers(1, 60), rows_a_group=st.sampled_from([7, 90, 1000]),
    with_statistics=st.booleans(), shuffled=st.booleans(),
)  # fmt: skip
def test_every_span_of_every_layout_reads_as_from_memory(
    tmp_path_factory: pytest.TempPathFactory,
    begin: int,
    length: int,
    rows_a_group: int,
    with_statistics: bool,
    shuffled: bool,
) -> None:
    frame = recording().sample(frac=1, random_state=1) if shuffled else recording()
    file = tmp_path_factory.mktemp("layout") / "metrics.parquet"
    source = written(file, frame, rows_a_group=rows_a_group, with_statistics=with_statistics)
    start_at = START_AT + timedelta(minutes=begin)
    wanted = [MetricStat(metric=metric, period_seconds=60, statistic="Sum") for metric in (LATENCY, OTHER)]
    span = {"start_at": start_at, "end_at": start_at + timedelta(minutes=length)}
    for metric, ours, theirs in zip(
        (LATENCY, OTHER), source.read(wanted, **span), _of_one_spelling(recording()).read(wanted, **span), strict=True
    ):
        np.testing.assert_array_equal(ours.answer.values, theirs.answer.values, err_msg=str(metric))


def _of_one_spelling(frame: pd.DataFrame):
    return read_frame(frame.replace({"dimensions": {LATENCY_TEXTS[1]: LATENCY_TEXTS[0]}}))


def test_only_the_row_groups_that_can_hold_what_is_asked_for_are_read(tmp_path: Path) -> None:
    source = written(tmp_path / "metrics.parquet", recording(), rows_a_group=90)
    opened = source._opened  # pyright: ignore[reportPrivateUsage]
    numbers: list[int] = []

    class Counting:
        def __getattr__(self, name: str) -> object:
            return getattr(opened, name)

        def read_row_group(self, number: int, **asked: object) -> object:
            numbers.append(number)
            return opened.read_row_group(number, **asked)

    source.__dict__["_opened"] = Counting()
    assert source.metrics == {LATENCY, OTHER}
    assert numbers == []  # their statistics tell
    stat = MetricStat(metric=OTHER, period_seconds=60, statistic="Sum")
    (series,) = source.read([stat], start_at=START_AT + timedelta(hours=2), end_at=START_AT + timedelta(hours=3))
    assert np.nansum(series.answer.values) == 100 * sum(range(120, 180))
    assert numbers == [3]


def test_what_was_never_recorded_has_no_datapoint(tmp_path: Path) -> None:
    source = written(tmp_path / "metrics.parquet", recording(), rows_a_group=90)
    absent = Metric(namespace="AWS/ApiGateway", name="Count", dimensions=())
    stat = MetricStat(metric=absent, period_seconds=60, statistic="Sum")
    (series,) = source.read([stat], start_at=START_AT, end_at=START_AT + timedelta(hours=1))
    assert np.isnan(series.answer.values).all()


def test_a_file_that_is_no_recording_is_refused_with_its_name(tmp_path: Path) -> None:
    (tmp_path / "text.parquet").write_text("no parquet")
    pd.DataFrame({"a": [1]}).to_parquet(tmp_path / "other.parquet")
    for name, message in (
        ("text", "cannot be read: it is no Parquet file, or damaged"),
        ("other", "has no column namespace"),
        ("absent", "cannot be read"),
    ):
        with pytest.raises((InputError, SourceError), match=f"{name}.parquet.*{message}"):
            _ = ParquetSource(file=tmp_path / f"{name}.parquet").metrics


def test_a_statistic_that_was_not_recorded_is_refused_with_the_files_name(tmp_path: Path) -> None:
    source = written(tmp_path / "metrics.parquet", recording(), rows_a_group=90)
    stat = MetricStat(metric=LATENCY, period_seconds=60, statistic="p99")
    with pytest.raises(SourceError, match=r"metrics\.parquet: .* was not recorded"):
        source.read([stat], start_at=START_AT, end_at=START_AT + timedelta(hours=1))
