"""The line of service.yaml that names a metric, or the resource that it is of."""

from pathlib import Path

import pytest

from foundation.cloudwatch.metrics import Metric
from foundation.cloudwatch.parameters import read_parametrized
from infra.checkout import ROOT
from infra.service import T_DEVELOPER, files_of_service, service_of
from sre.jobs.doctor.lines import NamedLines, named_lines
from tests.sre.jobs.doctor.factories import a_metric

OURS = T_DEVELOPER.service


@pytest.fixture(scope="module")
def lines() -> NamedLines:
    return named_lines(service_of(T_DEVELOPER, stage="production"), OURS)


def text_of(line: int | None, file: Path = OURS) -> str:
    assert line is not None
    return file.read_text().splitlines()[line - 1]


def test_a_metric_of_a_resource_is_named_where_the_resource_is(lines: NamedLines) -> None:
    errors = a_metric("AWS/Lambda", "Errors", FunctionName="t-developer-production-security-gate")
    assert text_of(lines.of(errors)) == "- label: security-gate"
    messages = Metric(
        namespace="AWS/ApiGateway", name="MessageCount",
        dimensions=(("ApiId", read_parametrized("${WebSocketApiId}")), ("Stage", "production")),
    )  # fmt: skip
    assert text_of(lines.of(messages)) == "- label: progress-api"


def test_a_metric_of_the_services_own_is_named_among_its_metrics(lines: NamedLines) -> None:
    assert text_of(lines.of(a_metric("TDeveloper", "GateFindings", Stage="x"))) == "- name: GateFindings"
    assert lines.of(a_metric("TDeveloper", "LoadTestFaults", Stage="x")) is None


def test_what_no_line_names_has_none(lines: NamedLines) -> None:
    assert lines.of(a_metric("AWS/Billing", "EstimatedCharges", Currency="USD")) is None
    assert lines.of(a_metric("AWS/Lambda", "Errors", FunctionName="another")) is None


def test_a_service_without_metrics_of_its_own_has_the_lines_of_its_resources() -> None:
    files = files_of_service(ROOT / "examples" / "orders")
    found = named_lines(service_of(files, stage="production"), files.service)
    sent = a_metric("AWS/SQS", "NumberOfMessagesSent", QueueName="orders-shipping-production")
    assert text_of(found.of(sent), files.service) == "- label: shipping-queue"


def test_a_file_that_has_gone_meanwhile_names_no_line(tmp_path: Path) -> None:
    found = named_lines(service_of(T_DEVELOPER, stage="production"), tmp_path / "gone.yaml")
    assert found.of(a_metric("TDeveloper", "GateFindings", Stage="x")) is None
