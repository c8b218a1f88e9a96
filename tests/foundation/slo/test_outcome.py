"""Each outcome has one word, and a program reads the same as a person does."""

import re

import pytest

from foundation.readings import NoData
from foundation.slo.outcome import Inconclusive, Miss, Outcome, Pass, RunOutcome, Verdict, outcome_of, word_of


@pytest.mark.parametrize(
    ("verdict", "outcome", "word"),
    [
        (Pass(reasoning="x"), Outcome.PASS, "pass"),
        (Miss(reasoning="x"), Outcome.MISS, "miss"),
        (Inconclusive(reasoning="x", missing_count=None), Outcome.INCONCLUSIVE, "inconclusive"),
        (NoData(reason="x"), Outcome.NO_DATA, "no data"),
    ],
)
def test_a_verdict_has_its_outcome_and_its_word(verdict: Verdict, outcome: Outcome, word: str) -> None:
    assert (outcome_of(verdict), word_of(verdict)) == (outcome, word)


@pytest.mark.parametrize("each", [*Outcome, *RunOutcome])
def test_a_word_is_an_identifier_for_programs_and_plain_for_people(each: Outcome | RunOutcome) -> None:
    assert re.fullmatch(r"[a-z]+(_[a-z]+)*", each.value)
    assert each.words == each.value.replace("_", " ")
