"""What a judgement comes to, and the one word of each outcome: a member's value stands in JSON, its `words` everywhere else.

How it is judged is in foundation/slo/verdict.py, which needs SciPy; who only prints a verdict does not wait for that.

What became of an alarm's notification has its words beside its states, in foundation/cloudwatch/suppression.py.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from foundation.readings import NoData


class _Word(StrEnum):
    @property
    def words(self) -> str:
        """The same for a person."""
        return self.value.replace("_", " ")


class Outcome(_Word):
    """What was found of an objective or a request: `docs/json.md` says what each means."""

    PASS = "pass"  # noqa: S105 - a verdict
    MISS = "miss"
    INCONCLUSIVE = "inconclusive"
    NO_DATA = "no_data"


class RunOutcome(_Word):
    """What became of something that was run: a rule test, or a canary."""

    PASS = "pass"  # noqa: S105 - an outcome
    FAIL = "fail"
    NO_DATA = "no_data"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """The evidence supports the objective. `reasoning` is one sentence with the numbers."""

    reasoning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Miss:
    """The evidence contradicts the objective."""

    reasoning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Inconclusive:
    """The evidence supports neither; `missing_count` further good events would make it a pass, None when unknown."""

    reasoning: str
    missing_count: int | None


Verdict = Pass | Miss | Inconclusive | NoData


def outcome_of(verdict: Verdict) -> Outcome:
    """The verdict without its reason."""
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


def word_of(verdict: Verdict) -> str:
    """The verdict in one word, or two."""
    return outcome_of(verdict).words


def reasoning_of(verdict: Verdict) -> str:
    """The verdict's one sentence."""
    return verdict.reason if isinstance(verdict, NoData) else verdict.reasoning
