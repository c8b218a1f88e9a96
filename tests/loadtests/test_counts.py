"""Recording loses nothing and rounds no verdict."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.errors import InputError
from foundation.slo.error_budget import Counts
from loadtests.aggregation import summarize
from loadtests.counts import Outcome, Recorder, add_into, bucket_of, texts_of
from loadtests.evidence import doubts_about
from loadtests.result import decode_histogram, new_histogram, percentile_ms, read_result, write_result
from tests.loadtests.factories import FACTS, one_request, result_of


def a_recorder(warm_up_seconds: float = 10) -> Recorder:
    return Recorder(warm_up_seconds=warm_up_seconds, slow_after_ms=1000)


def test_the_threshold_is_exact_where_a_histogram_would_round() -> None:
    recorder = a_recorder()
    for took in (0.9999, 1.0):
        one_request(recorder, intended_at=11, took_seconds=took, outcome=Outcome.GOOD)
    measured = result_of(recorder).measured
    assert measured.slow() == Counts(total_count=2, bad_count=1)
    assert (measured.requests[0].sent_count, measured.requests[0].slow_count) == (2, 1)


def test_a_fault_is_no_answer_in_time_however_fast_it_came() -> None:
    recorder = a_recorder()
    one_request(recorder, intended_at=11, took_seconds=0.001, outcome=Outcome.FAULT, detail="status 500")
    result = result_of(recorder)
    assert (result.measured.faults().bad_count, result.measured.slow().bad_count) == (1, 1)
    assert result.faults_seen == {"GET /v1/health: status 500": 1}


def test_a_request_that_never_ended_is_a_fault() -> None:
    recorder = a_recorder()
    one_request(recorder, intended_at=11, took_seconds=3, outcome=Outcome.CENSORED)
    (journey,) = result_of(recorder).measured.journeys
    assert (journey.fault_count, journey.censored_count, journey.slow_count) == (1, 1, 1)


def test_a_refusal_speaks_neither_for_nor_against_the_server() -> None:
    recorder = a_recorder()
    one_request(recorder, intended_at=11, took_seconds=5, outcome=Outcome.REFUSED)
    measured = result_of(recorder).measured
    assert measured.faults().total_count == 0
    assert measured.refused_count == 1


def test_a_generator_just_beyond_the_limit_on_cpu_does_not_read_as_one_within_it() -> None:
    """24 seconds at 80 % and one at 81 % are 80.04 % in the mean, and 80 % are allowed."""
    recorder = a_recorder()
    for percent in (*[80.0] * 24, 81.0):
        recorder.record_cpu("here", percent)
    result = summarize(recorder.tree, FACTS)
    assert result.generator.cpu_mean_percent == 80.1
    assert "the load generator was at 80.1 % CPU, so it may have measured itself" in doubts_about(result)


def test_the_warm_up_has_its_own_numbers() -> None:
    recorder = a_recorder(warm_up_seconds=10)
    one_request(recorder, intended_at=9.99, took_seconds=5, outcome=Outcome.GOOD)
    one_request(recorder, intended_at=10.0, took_seconds=0.1, outcome=Outcome.GOOD)
    result = result_of(recorder)
    assert (result.warm_up.slow().bad_count, result.measured.slow().bad_count) == (1, 0)


def test_a_journey_of_many_requests_is_one_event() -> None:
    recorder = a_recorder()
    slow = [
        recorder.record("read", intended_at=11, took_seconds=took, outcome=Outcome.GOOD) for took in (0.1, 2.0, 0.1)
    ]
    recorder.record_journey("pipeline", intended_at=11, outcome=Outcome.GOOD, is_slow=any(slow))
    measured = result_of(recorder).measured
    assert measured.sent_count == 3
    assert measured.slow() == Counts(total_count=1, bad_count=1)
    assert measured.faults() == Counts(total_count=1, bad_count=0)


def test_the_time_in_our_own_queue_is_in_the_response_and_not_in_the_service() -> None:
    recorder = a_recorder()
    recorder.record("r", intended_at=11, took_seconds=0.5, service_seconds=0.2, outcome=Outcome.GOOD)
    (request,) = result_of(recorder).measured.requests
    assert percentile_ms(decode_histogram(request.histogram), 50) == pytest.approx(500, rel=0.002)
    assert percentile_ms(decode_histogram(request.service_histogram), 50) == pytest.approx(200, rel=0.002)


def test_texts_of_failures_are_counted_by_kind_and_not_by_id() -> None:
    recorder = a_recorder()
    for number in range(300):
        detail = f"pipeline {number} of 6f1c2d3e-0000-4000-8000-{number:012} is gone"
        recorder.record("r", intended_at=11, took_seconds=1, outcome=Outcome.FAULT, detail=detail)
        recorder.record("r", intended_at=11, took_seconds=1, outcome=Outcome.FAULT, detail="x" * (number % 150))
    texts = texts_of(recorder.tree, Outcome.FAULT)
    assert texts["r: pipeline # of # is gone"] == 300
    assert len(texts) == 101
    assert sum(texts.values()) == 600
    assert texts_of(recorder.tree, Outcome.REFUSED) == {}


def test_a_refusal_is_known_by_how_it_ended_and_not_by_its_text() -> None:
    recorder = a_recorder()
    for outcome, detail in ((Outcome.REFUSED, "not for you"), (Outcome.FAULT, "upstream said: status 403")):
        one_request(recorder, intended_at=11, took_seconds=1, outcome=outcome, detail=detail)
    result = result_of(recorder)
    assert result.refusals_seen == {"GET /v1/health: not for you": 1}
    assert result.faults_seen == {"GET /v1/health: not for you": 1, "GET /v1/health: upstream said: status 403": 1}
    assert any("1 request refused (GET /v1/health: not for you), which" in doubt for doubt in doubts_about(result))
    old = replace(result, refusals_seen={})
    assert any("1 request refused, which show" in doubt for doubt in doubts_about(old))


def test_a_request_of_any_name_is_counted_in_its_part_of_the_run() -> None:
    recorder = a_recorder()
    for name in ("measured|x", "warm-up|x", "|"):
        for at in (9.9, 10.0):
            recorder.record(name, intended_at=at, took_seconds=0.1, outcome=Outcome.GOOD)
    result = result_of(recorder)
    for phase in (result.warm_up, result.measured):
        assert [request.name for request in phase.requests] == ["measured|x", "warm-up|x", "|"]
    assert recorder.so_far() == (3, 0)


REQUESTS = st.lists(st.tuples(st.floats(0, 60), st.floats(0, 30), st.sampled_from(Outcome)), max_size=60)


@given(REQUESTS)
def test_every_request_is_in_one_phase_and_in_one_second(requests: list[tuple[float, float, Outcome]]) -> None:
    recorder = a_recorder()
    for intended_at, took, outcome in requests:
        one_request(recorder, intended_at=intended_at, took_seconds=took, outcome=outcome)
    result = result_of(recorder)
    phases = (result.warm_up, result.measured)
    assert sum(phase.sent_count for phase in phases) == len(requests)
    assert sum(journey.ended_count for phase in phases for journey in phase.journeys) == len(requests)
    assert sum(second.sent_count for second in result.seconds) == len(requests)
    assert sum(second.ended_count for second in result.journey_seconds) == len(requests)
    slices = [decode_histogram(each.histogram) for each in result.latencies]
    # What was refused or met a closing connection is in no latency over time, as it is in no total.
    uncounted = sum(outcome in (Outcome.REFUSED, Outcome.CLOSING) for _, _, outcome in requests)
    assert sum(each.get_total_count() for each in slices) == len(requests) - uncounted
    assert sum(phase.histogram().get_total_count() for phase in phases) == len(requests)


@given(REQUESTS, st.integers(1, 5))
def test_what_several_workers_recorded_adds_up_to_what_one_would_have(
    requests: list[tuple[float, float, Outcome]], worker_count: int
) -> None:
    alone, master = a_recorder(), a_recorder()
    workers = [a_recorder() for _ in range(worker_count)]
    for number, (intended_at, took, outcome) in enumerate(requests):
        worker = workers[number % worker_count]
        one_request(alone, intended_at=intended_at, took_seconds=took, outcome=outcome)
        one_request(worker, intended_at=intended_at, took_seconds=took, outcome=outcome)
        if number % 3 == 0:
            add_into(master.tree, worker.take())
    for worker in workers:
        add_into(master.tree, worker.take())
    assert result_of(master) == result_of(alone)


@given(st.floats(1e-6, 100))
def test_a_bucket_is_within_a_tenth_of_a_percent(seconds: float) -> None:
    assert bucket_of(seconds) == pytest.approx(seconds * 1_000_000, rel=0.001, abs=0.5)


@given(st.lists(st.integers(1, 5_000_000), min_size=1, max_size=300), st.sampled_from([50.0, 95.0, 99.0, 99.9, 100.0]))
def test_percentiles_are_the_nearest_ranks_within_a_tenth_of_a_percent(samples_us: list[int], percent: float) -> None:
    histogram = new_histogram()
    for sample in samples_us:
        histogram.record_value(sample)
    rank = max(1, -(-len(samples_us) * round(percent * 10) // 1000))
    exact_ms = sorted(samples_us)[rank - 1] / 1000
    assert percentile_ms(histogram, percent) == pytest.approx(exact_ms, rel=0.0011)


def test_no_sample_has_no_percentile() -> None:
    assert percentile_ms(new_histogram(), 99) is None


def test_a_result_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    recorder = a_recorder()
    recorder.record("r", intended_at=11, took_seconds=0.2, outcome=Outcome.GOOD)
    result = result_of(recorder)
    write_result(result, tmp_path / "result.json")
    assert read_result(tmp_path / "result.json") == result
    assert [path.name for path in tmp_path.iterdir()] == ["result.json"]


@pytest.mark.parametrize(
    ("content", "said"),
    [("{}", "result.json:1: schema_version: is missing"), ("nonsense", "result.json:1: not valid JSON")],
)
def test_what_is_no_result_is_refused(tmp_path: Path, content: str, said: str) -> None:
    (tmp_path / "result.json").write_text(content)
    with pytest.raises(InputError, match=said):
        read_result(tmp_path / "result.json")


def test_a_result_of_another_version_or_none_at_all_is_refused(tmp_path: Path) -> None:
    write_result(result_of(a_recorder()), tmp_path / "result.json")
    file = tmp_path / "result.json"
    file.write_text(file.read_text().replace('"schema_version": 2', '"schema_version": 9'))
    with pytest.raises(InputError, match="schema_version: is 9, and this toolkit reads 2"):
        read_result(file)
    with pytest.raises(InputError, match=r"none\.json: cannot be read: there is no such file"):
        read_result(tmp_path / "none.json")


def test_a_result_of_a_version_without_refusals_is_read(tmp_path: Path) -> None:
    recorder = a_recorder()
    one_request(recorder, intended_at=11, took_seconds=1, outcome=Outcome.REFUSED, detail="status 403")
    file = tmp_path / "result.json"
    write_result(result_of(recorder), file)
    assert read_result(file).refusals_seen == {"GET /v1/health: status 403": 1}
    data = json.loads(file.read_text())
    del data["refusals_seen"]
    file.write_text(json.dumps(data))
    assert read_result(file) == replace(result_of(recorder), refusals_seen={}, ended_at=data["ended_at"])


@pytest.mark.parametrize(
    ("details", "texts"),
    [
        (("status 500", "status 503", "status 429"), {"status 500", "status 503", "status 429"}),
        (("gone after 12.5 s", "gone after 3 s"), {"gone after # s"}),
        (
            ("/v1/orders/17 failed", "/v1/orders/18 failed", "/v2/orders/17 failed"),
            {"/v1/orders/# failed", "/v2/orders/# failed"},
        ),
        (
            ("no 0b9f1f8e-1111-4222-8333-444455556666", "no 1b9f1f8e-1111-4222-8333-444455556666"),
            {"no #"},
        ),
        (("no 01JDV5QZ8N4T3W2R1Y0XKPM7HC", "no 01JDV5QZ8N4T3W2R1Y0XKPM7HD"), {"no #"}),
        (("at 0x7f3a, id 3f2a9c1b", "at 0x7f3b, id 4f2a9c1b"), {"at #, id #"}),
        (("http2 and s3 are words", "p99 too"), {"http2 and s3 are words", "p99 too"}),
    ],
)
def test_texts_that_differ_by_an_id_are_one_and_versions_and_statuses_are_not(
    details: tuple[str, ...], texts: set[str]
) -> None:
    recorder = a_recorder()
    for detail in details:
        one_request(recorder, intended_at=11, took_seconds=1, outcome=Outcome.FAULT, detail=detail)
    assert set(texts_of(recorder.tree, Outcome.FAULT)) == {f"GET /v1/health: {text}" for text in texts}


def test_v1_and_v2_are_two_kinds_of_requests() -> None:
    recorder = a_recorder()
    for name in ("GET /v1/health", "GET /v2/health"):
        recorder.record(name, intended_at=11, took_seconds=1, outcome=Outcome.FAULT, detail="no answer: timed out")
    result = result_of(recorder)
    assert [request.name for request in result.measured.requests] == ["GET /v1/health", "GET /v2/health"]
    assert set(result.faults_seen) == {"GET /v1/health: no answer: timed out", "GET /v2/health: no answer: timed out"}


def test_good_answers_are_held_apart_and_what_met_a_closing_connection_is_neither_good_nor_bad() -> None:
    recorder = a_recorder()
    ended = (
        (0.1, Outcome.GOOD),
        (2.0, Outcome.GOOD),
        (0.002, Outcome.FAULT),
        (0.001, Outcome.CLOSING),
        (0.1, Outcome.REFUSED),
    )
    for took, outcome in ended:
        one_request(recorder, intended_at=11, took_seconds=took, outcome=outcome)
    result = result_of(recorder)
    (request,) = result.measured.requests
    assert (request.sent_count, request.fault_count, request.refused_count, request.closing_count) == (5, 1, 1, 1)
    assert (request.slow_count, request.judged_count) == (2, 3)
    assert request.good.get_total_count() == 2
    assert percentile_ms(request.good, 50) == pytest.approx(100, rel=0.01)
    assert result.measured.closing_count == result.measured.closing() == 1
    assert result.measured.faults() == Counts(total_count=3, bad_count=1)
    assert result.measured.slow() == Counts(total_count=3, bad_count=2)
    (second,) = result.seconds
    assert (second.sent_count, second.closing_count) == (5, 1)


def test_addresses_that_took_no_connection_are_counted() -> None:
    recorder = a_recorder()
    recorder.record_connect(0.01, ("::1: connection refused",))
    recorder.record_connect(0.01)
    generator = summarize(recorder.tree, FACTS).generator
    assert (generator.connection_count, generator.failed_addresses) == (2, {"::1: connection refused": 1})
