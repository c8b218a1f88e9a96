"""Metrics, accounts and findings as tests of the doctor have them."""

from collections.abc import Mapping
from typing import Any

import boto3
from botocore.stub import Stubber

from foundation.cloudwatch.emitted import EmittedMetric, Unit
from foundation.cloudwatch.metrics import Metric
from foundation.cloudwatch.parameters import read_parametrized
from foundation.service.own_metrics import OwnMetrics, StepFailures, load_test_metrics
from sre.jobs.doctor.findings import Identity
from sre.jobs.doctor.metrics import Where
from sre.jobs.doctor.watched import Watched

REGION = "eu-west-1"
IDENTITY = Identity(
    account="123456789012", arn="arn:aws:iam::123456789012:user/anna", credentials="environment variables"
)  # fmt: skip
WHERE = Where(region=REGION, is_local=False, service_file="orders/service.yaml")


def a_metric(namespace: str, name: str, **dimensions: str) -> Metric:
    return Metric(namespace=namespace, name=name, dimensions=tuple(dimensions.items()))


def watched(
    metric: Metric, *, alarms: tuple[str, ...] = ("orders-production-a",), panels: tuple[str, ...] = ()
) -> Watched:
    return Watched(metric=metric, written=metric, alarms=alarms, panels=panels)


def open_metric() -> Metric:
    return Metric(
        namespace="AWS/S3", name="NumberOfObjects", dimensions=(("BucketName", read_parametrized("${ArchivesBucket}")),)
    )


def own_metrics() -> OwnMetrics:
    """Orders by outcome, of which the failed ones are failures, beside what a load test puts."""
    emitted = EmittedMetric(
        namespace="Orders", name="Finished", unit=Unit.COUNT, dimension_names=("Outcome", "Stage"), meaning="orders"
    )
    load_test = load_test_metrics("Orders")
    failures = StepFailures(
        step="finish", words="the finish", of="orders", impact="They wait.", runbook="gates",
        metric=a_metric("Orders", "Finished", Outcome="failed", Stage="production"),
    )  # fmt: skip
    return OwnMetrics(
        emitted=(emitted, *load_test.all),
        accepted=None,
        durations=(),
        failures=(failures,),
        load_test=load_test,
        load_test_requests=a_metric("Orders", load_test.requests.name, Stage="production"),
    )


class StubbedAccount:
    """An account whose clients answer what they are told, by service; each is the real client behind a Stubber."""

    def __init__(self, *services: str) -> None:
        self.region, self.credentials = REGION, "environment variables"
        session = boto3.Session(aws_access_key_id="test", aws_secret_access_key="test", region_name=REGION)
        self._clients: dict[str, Any] = {each: session.client(each) for each in services}  # type: ignore[call-overload]
        self.stubs: Mapping[str, Stubber] = {name: Stubber(each) for name, each in self._clients.items()}
        for each in self.stubs.values():
            each.activate()

    def client(self, service: str, region: str | None = None) -> Any:
        return self._clients[service]
