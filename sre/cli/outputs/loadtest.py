"""`sre loadtest`: the JSON of a run, of one against earlier ones, and of a plan."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from pydantic import AwareDatetime

from foundation.errors import Exit
from foundation.service.stage import Stage
from loadtests.evidence import Judged, doubts_about, evidence_of
from loadtests.result import LoadResult, RequestCounts, decode_histogram, percentile_ms
from loadtests.stress import StageVerdict, breaking_rate
from sre.cli.outputs.load import Load, Request, request_fields
from sre.cli.outputs.machine import Machine, machine_output
from sre.cli.outputs.model import Output, Part
from sre.cli.outputs.verdict import ObjectiveVerdict, objective_verdict
from sre.cli.outputs.words import Outcome, outcome_of, outcome_of_exit
from sre.jobs.release_check.check import load_facts, request_row


class LoadTestRequest(Request):
    """One kind of request; `service_p99_ms` counts from when it was sent, and not from when it was due."""

    service_p99_ms: float | None


class LoadStage(Part):
    """One objective at one rate of a run with several."""

    objective: str
    rate_rps: float
    outcome: Outcome
    sample_count: int
    bad_count: int


class Break(Part):
    """The first objective that was missed, and at which rate."""

    objective: str
    rate_rps: float


class SeenFault(Part):
    """A fault or a refusal, and how often it was seen."""

    description: str
    count: int


class LoadTest(Output):
    """A run, judged by the objectives that it speaks for. `doubts` are reasons why it supports no pass."""

    schema_version: int = 2
    outcome: Outcome
    exit_code: int
    is_interrupted: bool
    stopped_early_because: str | None
    stage: str
    target: str
    profile: str
    started_at: AwareDatetime
    ended_at: AwareDatetime
    warm_up_seconds: float
    measured_seconds: float
    slow_after_ms: float
    objectives: tuple[ObjectiveVerdict, ...]
    requests: tuple[LoadTestRequest, ...]
    stages: tuple[LoadStage, ...]
    first_to_break: Break | None
    load: Load
    machine: Machine | None
    faults: tuple[SeenFault, ...]
    doubts: tuple[str, ...]
    what_ifs: tuple[str, ...]
    what_ifs_of_the_run: tuple[str, ...]


class TokenKind(StrEnum):
    """Whether agents of a planned test pay for tokens."""

    REAL = "real"
    STUBBED = "stubbed"


class Plan(Output):
    """How large a test must be: of `sample_count` arrivals up to `allowed_bad_count` may be bad for a pass."""

    objective: str
    sample_count: int
    allowed_bad_count: int
    allowed_bad_ratio: Decimal
    expected_bad_ratio: Decimal
    power_ratio: Decimal
    confidence_ratio: Decimal
    rate_rps: float
    duration_seconds: float
    cost_usd: Decimal | None
    tokens: TokenKind
    what_ifs: tuple[str, ...]


def load_test_output(
    result: LoadResult, judged: Sequence[Judged], stages: tuple[StageVerdict, ...], stage: Stage, *, code: Exit
) -> LoadTest:
    """A run as it is judged by the objectives of a stage; `stages` is empty of a run at one rate."""
    broken = breaking_rate(stages)
    return LoadTest(
        outcome=outcome_of_exit(code),
        exit_code=code,
        is_interrupted=result.interrupted,
        stopped_early_because=result.stopped_early or None,
        stage=result.stage,
        target=result.target,
        profile=result.profile,
        started_at=datetime.fromisoformat(result.started_at),
        ended_at=datetime.fromisoformat(result.ended_at),
        warm_up_seconds=result.warm_up.actual_seconds,
        measured_seconds=result.measured.actual_seconds,
        slow_after_ms=result.slow_after_ms,
        objectives=tuple(objective_verdict(each.objective, evidence_of(each, result)) for each in judged),
        requests=tuple(_request(each) for each in result.measured.requests),
        stages=tuple(
            LoadStage(
                objective=each.objective_name,
                rate_rps=each.rate_rps,
                outcome=outcome_of(each.verdict),
                sample_count=each.counts.total_count,
                bad_count=each.counts.bad_count,
            )
            for each in stages
        ),
        first_to_break=None if broken is None else Break(objective=broken.objective_name, rate_rps=broken.rate_rps),
        load=Load(**asdict(load_facts(result))),
        machine=machine_output(result.machine_summary),
        faults=tuple(SeenFault(description=what, count=count) for what, count in sorted(result.faults_seen.items())),
        doubts=doubts_about(result),
        what_ifs=stage.what_ifs,
        what_ifs_of_the_run=result.what_ifs,
    )


def _request(counts: RequestCounts) -> LoadTestRequest:
    service_p99_ms = percentile_ms(decode_histogram(counts.service_histogram), 99)
    return LoadTestRequest(**request_fields(request_row(counts)), service_p99_ms=service_p99_ms)
