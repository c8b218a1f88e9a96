"""A plan as Terraform's JSON configuration (https://developer.hashicorp.com/terraform/language/syntax/json), AWS provider 6.

Billing alarms are on the provider alias `billing`, whose Region is us-east-1.
"""

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise
from types import MappingProxyType
from typing import Any, cast

from alarms.chat import configuration_name, guardrail, trust
from alarms.cloudformation import event_pattern, named_alarms, topic_policy
from alarms.model import Plan, PlannedAlarm
from alarms.subscriptions import chat_parameter, parameter_names, parameters_of
from foundation.cloudwatch.alarm_writing import to_request
from foundation.cloudwatch.alarms import MetricAlarm
from foundation.cloudwatch.names import keyed, terraform_label
from foundation.cloudwatch.parameters import (
    ACCOUNT,
    PARTITION,
    PSEUDO_PARAMETERS,
    REGION,
    Parameter,
    json_text,
    parameters_in,
    parametrized,
    parts_of,
)
from foundation.errors import InputError
from foundation.pages import escapes
from foundation.slo.burn_rate import Severity
from foundation.slo.subscription import Channel

# CloudWatch takes 2,048; `expression` of `metric_query` in
# https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/cloudwatch/metric_alarm.go
_MOST_OF_AN_EXPRESSION = 1_024
_DATA: Mapping[Parameter, str] = MappingProxyType(
    {
        REGION: "data.aws_region.current.region",
        ACCOUNT: "data.aws_caller_identity.current.account_id",
        PARTITION: "data.aws_partition.current.partition",
    }
)
# The provider's argument, by the API's key, where it is not the key in snake case.
_RENAMED: Mapping[str, str] = MappingProxyType(
    {
        "AlarmActions": "alarm_actions",
        "OKActions": "ok_actions",
        "InsufficientDataActions": "insufficient_data_actions",
        "EvaluateLowSampleCountPercentile": "evaluate_low_sample_count_percentiles",
        "Metrics": "metric_query",
        "Stat": "stat",
    }
)


class _Attribute(Parameter):
    """What Terraform knows of a resource in the same configuration; `name` is its address."""


def terraform(plan: Plan) -> dict[str, Any]:
    """One configuration with the topics, trace groups, the deployment rule and all alarms.

    Raises InputError for two things of one name, and for an alarm that the provider does not take.
    """
    topics = dict(_topics(plan))
    resources: dict[str, dict[str, Any]] = {
        "aws_sns_topic": {label: topic for label, (topic, _) in topics.items()},
        "aws_sns_topic_policy": {label: policy for label, (_, policy) in topics.items()},
        "aws_sns_topic_subscription": dict(_subscriptions()),
    }
    kinds = {planned.name: _kind(planned) for planned in plan}
    for kind in dict.fromkeys(kinds.values()):
        alarms = ((terraform_label(each.name), _alarm(each, kinds)) for each in plan if kinds[each.name] == kind)
        resources[kind] = keyed(alarms, "alarms")
    groups = (
        (terraform_label(group.name), {"group_name": group.name, "filter_expression": group.filter_expression})
        for group in plan.trace_groups
    )
    rules = (
        (terraform_label(rule.rule_name), {"name": rule.rule_name, "event_pattern": json_text(event_pattern(rule))})
        for rule in plan.deployments
    )
    beside = {"aws_xray_group": keyed(groups, "X-Ray groups"), "aws_cloudwatch_event_rule": keyed(rules, "rules")}
    resources |= {kind: of_a_kind for kind, of_a_kind in beside.items() if of_a_kind} | _chat(plan)
    needed = (each for each in parameters_in(resources) - PSEUDO_PARAMETERS if not isinstance(each, _Attribute))
    # A key that Terraform leaves alone, for comments: https://developer.hashicorp.com/terraform/language/syntax/json
    comment = {"//": f"what if: {', '.join(plan.what_ifs)}"} if plan.what_ifs else {}
    return {
        **comment,
        "terraform": {
            "required_providers": {"aws": {"source": "hashicorp/aws", "version": ">= 6.0"}},
        },
        "provider": {"aws": [{}, {"alias": "billing", "region": "us-east-1"}]},
        "data": {
            "aws_region": {"current": {}},
            "aws_caller_identity": {"current": {}},
            "aws_partition": {"current": {}},
        },
        "variable": {
            **{_variable(each): {"type": "string"} for each in sorted(needed, key=lambda each: each.name)},
            **{_argument(name): {"type": "string", "default": _default(name, plan)} for name in parameter_names()},
        },
        "resource": _written(resources),
        "output": {f"topic_{label}_arn": {"value": f"${{aws_sns_topic.{label}.arn}}"} for label in topics},
    }


