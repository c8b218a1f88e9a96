"""Words that mean one thing in every output; they are the foundation's, as all that is printed or drawn has them."""

from foundation.errors import Exit
from foundation.slo.outcome import Outcome, RunOutcome, outcome_of

__all__ = ("Outcome", "RunOutcome", "outcome_of", "outcome_of_exit")


def outcome_of_exit(code: Exit) -> Outcome:
    """The outcome of all verdicts of a command together, by the exit code that they come to."""
    match code:
        case Exit.MET:
            return Outcome.PASS
        case Exit.MISSED:
            return Outcome.MISS
        case _:
            return Outcome.INCONCLUSIVE
