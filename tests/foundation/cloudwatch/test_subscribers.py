"""Who hears of an alarm: nobody, somebody, or somebody who has not confirmed it."""

import boto3
from botocore.stub import Stubber
from moto import mock_aws

from foundation.cloudwatch.subscribers import Subscribers, read_subscribers, silent_topics
from foundation.readings import NoData


@mock_aws
def test_a_topic_without_a_subscription_reaches_nobody_and_one_that_is_not_there_neither() -> None:
    client = boto3.client("sns", region_name="eu-west-1")
    page = client.create_topic(Name="shop-page")["TopicArn"]
    client.create_topic(Name="shop-ticket")
    client.create_topic(Name="another-shop-page")
    client.subscribe(TopicArn=page, Protocol="email", Endpoint="on-call@example.com")
    found = read_subscribers(client, ["shop-page", "shop-ticket", "shop-none"])
    assert not isinstance(found, NoData)
    assert [(each.topic, each.is_there, each.confirmed_count) for each in found] == [
        ("shop-page", True, 1), ("shop-ticket", True, 0), ("shop-none", False, 0),
    ]  # fmt: skip
    assert [each.sentence for each in silent_topics(found)] == [
        "Nobody is subscribed to shop-ticket: what it is sent reaches nobody.",
        "There is no topic shop-none in eu-west-1: nobody is subscribed.",
    ]


def test_who_has_not_confirmed_hears_of_nothing() -> None:
    client = boto3.client("sns", region_name="eu-west-1", aws_access_key_id="x", aws_secret_access_key="x")
    arn = "arn:aws:sns:eu-west-1:123456789012:shop-page"
    with Stubber(client) as stubber:
        stubber.add_response("list_topics", {"Topics": [{"TopicArn": arn}]})
        stubber.add_response(
            "list_subscriptions_by_topic",
            {"Subscriptions": [{"SubscriptionArn": "PendingConfirmation", "Protocol": "email"}], "NextToken": "1"},
        )
        stubber.add_response("list_subscriptions_by_topic", {"Subscriptions": [{"SubscriptionArn": "Deleted"}]})
        found = read_subscribers(client, ["shop-page"])
    assert not isinstance(found, NoData)
    assert found == (
        Subscribers(topic="shop-page", region="eu-west-1", is_there=True, confirmed_count=0, unconfirmed_count=2),
    )
    (one,) = found
    assert one.sentence == (
        "Nobody is subscribed to shop-page, and 2 not confirmed yet: what it is sent reaches nobody."
    )


def test_one_who_has_confirmed_is_counted() -> None:
    one = Subscribers(topic="shop-page", region="eu-west-1", is_there=True, confirmed_count=1, unconfirmed_count=1)
    assert one.sentence == "1 subscribed to shop-page, and 1 not confirmed yet."
    assert silent_topics([one]) == ()


def test_a_service_that_breaks_off_is_no_data() -> None:
    client = boto3.client("sns", region_name="eu-west-1", aws_access_key_id="x", aws_secret_access_key="x")
    with Stubber(client) as stubber:
        stubber.add_response("list_topics", {"Topics": [], "NextToken": "1"})
        stubber.add_client_error("list_topics", "AuthorizationError", "not you")
        found = read_subscribers(client, ["shop-page"])
    assert isinstance(found, NoData)
