"""Terraform and CloudFormation of three alarms, compared whole: what stands beside an alarm, and what it waits for."""

import json
from dataclasses import replace
from typing import Any

import pytest

from alarms.chat import chat_parts
from alarms.cloudformation import FAILED_STATUSES, billing_template, topic_policy, workload_template
from alarms.model import FailedDeployments
from alarms.subscriptions import subscription_parts
from alarms.terraform import terraform
from foundation.cloudwatch.alarms import Actions, ComparisonOperator, CompositeAlarm, MetricAlarm, Suppressor
from foundation.cloudwatch.metrics import MathExpression, Metric, MetricStat, Query
from foundation.cloudwatch.parameters import REGION, Parameter, cloudformation, parametrized, with_texts
from foundation.errors import InputError
from foundation.slo.event_metrics import TraceGroup
from tests.alarms.factories import by_hand

API_ID = parametrized(Parameter("ApiId"))
WATCHED = MetricAlarm(
    name="shop-watched",
    watches=MetricStat(
        metric=Metric(namespace="N", name="M", dimensions=(("Api", API_ID),)),
        period_seconds=60,
        statistic="p99",
    ),
    comparison=ComparisonOperator.MORE_THAN,
    threshold=1.5,
    evaluation_periods=2,
    datapoints_to_alarm=1,
    actions=Actions(enabled=True, on_alarm=(parametrized("arn:", REGION, ":x"),)),
)
HELD = CompositeAlarm(
    name="shop-held",
    rule='ALARM("shop-watched")',
    suppressor=Suppressor(alarm="shop-faster", wait_seconds=120, extension_seconds=300),
)
FASTER = CompositeAlarm(name="shop-faster", rule='ALARM("shop-watched") OR ALARM("elsewhere")')
_PLAN = by_hand(WATCHED, HELD, FASTER)
BILL = replace(_PLAN.alarms[0], alarm=replace(WATCHED, name="shop-bill"), region="us-east-1")
PLAN = replace(
    _PLAN,
    alarms=(*_PLAN.alarms, BILL),
    trace_groups=(TraceGroup(name="g-bad", filter_expression="f"),),
    deployments=(FailedDeployments(rule_name="r-failed", stack_name_prefix="S"),),
)
PATTERN = {
    "source": ["aws.cloudformation"],
    "detail-type": ["CloudFormation Stack Status Change"],
    "detail": {
        "stack-id": [{"wildcard": "arn:*:stack/S/*"}, {"wildcard": "arn:*:stack/S-*/*"}],
        "status-details": {"status": list(FAILED_STATUSES)},
    },
}


def test_terraform_has_the_topics_of_both_regions_with_their_policies() -> None:
    resources = terraform(PLAN)["resource"]
    at_billing = {"provider": "aws.billing"}
    labels = ("page", "billing_page", "ticket", "billing_ticket")
    assert list(resources["aws_sns_topic"]) == list(labels)
    for label in labels:
        more = at_billing if label.startswith("billing") else {}
        arn = f"${{aws_sns_topic.{label}.arn}}"
        policy = topic_policy(arn, account="${data.aws_caller_identity.current.account_id}")
        name = f"t-developer-production-{label.replace('_', '-')}"
        assert resources["aws_sns_topic"][label] == {"name": name, **more}
        assert resources["aws_sns_topic_policy"][label] == {"arn": arn, "policy": json.dumps(policy), **more}


def test_terraform_has_every_alarm_after_those_that_it_names() -> None:
    resources = terraform(PLAN)["resource"]
    watched: dict[str, Any] = {
        "alarm_name": "shop-watched",
        "actions_enabled": True,
        "alarm_actions": ["arn:${data.aws_region.current.region}:x"],
        "namespace": "N",
        "metric_name": "M",
        "dimensions": {"Api": "${var.api_id}"},
        "extended_statistic": "p99",
        "period": 60,
        "evaluation_periods": 2,
        "datapoints_to_alarm": 1,
        "threshold": 1.5,
        "comparison_operator": "GreaterThanThreshold",
    }
    assert resources["aws_cloudwatch_metric_alarm"] == {
        "shop_watched": watched,
        "shop_bill": {**watched, "alarm_name": "shop-bill", "provider": "aws.billing"},
    }
    below = "aws_cloudwatch_metric_alarm.shop_watched"
    assert resources["aws_cloudwatch_composite_alarm"] == {
        "shop_held": {
            "alarm_name": "shop-held",
            "alarm_rule": 'ALARM("shop-watched")',
            "actions_suppressor": {"alarm": "shop-faster", "wait_period": 120, "extension_period": 300},
            "depends_on": [below, "aws_cloudwatch_composite_alarm.shop_faster"],
        },
        "shop_faster": {"alarm_name": "shop-faster", "alarm_rule": FASTER.rule, "depends_on": [below]},
    }


