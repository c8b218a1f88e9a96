"""Results of load tests as a test wants them."""

from loadtests.recording import Outcome, Recorder
from loadtests.result import SCHEMA_VERSION, Generator, Journeys, LoadResult

SOUND = Generator(
    lag_p99_ms=2.0, cpu_mean_percent=10.0, cpu_max_percent=20.0, launched_count=500, due_count=500, unhandled_errors=()
)


def a_result(
    *,
    good: int = 0,
    slow: int = 0,
    faults: int = 0,
    refused: int = 0,
    lag_p99_ms: float = 2.0,
    cpu_mean_percent: float = 10.0,
    launched_count: int = 10_000,
    unhandled_errors: tuple[str, ...] = (),
    interrupted: bool = False,
) -> LoadResult:
    """A run of 100 measured seconds with so many requests of each kind, and 10 requests of warm-up."""
    recorder = Recorder(warm_up_seconds=10, slow_after_ms=1000)
    for _ in range(10):
        recorder.record("GET /v1/health", intended_at=5, took_seconds=0.5, outcome=Outcome.GOOD)
    kinds = (
        (good, 0.02, Outcome.GOOD, ""),
        (slow, 1.5, Outcome.GOOD, ""),
        (faults, 0.01, Outcome.FAULT, "status 500"),
        (refused, 0.01, Outcome.REFUSED, "status 403"),
    )
    for count, took, outcome, detail in kinds:
        for number in range(count):
            at = 10 + number % 100
            recorder.record("GET /v1/health", intended_at=at, took_seconds=took, outcome=outcome, detail=detail)
    return result_of(
        recorder,
        generator=Generator(
            lag_p99_ms=lag_p99_ms,
            cpu_mean_percent=cpu_mean_percent,
            cpu_max_percent=99.0,
            launched_count=launched_count,
            due_count=10_000,
            unhandled_errors=unhandled_errors,
        ),
        interrupted=interrupted,
    )


def result_of(recorder: Recorder, *, generator: Generator = SOUND, interrupted: bool = False) -> LoadResult:
    """The result of what a recorder recorded."""
    return LoadResult(
        schema_version=SCHEMA_VERSION,
        target="http://127.0.0.1:4566",
        profile="release",
        seed=1,
        planned_rps=44.4,
        slow_after_ms=1000,
        started_at="2026-11-22T10:00:00+00:00",
        ended_at="2026-11-22T10:02:00+00:00",
        interrupted=interrupted,
        warm_up=recorder.phase(measured=False, planned_seconds=10, actual_seconds=10),
        measured=recorder.phase(measured=True, planned_seconds=100, actual_seconds=100),
        seconds=recorder.seconds(),
        latencies=recorder.latencies(),
        journeys=Journeys(submitted_count=3, finished_count=2, unfinished_count=1, statuses={"passed": 2}),
        generator=generator,
        faults_seen=dict(recorder.faults_seen),
    )
