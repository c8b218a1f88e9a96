"""One stage in one place: what was found of who asks, of the services, of the metrics and of the permissions."""

import json
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError, EndpointConnectionError
from moto import mock_aws

import sre.jobs.doctor.examination as module
from infra.checkout import ROOT
from infra.service import T_DEVELOPER, files_of_service, service_of
from sre.cli.stage import stage_from
from sre.jobs.doctor.aws import Account
from sre.jobs.doctor.examination import Examination, Subject, reached
from sre.jobs.doctor.findings import Diagnosis, Finding, Section, State
from sre.jobs.doctor.lines import named_lines
from sre.jobs.doctor.permissions import Allowed, Refused, Unanswered
from sre.jobs.doctor.service_files import ReadFiles, read_service_files
from tests.sre.jobs.doctor.factories import REGION

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
ORDERS = ROOT / "examples" / "orders"
QUEUE = {"QueueName": "orders-shipping-production"}
DEAD = {"QueueName": "orders-shipping-dead-letters-production"}


def read(place: Path | None) -> ReadFiles:
    files = T_DEVELOPER if place is None else files_of_service(place)
    known, make = service_of(files, stage="production"), partial(stage_from, stage="production", service=place)
    return read_service_files(files, known=known, make=make, shown=lambda file: file.name)


@pytest.fixture(scope="module")
def orders() -> ReadFiles:
    return read(ORDERS)


def a_subject(files: ReadFiles, said: list[str] | None = None, **parameters: str) -> Subject:
    lines = None if files.service is None else named_lines(files.service, files.service.files.service)
    return Subject(
        stage_name="production", read=files, lines=lines, service_file="orders/service.yaml", parameters=parameters,
        now=NOW, say=(lambda _: None) if said is None else said.append,
    )  # fmt: skip


def an_account() -> Account:
    return Account(session=boto3.Session(region_name=REGION), region=REGION, credentials="environment variables")


def examined(subject: Subject) -> Diagnosis:
    made = Examination(subject=subject, place=f"AWS in {REGION}", region=REGION, is_local=False)
    made.ask(an_account())
    return made.diagnosis()


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """moto's AWS, whose CloudWatch this is; what moto has not is allowed."""
    monkeypatch.setattr(module, "simulated", lambda _account, _identity, actions: (Allowed(),) * len(actions))
    real = BaseClient._make_api_call  # type: ignore[attr-defined]

    def with_runtimes(self: Any, operation: str, request: Any) -> Any:
        return {} if operation == "DescribeRuntimeVersions" else real(self, operation, request)

    monkeypatch.setattr(BaseClient, "_make_api_call", with_runtimes)
    with mock_aws():
        yield boto3.client("cloudwatch", region_name=REGION)


def put(client: Any, namespace: str, name: str, **dimensions: str) -> None:
    pairs = [{"Name": key, "Value": value} for key, value in dimensions.items()]
    client.put_metric_data(Namespace=namespace, MetricData=[{"MetricName": name, "Dimensions": pairs, "Value": 1.0}])


def refusing(monkeypatch: pytest.MonkeyPatch, operation: str, code: str = "AccessDenied") -> None:
    """Let AWS refuse one operation."""
    below: Callable[..., Any] = BaseClient._make_api_call  # type: ignore[attr-defined]

    def refused(self: Any, asked: str, request: Any) -> Any:
        if asked == operation:
            raise ClientError({"Error": {"Code": code, "Message": "no identity-based policy allows it"}}, asked)
        return below(self, asked, request)

    monkeypatch.setattr(BaseClient, "_make_api_call", refused)


def of_metric(found: Diagnosis, name: str, **dimensions: str) -> Finding:
    (one,) = (
        each.finding
        for each in found.metrics
        if each.metric.name == name and dimensions.items() <= dict(each.metric.dimensions).items()
    )
    return one


def of_permission(found: Diagnosis, action: str) -> Finding:
    (one,) = (each.finding for each in found.permissions if each.action == action)
    return one


def of_line(found: Diagnosis, name: str) -> Finding:
    (one,) = (each for each in found.of(Section.ACCOUNT) if each.name == name)
    return one


def test_what_was_put_is_there_a_dense_metric_that_was_not_is_missing_and_a_sparse_one_is_normal(
    aws: Any, orders: ReadFiles
) -> None:
    put(aws, "AWS/SQS", "ApproximateAgeOfOldestMessage", **QUEUE)
    found = examined(a_subject(orders))
    assert of_metric(found, "ApproximateAgeOfOldestMessage", **QUEUE).state is State.OK
    missing = of_metric(found, "ApproximateAgeOfOldestMessage", **DEAD)
    assert (missing.state, missing.to_do) == (
        State.MISSING, "nothing was sent yet, or the name differs: compare with orders/service.yaml:26",
    )  # fmt: skip
    assert missing.said == (
        "not published in the last two weeks; what was published of its name has the dimensions QueueName of other values"
    )
    assert of_metric(found, "ReadThrottleEvents").state is State.NORMAL
    assert of_metric(found, "Errors", FunctionName="orders-get-production").state is State.MISSING
    assert len(found.metrics) == 54
    assert (found.count(State.NORMAL), found.count(State.NOT_KNOWN)) == (10, 0)


