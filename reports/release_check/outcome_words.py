"""The one word for a whole release check, by the exit code that it ends with: on its page, in its line, and in its value."""

from collections.abc import Mapping

from foundation.errors import Exit
from foundation.slo.outcome import Outcome

OUTCOME_WORDS: Mapping[int, str] = {
    Exit.MET: Outcome.PASS.words,
    Exit.MISSED: Outcome.MISS.words,
    Exit.BAD_INPUT: "nothing measured",
    Exit.NOT_ENOUGH_EVIDENCE: Outcome.INCONCLUSIVE.words,
    Exit.BUG: "not whole",
    Exit.INTERRUPTED: "interrupted",
}
