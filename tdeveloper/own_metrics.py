"""T-Developer's own metrics as the toolkit uses them: what counts its pipelines, how long its steps take, when a gate breaks."""

from foundation.cloudwatch.emitted import EmittedMetric
from foundation.cloudwatch.metrics import Metric
from foundation.service.own_metrics import OwnMetrics, load_test_metrics
from tdeveloper.gates.outcomes import GateOutcome, overall
from tdeveloper.metrics import EMITTED, GATE_DURATION, NAMESPACE, PIPELINE_DURATION, PIPELINES_ACCEPTED

# The gates that a pipeline runs, by the name that their metrics carry.
GATES = ("security",)
# How a pipeline can end.
_OUTCOMES = tuple(dict.fromkeys(overall([outcome]).value for outcome in GateOutcome))


def own_metrics(stage: str) -> OwnMetrics:
    """The metrics of a stage: every gate, and pipelines from accepted to finished by their outcome."""

    def metric(emitted: EmittedMetric, **dimensions: str) -> Metric:
        return Metric(
            namespace=emitted.namespace, name=emitted.name, dimensions=(("Stage", stage), *dimensions.items())
        )  # fmt: skip

    load_test = load_test_metrics(NAMESPACE)
    return OwnMetrics(
        emitted=(*EMITTED, *load_test.all),
        accepted=metric(PIPELINES_ACCEPTED),
        durations=(
            *((f"gate {gate}", metric(GATE_DURATION, Gate=gate)) for gate in GATES),
            *((f"pipeline, {outcome}", metric(PIPELINE_DURATION, Outcome=outcome)) for outcome in _OUTCOMES),
        ),
        failures=(),
        load_test=load_test,
        load_test_requests=metric(load_test.requests),
    )
