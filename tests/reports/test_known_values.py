"""Sums over a week travel with what is known of it: too little is no data, and what is not known is in no sum."""

import dataclasses
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given, settings

from foundation.cloudwatch.metrics import MetricStat
from foundation.cloudwatch.whole_periods import whole_periods
from foundation.errors import SourceError
from foundation.readings import Known, NoData
from reports.known_values import KnownValues, Span, read_known
from tests.foundation.readings_factories import MADE_UP
from tests.reports.histories import DAY, MINUTE, TOTAL, WEEK, Truth, even, in_minutes, spans, truths

HOURLY = [MetricStat(metric=TOTAL, period_seconds=3_600, statistic="Sum")]
SPAN = Span(start_at=WEEK.start_at, until=WEEK.end_at, now=WEEK.end_at)


@given(truths(), spans(int(WEEK.start_at.timestamp()), int(WEEK.end_at.timestamp()), most=2))
@settings(max_examples=40)
def test_a_sum_is_no_data_below_nine_tenths_and_has_at_least_what_is_known_above(truth: Truth, hidden: Known) -> None:
    known = Known.throughout(WEEK.start_at, WEEK.end_at) - hidden
    found = read_known(in_minutes(truth, known), HOURLY, SPAN)
    if known.seconds < 0.9 * 7 * 86_400:
        assert isinstance(found, NoData)
        assert "of 7 days of the week are known; not " in found.reason
        return
    assert isinstance(found, KnownValues)
    whole = whole_periods(known, truth.start, 60, truth.total.size)
    assert truth.total[whole].sum() <= found.totals[0] <= truth.total[-7 * 1_440 :].sum()
    assert found.coverage.missing == hidden.within(found.coverage.window)


def test_what_is_known_as_a_whole_is_all_of_it() -> None:
    found = read_known(in_minutes(even(), Known.always()), HOURLY, SPAN)
    assert isinstance(found, KnownValues)
    assert (found.totals, found.coverage.is_whole) == ((7 * 1_440,), True)


@pytest.mark.parametrize(("minutes", "reason"), [(3, "nothing of the week is settled yet"), (4, None)])
def test_of_what_is_not_settled_nothing_is_said(minutes: int, reason: str | None) -> None:
    now = WEEK.start_at + minutes * MINUTE
    by = dataclasses.replace(MADE_UP, delay=3 * MINUTE)
    source = in_minutes(even(), Known.throughout(WEEK.start_at - DAY, now - 3 * MINUTE), by)
    found = read_known(source, HOURLY, Span(start_at=WEEK.start_at, until=now, now=now))
    assert (found.reason if isinstance(found, NoData) else None) == reason


def test_an_hour_of_which_nothing_is_known_has_no_value() -> None:
    known = Known.throughout(WEEK.start_at + timedelta(hours=2), WEEK.end_at)
    truth = even()
    other = dataclasses.replace(truth, total=np.full(truth.total.size, 5.0))
    found = read_known(in_minutes(other, known), HOURLY, SPAN)
    assert isinstance(found, KnownValues)
    assert np.isnan(found.values[0][:2]).all()
    assert (found.values[0][2:] == 300).all()


class Refusing:
    def read(self, *_: object, **__: object) -> list[object]:
        raise SourceError("AccessDenied")


@pytest.mark.parametrize("now", [WEEK.start_at, WEEK.end_at])
def test_what_cannot_be_read_is_no_data_with_its_reason(now: object) -> None:
    found = read_known(Refusing(), HOURLY, dataclasses.replace(SPAN, until=now))  # type: ignore[arg-type]
    expected = "nothing of the week is settled yet" if now == WEEK.start_at else "AccessDenied"
    assert found == NoData(reason=expected)