def _topics(plan: Plan) -> Iterator[tuple[str, tuple[dict[str, Any], dict[str, Any]]]]:
    """Each topic and its policy, by their label."""
    for severity in Severity:
        for label, is_of_billing in ((severity.value, False), (f"billing_{severity.value}", True)):
            provider = {"provider": "aws.billing"} if is_of_billing else {}
            topic = {"name": plan.context.topic_name(severity, is_of_billing=is_of_billing), **provider}
            arn = parametrized(_Attribute(f"aws_sns_topic.{label}.arn"))
            policy = json_text(topic_policy(arn, account=parametrized(ACCOUNT)))
            yield label, (topic, {"arn": arn, "policy": policy, **provider})


def _subscriptions() -> Iterator[tuple[str, dict[str, Any]]]:
    """Who is subscribed to each topic, by label; nobody unless the variable is given."""
    for severity in Severity:
        for label, provider in ((severity.value, {}), (f"billing_{severity.value}", {"provider": "aws.billing"})):
            for name, channel in parameters_of(severity):
                variable = f"var.{_argument(name)}"
                yield (
                    f"{label}_{channel.name.lower()}",
                    {
                        "count": parametrized(_Attribute(f'{variable} == "" ? 0 : 1')),
                        "topic_arn": parametrized(_Attribute(f"aws_sns_topic.{label}.arn")),
                        "protocol": channel.protocol,
                        "endpoint": parametrized(_Attribute(variable)),
                        **provider,
                    },
                )


def _default(name: str, plan: Plan) -> str:
    """Who is subscribed as the service's files say; a variable's default is no template to Terraform."""
    channels = {chat_parameter(severity): (severity, Channel.CHAT) for severity in Severity} | {
        parameter: (severity, channel.of) for severity in Severity for parameter, channel in parameters_of(severity)
    }
    return plan.endpoint(*channels[name])


def _chat(plan: Plan) -> dict[str, dict[str, Any]]:
    """The Slack channels, one configuration each; a ticket has its own where it is not the page's."""
    page, ticket = (f"var.{_argument(chat_parameter(severity))}" for severity in (Severity.PAGE, Severity.TICKET))

    def configuration(severity: Severity, variable: str, count: str, topics: str) -> dict[str, Any]:
        return {
            "count": parametrized(_Attribute(count)),
            "configuration_name": configuration_name(plan, severity),
            "slack_team_id": parametrized(_Attribute(f'split("/", {variable})[0]')),
            "slack_channel_id": parametrized(_Attribute(f'split("/", {variable})[1]')),
            "iam_role_arn": parametrized(_Attribute("aws_iam_role.chat[0].arn")),
            "guardrail_policy_arns": [guardrail()],
            "sns_topic_arns": parametrized(_Attribute(topics)),
        }

    of_page, of_ticket = (
        f"aws_sns_topic.{severity.value}.arn, aws_sns_topic.billing_{severity.value}.arn"
        for severity in (Severity.PAGE, Severity.TICKET)
    )
    both = f"{page} == {ticket} ? [{of_page}, {of_ticket}] : [{of_page}]"
    has_own = f'{ticket} == "" || {ticket} == {page} ? 0 : 1'
    return {
        "aws_iam_role": {
            "chat": {
                "count": parametrized(_Attribute(f'{page} == "" && {ticket} == "" ? 0 : 1')),
                "assume_role_policy": json_text(trust(parametrized(ACCOUNT))),
            }
        },
        "aws_chatbot_slack_channel_configuration": {
            "page": configuration(Severity.PAGE, page, f'{page} == "" ? 0 : 1', both),
            "ticket": configuration(Severity.TICKET, ticket, has_own, f"[{of_ticket}]"),
        },
    }