def test_terraform_has_what_stands_beside_the_alarms() -> None:
    made = terraform(PLAN)
    resources = made.pop("resource")
    assert resources["aws_xray_group"] == {"g_bad": {"group_name": "g-bad", "filter_expression": "f"}}
    assert resources["aws_cloudwatch_event_rule"] == {
        "r_failed": {"name": "r-failed", "event_pattern": json.dumps(PATTERN)}
    }
    assert made == {
        "terraform": {"required_providers": {"aws": {"source": "hashicorp/aws", "version": ">= 6.0"}}},
        "provider": {"aws": [{}, {"alias": "billing", "region": "us-east-1"}]},
        "data": {each: {"current": {}} for each in ("aws_region", "aws_caller_identity", "aws_partition")},
        "variable": {
            "api_id": {"type": "string"},
            **{
                f"notify_{severity}_{channel}": {"type": "string", "default": ""}
                for severity in ("page", "ticket")
                for channel in ("email", "url", "chat")
            },
        },
        "output": {
            f"topic_{label}_arn": {"value": f"${{aws_sns_topic.{label}.arn}}"}
            for label in ("page", "billing_page", "ticket", "billing_ticket")
        },
    }
    subscribed = resources["aws_sns_topic_subscription"]
    assert len(subscribed) == 2 * 2 * 2
    assert subscribed["billing_page_url"] == {
        "count": '${var.notify_page_url == "" ? 0 : 1}',
        "topic_arn": "${aws_sns_topic.billing_page.arn}",
        "protocol": "https",
        "endpoint": "${var.notify_page_url}",
        "provider": "aws.billing",
    }


SUBSCRIBING = subscription_parts(PLAN, is_of_billing=False)
CHAT = chat_parts(PLAN)
PARAMETERS = {"ApiId": {"Type": "String", "Description": "ApiId of t-developer-production"}}


def topics(of: str = "") -> dict[str, Any]:
    resources: dict[str, Any] = {}
    for severity in ("page", "ticket"):
        topic = f"Topic{severity.title()}"
        arn = f"arn:${{AWS::Partition}}:sns:${{AWS::Region}}:${{AWS::AccountId}}:t-developer-production-{of}{severity}"
        policy = topic_policy("ARN", account="ACCOUNT")
        filled = json.loads(
            json.dumps(policy)
            .replace('"ARN"', json.dumps({"Fn::Sub": arn}))
            .replace('"ACCOUNT"', json.dumps({"Fn::Sub": "${AWS::AccountId}"}))
        )
        resources[topic] = {
            "Type": "AWS::SNS::Topic",
            "Properties": {
                "TopicName": f"t-developer-production-{of}{severity}",
                "DisplayName": f"t-developer-production {severity}",
            },
        }
        resources[f"{topic}Policy"] = {
            "Type": "AWS::SNS::TopicPolicy",
            "Properties": {"Topics": [{"Ref": topic}], "PolicyDocument": filled},
        }
    return resources


def metric_alarm(name: str) -> dict[str, Any]:
    return {
        "Type": "AWS::CloudWatch::Alarm",
        "Properties": {
            "AlarmName": name,
            "ActionsEnabled": True,
            "AlarmActions": [{"Fn::Sub": "arn:${AWS::Region}:x"}],
            "Namespace": "N",
            "MetricName": "M",
            "Dimensions": [{"Name": "Api", "Value": {"Fn::Sub": "${ApiId}"}}],
            "ExtendedStatistic": "p99",
            "Period": 60,
            "EvaluationPeriods": 2,
            "DatapointsToAlarm": 1,
            "Threshold": 1.5,
            "ComparisonOperator": "GreaterThanThreshold",
        },
    }


