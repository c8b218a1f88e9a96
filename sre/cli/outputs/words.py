"""Words that mean one thing in every output."""

from enum import StrEnum
from typing import assert_never

from foundation.readings import NoData
from foundation.slo.verdict import Inconclusive, Miss, Pass, Verdict


class Outcome(StrEnum):
    """What was found of an objective, a canary or a request: `docs/json.md` says what each means."""

    PASS = "pass"  # noqa: S105 - a verdict
    MISS = "miss"
    INCONCLUSIVE = "inconclusive"
    NO_DATA = "no_data"

    @property
    def words(self) -> str:
        """The same for a person."""
        return self.value.replace("_", " ")


def outcome_of(verdict: Verdict) -> Outcome:
    """The outcome of a verdict."""
    match verdict:
        case Pass():
            return Outcome.PASS
        case Miss():
            return Outcome.MISS
        case Inconclusive():
            return Outcome.INCONCLUSIVE
        case NoData():
            return Outcome.NO_DATA
        case _:
            assert_never(verdict)
