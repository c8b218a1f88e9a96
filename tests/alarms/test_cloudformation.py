"""Plans as templates: every planned alarm is written, whatever its name; what AWS would not take is refused."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from alarms.cloudformation import billing_template, workload_template
from alarms.model import Plan
from alarms.plan import plan_of
from alarms.terraform import terraform
from foundation.cloudwatch.limits import LimitError
from foundation.cloudwatch.metrics import MetricStat
from foundation.cloudwatch.planned_names import PlannedStack, check_names, names_of
from foundation.errors import InputError
from infra.service import T_DEVELOPER
from infra.stage import make_stage

_HEAD = """
apiVersion: openslo/v1
kind: Service
metadata: {name: %s}
spec: {}
"""
_LATENCY = """
---
apiVersion: openslo/v1
kind: SLO
metadata: {name: %s}
spec:
  service: %s
  timeWindow: [{duration: 28d, isRolling: true}]
  budgetingMethod: Occurrences
  indicator:
    metadata: {name: latency}
    spec:
      thresholdMetric:
        metricSource:
          type: CloudWatch
          spec: {namespace: Shop, metricName: Latency, dimensions: {Stage: '${stage}'}}
  objectives: [{op: lt, value: 800, targetPercent: 99}]
"""
_RATIO = """
---
apiVersion: openslo/v1
kind: SLO
metadata: {name: %s}
spec:
  service: %s
  timeWindow: [{duration: 28d, isRolling: true}]
  budgetingMethod: Occurrences
  indicator:
    metadata: {name: shares}
    spec:
      ratioMetric:
        counter: true
        bad: {metricSource: {type: %s, spec: %s}}
        total: {metricSource: {type: %s, spec: %s}}
  objectives: [{targetPercent: %s}]
