"""A plan as Terraform's JSON configuration (https://developer.hashicorp.com/terraform/language/syntax/json), AWS provider 6.

Billing alarms are on the provider alias `billing`, whose Region is us-east-1.
"""

import json
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, cast

from alarms.cloudformation import event_pattern, topic_policy
from alarms.model import Plan, PlannedAlarm
from foundation.cloudwatch.alarm_writing import to_request
from foundation.cloudwatch.alarms import MetricAlarm
from foundation.slo.burn_rate import Severity

_DATA: Mapping[str, str] = MappingProxyType(
    {
        "AWS::Region": "${data.aws_region.current.region}",
        "AWS::AccountId": "${data.aws_caller_identity.current.account_id}",
        "AWS::Partition": "${data.aws_partition.current.partition}",
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


def terraform(plan: Plan) -> dict[str, Any]:
    """One configuration with the topics, trace groups, the deployment rule and all alarms."""
    resources: dict[str, dict[str, Any]] = {}
    for severity in Severity:
        for label, more in ((severity.value, {}), (f"billing_{severity.value}", {"provider": "aws.billing"})):
            topic = {"name": plan.context.topic_name(severity), **more}
            resources.setdefault("aws_sns_topic", {})[label] = topic
            arn = f"${{aws_sns_topic.{label}.arn}}"
            policy = json.dumps(topic_policy(arn, account=_DATA["AWS::AccountId"]))
            resources.setdefault("aws_sns_topic_policy", {})[label] = {"arn": arn, "policy": policy, **more}
    for planned in plan:
        kind = (
            "aws_cloudwatch_metric_alarm"
            if isinstance(planned.alarm, MetricAlarm)
            else "aws_cloudwatch_composite_alarm"
        )
        resources.setdefault(kind, {})[_label(planned.name)] = _alarm(planned, plan)
    for group in plan.trace_groups:
        resources.setdefault("aws_xray_group", {})[_label(group.name)] = {
            "group_name": group.name,
            "filter_expression": group.filter_expression,
        }
    for rule in plan.deployments:
        resources.setdefault("aws_cloudwatch_event_rule", {})[_label(rule.rule_name)] = {
            "name": rule.rule_name,
            "event_pattern": json.dumps(event_pattern(rule)),
        }
    variables = sorted(set(re.findall(r"\$\{var\.(\w+)\}", json.dumps(resources))))
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
        "variable": {name: {"type": "string"} for name in variables},
        "resource": resources,
    }


def _alarm(planned: PlannedAlarm, plan: Plan) -> dict[str, Any]:
    form = to_request(planned.alarm)
    arguments = {_argument(key): _value(key, value) for key, value in form.items()}
    if "actions_suppressor" in arguments:
        arguments["actions_suppressor"] = {
            "alarm": arguments.pop("actions_suppressor"),
            "wait_period": arguments.pop("actions_suppressor_wait_period"),
            "extension_period": arguments.pop("actions_suppressor_extension_period"),
        }
    if planned.region is not None:
        arguments["provider"] = "aws.billing"
    named = [*re.findall(r'"([^"]+)"', form.get("AlarmRule", "")), form.get("ActionsSuppressor")]
    kinds = {
        other.name: "aws_cloudwatch_metric_alarm"
        if isinstance(other.alarm, MetricAlarm)
        else "aws_cloudwatch_composite_alarm"
        for other in plan
    }
    if below := [f"{kinds[name]}.{_label(name)}" for name in named if name in kinds]:
        arguments["depends_on"] = below
    return arguments


def _argument(key: str) -> str:
    return _RENAMED.get(key) or re.sub(r"(?<!^)(?=[A-Z])", "_", key).lower()


def _value(key: str, value: Any) -> Any:
    match key:
        case "Dimensions":
            return {pair["Name"]: _text(pair["Value"]) for pair in value}
        case "Metrics":
            return [_query(query) for query in value]
        case _ if isinstance(value, list):
            return [_text(each) for each in cast("list[str]", value)]
        case _:
            return _text(value) if isinstance(value, str) else value


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


def _text(text: str) -> str:
    """With our placeholders as Terraform's references."""
    return re.sub(
        r"\$\{([A-Za-z0-9:]+)\}",
        lambda found: _DATA.get(found[1]) or f"${{var.{_argument(found[1])}}}",
        text,
    )


def _label(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9_]", "_", name)
