"""The flows of a run, as its result has them: whose load each was, and what work was submitted."""

from dataclasses import dataclass
from typing import Literal

from loadtests.result_values import STRICT, Count, FlowName, Switch


@dataclass(frozen=True, slots=True, kw_only=True)
class RanFlow:
    """A flow of the run: whom it calls, whether each of its journeys is a unit of work, and how many requests it made.

    Results of earlier versions do not say how many.
    """

    __pydantic_config__ = STRICT

    name: FlowName
    load: Literal["api", "agents", "none"]
    is_work: Switch
    request_count: Count | None = None


# Those that there were before a result said which it had.
EARLIER_FLOWS = (
    RanFlow(name="health", load="api", is_work=False),
    RanFlow(name="status", load="api", is_work=False),
    RanFlow(name="pipeline", load="api", is_work=True),
    RanFlow(name="progress", load="none", is_work=True),
    RanFlow(name="agent", load="agents", is_work=False),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """Units of work that were submitted and followed; finished ones by their status."""

    __pydantic_config__ = STRICT

    submitted_count: Count
    finished_count: Count
    unfinished_count: Count
    statuses: dict[str, Count]
