"""A plan and what came of its template are equal, and a change by hand is seen.

What came of it is moto's work: its CloudFormation fills the template in, its CloudWatch keeps the metric alarms.
It has no composite ones: of these, what its CloudFormation makes of the template is compared.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from functools import cache
from typing import Any

import boto3
import pytest
from moto import mock_aws

from alarms.cloudformation import workload_template
from alarms.plan import plan_of
from foundation.cloudwatch.alarm_reading import composite_alarm_from_api, metric_alarm_from_api
from foundation.cloudwatch.alarm_writing import to_request
from foundation.cloudwatch.alarms import Alarm, MetricAlarm
from foundation.cloudwatch.parameters import filled
from infra.stage import make_stage

PLAN = plan_of(make_stage("production"))
REGION, ACCOUNT = "eu-west-1", "123456789012"
KNOWN = {"AWS::Region": REGION, "AWS::AccountId": ACCOUNT, "AWS::Partition": "aws", "WebSocketApiId": "ws"}
TEMPLATE = workload_template(PLAN)
ALARMS = {key: each for key, each in TEMPLATE["Resources"].items() if "Alarm" in each["Type"]}
Deployed = dict[str, Alarm]


def functions_in(value: Any) -> Iterator[Mapping[str, Any]]:
    """Whatever CloudFormation works out in a template."""
    match value:
        case {"Ref": _} | {"Fn::Sub": _} | {"Fn::Join": _}:
            yield value
        case dict() | list():
            for each in value.values() if isinstance(value, dict) else value:
                yield from functions_in(each)
        case _:
            pass


@cache
def worked_out() -> Mapping[str, str]:
    """The functions in the alarms, as moto's CloudFormation works them out: as outputs of a stack."""
    found = list(dict.fromkeys(json.dumps(each) for each in functions_in(ALARMS)))
    template = {
        "Parameters": {"WebSocketApiId": {"Type": "String"}},
        "Resources": {"Topic": {"Type": "AWS::SNS::Topic"}},
        "Outputs": {f"O{number}": {"Value": json.loads(each)} for number, each in enumerate(found)},
    }
    with mock_aws():
        client = boto3.client("cloudformation", region_name=REGION)
        client.create_stack(
            StackName="functions", TemplateBody=json.dumps(template),
            Parameters=[{"ParameterKey": "WebSocketApiId", "ParameterValue": "ws"}],
        )  # fmt: skip
        (stack,) = client.describe_stacks(StackName="functions")["Stacks"]
    values = {each["OutputKey"]: each["OutputValue"] for each in stack.get("Outputs", [])}
    return {each: values[f"O{number}"] for number, each in enumerate(found)}


def as_deployed(value: Any) -> Any:
    if isinstance(value, dict):
        known = worked_out().get(json.dumps(value))
        return {key: as_deployed(each) for key, each in value.items()} if known is None else known
    return [as_deployed(each) for each in value] if isinstance(value, list) else value


@pytest.fixture(scope="module")
def cloudwatch() -> Iterator[Any]:
    """What deploying the template brings about; a test that changes it puts it right again."""
    worked_out()
    with mock_aws():
        client = boto3.client("cloudwatch", region_name=REGION)
        for resource in ALARMS.values():
            if "Composite" not in resource["Type"]:
                client.put_metric_alarm(**as_deployed(resource["Properties"]))
        yield client


@cache
def planned() -> Mapping[str, Alarm]:
    """The plan's own values, with what a deployment knows: not what was written of them."""
    return {each.name: filled_in(each.alarm) for each in PLAN if each.region is None}


def filled_in(value: Any) -> Any:
    if isinstance(value, str):
        return filled(value, KNOWN)
    if isinstance(value, tuple):
        return tuple(map(filled_in, value))
    if is_dataclass(value) and not isinstance(value, type):
        return replace(
            value, **{each.name: filled_in(getattr(value, each.name)) for each in fields(value) if each.init}
        )
    return value


def read(request: Mapping[str, Any]) -> Alarm:
    return composite_alarm_from_api(request) if "AlarmRule" in request else metric_alarm_from_api(request)


def deployed(client: Any) -> Deployed:
    found = [
        _as_it_was_put(each)
        for page in client.get_paginator("describe_alarms").paginate()
        for each in page["MetricAlarms"]
    ]
    composites = [as_deployed(each["Properties"]) for each in ALARMS.values() if "Composite" in each["Type"]]
    return {each.name: each for each in map(read, [*found, *composites])}


def _as_it_was_put(told: Mapping[str, Any]) -> Mapping[str, Any]:
    """What moto tells of an alarm beside what it was given: empty lists for what was not."""
    return {key: each for key, each in told.items() if each != []}


def differing(client: Any) -> set[str]:
    """The names of the alarms that are there in another form than planned, or on one side alone."""
    there, wanted = deployed(client), planned()
    return {name for name in there.keys() | wanted.keys() if there.get(name) != wanted.get(name)}


def test_every_alarm_that_came_of_the_template_is_as_planned(cloudwatch: Any) -> None:
    assert len(planned()) > 20
    assert differing(cloudwatch) == set()


def notifying() -> MetricAlarm:
    alarms = (each for each in planned().values() if isinstance(each, MetricAlarm))
    return next(each for each in alarms if each.actions.enabled and each.threshold is not None)


def _put_changed(**changes: Any) -> Callable[[Any], str]:
    def change(client: Any) -> str:
        alarm = notifying()
        client.put_metric_alarm(**{**to_request(alarm), **changes})
        return alarm.name

    return change


def _deleted(client: Any) -> str:
    name = notifying().name
    client.delete_alarms(AlarmNames=[name])
    return name


def _added(client: Any) -> str:
    client.put_metric_alarm(**{**to_request(notifying()), "AlarmName": "t-developer-production-by-hand"})
    return "t-developer-production-by-hand"


@pytest.mark.parametrize(
    "change",
    [
        _put_changed(Threshold=17.5),
        _put_changed(EvaluationPeriods=7, DatapointsToAlarm=7),
        _put_changed(TreatMissingData="ignore"),
        _put_changed(ActionsEnabled=False),
        _put_changed(AlarmActions=[f"arn:aws:sns:{REGION}:{ACCOUNT}:another"]),
        _put_changed(ComparisonOperator="LessThanThreshold"),
        _put_changed(AlarmDescription="by hand"),
        _deleted,
        _added,
    ],
)
def test_a_change_by_hand_is_seen_and_nothing_else(cloudwatch: Any, change: Callable[[Any], str]) -> None:
    name = change(cloudwatch)
    try:
        assert differing(cloudwatch) == {name}
    finally:
        cloudwatch.delete_alarms(AlarmNames=[name])
        if name in planned():
            cloudwatch.put_metric_alarm(**to_request(planned()[name]))
    assert differing(cloudwatch) == set()
