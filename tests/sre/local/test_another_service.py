"""A shop of another team on the platform: its own template, what watches it, and what goes wrong there.

The messages, their age and the errors are the emulator's. Two numbers are the shop's own, in its file of resource alarms, so that
this takes minutes: an age of more than a minute, and errors in two of three minutes.
"""

import json
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from alarms.model import Plan
from alarms.plan import plan_of
from dashboards.all_dashboards import all_dashboards
from dashboards.cloudwatch_body import cloudwatch_body
from foundation.cloudwatch.alarms import CompositeAlarm, MetricAlarm
from foundation.cloudwatch.evaluation import AlarmState
from foundation.cloudwatch.metrics import MetricStat
from foundation.cloudwatch.parameters import filled, json_text
from infra.checkout import ROOT
from infra.dashboards import deployment_of
from infra.service import files_of_service
from infra.stage import make_stage
from sre.local.alarm_states import alarm_states
from sre.local.notifications import LocalTopics
from sre.local.session import root_session
from sre.local.state import LocalPlatform

pytestmark = [
    pytest.mark.platform, pytest.mark.slow, pytest.mark.cdk, pytest.mark.xdist_group("platform"), pytest.mark.timeout(1_500),
]  # fmt: skip

EXAMPLE = ROOT / "examples" / "orders"
AGE = "orders-production-shipping-queue-page-age"
ERRORS = "orders-production-ship-order-ticket-errors"
OTHER_ERRORS = ("orders-production-create-order-ticket-errors", "orders-production-get-order-ticket-errors")
OWN_NUMBERS = """
- {of: AWS::SQS::Queue, name: age, breach: {above: 60, periodSeconds: 60, datapoints: [3, 3]}}
- {of: AWS::Lambda::Function, name: errors, breach: {above: 0, periodSeconds: 60, datapoints: [2, 3]}}
"""
# What MiniStack's CloudFormation does not know, or not in this form.
COMPOSITE, MATH, CHAT = "AWS::CloudWatch::CompositeAlarm", "metric math", "AWS::Chatbot::SlackChannelConfiguration"
_PATIENCE_SECONDS = 480


@dataclass(slots=True, kw_only=True)
class Shop:
    """The shop where it is deployed, and what was heard of its alarms."""

    platform: LocalPlatform
    plan: Plan
    template: dict[str, Any]
    left_out: dict[str, dict[str, Any]]
    ids: dict[str, str]
    heard: list[tuple[str, dict[str, Any]]] = field(default_factory=list[tuple[str, dict[str, Any]]])

    def client(self, service: str) -> Any:
        session: Any = root_session(self.platform.region)
        return session.client(service, endpoint_url=self.platform.endpoint)

    def order(self, item: str) -> int:
        """Order something from outside, as people do; the answer's status."""
        url = f"{self.platform.endpoint}/restapis/{self.ids['OrdersApi']}/production/_user_request_/orders"
        body = json.dumps({"item": item}).encode()
        with urllib.request.urlopen(urllib.request.Request(url, data=body), timeout=60) as answer:  # noqa: S310
            return answer.status

    def ship(self, *, is_on: bool) -> None:
        """Have the queue's messages taken out of it, or not."""
        functions = self.client("lambda")
        functions.update_event_source_mapping(UUID=self.ids["ShippingWork"], Enabled=is_on)

    def fail(self) -> None:
        """Call the function so that it fails."""
        called = self.client("lambda").invoke(FunctionName=self.ids["ShipOrder"], Payload=b'{"fails": true}')
        assert b"the carrier does not answer" in called["Payload"].read()

    def states(self) -> dict[str, str]:
        """The states of the deployed alarms, and those that changed are heard of."""
        for severity in ("page", "ticket"):
            self._hear(f"orders-production-{severity}")
        pages = (
            self.client("cloudwatch").get_paginator("describe_alarms").paginate(AlarmNamePrefix="orders-production-")
        )
        return {each["AlarmName"]: each["StateValue"] for page in pages for each in page["MetricAlarms"]}

    def _hear(self, topic: str) -> None:
        queues = self.client("sqs")
        url = queues.get_queue_url(QueueName=f"{topic}-captured")["QueueUrl"]
        while found := queues.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []):
            for each in found:
                self.heard.append((topic, json.loads(json.loads(each["Body"])["Message"])))
                queues.delete_message(QueueUrl=url, ReceiptHandle=each["ReceiptHandle"])

    def wait_for(self, state: str, *names: str, meanwhile: Callable[[], object] = lambda: None) -> None:
        """Wait until these alarms are in a state; what is done meanwhile is done every ten seconds or so."""
        give_up_at = time.monotonic() + _PATIENCE_SECONDS
        while {name: self.states()[name] for name in names} != dict.fromkeys(names, state):
            assert time.monotonic() < give_up_at, (state, self.states())
            meanwhile()
            time.sleep(10)

    def messages(self, name: str) -> list[tuple[str, str]]:
        """The topics and the new states of what was heard of an alarm, in the order in which it came."""
        return [(topic, each["NewStateValue"]) for topic, each in self.heard if each["AlarmName"] == name]


