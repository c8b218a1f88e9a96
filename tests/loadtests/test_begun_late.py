"""A load generator that begins requests late makes no target elsewhere slow: its own lateness is in every latency."""

from dataclasses import replace

import pytest

from foundation.machine.model import Machine
from foundation.slo.model import Indicator
from foundation.slo.outcome import Inconclusive, Miss, Verdict, reasoning_of
from loadtests.result import LoadResult, encode_histogram
from tests.foundation.machine.factories import QUIET, a_busy_machine, a_machine
from tests.loadtests.evidence_factories import FAULTS, SLOW, judged_alone, objective
from tests.loadtests.factories import a_result

ELSEWHERE = a_machine(*[QUIET] * 110, holds_target=False)
LATE_MS = 51.0


def a_slow_run(
    machine: Machine | None, *, lag_p99_ms: float = LATE_MS, served_ms: int = 100, faults: int = 0
) -> LoadResult:  # fmt: skip
    """Of 5,000 requests 200 are slow from when they were due; from when they were sent they took `served_ms`."""
    result = a_result(good=4_800 - faults, slow=200, faults=faults, lag_p99_ms=lag_p99_ms)
    requests = tuple(
        replace(each, service_histogram=encode_histogram({served_ms * 1_000: 200})) for each in result.measured.requests
    )
    return replace(result, measured=replace(result.measured, requests=requests), machine=machine)


def verdict_on(result: LoadResult, indicator: Indicator = SLOW) -> Verdict:
    return judged_alone(objective(indicator), result).verdict


def test_slowness_from_when_requests_were_due_alone_is_no_miss_where_they_were_begun_late() -> None:
    verdict = verdict_on(a_slow_run(ELSEWHERE))
    assert isinstance(verdict, Inconclusive)
    assert reasoning_of(verdict).endswith(
        "; but the load generator was late (scheduling delay p99 51 ms), so it measured itself"
    )


@pytest.mark.parametrize(
    "result",
    [
        a_slow_run(ELSEWHERE, lag_p99_ms=50.0), a_slow_run(ELSEWHERE, served_ms=1_000),
        a_slow_run(ELSEWHERE, faults=100), a_slow_run(None), a_slow_run(a_machine(*[QUIET] * 110)),
    ],
    ids=(
        "begun in time", "slow from when they were sent", "faults alone are a miss", "of an unknown machine",
        "our own load on our own platform",
    ),
)  # fmt: skip
def test_a_miss_stands_that_is_not_the_generators(result: LoadResult) -> None:
    assert isinstance(verdict_on(result), Miss)


def test_answers_that_are_faults_are_faults_however_late_they_were_asked_for() -> None:
    assert isinstance(verdict_on(a_slow_run(ELSEWHERE, faults=100), FAULTS), Miss)


def test_other_work_on_the_machine_of_the_generator_excuses_no_target_elsewhere() -> None:
    busy = replace(a_busy_machine(), holds_target=False)
    assert isinstance(verdict_on(a_slow_run(busy, lag_p99_ms=50.0)), Miss)