def test_when_all_has_datapoints_nothing_is_missing(aws: Any, orders: ReadFiles) -> None:
    for each in examined(a_subject(orders)).metrics:
        put(aws, each.metric.namespace, each.metric.name, **dict(each.metric.dimensions))
    found = examined(a_subject(orders))
    assert found.is_well
    assert {each.finding.state for each in found.metrics} == {State.OK}
    assert {each.finding.state for each in found.permissions} == {State.OK}


def test_who_asks_is_told_with_account_and_arn_and_every_service_with_its_address(aws: Any, orders: ReadFiles) -> None:
    found = examined(a_subject(orders))
    assert found.identity is not None
    assert found.identity.account == "123456789012"
    assert of_line(found, "identity").said == "account 123456789012, arn:aws:sts::123456789012:user/moto"
    assert of_line(found, "CloudWatch") == Finding(
        name="CloudWatch", state=State.OK, said=f"answers at https://monitoring.{REGION}.amazonaws.com"
    )
    assert [each.name for each in found.of(Section.ACCOUNT)] == [
        "identity", "CloudWatch", "CloudFormation", "SNS", "Synthetics",
    ]  # fmt: skip


def test_one_action_that_is_refused_is_missing_and_the_others_are_not(
    aws: Any, orders: ReadFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    refusing(monkeypatch, "GetDashboard")
    found = examined(a_subject(orders))
    assert of_permission(found, "cloudwatch:GetDashboard") == Finding(
        name="cloudwatch:GetDashboard", state=State.MISSING, said="refused",
        to_do="allow cloudwatch:GetDashboard in a policy of arn:aws:sts::123456789012:user/moto",
    )  # fmt: skip
    others = {each.finding.state for each in found.permissions if each.action != "cloudwatch:GetDashboard"}
    assert others == {State.OK}
    assert of_line(found, "CloudWatch").state is State.OK


def test_where_listing_is_refused_no_metric_is_known(
    aws: Any, orders: ReadFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    refusing(monkeypatch, "ListMetrics")
    found = examined(a_subject(orders))
    assert {(each.finding.state, each.finding.said) for each in found.metrics} == {
        (State.NOT_KNOWN, "cloudwatch:ListMetrics is refused")
    }
    assert of_permission(found, "cloudwatch:ListMetrics").state is State.MISSING


def test_credentials_that_aws_does_not_take_ask_nothing_more(
    aws: Any, orders: ReadFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    refusing(monkeypatch, "GetCallerIdentity", "ExpiredToken")
    said: list[str] = []
    found = examined(a_subject(orders, said))
    assert of_line(found, "identity").said == "the AWS credentials have expired"
    assert {each.finding.said for each in (*found.metrics, *found.permissions)} == {"the AWS credentials have expired"}
    assert (found.identity, len(found.of(Section.ACCOUNT))) == (None, 1)
    assert said == [f"asking AWS in {REGION} who asks"]


def test_without_an_answer_of_sts_the_others_are_asked_all_the_same(
    aws: Any, orders: ReadFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    refusing(monkeypatch, "GetCallerIdentity", "InternalFailure")
    found = examined(a_subject(orders))
    assert of_line(found, "identity").state is State.NOT_KNOWN
    assert of_permission(found, "cloudwatch:GetDashboard").state is State.OK
    # Whose topics these would be, and whose policies decide, is not known.
    unknown = {each.action for each in found.permissions if each.finding.state is State.NOT_KNOWN}
    assert unknown == {
        "sns:ListSubscriptionsByTopic", "ce:GetCostAndUsage", "ce:GetCostForecast", "ce:GetAnomalies",
    }  # fmt: skip


def test_a_service_that_does_not_answer_is_missing_and_what_it_would_have_said_is_not_known(
    aws: Any, orders: ReadFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    below: Callable[..., Any] = BaseClient._make_api_call  # type: ignore[attr-defined]

    def without_sns(self: Any, operation: str, request: Any) -> Any:
        if self.meta.service_model.service_name == "sns":
            raise EndpointConnectionError(endpoint_url=self.meta.endpoint_url)
        return below(self, operation, request)

    monkeypatch.setattr(BaseClient, "_make_api_call", without_sns)
    found = examined(a_subject(orders))
    assert of_line(found, "SNS").state is State.MISSING
    assert of_line(found, "SNS").to_do == "is the Region right, and is there a network?"
    assert of_permission(found, "sns:ListTopics").state is State.NOT_KNOWN
    assert of_line(found, "CloudFormation").state is State.OK


def test_what_does_not_answer_in_time_is_not_known(
    aws: Any, orders: ReadFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = Examination(
        subject=a_subject(orders), place="AWS", region=REGION, is_local=False, until=time.monotonic() - 1
    )

    def silence(questions: Any, *, until: float) -> tuple[None, ...]:
        assert until < time.monotonic()
        return (None,) * len(questions)

    monkeypatch.setattr(module, "at_once", silence)
    made.ask(an_account())
    found = made.diagnosis()
    late = {(each.said, each.to_do) for each in found.findings if each.state is State.NOT_KNOWN}
    assert ("no answer in time", "ask again later") in late
    assert {each.finding.said for each in found.metrics} == {"no answer in time"}
    assert of_line(found, "CloudWatch").state is State.MISSING


def test_the_outputs_of_the_stack_fill_in_what_only_a_deployment_knows_and_options_win(
    aws: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = read(None)
    before = examined(a_subject(files))
    opened = {each.finding.to_do for each in before.metrics if each.finding.said.startswith("only a deployment")}
    assert opened == {
        "give --parameter ArchivesBucket=VALUE", "give --parameter StateMachineArn=VALUE",
        "give --parameter WebSocketApiId=VALUE",
    }  # fmt: skip
    stack = {"Resources": {"T": {"Type": "AWS::SNS::Topic"}}, "Outputs": {"WebSocketApiId": {"Value": "w1"},
             "ArchivesBucket": {"Value": "b"}}}  # fmt: skip
    boto3.client("cloudformation", region_name=REGION).create_stack(
        StackName="t-developer-production-platform", TemplateBody=json.dumps(stack)
    )
    put(aws, "AWS/ApiGateway", "ConnectCount", ApiId="w1", Stage="production")
    after = examined(a_subject(files, ArchivesBucket="mine"))
    assert of_metric(after, "ConnectCount").state is State.OK
    assert (
        of_metric(after, "NumberOfObjects").name
        == "AWS/S3 NumberOfObjects{BucketName=mine,StorageType=AllStorageTypes}"
    )
    assert {each.finding.to_do for each in after.metrics if each.finding.state is State.NOT_KNOWN} == {
        "give --parameter StateMachineArn=VALUE"
    }


def test_a_metric_that_is_in_one_region_is_looked_for_there(aws: Any) -> None:
    files = read(None)
    put(aws, "AWS/Billing", "EstimatedCharges", Currency="USD")
    assert of_metric(examined(a_subject(files)), "EstimatedCharges").state is State.MISSING
    put(boto3.client("cloudwatch", region_name="us-east-1"), "AWS/Billing", "EstimatedCharges", Currency="USD")
    found = examined(a_subject(files))
    assert of_metric(found, "EstimatedCharges").state is State.OK
    (bill,) = (each for each in found.metrics if each.metric.namespace == "AWS/Billing")
    assert bill.region == "us-east-1"


def test_of_files_that_make_no_stage_no_metric_is_known_and_permissions_are_asked_all_the_same(
    aws: Any, orders: ReadFiles
) -> None:
    broken = ReadFiles(findings=(), service=orders.service, stage=None, plan=None)
    found = examined(a_subject(broken))
    (line,) = found.of(Section.METRICS)
    assert (line.state, line.to_do) == (State.NOT_KNOWN, "correct the files first")
    assert found.metrics == ()
    assert found.service == "orders"
    assert of_permission(found, "cloudwatch:GetDashboard").state is State.OK


def test_without_a_service_what_names_something_of_its_own_is_not_asked(aws: Any) -> None:
    found = examined(a_subject(ReadFiles(findings=(), service=None, stage=None, plan=None)))
    assert found.service is None
    assert of_permission(found, "cloudwatch:ListMetrics").state is State.OK
    assert of_permission(found, "cloudwatch:GetDashboard").said == "not asked: what it would be asked of is not known"


def test_a_stage_whose_alarms_look_at_nothing_says_so(orders: ReadFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "watched_metrics", lambda *_: ())
    made = Examination(subject=a_subject(orders), place="AWS", region=REGION, is_local=False)
    made.nobody("no credentials", "sign in")
    (line,) = made.diagnosis().of(Section.METRICS)
    assert (line.state, line.said) == (State.NORMAL, "no alarm and no panel of this stage looks at a metric")


def test_progress_says_what_is_asked_and_of_how_much(aws: Any, orders: ReadFiles) -> None:
    said: list[str] = []
    examined(a_subject(orders, said))
    assert said == [
        f"asking AWS in {REGION} who asks",
        f"asking AWS in {REGION} for the permissions of 15 actions",
        f"asking AWS in {REGION} for 54 metrics by 28 names",
    ]


def test_a_service_is_reached_by_whatever_it_answered() -> None:
    silent = Unanswered(reason="SNS cannot be reached", to_do="look at the network", is_reached=False)
    failed = Unanswered(reason="SNS answered with InternalFailure", to_do="ask again later", is_reached=True)
    for answers in ([Allowed(), silent], [Refused(is_forbidden=False)], [failed]):
        assert reached("SNS", "https://sns", answers) == Finding(
            name="SNS", state=State.OK, said="answers at https://sns"
        )
    assert reached("SNS", "https://sns", [silent, silent]) == Finding(
        name="SNS", state=State.MISSING, said="SNS cannot be reached (https://sns)", to_do="look at the network"
    )
