"""Plans as templates: every planned alarm is written, whatever its name; what AWS would not take is refused."""

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
    said = r"the template shop-staging-alarms has 512 resources, and CloudFormation takes at most 500; keep fewer objectives"
    with pytest.raises(LimitError, match=said):
        workload_template(plan)
    assert len(terraform(plan)["resource"]["aws_cloudwatch_metric_alarm"]) == 36 * 10


@pytest.mark.parametrize("make", [workload_template, terraform])
def test_two_alarms_of_one_logical_id_are_refused_and_none_takes_the_place_of_the_other(
    make: Callable[[Plan], dict[str, Any]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = planned(tmp_path, "shop", _LATENCY % ("latency", "shop"))
    monkeypatch.setattr("alarms.cloudformation.logical_id", lambda _kind, _name: "Same")
    monkeypatch.setattr("alarms.terraform.terraform_label", lambda _name: "same")
    with pytest.raises(InputError, match="have one name"):
        make(plan)
