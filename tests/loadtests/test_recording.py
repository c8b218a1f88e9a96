"""Recording loses nothing and rounds no verdict."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from errors import InputError
from loadtests.recording import Outcome, Recorder
from loadtests.result import decode_histogram, new_histogram, percentile_ms, read_result, write_result
from tests.loadtests.factories import result_of


def a_recorder(warm_up_seconds: float = 10) -> Recorder:
    return Recorder(warm_up_seconds=warm_up_seconds, slow_after_ms=1000)


def test_the_threshold_is_exact_where_a_histogram_would_round() -> None:
    recorder = a_recorder()
    recorder.record("r", intended_at=11, took_seconds=0.9999, outcome=Outcome.GOOD)
    recorder.record("r", intended_at=11, took_seconds=1.0, outcome=Outcome.GOOD)
    (request,) = recorder.phase(measured=True, planned_seconds=1, actual_seconds=1).requests
    assert (request.sent_count, request.slow_count) == (2, 1)


def test_a_fault_is_no_answer_in_time_however_fast_it_came() -> None:
    recorder = a_recorder()
    recorder.record("r", intended_at=11, took_seconds=0.001, outcome=Outcome.FAULT, detail="status 500")
    phase = recorder.phase(measured=True, planned_seconds=1, actual_seconds=1)
    assert (phase.faults().bad_count, phase.slow().bad_count) == (1, 1)
    assert recorder.faults_seen == {"r: status 500": 1}


def test_a_request_that_never_ended_is_a_fault() -> None:
    recorder = a_recorder()
    recorder.record("r", intended_at=11, took_seconds=3, outcome=Outcome.CENSORED)
    (request,) = recorder.phase(measured=True, planned_seconds=1, actual_seconds=1).requests
    assert (request.fault_count, request.censored_count, request.slow_count) == (1, 1, 1)


def test_a_refusal_speaks_neither_for_nor_against_the_server() -> None:
    recorder = a_recorder()
    recorder.record("r", intended_at=11, took_seconds=5, outcome=Outcome.REFUSED)
    phase = recorder.phase(measured=True, planned_seconds=1, actual_seconds=1)
    assert phase.faults().total_count == 0
    assert phase.refused_count == 1


def test_the_warm_up_has_its_own_numbers() -> None:
    recorder = a_recorder(warm_up_seconds=10)
    recorder.record("r", intended_at=9.99, took_seconds=5, outcome=Outcome.GOOD)
    recorder.record("r", intended_at=10.0, took_seconds=0.1, outcome=Outcome.GOOD)
    assert recorder.phase(measured=False, planned_seconds=1, actual_seconds=1).slow().bad_count == 1
    assert recorder.phase(measured=True, planned_seconds=1, actual_seconds=1).slow().bad_count == 0


@given(st.lists(st.tuples(st.floats(0, 60), st.floats(0, 30), st.sampled_from(Outcome)), max_size=60))
def test_every_request_is_in_one_phase_and_in_one_second(requests: list[tuple[float, float, Outcome]]) -> None:
    recorder = a_recorder()
    for intended_at, took, outcome in requests:
        recorder.record("r", intended_at=intended_at, took_seconds=took, outcome=outcome)
    phases = [recorder.phase(measured=measured, planned_seconds=1, actual_seconds=1) for measured in (False, True)]
    assert sum(phase.sent_count for phase in phases) == len(requests)
    assert sum(second.sent_count for second in recorder.seconds()) == len(requests)
    slices = [decode_histogram(each.histogram) for each in recorder.latencies()]
    assert sum(each.get_total_count() for each in slices) == len(requests)
    assert sum(phase.histogram().get_total_count() for phase in phases) == len(requests)


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
    ("content", "said"), [("{}", "not a load-test result"), ("nonsense", "not a load-test result")]
)
def test_what_is_no_result_is_refused(tmp_path: Path, content: str, said: str) -> None:
    (tmp_path / "result.json").write_text(content)
    with pytest.raises(InputError, match=said):
        read_result(tmp_path / "result.json")


def test_a_result_of_another_version_or_none_at_all_is_refused(tmp_path: Path) -> None:
    write_result(result_of(a_recorder()), tmp_path / "result.json")
    file = tmp_path / "result.json"
    file.write_text(file.read_text().replace('"schema_version": 1', '"schema_version": 9'))
    with pytest.raises(InputError, match="schema_version 9"):
        read_result(file)
    with pytest.raises(InputError, match="no load-test result"):
        read_result(tmp_path / "none.json")
