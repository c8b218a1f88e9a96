"""A recording states what it asked: never a fault and never asked are two files, and what is stated is read again."""

import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.cloudwatch.frame import read_parquet, to_frame
from foundation.cloudwatch.metrics import Metric, MetricStat
from foundation.cloudwatch.parquet import ParquetSource
from foundation.cloudwatch.series import Series
from foundation.cloudwatch.source import reading_of
from foundation.cloudwatch.statement import Recording, recording_of
from foundation.errors import SourceError, SreError
from foundation.readings import Known, Origin, Reading

START_AT = datetime(2026, 11, 9, tzinfo=UTC)
START = int(START_AT.timestamp())
TOTAL, BAD, NEVER = (Metric(namespace="N", name=name, dimensions=(("B", "1"), ("A", "2"))) for name in ("T", "B", "X"))
ORIGIN = Origin(
    source="CloudWatch", region="eu-west-1", read_at=START_AT + timedelta(hours=2), delay=timedelta(minutes=5),
    is_stated=True, notes=("PartialData: more",),
)  # fmt: skip
SPAN = {"start_at": START_AT, "end_at": START_AT + timedelta(hours=1)}


def of(metric: Metric, period: int = 60, statistic: str = "Sum") -> MetricStat:
    return MetricStat(metric=metric, period_seconds=period, statistic=statistic)


def reading(
    values: list[float], known: Known, *, first: int = 0, period: int = 60, origin: Origin = ORIGIN
) -> Reading[Series]:
    at = START_AT + timedelta(minutes=first)
    return reading_of(Series(start_at=at, period_seconds=period, values=np.array(values)), known=known, origin=origin)


def seconds(first: int, last: int) -> Known:
    return Known.of([(START + first, START + last)])


def written(file: Path, read: list[tuple[MetricStat, Reading[Series]]]) -> Recording:
    recording = recording_of(to_frame([(stat, each.answer) for stat, each in read]), read)
    recording.to_parquet(file)
    return recording


def test_a_metric_without_a_row_is_known_where_it_was_asked_and_another_is_not(tmp_path: Path) -> None:
    file = tmp_path / "m.parquet"
    written(
        file,
        [(of(TOTAL), reading([5.0] * 60, seconds(0, 3_300))), (of(BAD), reading([np.nan] * 60, seconds(0, 3_300)))],
    )
    for source in (read_parquet(file), ParquetSource(file=file)):
        total, bad, never = source.read([of(TOTAL), of(BAD), of(NEVER)], **SPAN)
        assert (total.known, bad.known, never.known) == (seconds(0, 3_300), seconds(0, 3_300), Known.nothing())
        assert np.isnan(bad.answer.values).all()
        assert bad.origin == Origin(
            source="recording m.parquet of CloudWatch", region="eu-west-1", read_at=START_AT + timedelta(hours=2),
            delay=timedelta(minutes=5), is_stated=True, notes=("PartialData: more",),
        )  # fmt: skip
        assert never.origin.is_stated


@given(
    known=st.lists(st.tuples(st.integers(0, 3_600), st.integers(0, 3_600)), max_size=4),
    values=st.lists(st.sampled_from([np.nan, 0.0, 3.5]), min_size=60, max_size=60),
    offset=st.integers(-12, 12),
)
def test_what_is_written_is_read_again_values_and_known(
    tmp_path_factory: pytest.TempPathFactory, known: list[tuple[int, int]], values: list[float], offset: int
) -> None:
    file = tmp_path_factory.mktemp("trip") / "m.parquet"
    spans = Known.of((START + first, START + last) for first, last in known)
    read_at = (START_AT + timedelta(hours=2)).astimezone(timezone(timedelta(hours=offset)))
    origin = Origin(
        source="x", region=None, read_at=read_at, delay=timedelta(0), is_stated=False, notes=()
    )  # fmt: skip
    written(file, [(of(TOTAL), reading(values, spans, origin=origin))])
    for source in (read_parquet(file), ParquetSource(file=file)):
        (again,) = source.read([of(TOTAL)], **SPAN)
        np.testing.assert_array_equal(again.answer.values, np.array(values))
        assert again.known == spans
        assert (again.origin.read_at, again.origin.is_stated) == (START_AT + timedelta(hours=2), False)


def test_what_was_read_in_parts_is_known_together_and_stated_if_every_part_is(tmp_path: Path) -> None:
    guessed = Origin(source="x", region=None, read_at=None, delay=timedelta(0), is_stated=False, notes=())
    parts = [
        (of(TOTAL), reading([1.0] * 30, seconds(0, 1_800), origin=guessed)),
        (of(TOTAL), reading([2.0] * 31, seconds(1_740, 3_600), first=29)),
    ]
    recording = written(tmp_path / "m.parquet", parts)
    assert recording.frame["value"].tolist() == [1.0] * 29 + [2.0] * 31
    (again,) = read_parquet(tmp_path / "m.parquet").read([of(TOTAL)], **SPAN)
    assert (again.known, again.origin.is_stated) == (seconds(0, 3_600), False)


