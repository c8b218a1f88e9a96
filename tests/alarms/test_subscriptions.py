"""Who hears of an alarm: parameters that subscribe nobody unless they are given, and what they take."""

import re
from dataclasses import replace

import pytest

from alarms.subscriptions import CHANNELS, parameter_names, subscription_parts
from foundation.slo.burn_rate import Severity
from foundation.slo.subscription import Channel, Subscription
from tests.alarms.test_terraform import PLAN


def test_a_template_subscribes_nobody_unless_a_parameter_is_given() -> None:
    parts = subscription_parts(PLAN, is_of_billing=False)
    assert tuple(parts["Parameters"]) == parameter_names(is_of_billing=True) == (
        "NotifyPageEmail", "NotifyPageUrl", "NotifyTicketEmail", "NotifyTicketUrl",
    )  # fmt: skip
    assert {each["Default"] for each in parts["Parameters"].values()} == {""}
    assert parts["Conditions"]["HasNotifyPageUrl"] == {"Fn::Not": [{"Fn::Equals": [{"Ref": "NotifyPageUrl"}, ""]}]}
    assert parts["Resources"]["SubscriptionTicketEmail"] == {
        "Type": "AWS::SNS::Subscription",
        "Condition": "HasNotifyTicketEmail",
        "Properties": {
            "TopicArn": {"Ref": "TopicTicket"}, "Protocol": "email", "Endpoint": {"Ref": "NotifyTicketEmail"},
        },
    }  # fmt: skip


def test_whom_the_services_files_name_is_subscribed_unless_whoever_deploys_says_otherwise() -> None:
    mail = Subscription(severity=Severity.TICKET, channel=Channel.EMAIL, endpoint="team@example.com")
    plan = replace(PLAN, subscriptions=(mail,))
    for is_of_billing in (False, True):
        parameters = subscription_parts(plan, is_of_billing=is_of_billing)["Parameters"]
        assert {name: each["Default"] for name, each in parameters.items() if each["Default"]} == {
            "NotifyTicketEmail": "team@example.com"
        }


def test_the_arn_of_each_topic_is_an_output_with_its_name() -> None:
    outputs = subscription_parts(PLAN, is_of_billing=True)["Outputs"]
    assert outputs["TopicPageArn"] == {
        "Description": "The topic t-developer-production-billing-page", "Value": {"Ref": "TopicPage"},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "endpoint", "is_taken"),
    [
        ("Email", "", True),
        ("Email", "on-call@example.com", True),
        ("Email", "on-call", False),
        ("Email", "on call@example.com", False),
        ("Url", "", True),
        ("Url", "https://events.example.com/x?key=1", True),
        ("Url", "https://events.example.com", True),
        ("Url", "http://events.example.com", False),
        ("Url", "https:///x", False),
        ("Url", "https://events example.com", False),
        ("Email", "on-call@example.com\n", False),
        ("Email", "größe@example.com", False),
        ("Url", "https://events.example.com/\x1b", False),
    ],
)
def test_cloudformation_refuses_an_endpoint_that_is_none(name: str, endpoint: str, is_taken: bool) -> None:
    (channel,) = (each for each in CHANNELS if each.name == name)
    assert bool(re.fullmatch(channel.pattern, endpoint)) is is_taken
