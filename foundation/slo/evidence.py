"""What a verdict rests on: judged once, where the events were counted, and carried as a value from then on."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from enum import Enum
from typing import assert_never

from foundation.pages.numbers import counted
from foundation.slo.error_budget import Counts
from foundation.slo.outcome import Verdict


class EvidenceSource(Enum):
    """Where the events of a verdict were counted; the values are for people."""

    LOAD_TEST = "load test, measured by the client"
    STACK_EVENTS = "CloudFormation"
    ESTIMATE = "estimate, no bill: quantities times list prices"
    NONE = "none"

    @property
    def event(self) -> str:
        """What one of its events is called; a load test counts journeys, which are one or more requests."""
        match self:
            case EvidenceSource.LOAD_TEST:
                return "journey"
            case EvidenceSource.STACK_EVENTS:
                return "stack operation"
            case EvidenceSource.ESTIMATE | EvidenceSource.NONE:
                return "event"
            case _:
                assert_never(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A verdict, and what it rests on.

    `counts` are the events that were judged, None where none are counted; `effect` is their design effect. `window` is the time
    that they are of, None where it has no length that is known; `known` says in words what is known of it. `closing_count`
    further events met a connection that the server was closing. `estimated_usd` is what was held against a limit on cost.
    """

    verdict: Verdict
    source: EvidenceSource
    counts: Counts | None
    window: timedelta | None
    known: str | None = None
    effect: float = 1.0
    closing_count: int = 0
    estimated_usd: Decimal | None = None

    @property
    def event_count(self) -> int | None:
        """How many events were judged."""
        return None if self.counts is None else self.counts.total_count

    @property
    def events_said(self) -> str | None:
        """The same with what they are: 5,379 journeys."""
        return None if self.event_count is None else counted(self.event_count, self.source.event)


def no_evidence(verdict: Verdict) -> Evidence:
    """A verdict that nothing was counted for."""
    return Evidence(verdict=verdict, source=EvidenceSource.NONE, counts=None, window=None)
