"""The result of a load test: exact counts and histograms, from which every verdict can be computed again.

Latencies are HDR histograms (https://hdrhistogram.github.io/HdrHistogram/) of microseconds at three significant digits;
what is slower than the objective's threshold is counted exactly beside them, so no verdict rests on a histogram's rounding.
"""

import math
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, cast

from hdrh.histogram import HdrHistogram
from pydantic import Field, TypeAdapter

from foundation.files.documents import json_document
from foundation.files.forms import Form
from foundation.files.writing import write_bytes
from foundation.machine.disturbance import Disturbance, disturbance_of
from foundation.machine.model import Machine
from foundation.machine.summary import MachineSummary, summarize_machine
from foundation.readings import Interval, Known, Reading, in_memory
from foundation.service.measured import Load as WhomItCalls
from foundation.slo.error_budget import Counts
from loadtests.flows import LOADS
from loadtests.ran_flows import EARLIER_FLOWS, RanFlow, Work
from loadtests.result_values import (
    HIGHEST_US,
    STRICT,
    Count,
    FlowName,
    Histogram,
    Load,
    Place,
    Seconds,
    Seed,
    StageName,
    Switch,
    Text,
    Time,
    contradictions,
    decode_histogram,
    new_histogram,
    recorded,
)
from loadtests.schedule import Stage

SCHEMA_VERSION = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestCounts:
    """One kind of request in one phase. Faults and refusals are disjoint; censored ones are faults that never ended.

    `histogram` is of all requests; `good_histogram` is of good answers alone, since how fast an error came says nothing of
    how fast the others are, and results of earlier versions do not have it. Both count from when a request was due, and
    `service_histogram`, of good answers, from when it was sent: what lies between is the generator's own queue.
    `closing_count` met a connection that the server was closing.
    """

    __pydantic_config__ = STRICT

    name: Text
    sent_count: Count
    fault_count: Count
    refused_count: Count
    censored_count: Count
    slow_count: Count
    histogram: Histogram
    service_histogram: Histogram
    good_histogram: Histogram | None = None
    closing_count: Count = 0

    @property
    def good(self) -> HdrHistogram:
        """The latencies of good answers; of all, where an earlier version did not hold them apart."""
        return decode_histogram(self.histogram if self.good_histogram is None else self.good_histogram)

    @property
    def judged_count(self) -> int:
        """Requests of which it is known whether they are good or bad."""
        return self.sent_count - self.refused_count - self.closing_count


