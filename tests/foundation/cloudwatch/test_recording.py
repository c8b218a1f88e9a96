"""Recorded metrics that cannot be are refused with their file, row and column, however they are read."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from foundation.cloudwatch.frame import read_frame, read_parquet
from foundation.cloudwatch.parquet import ParquetSource
from foundation.errors import InputError, SourceError
from tests.foundation.cloudwatch.factories import METRIC, START_AT, minute, stat


def good() -> pd.DataFrame:
    """Three minutes of a sum."""
    return pd.DataFrame(
        {
            "namespace": METRIC.namespace,
            "metric_name": METRIC.name,
            "dimensions": '{"Stage": "prod"}',
            "statistic": "Sum",
            "period_seconds": 60,
            "timestamp": [minute(0), minute(1), minute(2)],
            "value": [1.0, 2.0, 3.0],
        }
    )


def utc(seconds: list[int]) -> Any:
    """Times that pandas holds in seconds, so that they may lie far away."""
    return pd.DatetimeIndex(np.array(seconds, dtype="datetime64[s]")).tz_localize("UTC")


def times(*years: int) -> Any:
    return utc([int(datetime(year, 1, 1, tzinfo=UTC).timestamp()) for year in years])


def in_year(year: int) -> Any:
    seconds = int((year - 1970) * 365.2425 * 86_400)
    return utc([int(minute(0).timestamp()), int(minute(1).timestamp()), seconds])


def with_cell(column: str, value: object) -> pd.DataFrame:
    """The third row has another value."""
    frame = good().astype({column: "object"}) if column != "timestamp" else good()
    frame.loc[2, column] = value  # pyright: ignore[reportArgumentType, reportCallIssue]
    return frame


WRONG = [
    (lambda: good().assign(period_seconds=0), "row 1: a period is 1, 5, 10, 20, 30 or a multiple of 60 seconds, not 0"),
    (lambda: good().assign(period_seconds=-60), "row 1: a period is 1, 5, 10, 20, 30 or a multiple of 60 seconds, not -60"),
    (lambda: good().assign(period_seconds=[60, 60, 7]), "row 3: a period is .* not 7"),
    (lambda: good().assign(period_seconds=[60, 60, 60 * 2**50]), "row 3: period_seconds must be a whole number of seconds, at"),
    (lambda: good().assign(period_seconds="60"), "period_seconds must (hold whole numbers|be a whole number)"),
    (lambda: good().assign(period_seconds=60.5), "period_seconds must (hold whole numbers|be a whole number)"),
    (lambda: good().assign(period_seconds=True), "period_seconds must (hold whole numbers|be a whole number)"),
    (lambda: good().assign(value="1.5"), "its column value must hold numbers, and holds (string|large_string|'1.5')"),
    (lambda: good().assign(value=True), "its column value must hold numbers, and holds (bool|'True')"),
    (lambda: good().assign(value=[1.0, 2.0, np.inf]), "row 3 has the value inf; datapoints are finite numbers"),
    (lambda: good().assign(value=[1.0, np.nan, 2.0]), "row 2 has the value nan; datapoints are finite numbers"),
    (lambda: good().assign(namespace=5), "namespace must (hold texts, and holds int64|be a text, not '5')"),
    (lambda: with_cell("namespace", None), "row 3: namespace is missing; write it, or leave the row out"),
    (lambda: with_cell("metric_name", None), "row 3: metric_name is missing"),
    (lambda: with_cell("dimensions", None), "row 3: dimensions is missing"),
    (lambda: with_cell("statistic", None), "row 3: statistic is missing"),
    (lambda: with_cell("timestamp", None), "row 3: timestamp is missing"),
    (lambda: with_cell("period_seconds", None), "row 3: period_seconds is missing"),
    (lambda: good().assign(timestamp=in_year(148_108)), "row 3: timestamp must lie within the years 2000 to 2099"),
    (lambda: good().assign(timestamp=in_year(1)), "row 3: timestamp must lie within the years 2000 to 2099"),
    (lambda: good().assign(timestamp=in_year(1999)), "row 3: timestamp must lie within the years 2000 to 2099"),
    (lambda: good().assign(timestamp="soon"), "time ?zone"),
    (lambda: good().assign(statistic=["Sum", "Sum", "Summ"]), "row 3: 'Summ' is no statistic"),
    (lambda: good().assign(statistic="SampleCount", value=[1.0, 0.0, -1.0]), "SampleCount of .* is -1 in row 3, and a count is"),
    (lambda: good().assign(statistic="TC(:5)", value=[1.0, 0.0, -1.0]), r"TC\(:5\) of .* is -1 in row 3, and a count is"),
    (lambda: good().drop(columns="period_seconds"), "it has no column period_seconds; recorded metrics have namespace"),
    (lambda: good().drop(columns="statistic"), "it has no column statistic; recorded metrics have namespace"),
    (lambda: good().assign(dimensions='{"Stage": 5}'), "have a value that is no text; put it in quotes"),
    (lambda: good().assign(dimensions='{"A": "1", "A": "2"}'), "a dimension stands twice"),
    (lambda: good().assign(dimensions="[" * 100_000), "are no JSON object"),
    (lambda: good().assign(namespace=""), "namespace '': 1 to 255 letters"),
]  # fmt: skip


@pytest.mark.parametrize(("wrong", "said"), WRONG)
def test_what_cannot_be_is_refused_by_row_and_column(
    tmp_path: Path, wrong: Callable[[], pd.DataFrame], said: str
) -> None:
    frame = wrong()
    with pytest.raises((SourceError, InputError), match=said):
        read_frame(frame)
    file = tmp_path / "metrics.parquet"
    frame.to_parquet(file, index=False, row_group_size=2)
    with pytest.raises((SourceError, InputError), match=f"metrics.parquet: .*{said}"):
        read_parquet(file)
    with pytest.raises((SourceError, InputError), match=f"metrics.parquet: .*{said}"):
        _read_all(file)


def _read_all(file: Path) -> None:
    source = ParquetSource(file=file)
    found = [stat(metric) for metric in source.metrics] or [stat()]
    source.read(found, start_at=datetime(1, 1, 2, tzinfo=UTC), end_at=datetime(9999, 1, 1, tzinfo=UTC))


def test_a_column_that_stands_twice_is_refused() -> None:
    frame = pd.concat([good(), good()[["value"]]], axis=1)
    with pytest.raises(SourceError, match="it has the column value twice; keep one of them"):
        read_frame(frame)


def test_the_first_and_the_last_instant_that_may_be_are_read() -> None:
    kept = good().iloc[:2].assign(timestamp=times(2000, 2099))
    assert read_frame(kept).first_at == datetime(2000, 1, 1, tzinfo=UTC)
    assert read_frame(kept).last_at == datetime(2099, 1, 1, tzinfo=UTC)
    assert read_frame(kept).ends_at == datetime(2099, 1, 1, tzinfo=UTC) + timedelta(minutes=1)
    with pytest.raises(SourceError, match="row 2: timestamp must lie"):
        read_frame(kept.assign(timestamp=times(2000, 2100)))


def test_a_damaged_page_is_the_files_mistake(tmp_path: Path) -> None:
    file = tmp_path / "metrics.parquet"
    good().to_parquet(file, index=False)
    content = bytearray(file.read_bytes())
    content[4:400] = bytes(each ^ 0xFF for each in content[4:400])
    file.write_bytes(content)
    said = "metrics.parquet: cannot be read: it is no Parquet file, or damaged; write it again"
    with pytest.raises(InputError, match=said):
        read_parquet(file)
    with pytest.raises(InputError, match=said):
        ParquetSource(file=file).read([stat()], start_at=START_AT, end_at=minute(4))


def test_categories_are_texts_and_small_numbers_are_numbers(tmp_path: Path) -> None:
    frame = good().astype(
        {"namespace": "category", "statistic": "category", "period_seconds": "int32", "value": "int8"}
    )
    (series,) = read_frame(frame).read([stat(statistic="Sum")], start_at=START_AT, end_at=minute(3))
    assert series.answer.values.tolist() == [1.0, 2.0, 3.0]
    frame.to_parquet(tmp_path / "m.parquet", index=False)
    for source in (read_parquet(tmp_path / "m.parquet"), ParquetSource(file=tmp_path / "m.parquet")):
        (series,) = source.read([stat(statistic="Sum")], start_at=START_AT, end_at=minute(3))
        assert series.answer.values.tolist() == [1.0, 2.0, 3.0]
