"""ListMetrics, one namespace and name at a time: narrowed, page by page within bounds, and under which other dimensions."""

from collections.abc import Sequence
from typing import Any

import boto3
import pytest
from moto import mock_aws

from foundation.cloudwatch.metrics import Metric
from sre.jobs.doctor.listing_source import MOST_PAGES, Lister
from sre.jobs.doctor.metrics import Listed, NotListed
from tests.sre.jobs.doctor.factories import IDENTITY, REGION, StubbedAccount, a_metric, watched

SENT = a_metric("AWS/SQS", "NumberOfMessagesSent", QueueName="q")
PASSED = a_metric("Orders", "Finished", Outcome="passed", Stage="production")
FAILED = a_metric("Orders", "Finished", Outcome="failed", Stage="production")


def answer(*metrics: Metric, more: str | None = None) -> dict[str, Any]:
    rows = [
        {
            "Namespace": each.namespace,
            "MetricName": each.name,
            "Dimensions": [{"Name": name, "Value": value} for name, value in each.dimensions],
        }
        for each in metrics
    ]
    return {"Metrics": rows, **({} if more is None else {"NextToken": more})}


def asked(*dimensions: tuple[str, str], of: Metric, token: str | None = None) -> dict[str, Any]:
    request: dict[str, Any] = {"Namespace": of.namespace, "MetricName": of.name}
    if dimensions:
        request["Dimensions"] = [{"Name": name, "Value": value} for name, value in dimensions]
    return {**request, **({} if token is None else {"NextToken": token})}


@pytest.fixture
def account() -> StubbedAccount:
    return StubbedAccount("cloudwatch")


def look(account: StubbedAccount, *wanted: Metric) -> Listed | NotListed:
    lister = Lister(client=account.client("cloudwatch"), name="CloudWatch", whose=IDENTITY.arn)
    found = lister.look(tuple(map(watched, wanted)))
    account.stubs["cloudwatch"].assert_no_pending_responses()
    return found


def will_answer(account: StubbedAccount, answers: Sequence[tuple[dict[str, Any], dict[str, Any]]]) -> None:
    for response, request in answers:
        account.stubs["cloudwatch"].add_response("list_metrics", response, request)


def test_what_is_there_is_asked_for_once_by_its_dimensions(account: StubbedAccount) -> None:
    will_answer(account, [(answer(SENT), asked(("QueueName", "q"), of=SENT))])
    assert look(account, SENT) == Listed(series=frozenset({SENT}), is_whole=True)


def test_several_of_one_name_are_asked_for_by_what_they_share(account: StubbedAccount) -> None:
    will_answer(account, [(answer(PASSED, FAILED), asked(("Stage", "production"), of=PASSED))])
    assert look(account, PASSED, FAILED) == Listed(series=frozenset({PASSED, FAILED}), is_whole=True)


def test_of_one_that_is_not_there_the_other_dimensions_of_its_name_are_asked_for(account: StubbedAccount) -> None:
    others = (
        a_metric("AWS/SQS", "NumberOfMessagesSent", QueueName="other"), a_metric("AWS/SQS", "NumberOfMessagesSent"),
        a_metric("AWS/SQS", "NumberOfMessagesSent", queue="q", Account="1"),
    )  # fmt: skip
    will_answer(
        account, [(answer(), asked(("QueueName", "q"), of=SENT)), (answer(*others, more="2"), asked(of=SENT))]
    )  # fmt: skip
    assert look(account, SENT) == Listed(
        series=frozenset(), is_whole=True, others=((), ("Account", "queue"), ("QueueName",))
    )


def test_where_nothing_narrows_the_listing_nothing_is_asked_twice(account: StubbedAccount) -> None:
    bare = a_metric("AWS/Bedrock", "Invocations")
    of_a_model = a_metric("AWS/Bedrock", "Invocations", ModelId="m")
    will_answer(account, [(answer(of_a_model), asked(of=bare))])
    assert look(account, bare) == Listed(series=frozenset({of_a_model}), is_whole=True)


def test_every_page_is_read_up_to_a_bound(account: StubbedAccount) -> None:
    pages = [a_metric("AWS/SQS", "NumberOfMessagesSent", QueueName="q", Page=str(each)) for each in range(MOST_PAGES)]
    by = ("QueueName", "q")
    tokens = [None, *(str(each) for each in range(1, MOST_PAGES + 1))]
    will_answer(
        account,
        [(answer(page, more=tokens[at + 1]), asked(by, of=SENT, token=tokens[at])) for at, page in enumerate(pages)],
    )
    assert look(account, SENT) == Listed(series=frozenset(pages), is_whole=False)


def test_the_last_page_has_no_token(account: StubbedAccount) -> None:
    other = a_metric("AWS/SQS", "NumberOfMessagesSent", QueueName="q", More="x")
    by = ("QueueName", "q")
    will_answer(
        account, [(answer(other, more="2"), asked(by, of=SENT)), (answer(SENT), asked(by, of=SENT, token="2"))]
    )  # fmt: skip
    assert look(account, SENT) == Listed(series=frozenset({other, SENT}), is_whole=True)


def test_a_name_that_no_metric_of_today_can_have_is_passed_over(account: StubbedAccount) -> None:
    response = answer(SENT)
    response["Metrics"].append({"Namespace": "N", "MetricName": "ä", "Dimensions": []})
    will_answer(account, [(response, asked(("QueueName", "q"), of=SENT))])
    assert look(account, SENT) == Listed(series=frozenset({SENT}), is_whole=True)


def test_a_refusal_names_the_action_and_to_whom_it_is_to_be_allowed(account: StubbedAccount) -> None:
    account.stubs["cloudwatch"].add_client_error("list_metrics", "AccessDenied")
    assert look(account, SENT) == NotListed(
        reason="cloudwatch:ListMetrics is refused", to_do=f"allow cloudwatch:ListMetrics in a policy of {IDENTITY.arn}"
    )


def test_another_error_is_its_reason(account: StubbedAccount) -> None:
    account.stubs["cloudwatch"].add_client_error("list_metrics", "InternalServiceFault", "oh")
    assert look(account, SENT) == NotListed(
        reason="CloudWatch answered ListMetrics with InternalServiceFault: oh", to_do="ask again later"
    )


def test_what_was_put_is_listed_with_exactly_its_dimensions() -> None:
    with mock_aws():
        client = boto3.client("cloudwatch", region_name=REGION, aws_access_key_id="a", aws_secret_access_key="b")
        for metric in (PASSED, a_metric("Orders", "Finished", Stage="production")):
            dimensions: Any = [{"Name": name, "Value": value} for name, value in metric.dimensions]
            client.put_metric_data(
                Namespace="Orders", MetricData=[{"MetricName": "Finished", "Dimensions": dimensions, "Value": 1.0}]
            )
        lister = Lister(client=client, name="CloudWatch", whose=IDENTITY.arn)
        found = lister.look((watched(PASSED), watched(FAILED)))
    assert isinstance(found, Listed)
    assert PASSED in found.series
    assert FAILED not in found.series
    assert ("Stage",) in {*found.others, *(tuple(name for name, _ in each.dimensions) for each in found.series)}
