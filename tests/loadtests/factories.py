"""Results of load tests as a test wants them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache

from loadtests.aggregation import Facts, summarize
from loadtests.counts import Outcome, Recorder
from loadtests.result import Generator, LoadResult, Phase, Window, encode_histogram
from loadtests.run import LoadTest
from loadtests.schedule import Schedule, Stage

SCHEDULE = Schedule(warm_up_seconds=10, stages=(Stage(seconds=100, load=1),))
SOUND = Generator(
    lag_p99_ms=2.0,
    cpu_mean_percent=10.0,
    cpu_max_percent=20.0,
    started_count=500,
    ended_count=500,
    unsent_count=0,
    connection_count=5,
    connect_p99_ms=1.0,
    worker_count=1,
    lost_workers=(),
    sequence_gap_count=0,
    unhandled_errors=(),
)


@cache
def a_result(
    *,
    good: int = 0,
    slow: int = 0,
    faults: int = 0,
    refused: int = 0,
    lag_p99_ms: float = 2.0,
    cpu_mean_percent: float = 10.0,
    started_in_window: int = 1_000,
    started_count: int = 500,
    unsent_count: int = 0,
    lost_workers: tuple[str, ...] = (),
    sequence_gap_count: int = 0,
    unhandled_errors: tuple[str, ...] = (),
    interrupted: bool = False,
) -> LoadResult:
    """A run of 100 measured seconds with so many requests of each kind, and 10 requests of warm-up."""
    recorder = Recorder(warm_up_seconds=10, slow_after_ms=1000)
    for _ in range(10):
        one_request(recorder, intended_at=5, took_seconds=0.5, outcome=Outcome.GOOD)
    kinds = (
        (good, 0.02, Outcome.GOOD, ""),
        (slow, 1.5, Outcome.GOOD, ""),
        (faults, 0.01, Outcome.FAULT, "status 500"),
        (refused, 0.01, Outcome.REFUSED, "status 403"),
    )
    for count, took, outcome, detail in kinds:
        for number in range(count):
            at = 10 + number % 100
            one_request(recorder, intended_at=at, took_seconds=took, outcome=outcome, detail=detail)
    generator = replace(
        SOUND,
        lag_p99_ms=lag_p99_ms,
        cpu_mean_percent=cpu_mean_percent,
        started_count=started_count,
        unsent_count=unsent_count,
        worker_count=2 if lost_workers else 1,
        lost_workers=lost_workers,
        sequence_gap_count=sequence_gap_count,
        unhandled_errors=unhandled_errors,
    )
    windows = (Window(second=10, planned_count=1_000.0, started_count=started_in_window),)
    return replace(result_of(recorder, generator=generator, interrupted=interrupted), windows=windows)


def of_run(test: LoadTest, result: LoadResult) -> LoadResult:
    """The result of this very run."""
    return replace(result, run_id=test.run_id)


def as_kept(result: LoadResult) -> LoadResult:
    """The same as Locust keeps it every few seconds: exact counts, and no latencies."""
    nothing = encode_histogram({})

    def without(phase: Phase) -> Phase:
        return replace(
            phase,
            requests=tuple(
                replace(each, histogram=nothing, service_histogram=nothing, good_histogram=nothing)
                for each in phase.requests
            ),
        )

    return replace(
        result, warm_up=without(result.warm_up), measured=without(result.measured), latencies=(), interrupted=True
    )


def one_request(
    recorder: Recorder, *, intended_at: float, took_seconds: float, outcome: Outcome, detail: str = ""
) -> None:
    """A journey of one request, as reads are."""
    is_slow = recorder.record(
        "GET /v1/health", intended_at=intended_at, took_seconds=took_seconds, outcome=outcome, detail=detail
    )
    recorder.record_journey("health", intended_at=intended_at, outcome=outcome, is_slow=is_slow)


def a_run_of(hour: int, kinds: Mapping[str, Sequence[tuple[float, Outcome, int]]]) -> LoadResult:
    """A sound run at this hour: of each kind of request so many that took so long and ended so."""
    recorder = Recorder(warm_up_seconds=10, slow_after_ms=1000)
    for name, groups in kinds.items():
        for took, outcome, count in groups:
            for number in range(count):
                at = 10 + number % 100
                is_slow = recorder.record(name, intended_at=at, took_seconds=took, outcome=outcome)
                recorder.record_journey("health", intended_at=at, outcome=outcome, is_slow=is_slow)
    return replace(result_of(recorder), started_at=f"2026-11-22T{hour:02}:00:00+00:00")


FACTS = Facts(
    target="http://127.0.0.1:4566",
    stage="local",
    profile="release",
    client="lean",
    seed=1,
    rate_rps=None,
    slow_after_ms=1000,
    schedule=SCHEDULE,
    started_at=datetime(2026, 11, 22, 10, tzinfo=UTC),
    ran_seconds=110,
)


def result_of(recorder: Recorder, *, generator: Generator = SOUND, interrupted: bool = False) -> LoadResult:
    """The result of what a recorder recorded."""
    result = summarize(recorder.tree, replace(FACTS, ran_seconds=50) if interrupted else FACTS)
    return replace(result, generator=generator, ended_at="2026-11-22T10:02:00+00:00")
