"""The one word of each outcome, for people and for programs: the value of a member stands in JSON, its `words` everywhere else.

What became of an alarm's notification has its words beside its states, in foundation/cloudwatch/suppression.py.
"""

from enum import StrEnum


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
