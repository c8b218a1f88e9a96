"""One run of a canary and what became of it, in our own words and in those of Synthetics' GetCanaryRuns."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from canaries.slow_answers import SlowAnswer


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRun:
    """One step of a run; `reason` is why it failed, or None."""

    name: str
    took_seconds: float
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CanaryRun:
    """One run. `reason` is why it failed, None when it passed; `retry_count` counts calls that were tried again.

    `slow` are the answers that the objective on latency counts as slow: they fail no run.
    """

    run_id: str
    name: str
    started_at: datetime
    ended_at: datetime
    steps: tuple[StepRun, ...]
    reason: str | None
    has_timed_out: bool
    retry_count: int
    slow: tuple[SlowAnswer, ...] = ()

    @property
    def has_passed(self) -> bool:
        """Whether the handler returned."""
        return self.reason is None

    @property
    def took_seconds(self) -> float:
        """How long it ran."""
        return (self.ended_at - self.started_at).total_seconds()

    @property
    def slowest_ms(self) -> float | None:
        """What the slowest of the slow answers took, None without any."""
        return max((each.took_ms for each in self.slow), default=None)

    @property
    def failed_step(self) -> str | None:
        """The step that failed, or None."""
        return next((step.name for step in self.steps if step.reason is not None), None)

    def to_aws(self) -> dict[str, Any]:
        """The run as GetCanaryRuns answers it, and beside it the steps, which AWS keeps in the run's report.

        https://docs.aws.amazon.com/AmazonSynthetics/latest/APIReference/API_CanaryRun.html
        """
        status: dict[str, Any] = {"State": "PASSED" if self.has_passed else "FAILED", "TestResult": "UNKNOWN"}
        status["TestResult"] = status["State"]
        if self.reason is not None:
            status["StateReason"] = self.reason
            status["StateReasonCode"] = "EXECUTION_FAILURE" if self.has_timed_out else "CANARY_FAILURE"
        return {
            "Id": self.run_id,
            "Name": self.name,
            "Status": status,
            "Timeline": {"Started": self.started_at.isoformat(), "Completed": self.ended_at.isoformat()},
            "RetryAttempt": 0,
            "Steps": [
                {
                    "StepName": step.name,
                    "Status": "PASSED" if step.reason is None else "FAILED",
                    "DurationMs": round(step.took_seconds * 1000, 1),
                    **({} if step.reason is None else {"FailureReason": step.reason}),
                }
                for step in self.steps
            ],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class NotRun:
    """A canary that could not be run here, and why: neither passed nor failed."""

    name: str
    reason: str
