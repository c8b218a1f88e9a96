"""A Slack channel that alarms notify, by Amazon Q in chat applications: one configuration a channel, with all of its topics.

An account has one configuration of a channel at most, so that the workload's template has the topics of the bill, too:
https://github.com/hashicorp/terraform-provider-awscc/issues/1011. Somebody authorises the workspace first, in the console:
https://docs.aws.amazon.com/chatbot/latest/adminguide/slack-setup.html
"""

from typing import Any

from alarms.model import BILLING_REGION, Plan
from alarms.subscriptions import chat_parameter, is_given, parameter_of
from foundation.cloudwatch import name_limits
from foundation.cloudwatch.parameters import ACCOUNT, PARTITION, REGION, parametrized
from foundation.slo.burn_rate import Severity
from foundation.slo.subscription import Channel

_IS_ONE, _HAS_ANY = "ChatIsOne", "HasChat"
_ROLE = "ChatRole"
_PAGE, _TICKET = chat_parameter(Severity.PAGE), chat_parameter(Severity.TICKET)


def chat_parts(plan: Plan) -> dict[str, dict[str, Any]]:
    """Parameters, Conditions and Resources that bring alarms of each severity to a Slack channel; texts have parameters."""
    described = (
        "The ids of a Slack workspace and of its channel, as WORKSPACE/CHANNEL, notified of every {}; none unless given"
    )
    return {
        "Parameters": {
            chat_parameter(severity): parameter_of(
                Channel.CHAT, described.format(severity.value), default=plan.endpoint(severity, Channel.CHAT)
            )
            for severity in Severity
        },
        "Conditions": {
            f"Has{_PAGE}": is_given(_PAGE),
            # As a text: of two parameters that are compared, CDK's own check thinks that they always differ.
            _IS_ONE: {"Fn::Equals": [{"Fn::Sub": f"${{{_PAGE}}}"}, {"Ref": _TICKET}]},
            # Where both are one channel, the configuration of the page has the tickets, too.
            f"Has{_TICKET}": {"Fn::And": [is_given(_TICKET), {"Fn::Not": [{"Condition": _IS_ONE}]}]},
            _HAS_ANY: {"Fn::Or": [is_given(_PAGE), is_given(_TICKET)]},
        },
        "Resources": {
            _ROLE: {
                "Type": "AWS::IAM::Role",
                "Condition": _HAS_ANY,
                "Properties": {"AssumeRolePolicyDocument": trust(parametrized(ACCOUNT))},
            },
            "ChatPage": _configuration(plan, Severity.PAGE),
            "ChatTicket": _configuration(plan, Severity.TICKET),
        },
    }


def configuration_name(plan: Plan, severity: Severity) -> str:
    """What the configuration of a severity's channel is called."""
    return plan.context.scope.named(name_limits.CHAT_CHANNEL, severity.value)


def topic_arns(plan: Plan, severity: Severity) -> tuple[str, str]:
    """The topics of a severity: that of the workload, and that of the bill, in its Region."""
    arn = ("arn:", PARTITION, ":sns:")
    names = [plan.context.topic_name(severity, is_of_billing=is_of_billing) for is_of_billing in (False, True)]
    return (
        parametrized(*arn, REGION, ":", ACCOUNT, ":", names[0]),
        parametrized(*arn, BILLING_REGION, ":", ACCOUNT, ":", names[1]),
    )


def trust(account: str) -> dict[str, Any]:
    """Who may take the role: Amazon Q in chat applications, for this account. The role itself may do nothing."""
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "chatbot.amazonaws.com"},
                "Action": "sts:AssumeRole",
                "Condition": {"StringEquals": {"aws:SourceAccount": account}},
            }
        ],
    }


def guardrail() -> str:
    """What nobody in the channel may do more than; without one it is everything."""
    return parametrized("arn:", PARTITION, ":iam::aws:policy/AWSDenyAll")


def _configuration(plan: Plan, severity: Severity) -> dict[str, Any]:
    parameter = chat_parameter(severity)
    ids = {"Fn::Split": ["/", {"Ref": parameter}]}
    topics: list[Any] = list(topic_arns(plan, severity))
    if severity is Severity.PAGE:
        no_value = {"Ref": "AWS::NoValue"}
        topics += [{"Fn::If": [_IS_ONE, arn, no_value]} for arn in topic_arns(plan, Severity.TICKET)]
    return {
        "Type": "AWS::Chatbot::SlackChannelConfiguration",
        "Condition": f"Has{parameter}",
        # By their ARNs it is not seen that they are needed.
        "DependsOn": ["TopicPage", "TopicTicket"],
        "Properties": {
            "ConfigurationName": configuration_name(plan, severity),
            "SlackWorkspaceId": {"Fn::Select": [0, ids]},
            "SlackChannelId": {"Fn::Select": [1, ids]},
            "IamRoleArn": {"Fn::GetAtt": [_ROLE, "Arn"]},
            "GuardrailPolicies": [guardrail()],
            "SnsTopicArns": topics,
        },
    }
