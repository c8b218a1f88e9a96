"""The traffic of a run: pipelines a day, and the requests to the REST API that came with each."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import pytest

from foundation.errors import InputError
from loadtests.counts import Outcome, Recorder
from loadtests.measured_traffic import measured_traffic
from loadtests.request_names import AGENT_FIRST_TOKEN, AGENT_FULL_TURN, WS_CONNECT, WS_MESSAGE, is_of_rest
from loadtests.result import LoadResult
from tests.loadtests.factories import result_of

OTHERS = (WS_CONNECT, WS_MESSAGE, AGENT_FIRST_TOKEN, AGENT_FULL_TURN)


def a_run(*names: str, submitted: int, reads: Sequence[str] = ()) -> LoadResult:
    recorder = Recorder(warm_up_seconds=10, slow_after_ms=1000)
    for flow in reads:
        recorder.record_journey(flow, intended_at=9, outcome=Outcome.GOOD, is_slow=False)
    for number, name in enumerate(names):
        recorder.record(name, intended_at=9 + number, took_seconds=0.1, outcome=Outcome.GOOD)
    result = result_of(recorder)
    return replace(result, work=replace(result.work, submitted_count=submitted))


def test_messages_and_turns_of_agents_are_no_requests_to_the_rest_api() -> None:
    run = a_run("POST /v1/pipelines", "GET /v1/health", "DELETE /v1/pipelines/{id}", *OTHERS, submitted=2)
    assert measured_traffic(run).rest_request_count == Decimal("1.5")
    assert [is_of_rest(name) for name in OTHERS] == [False] * 4


def test_reads_beside_the_pipelines_are_no_requests_of_a_pipeline_however_many_the_profile_sends() -> None:
    of_pipelines = ("POST /v1/pipelines", "GET /v1/pipelines/{id}", "POST /v1/pipelines", "GET /v1/pipelines/{id}")
    alone = measured_traffic(a_run(*of_pipelines, submitted=2))
    beside = ("GET /v1/health",) * 30 + ("GET /v1/pipelines/{id}",) * 12
    both = a_run(*of_pipelines, *beside, submitted=2, reads=("health",) * 30 + ("status",) * 12)
    assert measured_traffic(both).rest_request_count == alone.rest_request_count == 2


def test_without_a_pipeline_there_is_nothing_to_say() -> None:
    with pytest.raises(InputError, match="submitted no pipeline"):
        measured_traffic(a_run("GET /v1/health", submitted=0))
