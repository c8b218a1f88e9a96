"""Who hears of an alarm: an e-mail address and a URL for each severity, as parameters of a template; nobody unless one is given.

A chat channel is not subscribed here: Amazon Q in chat applications is given the topic's ARN, which is an output.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from alarms.model import Plan
from foundation.cloudwatch.names import logical_id
from foundation.slo.burn_rate import Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """One way that SNS reaches somebody, https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html.

    `pattern` is what an endpoint looks like, or that none is given.
    """

    name: str
    protocol: str
    pattern: str
    described: str


CHANNELS = (
    Channel(
        name="Email", protocol="email", pattern=r"^$|^[^@\s]+@[^@\s]+\.[^@\s]+$",
        described="An e-mail address, whose owner confirms it",
    ),
    Channel(
        name="Url", protocol="https", pattern=r"^$|^https://[^\s/]+(/\S*)?$",
        described="An https address, such as that of an on-call service, which confirms it",
    ),
)  # fmt: skip


def subscription_parts(plan: Plan, *, is_of_billing: bool) -> dict[str, dict[str, Any]]:
    """Parameters, Conditions, Resources and Outputs of a template with the topics of a plan."""
    parameters: dict[str, Any] = {}
    conditions: dict[str, Any] = {}
    resources: dict[str, Any] = {}
    outputs: dict[str, Any] = {}
    for severity in Severity:
        topic = logical_id("topic", severity.value)
        name = plan.context.topic_name(severity, is_of_billing=is_of_billing)
        outputs[f"{topic}Arn"] = {"Description": f"The topic {name}", "Value": {"Ref": topic}}
        for parameter, channel in parameters_of(severity):
            what = f"{channel.described}, that hears of every {severity.value}; nobody unless it is given"
            parameters[parameter] = {
                "Type": "String", "Default": "", "AllowedPattern": channel.pattern, "Description": what,
            }  # fmt: skip
            conditions[f"Has{parameter}"] = {"Fn::Not": [{"Fn::Equals": [{"Ref": parameter}, ""]}]}
            resources[f"Subscription{severity.value.title()}{channel.name}"] = {
                "Type": "AWS::SNS::Subscription",
                "Condition": f"Has{parameter}",
                "Properties": {
                    "TopicArn": {"Ref": topic}, "Protocol": channel.protocol, "Endpoint": {"Ref": parameter},
                },
            }  # fmt: skip
    return {"Parameters": parameters, "Conditions": conditions, "Resources": resources, "Outputs": outputs}


def parameter_names() -> tuple[str, ...]:
    """The names of the parameters of every template that has topics."""
    return tuple(name for severity in Severity for name, _ in parameters_of(severity))


def parameters_of(severity: Severity) -> Iterator[tuple[str, Channel]]:
    """The parameters of a severity, each with the channel that it opens."""
    for channel in CHANNELS:
        yield f"Notify{severity.value.title()}{channel.name}", channel
