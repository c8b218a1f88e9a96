"""The metrics in which a service of one stage records its own work, beside those that AWS records of it."""

from dataclasses import dataclass

from foundation.cloudwatch.emitted import EmittedMetric, Unit
from foundation.cloudwatch.metrics import Metric


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadTestMetrics:
    """What a load test records of itself, so that its minutes are known afterwards; counted when requests were due."""

    requests: EmittedMetric
    faults: EmittedMetric
    latency: EmittedMetric

    @property
    def all(self) -> tuple[EmittedMetric, ...]:
        """All of them."""
        return self.requests, self.faults, self.latency


@dataclass(frozen=True, slots=True, kw_only=True)
class StepFailures:
    """The failures of one step of a service's work, which no other alarm sees.

    `step` is what its alarm is named by, `words` what people call it, `of` what it fails on, in the plural. `impact` says what
    that means to users; `runbook` is a page.
    """

    step: str
    words: str
    of: str
    impact: str
    runbook: str
    metric: Metric


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnMetrics:
    """The metrics of one stage.

    `emitted` is everything that the service emits. `accepted` counts the work that it took on; `durations` are metrics of its
    steps by their labels. A metric that a service has not is None, or not among them.
    """

    emitted: tuple[EmittedMetric, ...]
    accepted: Metric | None
    durations: tuple[tuple[str, Metric], ...]
    failures: tuple[StepFailures, ...]
    load_test: LoadTestMetrics
    load_test_requests: Metric


def load_test_metrics(namespace: str) -> LoadTestMetrics:
    """The metrics of load tests in a service's namespace."""

    def metric(name: str, unit: Unit, meaning: str) -> EmittedMetric:
        return EmittedMetric(
            namespace=namespace, name=name, unit=unit, dimension_names=("Stage",), meaning=meaning
        )  # fmt: skip

    return LoadTestMetrics(
        requests=metric(
            "LoadTestRequests", Unit.COUNT, "requests that a load test sent, by the minute in which they were due"
        ),
        faults=metric("LoadTestFaults", Unit.COUNT, "requests of a load test with a server fault or no answer"),
        latency=metric(
            "LoadTestLatency", Unit.MILLISECONDS, "latency that a load test saw, from when a request was due"
        ),
    )