@dataclass(frozen=True, slots=True, kw_only=True)
class JourneyCounts:
    """The journeys of one flow in one phase: one for every arrival, however many requests it made."""

    __pydantic_config__ = STRICT

    flow: FlowName
    ended_count: Count
    fault_count: Count
    refused_count: Count
    censored_count: Count
    slow_count: Count
    closing_count: Count = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Second:
    """One second of the run, counted by intended start; `second` is since the start of the warm-up."""

    __pydantic_config__ = STRICT

    second: Place
    sent_count: Count
    fault_count: Count
    slow_count: Count
    refused_count: Count
    closing_count: Count = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class JourneySecond:
    """The journeys of one flow that were due in one second."""

    __pydantic_config__ = STRICT

    flow: FlowName
    second: Place
    ended_count: Count
    fault_count: Count
    slow_count: Count
    refused_count: Count
    closing_count: Count = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LatencySlice:
    """Latencies of requests due within ten seconds that were not refused and met no closing connection, as verdicts count.

    `second` is when those begin, since the warm-up did.
    """

    __pydantic_config__ = STRICT

    second: Place
    histogram: Histogram


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Ten seconds of the schedule: how many arrivals it expects, and how many were begun. None is an unknown schedule."""

    __pydantic_config__ = STRICT

    second: Place
    planned_count: Load | None
    started_count: Count


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """The warm-up or the measured part."""

    __pydantic_config__ = STRICT

    planned_seconds: Seconds
    actual_seconds: Seconds
    requests: tuple[RequestCounts, ...]
    journeys: tuple[JourneyCounts, ...]

    def faults(self, flows: Collection[str] | None = None) -> Counts:
        """Journeys with a server fault or an answer that never came, of all that are known to be good or bad.

        Those of these flows, or of every flow.
        """
        journeys = self._of(flows)
        return Counts(
            total_count=sum(each.ended_count - each.refused_count - each.closing_count for each in journeys),
            bad_count=sum(journey.fault_count for journey in journeys),
        )

    def slow(self, flows: Collection[str] | None = None) -> Counts:
        """Journeys that were not answered well within the threshold: slow ones, and faults, which are no answer at all."""
        return Counts(
            total_count=self.faults(flows).total_count,
            bad_count=sum(journey.slow_count for journey in self._of(flows)),
        )

    def closing(self, flows: Collection[str] | None = None) -> int:
        """Journeys that met a connection that the server was closing: neither good nor bad is known of them."""
        return sum(journey.closing_count for journey in self._of(flows))

    def _of(self, flows: Collection[str] | None) -> tuple[JourneyCounts, ...]:
        return tuple(each for each in self.journeys if flows is None or each.flow in flows)

    @property
    def sent_count(self) -> int:
        """Requests of every kind."""
        return sum(request.sent_count for request in self.requests)

    @property
    def refused_count(self) -> int:
        """Requests that were refused as the client's own mistake: the scenario is wrong, or its credentials are."""
        return sum(request.refused_count for request in self.requests)

    @property
    def closing_count(self) -> int:
        """Requests that met a connection that the server was closing, before any byte of an answer."""
        return sum(request.closing_count for request in self.requests)

    def histogram(self) -> HdrHistogram:
        """The latencies of every kind of request, merged."""
        merged = new_histogram()
        for request in self.requests:
            merged.add(decode_histogram(request.histogram))
        return merged


@dataclass(frozen=True, slots=True, kw_only=True)
class Generator:
    """How the load generator itself did, the worst of its processes: lag is how late requests were begun.

    `started_count` journeys were begun, `ended_count` recorded to their end, `unsent_count` not begun though due.
    `failed_addresses` are addresses of the target's name that took no connection, where another one did, and how often.
    """

    __pydantic_config__ = STRICT

    lag_p99_ms: Load
    cpu_mean_percent: Load
    cpu_max_percent: Load
    started_count: Count
    ended_count: Count
    unsent_count: Count
    connection_count: Count
    connect_p99_ms: Load
    worker_count: Count
    lost_workers: tuple[Text, ...]
    sequence_gap_count: Count
    unhandled_errors: tuple[Text, ...]
    failed_addresses: dict[str, Count] = field(default_factory=dict[str, int])


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadResult:
    """One run. `slow_after_ms` is the threshold that slow requests were counted at; `stopped_early` says why it was.

    `faults_seen` are texts of faults and refusals and how often each was seen; `refusals_seen` are those of refusals, which
    results of earlier versions do not have.
    `was_watched` is whether it could have been: such a run is judged for every look, and not as if there had been one.
    `what_ifs` say what was changed of the stage to ask what its verdicts would be. `service` is the one whose objectives
    judge; results of earlier versions do not say it. `run_id` is what who started the run gave it: by it the result of another
    run is never taken for this one's. `machine` is what the machine did that sent the load, from when the warm-up began, and None
    where it was not recorded, as in results of earlier versions.
    """

    __pydantic_config__ = STRICT

    schema_version: Annotated[int, Field(strict=True)]
    target: Text
    stage: StageName
    profile: Text
    client: Text
    seed: Seed
    planned_rps: Load
    slow_after_ms: Load
    started_at: Time
    ended_at: Time
    interrupted: Switch
    was_watched: Switch
    stopped_early: Text | None
    stages: tuple[Stage, ...]
    warm_up: Phase
    measured: Phase
    seconds: tuple[Second, ...]
    journey_seconds: tuple[JourneySecond, ...]
    latencies: tuple[LatencySlice, ...]
    windows: tuple[Window, ...]
    work: Work
    generator: Generator
    faults_seen: dict[str, Count]
    refusals_seen: dict[str, Count] = field(default_factory=dict[str, int])
    what_ifs: tuple[Text, ...] = ()
    service: Text | None = None
    run_id: Text | None = None
    machine: Machine | None = None
    flows: tuple[RanFlow, ...] = EARLIER_FLOWS

    def flows_of(self, load: WhomItCalls) -> tuple[str, ...]:
        """The flows whose journeys are of a load."""
        return tuple(each.name for each in self.flows if LOADS.get(each.load) is load)

    @property
    def disturbance(self) -> Disturbance | None:
        """What disturbed the measured part on the machine that the target shares with the load test, if anything did."""
        return disturbance_of(self.machine, from_seconds=self.warm_up.planned_seconds, to_seconds=self._ended_seconds)

    @property
    def machine_summary(self) -> MachineSummary | None:
        """What the machine did in the measured part."""
        if self.machine is None:
            return None
        return summarize_machine(
            self.machine, from_seconds=self.warm_up.planned_seconds, to_seconds=self._ended_seconds
        )

    @property
    def _ended_seconds(self) -> float:
        return self.warm_up.planned_seconds + self.measured.actual_seconds

    @property
    def reading(self) -> Reading[Phase]:
        """The measured part: asked is what was planned of it, and known what was run of it, after the warm-up."""
        began_at = datetime.fromisoformat(self.started_at) + timedelta(seconds=self.warm_up.actual_seconds)
        ran = timedelta(seconds=self.measured.actual_seconds)
        planned = timedelta(seconds=max(1.0, self.measured.planned_seconds))
        return Reading(
            asked=Interval(start_at=began_at, end_at=began_at + max(ran, planned)),
            known=Known.throughout(began_at, began_at + ran),
            resolution_seconds=1,
            origin=in_memory(f"load test of {self.target}"),
            answer=self.measured,
        )

    def to_dict(self) -> dict[str, Any]:
        """The result as JSON-ready data."""
        return asdict(self)


