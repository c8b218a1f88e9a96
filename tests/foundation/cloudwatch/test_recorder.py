"""A source that keeps what it read: the same again from its recording, each datapoint once."""

import numpy as np
import pytest

from foundation.cloudwatch.frame import FrameSource, read_frame
from foundation.cloudwatch.recorder import RecordingSource
from foundation.errors import SourceError
from tests.foundation.cloudwatch.factories import START_AT, minute, stat
from tests.foundation.cloudwatch.test_frame import recorded


def kept(source: FrameSource) -> RecordingSource:
    keeping = RecordingSource(source=source)
    keeping.read([stat(period_seconds=60)], start_at=START_AT, end_at=minute(3))
    keeping.read([stat(period_seconds=120)], start_at=START_AT, end_at=minute(4))
    keeping.read([stat(period_seconds=60)], start_at=minute(1), end_at=minute(4))
    return keeping


def test_what_was_read_is_read_again_from_its_recording() -> None:
    source = read_frame(recorded())
    again = read_frame(kept(source).recording().frame)
    for period in (60, 120):
        wanted = [stat(period_seconds=period)]
        (first,), (second,) = (each.read(wanted, start_at=START_AT, end_at=minute(4)) for each in (source, again))
        np.testing.assert_array_equal(first.answer.values, second.answer.values)


def test_a_datapoint_that_was_read_twice_is_kept_once() -> None:
    frame = kept(read_frame(recorded())).recording().frame
    assert len(frame[frame["period_seconds"] == 60]) == 3


def test_what_was_refused_is_not_kept() -> None:
    keeping = RecordingSource(source=read_frame(recorded()))
    with pytest.raises(SourceError):
        keeping.read([stat(statistic="p99")], start_at=START_AT, end_at=minute(4))
    assert keeping.recording().frame.empty
