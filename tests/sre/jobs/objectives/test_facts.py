"""A fact reads as words, and has its value for a program."""

from decimal import Decimal

import pytest

from sre.jobs.objectives.facts import Amount, Several, Unit, a_month, days, how_many, plain, rate, time


@pytest.mark.parametrize(
    ("fact", "words", "value", "unit"),
    [
        (time(90), "1 min 30 s", "90", Unit.SECONDS),
        (days(31), "31 d", "2678400", Unit.SECONDS),
        (a_month(Decimal("16.1")), "$16.10", "16.1", Unit.USD_PER_MONTH),
        (how_many(1_200), "1,200", "1200", Unit.COUNT),
        (rate(0.4), "0.4 per second", "0.4", Unit.PER_SECOND),
        (plain(0.1 + 0.2), "0.3", "0.3", None),
        (plain(Decimal(1_000)), "1,000", "1000", None),
    ],
)
def test_a_number_reads_as_words_and_stays_a_number(fact: Amount, words: str, value: str, unit: Unit | None) -> None:
    assert (str(fact), fact.value, fact.unit) == (words, Decimal(value), unit)


def test_several_values_read_as_a_line_and_stay_several() -> None:
    texts, numbers = Several(["a; b", "c"]), Several([404, 503])
    assert (texts, texts.values) == ("a; b; c", ("a; b", "c"))
    assert (numbers, numbers.values) == ("404; 503", (404, 503))
