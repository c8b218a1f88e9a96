"""One run of a canary and what became of it, in our own words and in those of Synthetics' GetCanaryRuns."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from junitparser import Failure, JUnitXml, Skipped, TestCase, TestSuite

from foundation.errors import about
from foundation.files.writing import replacing
from foundation.pages.escapes import xml


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRun:
    """One step of a run; `reason` is why it failed, or None."""

    name: str
    took_seconds: float
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CanaryRun:
    """One run. `reason` is why it failed, None when it passed; `retry_count` counts calls that were tried again."""

    run_id: str
    name: str
    started_at: datetime
    ended_at: datetime
    steps: tuple[StepRun, ...]
    reason: str | None
    has_timed_out: bool
    retry_count: int

    @property
    def has_passed(self) -> bool:
        """Whether the handler returned."""
        return self.reason is None

    @property
    def took_seconds(self) -> float:
        """How long it ran."""
        return (self.ended_at - self.started_at).total_seconds()

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


def write_junit(runs: Sequence[CanaryRun | NotRun], file: Path) -> None:
    """Write the runs as JUnit XML: a suite for each canary, a case for each step. Raises InputError when that fails."""
    report = JUnitXml("canaries")
    for run in runs:
        suite = TestSuite(run.name)
        if isinstance(run, NotRun):
            case = TestCase(run.name, classname="canaries")
            case.result = [Skipped(xml(run.reason))]
            suite.add_testcase(case)
        else:
            for step in run.steps:
                case = TestCase(xml(step.name), classname=f"canaries.{run.name}", time=step.took_seconds)
                if step.reason is not None:
                    case.result = [Failure(xml(step.reason))]
                suite.add_testcase(case)
            if run.reason is not None and run.failed_step is None:
                case = TestCase("run", classname=f"canaries.{run.name}", time=run.took_seconds)
                case.result = [Failure(xml(run.reason))]
                suite.add_testcase(case)
        report.add_testsuite(suite)
    with about("--junit"), replacing(file) as beside:
        report.write(str(beside), pretty=True)
