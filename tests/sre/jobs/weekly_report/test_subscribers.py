"""Each topic of a plan is asked in its own Region: those of the bill in us-east-1, wherever the workload is."""

import boto3
import pytest
from moto import mock_aws

from alarms.plan import plan_of
from foundation.readings import NoData
from infra.stage import make_stage
from sre.jobs.weekly_report.subscribers import subscribers_of
from tests.sre.cli.command_line import sre


@pytest.fixture
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.setenv(name, "testing")


@mock_aws
@pytest.mark.usefixtures("credentials")
def test_a_topic_is_asked_where_it_is() -> None:
    for region, name in (("eu-west-1", "page"), ("us-east-1", "billing-page")):
        client = boto3.client("sns", region_name=region)
        arn = client.create_topic(Name=f"t-developer-production-{name}")["TopicArn"]
        client.subscribe(TopicArn=arn, Protocol="email", Endpoint="on-call@example.com")
    found = subscribers_of(plan_of(make_stage("production")), region="eu-west-1")
    assert not isinstance(found, NoData)
    assert {each.topic.removeprefix("t-developer-production-"): (each.region, each.confirmed_count) for each in found} == {
        "page": ("eu-west-1", 1), "ticket": ("eu-west-1", 0), "billing-page": ("us-east-1", 1),
        "billing-ticket": ("us-east-1", 0),
    }  # fmt: skip


@mock_aws
@pytest.mark.usefixtures("credentials")
def test_the_list_of_alarms_says_that_nobody_is_subscribed() -> None:
    done = sre("alarms", "list", "--region", "eu-west-1")
    assert done.returncode == 0
    assert "There is no topic t-developer-production-page in eu-west-1: nobody is subscribed." in " ".join(
        done.stdout.split()
    )


def test_without_a_region_the_list_says_how_somebody_is() -> None:
    said = " ".join(sre("alarms", "list").stdout.split())
    assert "Nobody is subscribed unless the stack is deployed with NotifyPageEmail, NotifyPageUrl, " in said
