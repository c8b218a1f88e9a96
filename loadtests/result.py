"""The result of a load test: exact counts and histograms, from which every verdict can be computed again.

Latencies are HDR histograms (https://hdrhistogram.github.io/HdrHistogram/) of microseconds at three significant digits;
what is slower than the objective's threshold is counted exactly beside them, so no verdict rests on a histogram's rounding.
"""

import math
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, cast

from hdrh.histogram import HdrHistogram
from pydantic import TypeAdapter

from foundation.files.documents import json_document
from foundation.files.forms import Form
from foundation.files.writing import write_bytes
from foundation.slo.error_budget import Counts
from loadtests.profiles import API_FLOWS
from loadtests.schedule import Stage

SCHEMA_VERSION = 2
_LOWEST_US, _HIGHEST_US, _DIGITS = 1, 120_000_000, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestCounts:
    """One kind of request in one phase. Faults and refusals are disjoint; censored ones are faults that never ended.

    `histogram` counts from when a request was due, `service_histogram` from when it was sent: what lies between is the
    generator's own queue.
    """

    name: str
    sent_count: int
    fault_count: int
    refused_count: int
    censored_count: int
    slow_count: int
    histogram: str
    service_histogram: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JourneyCounts:
    """The journeys of one flow in one phase: one for every arrival, however many requests it made."""

    flow: str
    ended_count: int
    fault_count: int
    refused_count: int
    censored_count: int
    slow_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Second:
    """One second of the run, counted by intended start; `second` is since the start of the warm-up."""

    second: int
    sent_count: int
    fault_count: int
    slow_count: int
    refused_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class JourneySecond:
    """The journeys of one flow that were due in one second."""

    flow: str
    second: int
    ended_count: int
    fault_count: int
    slow_count: int
    refused_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LatencySlice:
    """The latencies of all requests that were due within ten seconds; `second` is when those begin, since the warm-up did."""

    second: int
    histogram: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Ten seconds of the schedule: how many arrivals it expects, and how many were begun. None is an unknown schedule."""

    second: int
    planned_count: float | None
    started_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """The warm-up or the measured part."""

    planned_seconds: float
    actual_seconds: float
    requests: tuple[RequestCounts, ...]
    journeys: tuple[JourneyCounts, ...]

    def faults(self, flows: Collection[str] = API_FLOWS) -> Counts:
        """Journeys with a server fault or an answer that never came, of all that were not refused."""
        journeys = [journey for journey in self.journeys if journey.flow in flows]
        return Counts(
            total_count=sum(journey.ended_count - journey.refused_count for journey in journeys),
            bad_count=sum(journey.fault_count for journey in journeys),
        )

    def slow(self, flows: Collection[str] = API_FLOWS) -> Counts:
        """Journeys that were not answered well within the threshold: slow ones, and faults, which are no answer at all."""
        return Counts(
            total_count=self.faults(flows).total_count,
            bad_count=sum(journey.slow_count for journey in self.journeys if journey.flow in flows),
        )

    @property
    def sent_count(self) -> int:
        """Requests of every kind."""
        return sum(request.sent_count for request in self.requests)

    @property
    def refused_count(self) -> int:
        """Requests that were refused as the client's own mistake: the scenario is wrong, or its credentials are."""
        return sum(request.refused_count for request in self.requests)

    def histogram(self) -> HdrHistogram:
        """The latencies of every kind of request, merged."""
        merged = new_histogram()
        for request in self.requests:
            merged.add(decode_histogram(request.histogram))
        return merged


@dataclass(frozen=True, slots=True, kw_only=True)
class Pipelines:
    """Pipelines that were submitted and followed; finished ones by their status."""

    submitted_count: int
    finished_count: int
    unfinished_count: int
    statuses: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Generator:
    """How the load generator itself did, the worst of its processes: lag is how late requests were begun.

    `started_count` journeys were begun, `ended_count` recorded to their end, `unsent_count` not begun though due.
    """

    lag_p99_ms: float
    cpu_mean_percent: float
    cpu_max_percent: float
    started_count: int
    ended_count: int
    unsent_count: int
    connection_count: int
    connect_p99_ms: float
    worker_count: int
    lost_workers: tuple[str, ...]
    sequence_gap_count: int
    unhandled_errors: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadResult:
    """One run. `slow_after_ms` is the threshold that slow requests were counted at; `stopped_early` says why it was.

    `was_watched` is whether it could have been: such a run is judged for every look, and not as if there had been one.
    """

    schema_version: int
    target: str
    stage: str
    profile: str
    client: str
    seed: int
    planned_rps: float
    slow_after_ms: float
    started_at: str
    ended_at: str
    interrupted: bool
    was_watched: bool
    stopped_early: str | None
    stages: tuple[Stage, ...]
    warm_up: Phase
    measured: Phase
    seconds: tuple[Second, ...]
    journey_seconds: tuple[JourneySecond, ...]
    latencies: tuple[LatencySlice, ...]
    windows: tuple[Window, ...]
    pipelines: Pipelines
    generator: Generator
    faults_seen: dict[str, int]

    def to_dict(self) -> dict[str, Any]:
        """The result as JSON-ready data."""
        return asdict(self)


def new_histogram() -> HdrHistogram:
    """An empty histogram of microseconds."""
    return HdrHistogram(_LOWEST_US, _HIGHEST_US, _DIGITS)


def histogram_of(buckets: Mapping[int, int]) -> HdrHistogram:
    """A histogram of microseconds and how often each was seen."""
    histogram = new_histogram()
    for microseconds, count in buckets.items():
        histogram.record_value(min(microseconds, _HIGHEST_US), count)
    return histogram


def encode_histogram(buckets: Mapping[int, int]) -> str:
    """The base64 form of microseconds and how often each was seen."""
    return histogram_of(buckets).encode().decode()


def decode_histogram(text: str) -> HdrHistogram:
    """A histogram from its base64 form."""
    return HdrHistogram.decode(text)


def percentile_ms(histogram: HdrHistogram, percent: float) -> float | None:
    """The smallest recorded latency that at least `percent` of all are within (nearest rank), in ms; None without any.

    hdrhistogram's own percentile rounds the rank to nearest and may name one sample too low.
    """
    total = histogram.get_total_count()
    if total == 0:
        return None
    rank = max(1, math.ceil(total * percent / 100))
    seen = 0
    for item in histogram.get_recorded_iterator():
        seen += item.count_at_value_iterated_to
        if seen >= rank:
            return item.value_iterated_to / 1000
    return None


def write_result(result: LoadResult, file: Path) -> None:
    """Write the result, whole or not at all."""
    write_bytes(file, _ADAPTER.dump_json(result, indent=2))


def read_result(file: Path) -> LoadResult:
    """Read a result file.

    Raises InputError when it is missing, damaged or of another version.
    """
    with json_document(file) as document:
        head = document.read(_Head)
        if head is not None and head.schema_version not in (None, SCHEMA_VERSION):
            said = f"is {head.schema_version}, and this toolkit reads {SCHEMA_VERSION}; run it again"
            document.problem(("schema_version",), said)
        result = None if document.problems else document.read(LoadResult)
    return cast("LoadResult", result)


class _Head(Form, extra="ignore"):
    schema_version: int | None = None


_ADAPTER = TypeAdapter(LoadResult)
