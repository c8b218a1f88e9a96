"""A recording that was cut, torn or thinned out never turns a verdict into a plain healthy one; what its format shows is seen."""

import json
from pathlib import Path
from typing import Any, cast

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foundation.cloudwatch.frame import to_frame
from foundation.cloudwatch.metrics import Metric, MetricStat
from foundation.cloudwatch.parquet import ParquetSource
from foundation.cloudwatch.statement import recording_of
from foundation.readings import Known, NoData
from reports.weekly.objectives import Health, ObjectiveWeek, week_of_objective
from tests.reports.histories import BAD, DAY, MINUTE, TOTAL, WEEK, Truth, errors, even, history, in_minutes

OBJECTIVE = errors(window=8 * DAY)
_KEY = b"sre.known"


def truth_of(bad_minutes: int) -> Truth:
    """One request a minute for sixteen days; some of the last day are bad."""
    truth = even(days=16)
    truth.bad[-1_400 : -1_400 + bad_minutes] = 1
    return truth


def recorded(
    truth: Truth, file: Path, *, known: Known, period: int = 300, metrics: tuple[Metric, ...] = (TOTAL, BAD)
) -> Path:
    """What a report kept of it, of which so much was known."""
    wanted = [MetricStat(metric=metric, period_seconds=period, statistic="Sum") for metric in metrics]
    read = in_minutes(truth, known).read(wanted, start_at=truth.start_at, end_at=truth.end_at)
    pairs = list(zip(wanted, read, strict=True))
    recording_of(to_frame([(stat, each.answer) for stat, each in pairs]), pairs).to_parquet(file)
    return file


def judged(file: Path) -> ObjectiveWeek | NoData:
    return week_of_objective(OBJECTIVE, history(ParquetSource(file=file), OBJECTIVE), WEEK)


def is_plain(found: ObjectiveWeek | NoData) -> bool:
    return isinstance(found, ObjectiveWeek) and found.state == "healthy"


def rewritten(file: Path, *, keep: np.ndarray[Any, Any] | None = None, stated: bool = True) -> None:
    """With some of its rows, in several row groups, and with or without its statement."""
    library: Any = pa
    table: Any = cast("Any", pq).read_table(file)
    metadata = dict(table.schema.metadata)
    if not stated:
        del metadata[_KEY]
    if keep is not None:
        table = table.filter(library.array(keep))
    cast("Any", pq).write_table(table.replace_schema_metadata(metadata), file, row_group_size=1_000)


def rows(file: Path) -> Any:
    return cast("Any", pq).read_table(file).to_pandas()


WHOLE = Known.throughout(WEEK.end_at - 16 * DAY, WEEK.end_at)


def test_a_sound_recording_has_the_verdict_of_its_events(tmp_path: Path) -> None:
    for bad, health in ((0, Health.HEALTHY), (110, Health.AT_RISK), (116, Health.EXHAUSTED)):
        truth = truth_of(bad)
        file = recorded(truth, tmp_path / f"{bad}.parquet", known=WHOLE)
        found = judged(file)
        assert found == week_of_objective(OBJECTIVE, history(in_minutes(truth, WHOLE), OBJECTIVE), WEEK)
        assert isinstance(found, ObjectiveWeek)
        assert (found.health, found.state) == (health, health.value)


@given(
    first=st.integers(0, 16 * 86_400),
    length=st.integers(1, 16 * 86_400),
    period=st.sampled_from([60, 300, 3_600]),
    bad=st.sampled_from([0, 50, 400]),
)
@settings(max_examples=8)
def test_an_interval_that_is_not_recorded_is_never_plainly_healthy(
    tmp_path_factory: pytest.TempPathFactory, first: int, length: int, period: int, bad: int
) -> None:
    start = int((WEEK.end_at - 16 * DAY).timestamp())
    known = WHOLE - Known.of([(start + first, start + first + length)])
    file = recorded(truth_of(bad), tmp_path_factory.mktemp("cut") / "m.parquet", known=known, period=period)
    found = judged(file)
    window = Known.throughout(WEEK.end_at - 8 * DAY, WEEK.end_at)
    # At fifty bad minutes of its last day it burns a little too fast.
    assert is_plain(found) is (not (window - known).spans and bad == 0)


@given(first=st.integers(0, 4_000), count=st.integers(1, 4_000), is_stated=st.booleans(), bad=st.sampled_from([0, 50]))
@settings(max_examples=8)
def test_rows_that_are_lost_are_seen_by_their_number_and_without_a_statement_nothing_is_plain(
    tmp_path_factory: pytest.TempPathFactory, first: int, count: int, is_stated: bool, bad: int
) -> None:
    file = recorded(truth_of(bad), tmp_path_factory.mktemp("torn") / "m.parquet", known=WHOLE)
    keep = np.ones(len(rows(file)), bool)
    keep[first : first + count] = False
    rewritten(file, keep=keep, stated=is_stated)
    found = judged(file)
    assert not is_plain(found)
    if is_stated:
        assert isinstance(found, NoData)
        assert "rows, and its metadata sre.known states" in found.reason


@pytest.mark.parametrize("lost", [TOTAL, BAD])
@pytest.mark.parametrize("is_stated", [True, False])
def test_a_statistic_that_is_lost_is_not_known(tmp_path: Path, lost: Metric, is_stated: bool) -> None:
    kept = tuple(each for each in (TOTAL, BAD) if each != lost)
    file = recorded(truth_of(50), tmp_path / "m.parquet", known=WHOLE, metrics=kept)
    rewritten(file, stated=is_stated)
    assert not is_plain(judged(file))


@pytest.mark.parametrize("period", [60, 300, 3_600])
def test_another_resolution_has_the_same_numbers(tmp_path: Path, period: int) -> None:
    truth = truth_of(100)
    found = judged(recorded(truth, tmp_path / "m.parquet", known=WHOLE, period=period))
    assert found == judged(recorded(truth, tmp_path / "n.parquet", known=WHOLE))


def test_a_tier_that_is_lost_is_the_time_that_it_held(tmp_path: Path) -> None:
    """What is older than two days by the hour, what is newer in five minutes."""
    truth, seam = truth_of(50), WEEK.end_at - 2 * DAY
    old, new = (WHOLE & Known.throughout(*ends) for ends in ((truth.start_at, seam), (seam, truth.end_at)))
    file = recorded(truth, tmp_path / "old.parquet", known=old, period=3_600)
    only_old = judged(file)
    assert isinstance(only_old, ObjectiveWeek)
    assert (only_old.health, only_old.coverage.missing) == (Health.TOO_LITTLE, new)


def test_what_no_longer_settles_in_the_statement_is_not_known(tmp_path: Path) -> None:
    """A recording whose statement ends an hour before the week does."""
    file = recorded(truth_of(0), tmp_path / "m.parquet", known=WHOLE)
    table: Any = cast("Any", pq).read_table(file)
    stated = json.loads(table.schema.metadata[_KEY])
    for each in stated["statistics"]:
        each["known"] = [[each["known"][0][0], int((WEEK.end_at - 60 * MINUTE).timestamp())]]
    changed = {**table.schema.metadata, _KEY: json.dumps(stated).encode()}
    cast("Any", pq).write_table(table.replace_schema_metadata(changed), file)
    found = judged(file)
    assert isinstance(found, ObjectiveWeek)
    assert found.state == "healthy on 7.9 of 8 days known"
    assert found.burn_as_of == WEEK.end_at - 60 * MINUTE