def histogram_of(buckets: Mapping[int, int]) -> HdrHistogram:
    """A histogram of microseconds and how often each was seen."""
    histogram = new_histogram()
    for microseconds, count in buckets.items():
        histogram.record_value(min(microseconds, HIGHEST_US), count)
    return histogram


def encode_histogram(buckets: Mapping[int, int]) -> str:
    """The base64 form of microseconds and how often each was seen."""
    return histogram_of(buckets).encode().decode()


def percentile_ms(histogram: HdrHistogram, percent: float) -> float | None:
    """The smallest recorded latency that at least `percent` of all are within (nearest rank), in ms; None without any.

    hdrhistogram's own percentile rounds the rank to nearest and may name one sample too low.
    """
    total = histogram.get_total_count()
    if total == 0:
        return None
    rank = max(1, math.ceil(total * percent / 100))
    seen = 0
    for microseconds, count in recorded(histogram):
        seen += count
        if seen >= rank:
            return microseconds / 1000
    return None


def partial_of(file: Path) -> Path:
    """Where a run that writes its result to `file` keeps, until then, what it has measured so far."""
    return file.with_suffix(f".partial{file.suffix}")


def write_result(result: LoadResult, file: Path) -> None:
    """Write the result, whole or not at all."""
    write_bytes(file, _ADAPTER.dump_json(result, indent=2))


def read_result(file: Path) -> LoadResult:
    """Read a result file.

    Raises InputError when it is missing, damaged or of another version.
    """
    with json_document(file) as document:
        data = document.data
        if isinstance(data, dict) and _EARLIER_WORK in data and "work" not in data:
            data["work"] = data.pop(_EARLIER_WORK)
        head = document.read(_Head)
        if head is not None and head.schema_version not in (None, SCHEMA_VERSION):
            said = f"is {head.schema_version}, and this toolkit reads {SCHEMA_VERSION}; run it again"
            document.problem(("schema_version",), said)
        result = None if document.problems else document.read(LoadResult)
        for path, said in contradictions(result) if result is not None else ():
            document.problem(path, said)
    return cast("LoadResult", result)


# What results of earlier versions call the work.
_EARLIER_WORK = "pipelines"


class _Head(Form, extra="ignore"):
    schema_version: Annotated[int | None, Field(strict=True)] = None


_ADAPTER = TypeAdapter(LoadResult)
