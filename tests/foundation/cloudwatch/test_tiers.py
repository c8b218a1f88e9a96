"""Periods of several lengths put together: which value wins, and lengths of which none is made of the other."""

import numpy as np

from foundation.cloudwatch.tiers import Tier, put_together
from foundation.readings import Known
from tests.foundation.cloudwatch.factories import drawn, stat

TEN_MINUTES = stat(period_seconds=600)


def tier(period: int, signs: str, first: int, last: int) -> Tier:
    return Tier(period_seconds=period, parts=(drawn(signs),), known=Known.of([(first, last)]))


def test_a_longer_period_wins_where_both_know_it_and_its_gaps_are_filled() -> None:
    """Seconds 0 to 1200: of the minutes the first five are known, and of the five minutes the last three."""
    minutes = tier(60, " ".join(["1"] * 5 + ["-"] * 15), 0, 300)
    fives = tier(300, "- 7 8 9", 300, 1_200)
    values = put_together(TEN_MINUTES, 0, exact=None, tiers=[minutes, fives])
    np.testing.assert_array_equal(values, drawn("12 17"))


def test_lengths_that_do_not_divide_each_other_are_worked_out_by_themselves() -> None:
    twos = tier(120, "1 1 1 1 1 1 1 1 1 1", 0, 1_200)
    threes = tier(200, "5 5 5 - - -", 0, 600)
    values = put_together(TEN_MINUTES, 0, exact=None, tiers=[twos, threes])
    np.testing.assert_array_equal(values, drawn("15 5"))


def test_what_is_recorded_itself_wins_over_what_it_follows_from() -> None:
    average = stat(statistic="Average", period_seconds=600)
    parts = Tier(period_seconds=600, parts=(drawn("6 6"), drawn("2 2")), known=Known.of([(0, 1_200)]))
    values = put_together(average, 0, exact=(drawn("9 -"), Known.of([(0, 600)])), tiers=[parts])
    np.testing.assert_array_equal(values, drawn("9 3"))


def test_from_nothing_follows_nothing() -> None:
    assert put_together(TEN_MINUTES, 0, exact=None, tiers=[]) is None
