"""Readings that the tests of all rooms share: made up, and so known as a whole."""

from foundation.cloudwatch.held_time import Throughout
from foundation.cloudwatch.series import Series
from foundation.cloudwatch.source import reading_of
from foundation.readings import Known, Reading, in_memory

MADE_UP = in_memory("a test")
HELD = Throughout(held=Known.always(), by=MADE_UP)


def whole(series: Series, known: Known | None = None) -> Reading[Series]:
    """A series of which everything is known, or what is said of it."""
    return reading_of(series, known=known or Known.always(), origin=MADE_UP)
