"""Runs of canaries as the metrics that CloudWatch Synthetics would put, for a platform that has no Synthetics.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Synthetics_Canaries_metrics.html
"""

from collections.abc import Iterator, Sequence
from typing import Any

from canaries.runs import CanaryRun
from foundation.cloudwatch import name_limits
from foundation.cloudwatch.names import Scope
from foundation.cloudwatch.putting import Put, PutsMetricData, put_metric_data

NAMESPACE = "CloudWatchSynthetics"


def put_runs(runs: Sequence[CanaryRun], client: PutsMetricData, *, scope: Scope) -> Put:
    """Put the metrics of some runs of a service's stage, each run once: CloudWatch adds up what it is given.

    What it would refuse is left out.
    """
    return put_metric_data(NAMESPACE, [datum for run in runs for datum in metric_data(run, scope=scope)], client)


def metric_data(run: CanaryRun, *, scope: Scope) -> Iterator[dict[str, Any]]:
    """The data of one run and of its steps."""
    of_canary = [{"Name": "CanaryName", "Value": scope.named(name_limits.CANARY, run.name)}]

    def datum(name: str, value: float, unit: str, dimensions: list[dict[str, str]]) -> dict[str, Any]:
        return {"MetricName": name, "Value": value, "Unit": unit, "Dimensions": dimensions, "Timestamp": run.started_at}

    yield datum("SuccessPercent", 100.0 if run.has_passed else 0.0, "Percent", of_canary)
    yield datum("Duration", run.took_seconds * 1000, "Milliseconds", of_canary)
    yield datum("Failed", 0.0 if run.has_passed else 1.0, "Count", of_canary)
    for step in run.steps:
        of_step = [*of_canary, {"Name": "StepName", "Value": step.name}]
        yield datum("SuccessPercent", 100.0 if step.reason is None else 0.0, "Percent", of_step)
        yield datum("Duration", step.took_seconds * 1000, "Milliseconds", of_step)
