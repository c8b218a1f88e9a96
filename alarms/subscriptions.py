"""Who is notified of an alarm: an e-mail address, a URL and a Slack channel for each severity, as parameters of a template.

Each is what the service's files say, unless whoever deploys says otherwise; where nobody is named, nobody is notified.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from alarms.model import Plan
from foundation.cloudwatch.names import logical_id
from foundation.slo import subscription
from foundation.slo.burn_rate import Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """One way that SNS reaches somebody, https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html.

    `pattern` is what an endpoint looks like, or that none is given; `of` is what a service's files call it.
    """

    name: str
    protocol: str
    of: subscription.Channel
    described: str

    @property
    def pattern(self) -> str:
        """In CloudFormation's and Python's words."""
        return pattern_of(self.of)


def pattern_of(channel: subscription.Channel) -> str:
    """What a parameter of a channel takes: an endpoint, or none."""
    return f"^$|^{channel.pattern}$"


CHANNELS = (
    Channel(
        name="Email", protocol="email", of=subscription.Channel.EMAIL,
        described="An e-mail address, whose owner confirms it",
    ),
    Channel(
        name="Url", protocol="https", of=subscription.Channel.HTTPS,
        described="An https address, such as that of an on-call service, which confirms it",
    ),
)  # fmt: skip


def subscription_parts(plan: Plan, *, is_of_billing: bool) -> dict[str, dict[str, Any]]:
    """Parameters, Conditions, Resources and Outputs of a template with the topics of a plan, but for its chat."""
    parameters: dict[str, Any] = {}
    conditions: dict[str, Any] = {}
    resources: dict[str, Any] = {}
    outputs: dict[str, Any] = {}
    for severity in Severity:
        topic = logical_id("topic", severity.value)
        name = plan.context.topic_name(severity, is_of_billing=is_of_billing)
        outputs[f"{topic}Arn"] = {"Description": f"The topic {name}", "Value": {"Ref": topic}}
        for parameter, channel in parameters_of(severity):
            what = f"{channel.described}, notified of every {severity.value}; nobody unless it is given"
            parameters[parameter] = parameter_of(channel.of, what, default=plan.endpoint(severity, channel.of))
            conditions[f"Has{parameter}"] = is_given(parameter)
            resources[f"Subscription{severity.value.title()}{channel.name}"] = {
                "Type": "AWS::SNS::Subscription",
                "Condition": f"Has{parameter}",
                "Properties": {
                    "TopicArn": {"Ref": topic}, "Protocol": channel.protocol, "Endpoint": {"Ref": parameter},
                },
            }  # fmt: skip
    return {"Parameters": parameters, "Conditions": conditions, "Resources": resources, "Outputs": outputs}


def parameter_of(channel: subscription.Channel, described: str, *, default: str) -> dict[str, Any]:
    """The parameter of a channel, which may be left empty."""
    return {
        "Type": "String", "Default": default, "AllowedPattern": pattern_of(channel), "Description": described,
    }  # fmt: skip


def is_given(parameter: str) -> dict[str, Any]:
    """The condition that a parameter is not empty."""
    return {"Fn::Not": [{"Fn::Equals": [{"Ref": parameter}, ""]}]}


def parameter_names(*, is_of_billing: bool = False) -> tuple[str, ...]:
    """The names of the parameters of a template that has topics; a Slack channel has those of the bill from the workload's."""
    by_topic = tuple(name for severity in Severity for name, _ in parameters_of(severity))
    return by_topic if is_of_billing else (*by_topic, *map(chat_parameter, Severity))


def parameters_of(severity: Severity) -> Iterator[tuple[str, Channel]]:
    """The parameters of a severity, each with the channel that it opens."""
    for channel in CHANNELS:
        yield f"Notify{severity.value.title()}{channel.name}", channel


def chat_parameter(severity: Severity) -> str:
    """The parameter with the Slack channel of a severity."""
    return f"Notify{severity.value.title()}Chat"
