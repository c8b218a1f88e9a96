"""A plan as CloudFormation resources, one template a Region: topics, trace groups, the deployment rule, the alarms."""

from collections.abc import Iterator, Sequence
from typing import Any

from alarms.chat import chat_parts
from alarms.model import BILLING_REGION, FailedDeployments, Plan, PlannedAlarm
from alarms.subscriptions import subscription_parts
from foundation.cloudwatch.alarm_rule import alarms_of
from foundation.cloudwatch.alarm_writing import to_cloudformation
from foundation.cloudwatch.alarms import CompositeAlarm
from foundation.cloudwatch.containers import MAX_DESCRIPTION_BYTES, check_template
from foundation.cloudwatch.names import keyed, logical_id, shortened, stack_arns_of
from foundation.cloudwatch.parameters import (
    ACCOUNT,
    PSEUDO_PARAMETERS,
    cloudformation,
    parameters_in,
    parametrized,
    with_texts,
)
from foundation.cloudwatch.property_limits import MAX_DISPLAY_NAME_CHARACTERS, check_properties
from foundation.service.stage import with_what_ifs
from foundation.slo.burn_rate import Severity

# CloudFormation's own words for a stack operation that did not end as it should:
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html
FAILED_STATUSES = (
    "CREATE_FAILED", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "DELETE_FAILED", "UPDATE_FAILED", "UPDATE_ROLLBACK_COMPLETE",
    "UPDATE_ROLLBACK_FAILED", "IMPORT_ROLLBACK_COMPLETE", "IMPORT_ROLLBACK_FAILED",
)  # fmt: skip
_TOO_MUCH = "keep fewer objectives, pairs of windows or resource alarms in one service, or build for Terraform"
Resources = Iterator[tuple[str, dict[str, Any]]]


def workload_template(plan: Plan) -> dict[str, Any]:
    """The template for the workload's own Region; what only a deployment knows are its parameters.

    Raises LimitError for what CloudFormation would not take, InputError for two things of one name.
    """
    resources = (
        *_topics(plan, is_of_billing=False),
        *_alarms([planned for planned in plan if planned.region is None]),
        *(
            (
                logical_id("group", group.name),
                {
                    "Type": "AWS::XRay::Group",
                    "Properties": {"GroupName": group.name, "FilterExpression": group.filter_expression},
                },
            )
            for group in plan.trace_groups
        ),
        *((logical_id("rule", rule.rule_name), _rule(rule)) for rule in plan.deployments),
        *chat_parts(plan)["Resources"].items(),
    )
    description = f"{plan.context.prefix}: alarms, by the burn-rate policy {plan.policy}"
    name = f"{plan.context.prefix}-alarms"
    return _template(plan, name, description, keyed(resources, "resources"), is_of_billing=False)


def billing_template(plan: Plan) -> dict[str, Any]:
    """The template for us-east-1, where alone the billing metrics are. Raises as the workload's does."""
    alarms = [planned for planned in plan if planned.region == BILLING_REGION]
    resources = keyed((*_topics(plan, is_of_billing=True), *_alarms(alarms)), "resources")
    name, description = f"{plan.context.prefix}-billing-alarms", f"{plan.context.prefix}: alarms on the bill"
    return _template(plan, name, description, resources, is_of_billing=True)


def description_of(text: str, what_ifs: Sequence[str]) -> str:
    """What a template says of itself, with what was changed to ask what would be; its limit is one of bytes."""
    whole = with_what_ifs(text, what_ifs).encode()[:MAX_DESCRIPTION_BYTES]
    return whole.decode(errors="ignore")


def _template(
    plan: Plan, name: str, description: str, resources: dict[str, Any], *, is_of_billing: bool
) -> dict[str, Any]:  # fmt: skip
    parameters = sorted(parameter.name for parameter in parameters_in(resources) - PSEUDO_PARAMETERS)
    subscribing = subscription_parts(plan, is_of_billing=is_of_billing)
    chat: dict[str, dict[str, Any]] = {} if is_of_billing else chat_parts(plan)
    template = {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": description_of(description, plan.what_ifs),
        "Parameters": {
            **{name: {"Type": "String", "Description": f"{name} of {plan.context.prefix}"} for name in parameters},
            **subscribing["Parameters"],
            **chat.get("Parameters", {}),
        },
        "Conditions": {**subscribing["Conditions"], **chat.get("Conditions", {})},
        "Resources": {**with_texts(resources, cloudformation), **subscribing["Resources"]},
        "Outputs": subscribing["Outputs"],
    }
    check_template(template, name=name, remedy=_TOO_MUCH)
    check_properties(template, name=name)
    return template


def _topics(plan: Plan, *, is_of_billing: bool) -> Resources:
    for severity in Severity:
        topic = logical_id("topic", severity.value)
        name = plan.context.topic_name(severity, is_of_billing=is_of_billing)
        arn = plan.context.topic_arn(severity, is_of_billing=is_of_billing)
        yield (
            topic,
            {
                "Type": "AWS::SNS::Topic",
                "Properties": {
                    "TopicName": name,
                    "DisplayName": shortened(
                        f"{plan.context.prefix} {severity.value}", most_characters=MAX_DISPLAY_NAME_CHARACTERS
                    ),
                },
            },
        )
        yield (
            f"{topic}Policy",
            {
                "Type": "AWS::SNS::TopicPolicy",
                "Properties": {
                    "Topics": [{"Ref": topic}],
                    "PolicyDocument": topic_policy(arn, account=parametrized(ACCOUNT)),
                },
            },
        )


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


def named_alarms(planned: PlannedAlarm) -> tuple[str, ...]:
    """The names of the alarms that must be there before this one: those of its rule, and its suppressor."""
    if not isinstance(planned.alarm, CompositeAlarm):
        return ()
    suppressor = planned.alarm.suppressor
    return (*sorted(alarms_of(planned.alarm.parsed_rule)), *(() if suppressor is None else (suppressor.alarm,)))


def _alarms(alarms: list[PlannedAlarm]) -> Resources:
    there = {planned.name for planned in alarms}
    for planned in alarms:
        resource = to_cloudformation(planned.alarm)
        if below := there.intersection(named_alarms(planned)):
            resource["DependsOn"] = sorted(logical_id("alarm", name) for name in below)
        yield logical_id("alarm", planned.name), resource


def event_pattern(rule: FailedDeployments) -> dict[str, Any]:
    """The EventBridge pattern of the operations that a rule counts."""
    return {
        "source": ["aws.cloudformation"],
        "detail-type": ["CloudFormation Stack Status Change"],
        "detail": {
            "stack-id": [{"wildcard": each} for each in stack_arns_of(rule.stack_name_prefix)],
            "status-details": {"status": list(FAILED_STATUSES)},
        },
    }


def _rule(rule: FailedDeployments) -> dict[str, Any]:
    return {
        "Type": "AWS::Events::Rule",
        "Properties": {
            "Name": rule.rule_name,
            "Description": f"Failed operations on the stacks of {rule.stack_name_prefix}; its matches are alarmed on",
            "EventPattern": event_pattern(rule),
            "State": "ENABLED",
        },
    }
