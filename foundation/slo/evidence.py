"""What a verdict rests on: judged once, where the events were counted, and carried as a value from then on."""

from dataclasses import dataclass
from datetime import timedelta
from enum import Enum

from foundation.slo.verdict import Verdict


class EvidenceSource(Enum):
    """Where the events of a verdict were counted; the values are for people."""

    LOAD_TEST = "load test, measured by the client"
    STACK_EVENTS = "CloudFormation"
    ESTIMATE = "estimate, no bill: quantities times list prices"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A verdict, and what it rests on.

    `event_count` is how many events were judged, None where none are counted. `window` is the time that they are of, None
    where it has no length that is known; `known` says in words what is known of it.
    """

    verdict: Verdict
    source: EvidenceSource
    event_count: int | None
    window: timedelta | None
    known: str | None = None


def no_evidence(verdict: Verdict) -> Evidence:
    """A verdict that nothing was counted for."""
    return Evidence(verdict=verdict, source=EvidenceSource.NONE, event_count=None, window=None)
