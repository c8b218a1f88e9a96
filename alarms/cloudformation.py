"""A plan as CloudFormation resources, one template a Region: topics, trace groups, the deployment rule, the alarms."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, cast

from alarms.model import BILLING_REGION, FailedDeployments, Plan, PlannedAlarm
from foundation.cloudwatch.alarm_writing import to_cloudformation
from foundation.service.stage import with_what_ifs
from foundation.slo.burn_rate import Severity

# CloudFormation's own words for a stack operation that did not end as it should:
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html
FAILED_STATUSES = (
    "CREATE_FAILED", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "DELETE_FAILED", "UPDATE_FAILED", "UPDATE_ROLLBACK_COMPLETE",
    "UPDATE_ROLLBACK_FAILED", "IMPORT_ROLLBACK_COMPLETE", "IMPORT_ROLLBACK_FAILED",
)  # fmt: skip
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-description-structure.html
_MOST_DESCRIPTION = 1_024
_PSEUDO = frozenset({"AWS::Region", "AWS::AccountId", "AWS::Partition"})
_PLACEHOLDER = re.compile(r"\$\{([A-Za-z0-9:]+)\}")


def workload_template(plan: Plan) -> dict[str, Any]:
    """The template for the workload's own Region; what only a deployment knows are its parameters."""
    alarms = [planned for planned in plan if planned.region is None]
    resources = {**_topics(plan), **_alarms(alarms)}
    for group in plan.trace_groups:
        resources[logical_id("group", group.name)] = {
            "Type": "AWS::XRay::Group",
            "Properties": {"GroupName": group.name, "FilterExpression": group.filter_expression},
        }
    for rule in plan.deployments:
        resources[logical_id("rule", rule.rule_name)] = _rule(rule)
    return _template(plan, f"{plan.context.prefix}: alarms, by the burn-rate policy {plan.policy}", resources)


def billing_template(plan: Plan) -> dict[str, Any]:
    """The template for us-east-1, where alone the billing metrics are."""
    alarms = [planned for planned in plan if planned.region == BILLING_REGION]
    return _template(plan, f"{plan.context.prefix}: alarms on the bill", {**_topics(plan), **_alarms(alarms)})


def logical_id(kind: str, name: str) -> str:
    """A CloudFormation logical id: letters and digits of the name's words, so that it stays when its neighbours change."""
    return kind.title() + "".join(part[:1].upper() + part[1:] for part in re.split(r"[^A-Za-z0-9]+", name))


def description_of(text: str, what_ifs: Sequence[str]) -> str:
    """What a template says of itself, with what was changed to ask what would be."""
    return with_what_ifs(text, what_ifs)[:_MOST_DESCRIPTION]


def _template(plan: Plan, description: str, resources: dict[str, Any]) -> dict[str, Any]:
    filled = cast("dict[str, Any]", _with_substitutions(resources))
    parameters = sorted({name for name in _PLACEHOLDER.findall(str(resources)) if name not in _PSEUDO})
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": description_of(description, plan.what_ifs),
        **(
            {"Parameters": {name: {"Type": "String", "Description": f"{name} of {plan.context.prefix}"} for name in parameters}}
            if parameters
            else {}
        ),
        "Resources": filled,
    }  # fmt: skip


def _topics(plan: Plan) -> dict[str, Any]:
    resources: dict[str, Any] = {}
    for severity in Severity:
        topic = logical_id("topic", severity.value)
        resources[topic] = {
            "Type": "AWS::SNS::Topic",
            "Properties": {
                "TopicName": plan.context.topic_name(severity),
                "DisplayName": f"{plan.context.prefix} {severity.value}",
            },
        }
        resources[f"{topic}Policy"] = {
            "Type": "AWS::SNS::TopicPolicy",
            "Properties": {
                "Topics": [{"Ref": topic}],
                "PolicyDocument": topic_policy(plan.context.topic_arn(severity), account="${AWS::AccountId}"),
            },
        }
    return resources


def topic_policy(topic_arn: str, *, account: str) -> dict[str, Any]:
    """Who may publish: CloudWatch for its own account, and nobody without TLS."""
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "Alarms",
                "Effect": "Allow",
                "Principal": {"Service": "cloudwatch.amazonaws.com"},
                "Action": "sns:Publish",
                "Resource": topic_arn,
                "Condition": {"StringEquals": {"aws:SourceAccount": account}},
            },
            {
                "Sid": "OnlyWithTls",
                "Effect": "Deny",
                "Principal": "*",
                "Action": "sns:Publish",
                "Resource": topic_arn,
                "Condition": {"Bool": {"aws:SecureTransport": "false"}},
            },
        ],
    }


def _alarms(alarms: list[PlannedAlarm]) -> dict[str, Any]:
    resources: dict[str, Any] = {}
    for planned in alarms:
        resource = to_cloudformation(planned.alarm)
        below = [other for other in alarms if f'"{other.name}"' in resource["Properties"].get("AlarmRule", "")]
        below += [other for other in alarms if other.name == resource["Properties"].get("ActionsSuppressor")]
        if below:
            resource["DependsOn"] = sorted(logical_id("alarm", other.name) for other in below)
        resources[logical_id("alarm", planned.name)] = resource
    return resources


def event_pattern(rule: FailedDeployments) -> dict[str, Any]:
    """The EventBridge pattern of the operations that a rule counts."""
    return {
        "source": ["aws.cloudformation"],
        "detail-type": ["CloudFormation Stack Status Change"],
        "detail": {
            "stack-id": [{"wildcard": f"arn:*:stack/{rule.stack_name_prefix}*"}],
            "status-details": {"status": list(FAILED_STATUSES)},
        },
    }


def _rule(rule: FailedDeployments) -> dict[str, Any]:
    return {
        "Type": "AWS::Events::Rule",
        "Properties": {
            "Name": rule.rule_name,
            "Description": f"Failed operations on stacks named {rule.stack_name_prefix}*; its matches are alarmed on",
            "EventPattern": event_pattern(rule),
            "State": "ENABLED",
        },
    }


def _with_substitutions(value: object) -> object:
    """The same with every text that holds a placeholder as Fn::Sub."""
    match value:
        case str() if _PLACEHOLDER.search(value):
            return {"Fn::Sub": value}
        case Mapping():
            return {key: _with_substitutions(each) for key, each in cast("Mapping[str, object]", value).items()}
        case list():
            return [_with_substitutions(each) for each in cast("list[object]", value)]
        case _:
            return value