def _kind(planned: PlannedAlarm) -> str:
    is_metric = isinstance(planned.alarm, MetricAlarm)
    return "aws_cloudwatch_metric_alarm" if is_metric else "aws_cloudwatch_composite_alarm"


def _alarm(planned: PlannedAlarm, kinds: Mapping[str, str]) -> dict[str, Any]:
    form = to_request(planned.alarm)
    longest = max((len(query.get("Expression", "")) for query in form.get("Metrics", ())), default=0)
    if longest > _MOST_OF_AN_EXPRESSION:
        raise InputError(
            f"alarm {planned.name}: its expression has {longest:,} characters, and Terraform's AWS provider takes "
            f"{_MOST_OF_AN_EXPRESSION:,}; build it with --template cloudformation, or give its objective fewer indicators"
        )
    arguments = {_argument(key): _value(key, value) for key, value in form.items()}
    if "actions_suppressor" in arguments:
        arguments["actions_suppressor"] = {
            "alarm": arguments.pop("actions_suppressor"),
            "wait_period": arguments.pop("actions_suppressor_wait_period"),
            "extension_period": arguments.pop("actions_suppressor_extension_period"),
        }
    if planned.region is not None:
        arguments["provider"] = "aws.billing"
    if below := [f"{kinds[name]}.{terraform_label(name)}" for name in named_alarms(planned) if name in kinds]:
        arguments["depends_on"] = below
    return arguments


def _argument(key: str) -> str:
    return _RENAMED.get(key) or re.sub(r"(?<!^)(?=[A-Z])", "_", key).lower()


def _value(key: str, value: Any) -> Any:
    match key:
        case "Dimensions":
            return {pair["Name"]: pair["Value"] for pair in value}
        case "Metrics":
            return [_query(query) for query in value]
        case _:
            return value


def _query(query: dict[str, Any]) -> dict[str, Any]:
    arguments = {_argument(key): value for key, value in query.items() if key != "MetricStat"}
    if stat := query.get("MetricStat"):
        arguments["metric"] = {
            "namespace": stat["Metric"]["Namespace"],
            "metric_name": stat["Metric"]["MetricName"],
            "dimensions": _value("Dimensions", stat["Metric"].get("Dimensions", [])),
            "period": stat["Period"],
            "stat": stat["Stat"],
        }
    return arguments


def _variable(parameter: Parameter) -> str:
    return _argument(parameter.name)


def _written(value: Any) -> Any:
    """The value with every text as Terraform reads it, the keys of maps included: both are templates to it.

    https://developer.hashicorp.com/terraform/language/syntax/json#expression-mapping
    """
    match value:
        case str():
            return _text(value)
        case Mapping():
            return {_text(key): _written(each) for key, each in cast("Mapping[str, Any]", value).items()}
        case list():
            return [_written(each) for each in cast("list[Any]", value)]
        case _:
            return value


def _text(text: str) -> str:
    parts = parts_of(text)
    written: list[str] = []
    for part, after in pairwise((*parts, "")):
        if isinstance(part, Parameter):
            written.append(f"${{{_reference(part)}}}")
        else:
            escape = escapes.terraform_before_reference if isinstance(after, Parameter) else escapes.terraform
            written.append(escape(part))
    return "".join(written)


def _reference(parameter: Parameter) -> str:
    if isinstance(parameter, _Attribute):
        return parameter.name
    return _DATA.get(parameter) or f"var.{_variable(parameter)}"