"""


def planned(tmp_path: Path, service: str, *slos: str, stage: str = "staging") -> Plan:
    file = tmp_path / f"{service}.yaml"
    file.write_text(_HEAD % service + "".join(slos))
    return plan_of(make_stage(stage, files=replace(T_DEVELOPER, objectives=file)))


def traces(name: str, service: str) -> str:
    every, faults = '{filter: service("shop")}', '{filter: "fault = true"}'
    return _RATIO % (name, service, "XRay", faults, "XRay", every, "99.9")


def stacks(name: str, service: str) -> str:
    spec = "{stackNamePrefix: shop, outcome: %s}"
    return _RATIO % (name, service, "CloudFormation", spec % "failed", "CloudFormation", spec % "any", "100")


def alarms_written(plan: Plan) -> tuple[set[str], set[str]]:
    made = [
        resource
        for each in (workload_template(plan), billing_template(plan))
        for resource in each["Resources"].values()
    ]
    in_cloudformation = [each["Properties"]["AlarmName"] for each in made if "Alarm" in each["Type"]]
    resources = terraform(plan)["resource"]
    kinds = ("aws_cloudwatch_metric_alarm", "aws_cloudwatch_composite_alarm")
    in_terraform = [each["alarm_name"] for kind in kinds for each in resources.get(kind, {}).values()]
    assert len(in_cloudformation) == len(in_terraform) == len(plan.alarms)
    return set(in_cloudformation), set(in_terraform)


def test_objectives_whose_names_differ_by_a_dash_keep_all_of_their_alarms(tmp_path: Path) -> None:
    plan = planned(tmp_path, "shop", *(_LATENCY % (name, "shop") for name in ("tier-1-2", "tier-12", "tier12")))
    assert len(plan.alarms) == 3 * 14
    for written in alarms_written(plan):
        assert written == {each.name for each in plan}
    waiting = [each for each in workload_template(plan)["Resources"].values() if "DependsOn" in each]
    known = set(workload_template(plan)["Resources"])
    assert waiting
    assert all(known.issuperset(each["DependsOn"]) for each in waiting)


def test_two_services_count_their_traces_in_groups_of_their_own_and_long_ones_are_shortened(tmp_path: Path) -> None:
    names: list[str] = []
    for service, objective in (("orders", "api-errors"), ("billing", "api-errors"), ("shop", "checkout-availability")):
        plan = planned(tmp_path, service, traces(objective, service))
        groups = [
            each["Properties"]["GroupName"]
            for each in workload_template(plan)["Resources"].values()
            if each["Type"] == "AWS::XRay::Group"
        ]
        watched = {
            value
            for alarm in plan.metric_alarms
            for stat in alarm.stats
            for name, value in stat.metric.dimensions
            if name == "GroupName"
        }
        assert watched == set(groups)
        names += groups
    assert len(set(names)) == len(names) == 6
    assert max(map(len, names)) <= 32


def test_a_rule_of_a_long_name_is_shortened_and_its_alarm_watches_the_same(tmp_path: Path) -> None:
    plan = planned(
        tmp_path,
        "customer-identity-and-access-management",
        stacks("deployments", "customer-identity-and-access-management"),
    )
    ((name, rule),) = terraform(plan)["resource"]["aws_cloudwatch_event_rule"].items()
    (alarm,) = plan.metric_alarms
    assert isinstance(alarm.watches, MetricStat)
    assert len(rule["name"]) == 64
    assert name == rule["name"].replace("-", "_")
    assert alarm.watches.metric.dimensions == (("RuleName", rule["name"]),)
    rules = [each for each in workload_template(plan)["Resources"].values() if each["Type"] == "AWS::Events::Rule"]
    assert [each["Properties"]["Name"] for each in rules] == [rule["name"]]


def test_a_template_of_more_resources_than_cloudformation_takes_is_refused_with_the_number(tmp_path: Path) -> None:
    plan = planned(tmp_path, "shop", *(_LATENCY % (f"latency-{number}", "shop") for number in range(36)))
    # Topics and their policies, who is subscribed, and the chat.
    count = len(plan.alarms) + 2 * 2 + 4 + 3
    said = f"the template shop-staging-alarms has {count} resources, and CloudFormation takes at most 500; keep fewer objectives"
    with pytest.raises(LimitError, match=said):
        workload_template(plan)
    assert len(terraform(plan)["resource"]["aws_cloudwatch_metric_alarm"]) == 36 * 10


LONG = "x" * 61 + "-9"
ODD = 'ü%{ if }"<&>$5 {{ x }} ' * 10


@pytest.mark.parametrize("make", [workload_template, billing_template, terraform])
def test_the_longest_and_oddest_names_that_a_file_may_have_make_what_aws_takes(
    make: Callable[[Plan], dict[str, Any]], tmp_path: Path
) -> None:
    service = "s" * 63
    slos = (_LATENCY % (LONG, service), traces(f"e{LONG[1:]}", service), stacks(f"d{LONG[1:]}", service))
    odd = [each.replace("-9}", f"-9, displayName: {json.dumps(ODD[:200])}}}") for each in slos]
    plan = planned(tmp_path, service, *odd, stage="t" * 61 + "-1")
    # Each checks what it holds against the table of limits.
    made = make(plan)
    if make is not billing_template:
        assert all(json.dumps(each.name) in json.dumps(made) for each in plan)
    check_names([PlannedStack(name="a", region="us-east-1", template=made)] if "Resources" in made else [])


@pytest.mark.parametrize("region", ["us-east-1", "eu-west-1"])
def test_services_and_stages_whose_names_run_into_one_another_share_no_name_in_an_account(
    region: str, tmp_path: Path
) -> None:
    stacks_of_all: list[PlannedStack] = []
    for service in ("shop", "shop-production", "shop-billing"):
        for stage in ("production", "billing-page", "production-billing"):
            plan = planned(
                tmp_path, service, _LATENCY % ("latency", service), traces("errors", service), stacks("d", service),
                stage=stage,
            )  # fmt: skip
            for of, template, where in (
                ("workload", workload_template(plan), region), ("billing", billing_template(plan), "us-east-1"),
            ):  # fmt: skip
                stacks_of_all.append(PlannedStack(name=f"n{len(stacks_of_all)}-{of}", region=where, template=template))
    check_names(stacks_of_all)
    topics = [name for stack in stacks_of_all for kind, name, _ in names_of(stack) if kind.key == ("TopicName",)]
    assert len(topics) == len(set(topics)) == 3 * 3 * 4


@pytest.mark.parametrize("make", [workload_template, terraform])
def test_two_alarms_of_one_logical_id_are_refused_and_none_takes_the_place_of_the_other(
    make: Callable[[Plan], dict[str, Any]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = planned(tmp_path, "shop", _LATENCY % ("latency", "shop"))
    monkeypatch.setattr("alarms.cloudformation.logical_id", lambda _kind, _name: "Same")
    monkeypatch.setattr("alarms.terraform.terraform_label", lambda _name: "same")
    with pytest.raises(InputError, match="have one name"):
        make(plan)
