"""What a release check found, as values: the verdict first, then the evidence, what was not measured and why."""

from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from foundation.cloudwatch.suppression import Notification, Notified, NotKnown, Pending, Suppressed
from foundation.machine.summary import MachineSummary
from foundation.pages.numbers import count, counted
from foundation.readings import NoData
from foundation.slo.evidence import Evidence
from foundation.slo.model import Objective
from foundation.slo.outcome import Inconclusive, Miss, Verdict, reasoning_of, word_of


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectiveRow:
    """One objective as judged, by which evidence; `target`, `source` and `window` say in words what these are."""

    objective: Objective
    evidence: Evidence
    target: str
    source: str
    window: str

    @property
    def name(self) -> str:
        """The objective's name."""
        return self.objective.name

    @property
    def title(self) -> str:
        """The objective's title."""
        return self.objective.title

    @property
    def verdict(self) -> Verdict:
        """What the evidence says."""
        return self.evidence.verdict

    @property
    def sample_count(self) -> int | None:
        """What the verdict rests on; None where nothing was counted."""
        return self.evidence.event_count

    @property
    def word(self) -> str:
        """The verdict in one word."""
        return word_of(self.verdict)

    @property
    def reasoning(self) -> str:
        """The verdict's one sentence."""
        return reasoning_of(self.verdict)

    @property
    def has_evidence(self) -> bool:
        """Whether something was counted or estimated at all."""
        return not isinstance(self.verdict, NoData)


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestRow:
    """One kind of request in the measured part."""

    name: str
    sent_count: int
    fault_count: int
    slow_count: int
    refused_count: int
    p50_ms: float | None
    p95_ms: float | None
    p99_ms: float | None
    max_ms: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LatencyBucket:
    """Requests with a latency from `from_ms` to `to_ms`."""

    from_ms: float
    to_ms: float
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondRow:
    """One second of the run: requests by when they were due."""

    second: int
    good_count: int
    slow_count: int
    fault_count: int
    refused_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmRow:
    """An alarm that fired, and what became of its actions: they are suppressed when a faster one notified of the same.

    `after_seconds` is how long after the load began; None where it had gone off before.
    """

    name: str
    severity: str
    after_seconds: float | None
    notification: Notification
    impact: str

    @property
    def word(self) -> str:
        """What became of its actions: notified, suppressed, pending, or not known."""
        match self.notification:
            case Notified():
                return "notified"
            case Suppressed():
                return "suppressed"
            case Pending():
                return "pending"
            case NotKnown():
                return "not known"
            case _:
                assert_never(self.notification)


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmsUnderLoad:
    """Which of the planned alarms were in alarm under load; those without data could not be evaluated.

    Of `partly_known_count` of those that were, not all of the load's time is known. `messages` are what came to those who are
    subscribed, a sentence each; None where nothing was sent, as on a platform that is not local.
    """

    fired: tuple[AlarmRow, ...]
    evaluated_count: int
    partly_known_count: int
    without_data_count: int
    messages: tuple[str, ...] | None = None

    @property
    def sentence(self) -> str:
        """All of it in one sentence."""
        notified = [
            row for row in self.fired if isinstance(row.notification, Notified) and row.after_seconds is not None
        ]
        before = dict.fromkeys(row.name for row in self.fired if row.after_seconds is None)
        names = ", ".join(dict.fromkeys(row.name for row in notified)) or "none"
        since = f"; in ALARM since before the load: {', '.join(before)}" if before else ""
        return f"{names}{since} ({self.evaluated})"

    @property
    def evaluated(self) -> str:
        """How many alarms all of it is of."""
        partly = f", {count(self.partly_known_count)} for a part of the load" if self.partly_known_count else ""
        return (
            f"{counted(self.evaluated_count, 'alarm')} evaluated{partly}; {count(self.without_data_count)} with no data"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadFacts:
    """What the load test's verdicts rest on: what was sent, and how the generator itself did, the worst of its processes.

    `lag_p99_ms` is how late requests were begun.
    """

    planned_rps: float
    seed: int
    started_count: int
    ended_count: int
    closing_count: int
    lag_p99_ms: float
    cpu_mean_percent: float
    cpu_max_percent: float
    connection_count: int
    connect_p99_ms: float
    submitted_count: int
    finished_count: int
    unfinished_count: int


class CanaryOutcome(StrEnum):
    """What became of one run of a canary, as the page says it."""

    PASSED = "pass"
    FAILED = "fail"
    NOT_RUN = "no data"


@dataclass(frozen=True, slots=True, kw_only=True)
class CanaryRow:
    """One run of a canary: `because` is why it failed or did not run, or the steps that it took.

    `disturbance` is the other work on its machine on account of which its failure is no verdict, None where there was none.
    `slow_count` of its answers were slow by the objective on latency, the slowest took `slowest_ms`: they fail no canary.
    """

    name: str
    when: str
    outcome: CanaryOutcome
    took_seconds: float | None
    because: str
    disturbance: str | None = None
    slow_count: int = 0
    slowest_ms: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRow:
    """One step of the check: how long it took, and why it failed or was ended, None where it was done."""

    name: str
    took_seconds: float
    failure: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseCheck:
    """Everything on the page. `slow_after_ms` is the latency objective's threshold, None when there is no such objective.

    `what_ifs` say what was changed of the stage to ask what its verdicts would be. The load's result has the same `run_id`.
    `failures` are the steps that failed by themselves: what was measured is there, and the check is not whole. `machine` is what
    this machine did while the load was measured, None where that was not recorded.
    """

    label: str
    target: str
    profile: str
    interrupted: bool
    outcome: str
    exit_code: int
    started_at: str
    ended_at: str
    objectives: tuple[ObjectiveRow, ...]
    requests: tuple[RequestRow, ...]
    warm_up: tuple[RequestRow, ...]
    latencies: tuple[LatencyBucket, ...]
    seconds: tuple[SecondRow, ...]
    warm_up_seconds: float
    measured_seconds: float
    slow_after_ms: float | None
    facts: tuple[tuple[str, str], ...]
    not_measured: tuple[str, ...]
    alarms: AlarmsUnderLoad | None = None
    canaries: tuple[CanaryRow, ...] = ()
    what_ifs: tuple[str, ...] = ()
    load: LoadFacts | None = None
    run_id: str | None = None
    steps: tuple[StepRow, ...] = ()
    failures: tuple[StepRow, ...] = ()
    machine: MachineSummary | None = None

    def failed_canaries(self, *, were_disturbed: bool) -> tuple[str, ...]:
        """The canaries that failed, each with when: those that other work disturbed, or the others."""
        failed = (row for row in self.canaries if row.outcome is CanaryOutcome.FAILED)
        return tuple(
            f"canary {row.name} {row.when} the load"
            for row in failed
            if (row.disturbance is not None) == were_disturbed
        )

    @property
    def headline(self) -> str:
        """The verdict of the whole check in a few words."""
        if self.interrupted:
            return "Interrupted: this page shows what was measured until then"
        if self.failures:
            return (
                f"Incomplete: {', '.join(row.name for row in self.failures)} failed; this page shows what was measured"
            )
        match self.exit_code:
            case 0:
                silent = [row.name for row in self.objectives if isinstance(row.verdict, NoData)]
                if not silent:
                    return "Pass: no objective missed"
                held = "it does not hold" if len(silent) == 1 else "they do not hold"
                return (
                    f"Pass: nothing that this check measures missed. No data for {', '.join(silent)}: a short load cannot "
                    f"measure {'it' if len(silent) == 1 else 'them'}, so {held} up the release"
                )
            case 1:
                missed = [row.name for row in self.objectives if isinstance(row.verdict, Miss)]
                return f"Miss: {', '.join([*missed, *self.failed_canaries(were_disturbed=False)])}"
            case _:
                undecided = [row.name for row in self.objectives if isinstance(row.verdict, Inconclusive)]
                undecided += self.failed_canaries(were_disturbed=True)
                return "Inconclusive" + (f": {', '.join(undecided)}" if undecided else "")
