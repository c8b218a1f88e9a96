"""The metrics that the platform and its load tests emit: names, units and dimension names, in one place.

The gates emit only what stands here, so dashboards and alarms can rely on it. It imports the
standard library alone, because it is packed into every Lambda bundle.
"""

from dataclasses import dataclass
from enum import Enum

NAMESPACE = "TDeveloper"


class Unit(Enum):
    """CloudWatch units that our metrics use (https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDatum.html)."""

    COUNT = "Count"
    MILLISECONDS = "Milliseconds"
    BYTES = "Bytes"


@dataclass(frozen=True, slots=True, kw_only=True)
class EmittedMetric:
    """A metric of our own: `dimension_names` is the one dimension set it is emitted with."""

    name: str
    unit: Unit
    dimension_names: tuple[str, ...]
    meaning: str


PIPELINES_ACCEPTED = EmittedMetric(
    name="PipelinesAccepted",
    unit=Unit.COUNT,
    dimension_names=("Stage",),
    meaning="pipelines that the API answered 202 to",
)
PIPELINE_DURATION = EmittedMetric(
    name="PipelineDuration",
    unit=Unit.MILLISECONDS,
    dimension_names=("Stage", "Outcome"),
    meaning="time from accepted to finished",
)
GATE_DURATION = EmittedMetric(
    name="GateDuration", unit=Unit.MILLISECONDS, dimension_names=("Stage", "Gate"), meaning="time that one gate took"
)
GATE_EXECUTIONS = EmittedMetric(
    name="GateExecutions",
    unit=Unit.COUNT,
    dimension_names=("Stage", "Gate", "Outcome"),
    meaning="gate runs by outcome: passed, rejected, refused (the archive), failed",
)
GATE_FINDINGS = EmittedMetric(
    name="GateFindings",
    unit=Unit.COUNT,
    dimension_names=("Stage", "Gate", "Severity"),
    meaning="findings of one gate run by severity; zero is sent too",
)
ARCHIVE_SIZE = EmittedMetric(
    name="ArchiveSize", unit=Unit.BYTES, dimension_names=("Stage", "Gate"), meaning="bytes that an archive unpacked to"
)
EVENTS_PUSHED = EmittedMetric(
    name="ProgressEventsPushed",
    unit=Unit.COUNT,
    dimension_names=("Stage",),
    meaning="progress events sent to WebSocket clients",
)

LOAD_REQUESTS = EmittedMetric(
    name="LoadTestRequests",
    unit=Unit.COUNT,
    dimension_names=("Stage",),
    meaning="requests that a load test sent, by the minute in which they were due",
)
LOAD_FAULTS = EmittedMetric(
    name="LoadTestFaults",
    unit=Unit.COUNT,
    dimension_names=("Stage",),
    meaning="requests of a load test with a server fault or no answer",
)
LOAD_LATENCY = EmittedMetric(
    name="LoadTestLatency",
    unit=Unit.MILLISECONDS,
    dimension_names=("Stage",),
    meaning="latency that a load test saw, from when a request was due",
)

EMITTED: tuple[EmittedMetric, ...] = (
    PIPELINES_ACCEPTED,
    PIPELINE_DURATION,
    GATE_DURATION,
    GATE_EXECUTIONS,
    GATE_FINDINGS,
    ARCHIVE_SIZE,
    EVENTS_PUSHED,
    LOAD_REQUESTS,
    LOAD_FAULTS,
    LOAD_LATENCY,
)
