"""`sre report weekly`: its JSON, which is also `report.json` beside its page; and what a budget's state means as an outcome."""

from typing import assert_never

from reports.weekly.output_model import State, WeeklyReport
from sre.cli.outputs.words import Outcome

__all__ = ("WeeklyReport", "outcome_of_state")


def outcome_of_state(state: State) -> Outcome:
    """A budget that is spent is a miss; what is at risk still passes."""
    match state:
        case "healthy" | "at_risk":
            return Outcome.PASS
        case "exhausted":
            return Outcome.MISS
        case "too_little_data":
            return Outcome.INCONCLUSIVE
        case "no_data":
            return Outcome.NO_DATA
        case _:
            assert_never(state)