def test_a_longer_period_and_an_average_are_known_where_all_that_they_are_made_of_was_asked(tmp_path: Path) -> None:
    file = tmp_path / "m.parquet"
    written(
        file,
        [
            (of(TOTAL), reading([6.0] * 60, seconds(0, 3_000))),
            (of(TOTAL, statistic="SampleCount"), reading([2.0] * 60, seconds(600, 3_600))),
            (of(BAD), reading([np.nan] * 60, seconds(0, 3_000))),
            (of(BAD, statistic="SampleCount"), reading([np.nan] * 60, seconds(600, 3_600))),
        ],
    )
    source = read_parquet(file)
    wanted = [of(TOTAL, 300), *(of(metric, period, "Average") for metric in (TOTAL, BAD) for period in (60, 300))]
    total, *averages = source.read(wanted, **SPAN)
    assert total.known == seconds(0, 3_000)
    assert [each.known for each in averages] == [seconds(600, 3_000)] * 4


def test_a_recording_of_nothing_is_one_and_states_what_it_asked(tmp_path: Path) -> None:
    file = tmp_path / "m.parquet"
    written(file, [(of(BAD), reading([np.nan] * 60, seconds(0, 3_600)))])
    for source in (read_parquet(file), ParquetSource(file=file)):
        (bad,) = source.read([of(BAD)], **SPAN)
        assert bad.known == seconds(0, 3_600)


def test_a_file_without_a_statement_is_inferred(tmp_path: Path) -> None:
    file = tmp_path / "m.parquet"
    recording = written(file, [(of(TOTAL), reading([5.0] * 30 + [np.nan] * 30, seconds(0, 3_600)))])
    recording.frame.to_parquet(file)
    for source in (read_parquet(file), ParquetSource(file=file)):
        (total,) = source.read([of(TOTAL)], **SPAN)
        assert (total.known, total.origin.is_stated) == (seconds(0, 1_800), False)


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        (b"{", "is no statement of what is known"),
        (b'{"statistics": [{"namespace": "N"}]}', r"statistics\.0\.metric_name: Field required; record it again"),
        (b'{"statistics": [], "row_count": 0, "more": 1}', "more: Extra inputs are not permitted"),
    ],
)
def test_what_is_no_statement_is_refused_with_the_files_name(tmp_path: Path, statement: bytes, said: str) -> None:
    file = tmp_path / "m.parquet"
    table: Any = pa.Table.from_pandas(pd.DataFrame(recorded()), preserve_index=False)
    pq.write_table(table.replace_schema_metadata({b"sre.known": statement}), file)
    for act in (lambda: read_parquet(file), lambda: ParquetSource(file=file).read([of(TOTAL)], **SPAN)):
        with pytest.raises(SourceError, match=rf"m\.parquet: its metadata sre\.known .*{said}|m\.parquet.*{said}"):
            act()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"known": [[0, 99_999_999_999]]}, "less than or equal to"),
        ({"known": [["0", 1]]}, "valid integer"),
        ({"namespace": ""}, "namespace '': "),
        ({"period_seconds": 0}, "greater than or equal to 1"),
        ({"read_at": "yesterday"}, "must be a time with its zone"),
        ({"is_stated": 1}, "valid boolean"),
    ],
)
def test_a_statement_with_a_value_that_cannot_be_is_refused(tmp_path: Path, change: dict[str, Any], said: str) -> None:
    file = tmp_path / "m.parquet"
    written(file, [(of(TOTAL), reading([5.0] * 60, seconds(0, 3_300)))])
    table: Any = pq.read_table(file)
    stated = json.loads(table.schema.metadata[b"sre.known"])
    stated["statistics"][0] |= change
    pq.write_table(table.replace_schema_metadata({b"sre.known": json.dumps(stated).encode()}), file)
    with pytest.raises(SreError, match=said):
        read_parquet(file)


def recorded() -> dict[str, Any]:
    return {
        "namespace": ["N"], "metric_name": ["T"], "dimensions": ["{}"], "statistic": ["Sum"], "period_seconds": [60],
        "timestamp": [pd.Timestamp(START_AT)], "value": [1.0],
    }  # fmt: skip


def test_a_recording_ends_where_what_it_states_does_whether_anything_happened_then_or_not(tmp_path: Path) -> None:
    file = tmp_path / "m.parquet"
    quiet = [*([5.0] * 30), *([np.nan] * 30)]
    written(file, [(of(TOTAL), reading(quiet, seconds(0, 3_300))), (of(BAD), reading(quiet, seconds(0, 2_400)))])
    assert ParquetSource(file=file).ends_at == START_AT + timedelta(minutes=55)
    written(file, [(of(TOTAL), reading(quiet, Known.nothing()))])
    assert ParquetSource(file=file).ends_at is None
