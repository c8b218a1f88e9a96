"""How a gate and a pipeline end: closed sets, and what a pipeline's status follows from. Whatever is not known fails."""

from collections.abc import Iterable
from enum import StrEnum
from typing import assert_never


class GateOutcome(StrEnum):
    """How one gate ended. Its verdict is the first three; the values are those of metrics, table and API."""

    PASSED = "passed"
    """Everything was looked at, and nothing of high severity was found."""
    REJECTED = "rejected"
    """Something of high severity was found."""
    INCONCLUSIVE = "inconclusive"
    """Nothing of high severity was found in what could be looked at, and something could not."""
    REFUSED = "refused"
    """The archive was not taken, so nothing was looked at."""
    FAILED = "failed"
    """The gate broke."""

    @classmethod
    def read(cls, text: str) -> "GateOutcome":
        """The outcome that a step of the state machine handed on; what is none of them is a gate that broke."""
        try:
            return cls(text)
        except ValueError:
            return cls.FAILED


class PipelineStatus(StrEnum):
    """Where a pipeline is; the last four are final, and only *passed* lets code through."""

    ACCEPTED = "accepted"
    RUNNING = "running"
    PASSED = "passed"
    REJECTED = "rejected"
    INCONCLUSIVE = "inconclusive"
    FAILED = "failed"


# A gate that broke says nothing of the code, one that found something does, whatever else was not read.
_WORST_FIRST = (PipelineStatus.FAILED, PipelineStatus.REJECTED, PipelineStatus.INCONCLUSIVE, PipelineStatus.PASSED)


def overall(outcomes: Iterable[GateOutcome]) -> PipelineStatus:
    """A pipeline's status from its gates' outcomes: the worst of them; no gate at all is failed."""
    ends = {_pipeline_of(outcome) for outcome in outcomes}
    return next((status for status in _WORST_FIRST if status in ends), PipelineStatus.FAILED)


def _pipeline_of(outcome: GateOutcome) -> PipelineStatus:
    match outcome:
        case GateOutcome.PASSED:
            return PipelineStatus.PASSED
        case GateOutcome.REJECTED | GateOutcome.REFUSED:
            return PipelineStatus.REJECTED
        case GateOutcome.INCONCLUSIVE:
            return PipelineStatus.INCONCLUSIVE
        case GateOutcome.FAILED:
            return PipelineStatus.FAILED
        case _:
            assert_never(outcome)
