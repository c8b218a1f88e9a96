"""A Slack channel that hears of alarms: one configuration a channel, with the topics of all that it hears of."""

from dataclasses import replace
from typing import Any

import pytest

from alarms.chat import chat_parts, trust
from alarms.cloudformation import billing_template, workload_template
from alarms.subscriptions import chat_parameter, parameter_names
from alarms.terraform import terraform
from foundation.slo.burn_rate import Severity
from foundation.slo.subscription import Channel, Subscription
from tests.alarms.test_terraform import PLAN

PAGES = Subscription(severity=Severity.PAGE, channel=Channel.CHAT, endpoint="T1/C1")
RESOURCES = workload_template(PLAN)["Resources"]


def condition(name: str, given: dict[str, str]) -> bool:
    return bool(_value({"Condition": name}, workload_template(PLAN)["Conditions"], given))


def _value(form: Any, conditions: dict[str, Any], given: dict[str, str]) -> Any:
    """Conditions as CloudFormation reads them."""
    match form:
        case {"Condition": str(name)}:
            return _value(conditions[name], conditions, given)
        case {"Ref": str(name)}:
            return given.get(name, "")
        case {"Fn::Sub": str(text)}:
            return given.get(text.removeprefix("${").removesuffix("}"), "")
        case {"Fn::Equals": [one, other]}:
            return _value(one, conditions, given) == _value(other, conditions, given)
        case {"Fn::Not": [one]}:
            return not _value(one, conditions, given)
        case {"Fn::And": list(parts)}:
            return all(_value(part, conditions, given) for part in parts)
        case {"Fn::Or": list(parts)}:
            return any(_value(part, conditions, given) for part in parts)
        case _:
            return form


@pytest.mark.parametrize(
    ("page", "ticket", "made"),
    [
        ("", "", ()),
        ("T1/C1", "", ("ChatRole", "ChatPage")),
        ("", "T1/C1", ("ChatRole", "ChatTicket")),
        ("T1/C1", "T1/C2", ("ChatRole", "ChatPage", "ChatTicket")),
        # An account has one configuration of a channel at most.
        ("T1/C1", "T1/C1", ("ChatRole", "ChatPage")),
    ],
)
def test_there_is_one_configuration_a_channel(page: str, ticket: str, made: tuple[str, ...]) -> None:
    given = {"NotifyPageChat": page, "NotifyTicketChat": ticket}
    chats = {name: each for name, each in RESOURCES.items() if name.startswith("Chat")}
    assert tuple(name for name, each in chats.items() if condition(each["Condition"], given)) == made


def test_a_channel_hears_of_the_workload_and_of_the_bill_and_of_tickets_where_they_are_its_too() -> None:
    topics = RESOURCES["ChatPage"]["Properties"]["SnsTopicArns"]
    arn = "arn:${AWS::Partition}:sns:"
    assert topics[:2] == [
        {"Fn::Sub": f"{arn}${{AWS::Region}}:${{AWS::AccountId}}:t-developer-production-page"},
        {"Fn::Sub": f"{arn}us-east-1:${{AWS::AccountId}}:t-developer-production-billing-page"},
    ]
    assert [each["Fn::If"][0] for each in topics[2:]] == ["ChatIsOne", "ChatIsOne"]
    assert len(RESOURCES["ChatTicket"]["Properties"]["SnsTopicArns"]) == 2
    assert RESOURCES["ChatPage"]["DependsOn"] == ["TopicPage", "TopicTicket"]


def test_nobody_in_a_channel_may_do_anything() -> None:
    properties = RESOURCES["ChatPage"]["Properties"]
    assert properties["GuardrailPolicies"] == [{"Fn::Sub": "arn:${AWS::Partition}:iam::aws:policy/AWSDenyAll"}]
    assert set(RESOURCES["ChatRole"]["Properties"]) == {"AssumeRolePolicyDocument"}
    assert trust("1")["Statement"][0]["Condition"] == {"StringEquals": {"aws:SourceAccount": "1"}}


def test_the_files_of_a_service_are_the_parameters_defaults_in_both_languages() -> None:
    plan = replace(PLAN, subscriptions=(PAGES,))
    assert workload_template(plan)["Parameters"]["NotifyPageChat"]["Default"] == "T1/C1"
    assert workload_template(PLAN)["Parameters"]["NotifyPageChat"]["Default"] == ""
    variables = terraform(plan)["variable"]
    assert (variables["notify_page_chat"]["default"], variables["notify_ticket_chat"]["default"]) == ("T1/C1", "")
    assert "NotifyPageChat" not in billing_template(plan)["Parameters"]
    assert set(parameter_names()) - set(parameter_names(is_of_billing=True)) == set(map(chat_parameter, Severity))
    assert set(chat_parts(plan)["Parameters"]) == {"NotifyPageChat", "NotifyTicketChat"}


def test_terraform_says_the_same() -> None:
    made = terraform(PLAN)["resource"]
    page, ticket = (made["aws_chatbot_slack_channel_configuration"][each] for each in ("page", "ticket"))
    assert page["count"] == '${var.notify_page_chat == "" ? 0 : 1}'
    assert (
        ticket["count"] == '${var.notify_ticket_chat == "" || var.notify_ticket_chat == var.notify_page_chat ? 0 : 1}'
    )
    of_page = "aws_sns_topic.page.arn, aws_sns_topic.billing_page.arn"
    of_ticket = "aws_sns_topic.ticket.arn, aws_sns_topic.billing_ticket.arn"
    assert page["sns_topic_arns"] == (
        f"${{var.notify_page_chat == var.notify_ticket_chat ? [{of_page}, {of_ticket}] : [{of_page}]}}"
    )
    assert ticket["sns_topic_arns"] == f"${{[{of_ticket}]}}"
    assert page["slack_team_id"] == '${split("/", var.notify_page_chat)[0]}'
    assert page["configuration_name"] == "t-developer-production-page"