def kind_of(resource: dict[str, Any]) -> str:
    return MATH if "Metrics" in resource["Properties"] else resource["Type"]


def create(platform: LocalPlatform, name: str, body: str, parameters: dict[str, str] | None = None) -> str:
    """Create a stack of a template, which goes by a bucket as a large one must; how it ended."""
    session: Any = root_session(platform.region)
    bucket, cloudformation = (session.client(each, endpoint_url=platform.endpoint) for each in ("s3", "cloudformation"))
    bucket.create_bucket(Bucket="shop-templates")
    bucket.put_object(Bucket="shop-templates", Key=name, Body=body.encode())
    cloudformation.create_stack(
        StackName=name, TemplateURL=f"{platform.endpoint}/shop-templates/{name}", Capabilities=["CAPABILITY_IAM"],
        Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in (parameters or {}).items()],
    )  # fmt: skip
    give_up_at = time.monotonic() + 60
    while True:
        status = cloudformation.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"]
        if not status.endswith("_IN_PROGRESS"):
            return status
        assert time.monotonic() < give_up_at, status
        time.sleep(0.5)


@pytest.fixture(scope="module")
def shop(platform: LocalPlatform, tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """The example as it is but for its two numbers, deployed by its own template; beside it what `sre synth` makes of it."""
    directory = tmp_path_factory.mktemp("orders") / "orders"
    shutil.copytree(EXAMPLE, directory)
    (directory / "resource_alarms.yaml").write_text(OWN_NUMBERS)
    service = directory / "service.yaml"
    service.write_text(service.read_text().replace("\nfiles:\n", "\nfiles:\n  resource_alarms: resource_alarms.yaml\n"))
    command = [
        str(Path(sys.executable).with_name("sre")),
        "synth",
        "--service",
        str(directory),
        "--stage",
        "production",
    ]
    subprocess.run([*command, "--out", str(directory / "out")], check=True, capture_output=True, timeout=300)
    template = json.loads((directory / "out" / "orders-production-observability.template.json").read_text())
    assert create(platform, "orders", (EXAMPLE / "template.yaml").read_text()) == "CREATE_COMPLETE"
    session: Any = root_session(platform.region)
    resources = session.client("cloudformation", endpoint_url=platform.endpoint).describe_stack_resources(
        StackName="orders"
    )
    ids = {each["LogicalResourceId"]: each["PhysicalResourceId"] for each in resources["StackResources"]}
    left_out = {key: each for key, each in template["Resources"].items() if kind_of(each) in (COMPOSITE, MATH, CHAT)}
    deployed = {key: each for key, each in template["Resources"].items() if key not in left_out}
    # What only its deployment knows: a parameter is named as the resource of its template whose id it is.
    asked = [name for name, each in template.get("Parameters", {}).items() if "Default" not in each]
    body = json.dumps({**template, "Resources": deployed})
    assert create(platform, "orders-observability", body, {name: ids[name] for name in asked}) == "CREATE_COMPLETE"
    plan = plan_of(make_stage("production", files=files_of_service(directory)))
    LocalTopics(session=session, endpoint=platform.endpoint, home=directory).open(plan.context.scope)
    return Shop(platform=platform, plan=plan, template=template, left_out=left_out, ids=ids)


def test_every_alarm_of_one_metric_and_nothing_else_of_its_alarms_is_deployed(shop: Shop) -> None:
    of_one_metric = {each.name for each in shop.plan.metric_alarms if isinstance(each.watches, MetricStat)}
    assert set(shop.states()) == of_one_metric
    assert {AGE, ERRORS, *OTHER_ERRORS} <= of_one_metric


def test_what_the_emulator_refuses_is_left_out_by_its_kind_and_known_by_name(shop: Shop) -> None:
    objectives = (
        "create-order-errors", "get-order-errors", "ship-order-errors", "orders-api-latency", "orders-api-errors",
    )  # fmt: skip
    of_slices = ("page-fast", "page-medium", "ticket-slow")
    pairs = {(objective, pair) for objective in objectives for pair in (*of_slices, "ticket-slowest")}
    pairs |= {("orders-api-availability", pair) for pair in of_slices}
    composite = {f"orders-production-{objective}-{pair}" for objective, pair in pairs}
    math = {f"{name}-{window}" for name in composite for window in ("long", "short")}
    math |= {f"orders-production-{objective}-ticket-low-traffic" for objective in objectives}
    left_out = {
        kind: {each["Properties"].get("AlarmName", key) for key, each in shop.left_out.items() if kind_of(each) == kind}
        for kind in (COMPOSITE, MATH, CHAT)
    }
    assert left_out == {COMPOSITE: composite, MATH: math, CHAT: {"ChatPage", "ChatTicket"}}
    assert {kind: len(names) for kind, names in left_out.items()} == {COMPOSITE: 23, MATH: 51, CHAT: 2}
    assert {each.name for each in shop.plan if isinstance(each.alarm, CompositeAlarm)} == composite


def alone(shop: Shop, kind: str) -> tuple[str, str]:
    """One of the kind that is left out: its name, and a template of nothing else."""
    key, resource = next((key, each) for key, each in shop.left_out.items() if kind_of(each) == kind)
    kept = {name: each for name, each in resource.items() if name not in ("DependsOn", "Condition")}
    return key.lower(), json.dumps({**shop.template, "Resources": {key: kept}, "Outputs": {}})


@pytest.mark.parametrize("kind", [COMPOSITE, CHAT])
def test_a_type_that_the_emulator_does_not_know_is_refused(shop: Shop, kind: str) -> None:
    """Where a newer one takes it, it need not be left out any more; so with the next."""
    with pytest.raises(ClientError, match=rf"Unrecognized resource types: \[{kind}\]"):
        create(shop.platform, *alone(shop, kind))


def test_an_alarm_on_math_is_rolled_back(shop: Shop) -> None:
    assert create(shop.platform, *alone(shop, MATH)) == "ROLLBACK_COMPLETE"


def test_its_dashboards_are_there_as_they_were_made_with_what_the_deployment_knows(shop: Shop) -> None:
    stage = make_stage("production", files=files_of_service(EXAMPLE))
    known = {"AWS::Region": shop.platform.region, "AWS::AccountId": "000000000000", "AWS::Partition": "aws", **shop.ids}
    client = shop.client("cloudwatch")
    names = [
        each["DashboardName"] for each in client.list_dashboards(DashboardNamePrefix="orders-")["DashboardEntries"]
    ]
    made = {
        f"orders-production-{board.name}": json.loads(filled(json_text(cloudwatch_body(board)), known))
        for board in all_dashboards(deployment_of(stage, plan_of(stage)))
    }
    assert set(names) == set(made)
    assert {"orders-production-overview", "orders-production-queues", "orders-production-functions"} <= set(made)
    for name in names:
        assert json.loads(client.get_dashboard(DashboardName=name)["DashboardBody"]) == made[name], name


def test_what_goes_wrong_there_is_in_its_alarms_and_whoever_is_subscribed_hears_of_it_and_of_its_end(
    shop: Shop,
) -> None:
    assert shop.order("a book") == 202
    shop.wait_for("OK", AGE, ERRORS, *OTHER_ERRORS)
    assert not [each for each in (AGE, ERRORS, *OTHER_ERRORS) if "ALARM" in dict(shop.messages(each)).values()]

    shop.ship(is_on=False)
    for item in ("a pen", "a lamp", "a chair"):
        assert shop.order(item) == 202
    shop.wait_for("ALARM", AGE, ERRORS, meanwhile=shop.fail)

    # Of the functions it is the one that fails, and no other.
    states = shop.states()
    assert {name: states[name] for name in OTHER_ERRORS} == dict.fromkeys(OTHER_ERRORS, "OK")
    assert shop.messages(AGE)[-1] == ("orders-production-page", "ALARM")
    assert shop.messages(ERRORS)[-1] == ("orders-production-ticket", "ALARM")
    for name, runbook, watched in (
        (AGE, "docs/runbooks/sqs.md", "AWS/SQS ApproximateAgeOfOldestMessage{QueueName=orders-shipping-production}"),
        (ERRORS, "docs/runbooks/lambda.md", "AWS/Lambda Errors{FunctionName=orders-ship-production}"),
    ):
        message = next(each for _, each in shop.heard if (each["AlarmName"], each["NewStateValue"]) == (name, "ALARM"))
        planned = shop.plan[name].alarm
        assert isinstance(planned, MetricAlarm)
        assert message["OldStateValue"] == "OK"
        assert message["AlarmDescription"] == filled(planned.description or "", {"AWS::Region": shop.platform.region})
        assert f"\nRunbook: {runbook}\n" in message["AlarmDescription"]
        assert (ROOT / runbook).is_file()
        assert watched in message["NewStateReason"]

    # What the emulator refuses is evaluated here, on the same metrics.
    seen = dict(alarm_states(shop.plan, shop.platform, now=datetime.now(UTC)).states)
    # Of few calls the alarm for low traffic tells, and of enough of them the pair whose window it has.
    of_objective = [
        seen[f"orders-production-ship-order-errors-{each}"] for each in ("ticket-low-traffic", "page-medium")
    ]
    assert AlarmState.ALARM in of_objective
    assert seen[AGE] is seen[ERRORS] is AlarmState.ALARM

    shop.ship(is_on=True)
    shop.wait_for("OK", AGE, ERRORS)
    assert shop.messages(AGE)[-1] == ("orders-production-page", "OK")
    assert shop.messages(ERRORS)[-1] == ("orders-production-ticket", "OK")
    waiting = shop.client("sqs").get_queue_attributes(
        QueueUrl=shop.ids["ShippingQueue"], AttributeNames=["ApproximateNumberOfMessages"]
    )
    assert waiting["Attributes"] == {"ApproximateNumberOfMessages": "0"}
