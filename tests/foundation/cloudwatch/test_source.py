"""What is known of the result of metric math follows from its inputs."""

from datetime import timedelta

import numpy as np
import pytest

from foundation.cloudwatch.metric_math.program import compile_queries
from foundation.cloudwatch.series import Series
from foundation.cloudwatch.source import known_of_math, reading_of
from foundation.readings import Interval, IntervalError, Known, in_memory
from tests.foundation.cloudwatch.factories import START_AT, minute, ratio
from tests.foundation.readings_factories import whole

SERIES = Series(start_at=START_AT, period_seconds=60, values=np.ones(60))
FIRST, LAST = Known.throughout(START_AT, minute(40)), Known.throughout(minute(20), minute(60))


@pytest.mark.parametrize(
    ("expression", "known"),
    [
        ("bad / total", Known.throughout(minute(20), minute(40))),
        # What is missing becomes a number, and stays unknown.
        ("FILL(bad, 0) / total", Known.throughout(minute(20), minute(40))),
        ("IF(total > 5, bad, 0)", Known.throughout(minute(20), minute(40))),
        # One unknown period makes all unknown.
        ("RUNNING_SUM(bad) / total", Known.nothing()),
        ("bad - DIFF(total)", Known.nothing()),
        ("FILL(bad, REPEAT) / total", Known.nothing()),
        ("bad / MAX(total)", Known.nothing()),
    ],
)
def test_math_knows_what_all_its_inputs_know_and_along_time_all_or_nothing(expression: str, known: Known) -> None:
    program = compile_queries(ratio(expression))
    assert known_of_math(program, "share", [whole(SERIES, FIRST), whole(SERIES, LAST)]) == known


def test_math_along_time_on_inputs_that_know_all_knows_all() -> None:
    program = compile_queries(ratio("RUNNING_SUM(bad) / total"))
    assert known_of_math(program, "share", [whole(SERIES), whole(SERIES)]) == FIRST | LAST


def test_what_was_asked_is_every_period_of_the_series() -> None:
    reading = reading_of(SERIES, known=Known.always(), origin=in_memory("a test"))
    assert reading.asked == Interval(start_at=START_AT, end_at=minute(60))
    assert (reading.known.share(reading.asked), reading.resolution_seconds) == (1.0, 60)


def test_a_series_without_a_period_answers_nothing() -> None:
    with pytest.raises(IntervalError, match="does not end after it begins"):
        reading_of(
            Series(start_at=START_AT + timedelta(hours=1), period_seconds=60, values=np.ones(0)),
            known=Known.always(),
            origin=in_memory("a test"),
        )