def test_the_workloads_template_whole() -> None:
    assert workload_template(PLAN) == {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": "t-developer-production: alarms, by the burn-rate policy none",
        "Parameters": {**PARAMETERS, **SUBSCRIBING["Parameters"], **CHAT["Parameters"]},
        "Conditions": {**SUBSCRIBING["Conditions"], **CHAT["Conditions"]},
        "Outputs": SUBSCRIBING["Outputs"],
        "Resources": {
            **topics(),
            **SUBSCRIBING["Resources"],
            **with_texts(CHAT["Resources"], cloudformation),
            "AlarmShopWatched": metric_alarm("shop-watched"),
            "AlarmShopHeld": {
                "Type": "AWS::CloudWatch::CompositeAlarm",
                "Properties": {
                    "AlarmName": "shop-held",
                    "AlarmRule": HELD.rule,
                    "ActionsSuppressor": "shop-faster",
                    "ActionsSuppressorWaitPeriod": 120,
                    "ActionsSuppressorExtensionPeriod": 300,
                },
                "DependsOn": ["AlarmShopFaster", "AlarmShopWatched"],
            },
            "AlarmShopFaster": {
                "Type": "AWS::CloudWatch::CompositeAlarm",
                "Properties": {"AlarmName": "shop-faster", "AlarmRule": FASTER.rule},
                "DependsOn": ["AlarmShopWatched"],
            },
            "GroupGBad": {"Type": "AWS::XRay::Group", "Properties": {"GroupName": "g-bad", "FilterExpression": "f"}},
            "RuleRFailed": {
                "Type": "AWS::Events::Rule",
                "Properties": {
                    "Name": "r-failed",
                    "Description": "Failed operations on the stacks of S; its matches are alarmed on",
                    "EventPattern": PATTERN,
                    "State": "ENABLED",
                },
            },
        },
    }


def test_the_bills_template_has_the_topics_and_the_alarms_of_its_region_and_no_parameters_that_it_needs_not() -> None:
    of_billing = subscription_parts(PLAN, is_of_billing=True)
    whole = {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": "t-developer-production: alarms on the bill",
        **of_billing,
        "Parameters": {**PARAMETERS, **of_billing["Parameters"]},
        "Resources": {**topics("billing-"), **of_billing["Resources"], "AlarmShopBill": metric_alarm("shop-bill")},
    }
    assert billing_template(PLAN) == whole
    without = billing_template(replace(PLAN, alarms=()))
    assert without == whole | {
        "Parameters": of_billing["Parameters"], "Resources": {**topics("billing-"), **of_billing["Resources"]},
    }  # fmt: skip


def of_an_expression(length: int) -> MetricAlarm:
    """An alarm on math of so many characters."""
    plain = replace(WATCHED, name="shop-long")
    assert isinstance(plain.watches, MetricStat)
    m1 = Query(id="m1", source=plain.watches, return_data=False)
    return replace(plain, watches=(m1, Query(id="e1", source=MathExpression(expression="m1".ljust(length)))))


def test_an_expression_that_terraforms_provider_refuses_is_refused_here_and_cloudformation_takes_it() -> None:
    with pytest.raises(InputError) as caught:
        terraform(by_hand(of_an_expression(1_025)))
    assert str(caught.value) == (
        "alarm shop-long: its expression has 1,025 characters, and Terraform's AWS provider takes 1,024; build it with "
        "--template cloudformation, or give its objective fewer indicators"
    )
    assert terraform(by_hand(of_an_expression(1_024)))["resource"]["aws_cloudwatch_metric_alarm"]
    assert workload_template(by_hand(of_an_expression(2_048)))["Resources"]


@pytest.mark.parametrize(
    ("text", "written"),
    [("$", '${"$"}${var.api_id}'), ("a%{b}%", 'a%%{b}${"%"}${var.api_id}'), ("$${x} ", '${"$$"}{x} ${var.api_id}')],
)
def test_what_stands_before_a_reference_is_not_read_together_with_it(text: str, written: str) -> None:
    watched = replace(WATCHED, description=parametrized(text, Parameter("ApiId")))
    made = terraform(by_hand(watched))["resource"]["aws_cloudwatch_metric_alarm"]
    assert [each["alarm_description"] for each in made.values()] == [written]
