"""A result file is held to what a load test can have written, key by key, before anything is made of it."""

import base64
import json
import struct
import tracemalloc
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hdrh.histogram import HdrHistogram
from hypothesis import given, settings
from hypothesis import strategies as st

from foundation.errors import InputError
from foundation.slo.error_budget import Counts
from loadtests.counts import Outcome, Recorder
from loadtests.result import encode_histogram, histogram_of, read_result, write_result
from loadtests.result_values import HIGHEST_US, decode_histogram, recorded
from tests.loadtests.factories import a_result, result_of

JOURNEY = ("measured", "journeys", 0)
NO_HISTOGRAM = "is no histogram of microseconds in HDR's form"


def changed(file: Path, path: tuple[str | int, ...], value: object) -> None:
    data = json.loads(file.read_text())
    inner: Any = data
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    file.write_text(json.dumps(data))


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ((*JOURNEY, "fault_count"), -5, "measured.journeys.fault_count: must be at least 0, not '-5'"),
        ((*JOURNEY, "fault_count"), 29, "fault_count: is 29, and ended_count less refused_count is 28; it can be no more"),
        ((*JOURNEY, "slow_count"), 29, "slow_count: is 29, and ended_count less refused_count is 28"),
        ((*JOURNEY, "refused_count"), 31, "fault_count: is 3, and ended_count less refused_count is -1"),
        ((*JOURNEY, "ended_count"), 10**30, "ended_count: must be at most 1e[+]12, not '1000000000000000000000000000000'"),
        ((*JOURNEY, "ended_count"), 30.5, "ended_count: "),
        ((*JOURNEY, "ended_count"), True, "ended_count: "),
        ((*JOURNEY, "flow"), "helth", "flow: 'helth' is no flow of this run; did you mean health?"),
        (("measured", "requests", 0, "fault_count"), 10**9, "fault_count: is 1,000,000,000, and sent_count less refused_co"),
        (("measured", "requests", 0, "histogram"), "", f"histogram: {NO_HISTOGRAM}"),
        (("measured", "requests", 0, "service_histogram"), "AAAA", f"service_histogram: {NO_HISTOGRAM}"),
        (("latencies", 0, "histogram"), "!", f"latencies.histogram: {NO_HISTOGRAM}"),
        (("seconds", 0, "refused_count"), 99, "seconds.fault_count: is 0, and sent_count less refused_count is -89"),
        (("windows", 0, "planned_count"), -1, "windows.planned_count: must be at least 0, not '-1'"),
        (("measured", "actual_seconds"), -1, "measured.actual_seconds: must be at least 0, not '-1'"),
        (("measured", "actual_seconds"), 1e9, "measured.actual_seconds: must be at most 1e[+]07"),
        (("schema_version",), "2", "schema_version: "),
        (("schema_version",), 2.0, "schema_version: "),
        (("started_at",), "yesterday", "started_at: must be a time with its zone, such as 2026-03-02T10:00:00"),
        (("ended_at",), "2026-03-02T10:00:00", "ended_at: must be a time with its zone"),
        (("stage",), "../x", "stage: must match .*, not '../x'"),
        (("generator", "cpu_max_percent"), -5, "generator.cpu_max_percent: must be at least 0, not '-5'"),
        (("generator", "lag_p99_ms"), "5", "generator.lag_p99_ms: "),
        (("interrupted",), "true", "interrupted: "),
        (("stages", 0, "load"), 0, "stages.load: must be greater than 0, not '0'"),
        (("stages", 0, "seconds"), 1e300, "stages.seconds: must be at most 1e[+]07"),
        (("refusals_seen",), {"x": -1}, "refusals_seen.x: must be at least 0, not '-1'"),
        (("faults_seen",), {"x": -1}, "faults_seen.x: must be at least 0, not '-1'"),
        (("note",), 1, "note: unknown key"),
        (("generator", "note"), 1, "generator.note: unknown key"),
        ((*JOURNEY, "note"), 1, "note: unknown key"),
        (("stages", 0, "note"), 1, "note: unknown key"),
    ],
)  # fmt: skip
def test_what_no_load_test_writes_is_refused_with_its_key(
    tmp_path: Path, path: tuple[str | int, ...], value: object, said: str
) -> None:
    file = tmp_path / "result.json"
    write_result(a_result(good=25, faults=3, refused=2), file)
    changed(file, path, value)
    with pytest.raises(InputError, match=rf"result\.json:\d+: .*{said}"):
        read_result(file)


