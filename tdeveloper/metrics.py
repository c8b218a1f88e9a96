"""The metrics that the platform emits: names, units and dimension names, in one place.

The gates emit only what stands here, so dashboards and alarms can rely on it. It is packed with every handler.
"""

from foundation.cloudwatch.emitted import EmittedMetric, Unit

NAMESPACE = "TDeveloper"

PIPELINES_ACCEPTED = EmittedMetric(
    namespace=NAMESPACE,
    name="PipelinesAccepted",
    unit=Unit.COUNT,
    dimension_names=("Stage",),
    meaning="pipelines that the API answered 202 to",
)
PIPELINE_DURATION = EmittedMetric(
    namespace=NAMESPACE,
    name="PipelineDuration",
    unit=Unit.MILLISECONDS,
    dimension_names=("Stage", "Outcome"),
    meaning="time from accepted to finished",
)
GATE_DURATION = EmittedMetric(
    namespace=NAMESPACE,
    name="GateDuration",
    unit=Unit.MILLISECONDS,
    dimension_names=("Stage", "Gate"),
    meaning="time that one gate took",
)
GATE_EXECUTIONS = EmittedMetric(
    namespace=NAMESPACE,
    name="GateExecutions",
    unit=Unit.COUNT,
    dimension_names=("Stage", "Gate", "Outcome"),
    meaning="gate runs by outcome: passed, rejected, inconclusive (not all was looked at), refused (the archive), failed",
)
GATE_FINDINGS = EmittedMetric(
    namespace=NAMESPACE,
    name="GateFindings",
    unit=Unit.COUNT,
    dimension_names=("Stage", "Gate", "Severity"),
    meaning="findings of one gate run by severity; zero is sent too",
)
ARCHIVE_SIZE = EmittedMetric(
    namespace=NAMESPACE,
    name="ArchiveSize",
    unit=Unit.BYTES,
    dimension_names=("Stage", "Gate"),
    meaning="bytes that an archive unpacked to",
)
EVENTS_PUSHED = EmittedMetric(
    namespace=NAMESPACE,
    name="ProgressEventsPushed",
    unit=Unit.COUNT,
    dimension_names=("Stage",),
    meaning="progress events sent to WebSocket clients",
)

EMITTED: tuple[EmittedMetric, ...] = (
    PIPELINES_ACCEPTED,
    PIPELINE_DURATION,
    GATE_DURATION,
    GATE_EXECUTIONS,
    GATE_FINDINGS,
    ARCHIVE_SIZE,
    EVENTS_PUSHED,
)
