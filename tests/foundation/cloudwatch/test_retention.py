"""What CloudWatch does not keep any more is not asked for, and not known."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np
import pytest

from foundation.cloudwatch.metrics import MetricStat
from foundation.cloudwatch.retention import RetainedSource
from foundation.cloudwatch.series import Series
from foundation.readings import Known, Reading
from tests.foundation.cloudwatch.factories import START_AT, stat
from tests.foundation.readings_factories import whole

NOW = START_AT


@dataclass(frozen=True, kw_only=True)
class Remembering:
    """Ones, and how early each period's was asked for."""

    asked: dict[int, datetime] = field(default_factory=dict[int, datetime])

    def read(self, wanted: Sequence[MetricStat], *, start_at: datetime, end_at: datetime) -> Sequence[Reading[Series]]:
        self.asked.update({each.period_seconds: start_at for each in wanted})
        lengths = [round((end_at - start_at).total_seconds()) // each.period_seconds for each in wanted]
        return [
            whole(Series(start_at=start_at, period_seconds=each.period_seconds, values=np.ones(length)))
            for each, length in zip(wanted, lengths, strict=True)
        ]


def test_each_statistic_is_asked_for_from_as_early_as_its_periods_are_kept() -> None:
    source = Remembering()
    wanted = [stat(period_seconds=each) for each in (60, 300, 3_600)]
    start_at, end_at = NOW - timedelta(days=70), NOW
    found = RetainedSource(source=source, now=NOW).read(wanted, start_at=start_at, end_at=end_at)
    hour = timedelta(hours=1)
    assert source.asked == {
        60: NOW - timedelta(days=15) + hour, 300: NOW - timedelta(days=63) + hour, 3_600: start_at,
    }  # fmt: skip
    for each, asked in zip(found, source.asked.values(), strict=True):
        assert each.answer.start_at == start_at
        assert each.known == Known.throughout(asked, end_at)
        assert each.answer.datapoint_count * each.resolution_seconds == (end_at - asked).total_seconds()


@pytest.mark.parametrize("ago", [timedelta(days=16), timedelta(days=15)])
def test_of_what_is_kept_no_more_nothing_is_asked_and_nothing_is_known(ago: timedelta) -> None:
    source = Remembering()
    (found,) = RetainedSource(source=source, now=NOW).read(
        [stat()], start_at=NOW - ago - timedelta(hours=1), end_at=NOW - ago + timedelta(hours=1)
    )
    assert source.asked == {}
    assert (found.known, found.answer.values.size, found.answer.datapoint_count) == (Known.nothing(), 120, 0)