def test_counts_at_their_bounds_are_read(tmp_path: Path) -> None:
    result = a_result(good=1, faults=1, refused=1)
    write_result(replace(result, generator=replace(result.generator, started_count=10**12)), tmp_path / "r.json")
    read = read_result(tmp_path / "r.json")
    assert read.generator.started_count == 10**12
    assert read.measured.faults() == Counts(total_count=2, bad_count=1)


def packed(content: bytes) -> str:
    squeezed = zlib.compress(content, 9)
    return base64.b64encode(struct.pack(">II", 0x1C849314, len(squeezed)) + squeezed).decode()


def inside(text: str) -> bytes:
    return zlib.decompress(base64.b64decode(text)[8:])


def test_a_histogram_that_unpacks_to_a_thousandfold_is_left_at_the_bound() -> None:
    bomb = packed(inside(encode_histogram({5: 1})) + bytes(200 << 20))
    assert len(bomb) < 300_000
    tracemalloc.start()
    try:
        with pytest.raises(InputError, match=NO_HISTOGRAM):
            decode_histogram(bomb)
        assert tracemalloc.get_traced_memory()[1] < 4 << 20
    finally:
        tracemalloc.stop()


def test_the_largest_histogram_is_within_the_bound() -> None:
    every = HdrHistogram(1, 120_000_000, 3)
    value = 1
    while value < 120_000_000:
        every.record_value(value, 9_999_991)
        value += max(1, value // 2_048)
    read = decode_histogram(every.encode().decode())
    assert read.get_total_count() == every.get_total_count() > 10**11


@pytest.mark.parametrize(
    "wrong",
    [
        lambda text: text[:-8],
        lambda text: text + "AAAA",
        lambda text: "AAAA" + text,
        lambda text: "ä" + text,
        lambda _: "A" * 400_000,
        lambda text: packed(inside(text)[:20]),
        lambda text: packed(inside(text)[:-1]),
        lambda text: packed(inside(text) + b"\x02"),
        lambda text: packed(bytes(4) + inside(text)[4:]),
        lambda text: packed(inside(text)[:4] + struct.pack(">I", 12) + inside(text)[8:40] + b"\xff" * 12),
        lambda _: HdrHistogram(1, 60_000_000, 3).encode().decode(),
        lambda _: HdrHistogram(1, 120_000_000, 2).encode().decode(),
    ],
)  # fmt: skip
def test_what_is_no_histogram_of_ours_is_refused(wrong: Callable[[str], str]) -> None:
    text = encode_histogram({5: 1, 70_000: 3})
    assert decode_histogram(text).get_total_count() == 4
    with pytest.raises(InputError, match=NO_HISTOGRAM):
        decode_histogram(wrong(text))


def test_a_refused_journey_with_a_slow_request_is_neither_slow_nor_good() -> None:
    recorder = Recorder(warm_up_seconds=10, slow_after_ms=1000)
    recorder.record_journey("pipeline", intended_at=11, outcome=Outcome.REFUSED, is_slow=True)
    recorder.record_journey("pipeline", intended_at=11, outcome=Outcome.GOOD, is_slow=True)
    assert result_of(recorder).measured.slow() == Counts(total_count=1, bad_count=1)


@settings(max_examples=10)
@given(st.dictionaries(st.integers(1, HIGHEST_US), st.integers(1, 1_000), max_size=30))
def test_what_was_recorded_is_what_the_library_iterates_over(buckets: dict[int, int]) -> None:
    histogram = histogram_of(buckets)
    assert list(recorded(histogram)) == [
        (each.value_iterated_to, each.count_at_value_iterated_to) for each in histogram.get_recorded_iterator()
    ]


def test_a_result_of_an_earlier_version_calls_its_work_otherwise(tmp_path: Path) -> None:
    file = tmp_path / "result.json"
    write_result(a_result(good=10), file)
    data = json.loads(file.read_text())
    data["pipelines"] = {**data.pop("work"), "submitted_count": 3}
    file.write_text(json.dumps(data))
    assert read_result(file).work.submitted_count == 3
