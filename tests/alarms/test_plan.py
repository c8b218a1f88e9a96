"""The plan: what every alarm of the project carries, and that all three outputs are the same alarms."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from alarms.cloudformation import billing_template, workload_template
from alarms.model import Plan
from alarms.plan import plan_of
from alarms.price import monthly_cost_usd
from alarms.terraform import terraform
from foundation.cloudwatch.alarm_reading import from_cloudformation
from foundation.cloudwatch.alarm_writing import to_request
from foundation.cloudwatch.alarms import CompositeAlarm, MetricAlarm
from foundation.cloudwatch.known_metrics import problem_of
from foundation.errors import InputError
from foundation.slo.burn_rate import Severity
from infra.checkout import ROOT
from infra.service import T_DEVELOPER
from infra.stage import make_stage
from tdeveloper.metrics import EMITTED
from tests.alarms.resource_kinds import WATCHED


@pytest.fixture(scope="module")
def plan() -> Plan:
    return plan_of(make_stage("production"))


def test_every_alarm_that_notifies_opens_with_the_impact_and_carries_its_links(plan: Plan) -> None:
    for planned in plan.notifying:
        impact, *promised, severity, runbook, dashboard = (planned.alarm.description or "").splitlines()
        assert len(impact) > 30, planned.name
        assert [line.split(",")[0] for line in promised] == (
            [] if planned.objective is None else [f"Objective: {planned.objective}"]
        )
        assert planned.severity is not None
        assert severity == f"Severity: {planned.severity.value}. Owner: t-developer."
        assert runbook == f"Runbook: docs/runbooks/{planned.runbook}.md"
        assert dashboard.startswith("Dashboard: https://")
        topic = plan.context.topic_arn(planned.severity, is_of_billing=planned.region is not None)
        assert planned.alarm.actions.on_alarm == (topic,)


def test_every_alarm_has_a_runbook_that_exists(plan: Plan) -> None:
    for planned in plan:
        assert (ROOT / "docs" / "runbooks" / f"{planned.runbook}.md").exists(), planned.name


def test_every_runbook_is_some_alarms_and_every_alarm_has_one(plan: Plan) -> None:
    pages = {page.stem for page in (ROOT / "docs" / "runbooks").glob("*.md")} - {"README"}
    assert pages == {planned.runbook for planned in plan} | {each.runbook for kind in WATCHED for each in kind.alarms}


def test_every_metric_alarm_says_how_it_treats_missing_data(plan: Plan) -> None:
    assert all(alarm.missing_data is not None for alarm in plan.metric_alarms)


def test_every_metric_is_in_the_catalogue(plan: Plan) -> None:
    problems = {
        problem for alarm in plan.metric_alarms for stat in alarm.stats if (problem := problem_of(stat.metric, EMITTED))
    }
    assert problems == set()


def test_names_are_unique_and_begin_with_the_deployment(plan: Plan) -> None:
    names = [planned.name for planned in plan]
    assert len(set(names)) == len(names)
    assert all(name.startswith("t-developer-production-") for name in names)


def test_faster_pairs_hold_slower_ones_back(plan: Plan) -> None:
    prefix = "t-developer-production-api-errors"
    suppressors = {
        alarm.name: alarm.suppressor.alarm if alarm.suppressor else None
        for alarm in plan.composite_alarms
        if alarm.name.startswith(prefix)
    }
    assert suppressors == {
        f"{prefix}-page-fast": None,
        f"{prefix}-page-medium": f"{prefix}-page-fast",
        f"{prefix}-ticket-slow": f"{prefix}-page-medium",
        f"{prefix}-ticket-slowest": f"{prefix}-ticket-slow",
    }


def test_the_threshold_follows_the_objectives_file(tmp_path: Path) -> None:
    """Change 1,000 ms to 800 ms there, and the alarms follow."""
    file = tmp_path / "objectives.yaml"
    file.write_text(
        T_DEVELOPER.objectives.read_text().replace(
            "value: 1000\n      targetPercent: 99\n", "value: 800\n      targetPercent: 99\n", 1
        )
    )
    changed = plan_of(make_stage("production", files=replace(T_DEVELOPER, objectives=file)))
    alarm = changed["t-developer-production-api-latency-page-fast-long"].alarm
    assert isinstance(alarm, MetricAlarm)
    assert [stat.statistic for stat in alarm.stats] == ["SampleCount", "PR(:799.999)"]


def test_a_copy_of_the_objectives_has_the_same_alarms_wherever_it_lies(tmp_path: Path) -> None:
    """Whose alarms they are is said by the service in the file, not by the path of the file."""
    copy = tmp_path / "objectives.yaml"
    copy.write_text(T_DEVELOPER.objectives.read_text())
    copied = plan_of(make_stage("production", files=replace(T_DEVELOPER, objectives=copy)))
    own = plan_of(make_stage("production"))
    assert copied == own


def test_another_services_objectives_have_no_alarms_on_resources_of_ours(tmp_path: Path) -> None:
    file = tmp_path / "objectives.yaml"
    file.write_text(
        T_DEVELOPER.objectives.read_text().replace("t-developer", "shop").replace("shop/v1", "t-developer/v1")
    )
    plan = plan_of(make_stage("production", files=replace(T_DEVELOPER, objectives=file)))
    assert all(planned.objective is not None or planned.severity is None for planned in plan)
    assert {planned.name.split("-")[0] for planned in plan} == {"shop"}


def test_an_objective_whose_pair_can_never_fire_is_bad_input(tmp_path: Path) -> None:
    file = tmp_path / "objectives.yaml"
    file.write_text(T_DEVELOPER.objectives.read_text().replace("targetPercent: 99\n", "targetPercent: 90\n", 1))
    with pytest.raises(InputError) as refused:
        make_stage("production", files=replace(T_DEVELOPER, objectives=file))
    assert refused.value.problems == (
        f"{file}:49: api-latency: spec.objectives.targetPercent: pair fast of burn_rate.yaml: a burn rate of 14.4 with a target "
        "of 90 % can never be reached, since it is 144% of all events; raise the target above 93.06 %, or write exclude: "
        "{api-latency: [fast]} in the policy",
    )


def test_moto_accepts_every_metric_alarm(plan: Plan) -> None:
    """moto 5.2 takes no extended statistic but percentiles by itself; in math it takes all."""
    with mock_aws():
        client = boto3.client("cloudwatch", region_name="us-east-1", aws_access_key_id="k", aws_secret_access_key="s")
        for alarm in plan.metric_alarms:
            client.put_metric_alarm(**to_request(alarm))
        described = client.describe_alarms(AlarmTypes=["MetricAlarm"], MaxRecords=100)["MetricAlarms"]
    assert {alarm["AlarmName"] for alarm in described} == {alarm.name for alarm in plan.metric_alarms}


def unsubstituted(value: Any) -> Any:
    match value:
        case {"Fn::Sub": str(text)}:
            return text
        case dict():
            return {key: unsubstituted(each) for key, each in value.items()}
        case list():
            return [unsubstituted(each) for each in value]
        case _:
            return value


def alarms_in(*templates: dict[str, Any]) -> dict[str, Any]:
    resources = [resource for template in templates for resource in template["Resources"].values()]
    read = [
        from_cloudformation(unsubstituted({"Type": resource["Type"], "Properties": resource["Properties"]}))
        for resource in resources
        if resource["Type"].startswith("AWS::CloudWatch::")
    ]
    return {alarm.name: alarm for alarm in read}


def test_the_cloudformation_templates_are_the_planned_alarms(plan: Plan) -> None:
    templates = workload_template(plan), billing_template(plan)
    assert alarms_in(*templates) == {planned.name: planned.alarm for planned in plan}
    notified = {f"Notify{severity}{way}" for severity in ("Page", "Ticket") for way in ("Email", "Url", "Chat")}
    assert set(templates[0]["Parameters"]) == {"WebSocketApiId", *notified}
    assert set(alarms_in(templates[1])) == {planned.name for planned in plan if planned.region}


# What Terraform calls a key of the API, read back.
ARGUMENTS = {
    "alarm_actions": "AlarmActions", "ok_actions": "OKActions", "insufficient_data_actions": "InsufficientDataActions",
    "evaluate_low_sample_count_percentiles": "EvaluateLowSampleCountPercentile",
}  # fmt: skip
REFERENCES = {
    "${data.aws_region.current.region}": "${AWS::Region}",
    "${data.aws_caller_identity.current.account_id}": "${AWS::AccountId}",
    "${data.aws_partition.current.partition}": "${AWS::Partition}",
    "${var.web_socket_api_id}": "${WebSocketApiId}",
}


def request_of(arguments: dict[str, Any]) -> dict[str, Any]:
    """The API's request that the provider makes of a resource's arguments."""
    form: dict[str, Any] = {}
    for argument, value in arguments.items():
        match argument:
            case "depends_on" | "provider":
                continue
            case "dimensions":
                form["Dimensions"] = [{"Name": name, "Value": each} for name, each in value.items()]
            case "metric_query":
                form["Metrics"] = [query_of(query) for query in value]
            case "actions_suppressor":
                form["ActionsSuppressor"] = value["alarm"]
                form["ActionsSuppressorWaitPeriod"] = value["wait_period"]
                form["ActionsSuppressorExtensionPeriod"] = value["extension_period"]
            case _:
                form[ARGUMENTS.get(argument) or camel(argument)] = value
    return form


def query_of(query: dict[str, Any]) -> dict[str, Any]:
    form = {camel(argument): value for argument, value in query.items() if argument != "metric"}
    if metric := query.get("metric"):
        dimensions = [{"Name": name, "Value": each} for name, each in metric["dimensions"].items()]
        form["MetricStat"] = {
            "Metric": {"Namespace": metric["namespace"], "MetricName": metric["metric_name"]}
            | ({"Dimensions": dimensions} if dimensions else {}),
            "Period": metric["period"],
            "Stat": metric["stat"],
        }
    return form


def camel(argument: str) -> str:
    return "".join(part.title() for part in argument.split("_"))


def test_the_terraform_configuration_is_the_same_alarms(plan: Plan) -> None:
    text = json.dumps(terraform(plan)["resource"])
    for reference, placeholder in REFERENCES.items():
        text = text.replace(reference, placeholder)
    resources = json.loads(text)
    configured = {
        **resources["aws_cloudwatch_metric_alarm"],
        **resources["aws_cloudwatch_composite_alarm"],
    }
    requests = {request["AlarmName"]: request for request in map(request_of, configured.values())}
    assert requests == {planned.name: to_request(planned.alarm) for planned in plan}


def test_terraform_makes_billing_alarms_where_the_bill_is(plan: Plan) -> None:
    alarms = terraform(plan)["resource"]["aws_cloudwatch_metric_alarm"]
    at_billing = {alarm["alarm_name"] for alarm in alarms.values() if alarm.get("provider") == "aws.billing"}
    assert at_billing == {planned.name for planned in plan if planned.region == "us-east-1"}


def test_the_price_of_the_alarms_is_that_of_their_metrics_and_composites(plan: Plan) -> None:
    metric_count = sum(len(alarm.stats) for alarm in plan.metric_alarms)
    assert len(plan.composite_alarms) == 12
    assert float(monthly_cost_usd(plan)) == pytest.approx(0.10 * metric_count + 0.50 * 12)


def test_what_tells_somebody_is_a_page_or_a_ticket_and_nothing_else(plan: Plan) -> None:
    assert {planned.severity for planned in plan.notifying} == set(Severity)
    assert all(f"-{planned.severity.value}-" in planned.name for planned in plan.notifying if planned.severity)


def test_composites_have_parentheses_where_they_need_them_and_quoted_names(plan: Plan) -> None:
    for alarm in plan.composite_alarms:
        assert re.fullmatch(r'ALARM\("[^"]+-long"\) AND ALARM\("[^"]+-short"\)', alarm.rule)
        assert isinstance(alarm, CompositeAlarm)


def test_two_alarms_of_one_name_are_refused_before_one_takes_the_place_of_the_other(plan: Plan) -> None:
    with pytest.raises(InputError, match="two alarms have one name") as raised:
        replace(plan, alarms=(*plan.alarms, plan.alarms[0]))
    assert raised.value.problems == (plan.alarms[0].name,)
