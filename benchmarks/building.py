"""How fast alarms and dashboards are built, beside cdk-monitoring-constructs; import and output included.

Of 100 functions of one service, and of 100 services as in examples/orders: a REST API, three functions, a table, a queue with its
dead-letter queue, a topic. Ours are read from their service.yaml. The other library has the same resources in code, with the
alarms that it has for what ours watch. Seconds on a clock, and those of processors, which neighbours on the machine change less.
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from infra.assembly import node_environment
from infra.checkout import ROOT

_COUNT = 100
_BURN_RATE = ROOT / "tdeveloper" / "burn_rate.yaml"

_OURS = """
import json, sys
from pathlib import Path
from alarms.cloudformation import workload_template
from alarms.plan import plan_of
from alarms.resource_alarm_file import read_resource_alarms
from dashboards.all_dashboards import all_dashboards
from dashboards.cloudwatch_body import cloudwatch_body
from foundation.service.service_file import read_service
from foundation.service.stage import AlarmRules, Stage
from foundation.slo.burn_rate_file import read_policy_with_subscriptions
from foundation.slo.model import Objectives
from infra.dashboards import deployment_of

burn_rate, out, *directories = map(Path, sys.argv[1:])
policy = None
for directory in directories:
    service = read_service(directory, stage="production", burn_rate=burn_rate)
    none = Objectives(service=service.name, title=service.title, description="", stage="production", items=())
    if policy is None:
        policy, _ = read_policy_with_subscriptions(burn_rate, objectives=none)
    rules = AlarmRules(
        policy=policy, resources=service.resources, resource_alarms=read_resource_alarms(service.resources),
        owner=service.owner, runbook_url="docs/runbooks",
    )
    stage = Stage(objectives=none, own=None, alarm_rules=rules)
    plan = plan_of(stage)
    made = [workload_template(plan), *map(cloudwatch_body, all_dashboards(deployment_of(stage, plan)))]
    (out / f"{service.name}.template.json").write_text(json.dumps(made))
"""

_PEER = """
import sys
from aws_cdk import App, Duration, Stack
from aws_cdk.aws_apigateway import RestApi
from aws_cdk.aws_dynamodb import Table
from aws_cdk.aws_lambda import Function
from aws_cdk.aws_sns import Topic
from aws_cdk.aws_sqs import Queue
from cdk_monitoring_constructs import (
    ErrorCountThreshold, ErrorRateThreshold, LatencyThreshold, MaxMessageAgeThreshold, MaxMessageCountThreshold,
    MonitoringFacade, NotificationsFailedThreshold, ThrottledEventsThreshold,
)

def ticket(threshold):
    return {"Ticket": threshold}

def monitor_function(stack, facade, part, name, seconds):
    facade.monitor_lambda_function(
        lambda_function=Function.from_function_name(stack, part, name),
        add_fault_count_alarm=ticket(ErrorCountThreshold(max_error_count=0)),
        add_throttles_count_alarm=ticket(ErrorCountThreshold(max_error_count=0)),
        add_max_latency_alarm=ticket(LatencyThreshold(max_latency=Duration.seconds(seconds))),
    )

_, out, *directories = sys.argv[1:]
app = App(outdir=out, analytics_reporting=False)
for directory in directories:
    name = directory.rpartition("/")[2]
    stack = Stack(app, name)
    facade = MonitoringFacade(stack, "all")
    if name == "functions":
        for number in range(100):
            monitor_function(stack, facade, f"f{number}", f"functions-f{number}", 8)
        break

    def arn(service, part):
        return f"arn:aws:{service}:us-east-1:123456789012:{name}-{part}-production"

    facade.monitor_api_gateway(
        api=RestApi.from_rest_api_id(stack, "api", f"{name}-production"), api_stage="production",
        add5_xx_fault_rate_alarm=ticket(ErrorRateThreshold(max_error_rate=5)),
        add_latency_p90_alarm=ticket(LatencyThreshold(max_latency=Duration.millis(2500))),
    )
    for part, seconds in (("create", 8), ("get", 4), ("ship", 24)):
        monitor_function(stack, facade, part, f"{name}-{part}-production", seconds)
    facade.monitor_dynamo_table(
        table=Table.from_table_name(stack, "table", f"{name}-production"),
        add_read_throttled_events_count_alarm=ticket(ThrottledEventsThreshold(max_throttled_events_threshold=0)),
        add_write_throttled_events_count_alarm=ticket(ThrottledEventsThreshold(max_throttled_events_threshold=0)),
        add_system_error_count_alarm=ticket(ErrorCountThreshold(max_error_count=0)),
    )
    facade.monitor_sqs_queue_with_dlq(
        queue=Queue.from_queue_arn(stack, "shipping", arn("sqs", "shipping")),
        dead_letter_queue=Queue.from_queue_arn(stack, "dead-letters", arn("sqs", "shipping-dead-letters")),
        add_queue_max_message_age_alarm=ticket(MaxMessageAgeThreshold(max_age_in_seconds=900)),
        add_queue_max_size_alarm=ticket(MaxMessageCountThreshold(max_message_count=108000)),
        add_dead_letter_queue_max_size_alarm=ticket(MaxMessageCountThreshold(max_message_count=0)),
    )
    facade.monitor_sns_topic(
        topic=Topic.from_topic_arn(stack, "shipped", arn("sns", "shipped")),
        add_message_notifications_failed_alarm=ticket(NotificationsFailedThreshold(max_notifications_failed_count=0)),
    )
app.synth()
"""
_FUNCTIONS = """
service: functions
title: Functions
owner: bench
stages: [production]
resources:
"""
_FUNCTION = """
- label: f{number}
  type: AWS::Lambda::Function
  name: functions-f{number}
  facts: {{timeout_seconds: 10}}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Took:
    seconds: float
    processor_seconds: float

    def ratio(self, other: "_Took") -> str:
        """How many times as long it took as another."""
        of_processors = self.processor_seconds / other.processor_seconds
        return f"{self.seconds / other.seconds:.0f} ({of_processors:.0f} in time of processors)"


def run() -> None:
    """Print seconds for each, and the ratios; each in a process of its own, from its start to its end."""
    with tempfile.TemporaryDirectory() as place:
        functions = Path(place) / "functions"
        functions.mkdir()
        text = _FUNCTIONS + "".join(_FUNCTION.format(number=number) for number in range(_COUNT))
        (functions / "service.yaml").write_text(text)
        _compare(f"{_COUNT} functions", [functions], ours_count=3 * _COUNT, peer_count=3 * _COUNT)
        shops = [_shop(Path(place) / f"shop{number:02}") for number in range(_COUNT)]
        _compare(f"{_COUNT} services of 8 resources", shops, ours_count=18, peer_count=18)


def _compare(what: str, services: Sequence[Path], *, ours_count: int, peer_count: int) -> None:
    """Print what both took for services of so many alarms each."""
    ours, peer = _took(_OURS, services, alarm_count=ours_count), _took(_PEER, services, alarm_count=peer_count)
    print(
        f"building: alarms ({ours_count * len(services):,}) and dashboards of {what} in {ours.seconds:.2f} s; "
        f"cdk-monitoring-constructs ({peer_count * len(services):,}) {peer.seconds:.1f} s, ratio {peer.ratio(ours)} "
        "(import and output included)"
    )


def _took(program: str, services: Sequence[Path], *, alarm_count: int) -> _Took:
    environment = {**os.environ, **node_environment(os.environ), "JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION": "1"}
    with tempfile.TemporaryDirectory() as out:
        command = [sys.executable, "-c", program, str(_BURN_RATE), out, *map(str, services)]
        began, used = time.perf_counter(), _processor_seconds()
        subprocess.run(command, check=True, env=environment, stderr=subprocess.DEVNULL, cwd=ROOT)
        took = _Took(seconds=time.perf_counter() - began, processor_seconds=_processor_seconds() - used)
        counts = [each.read_text().count('"AWS::CloudWatch::Alarm"') for each in Path(out).glob("*.template.json")]
    assert counts == [alarm_count] * len(services), counts
    return took


def _processor_seconds() -> float:
    """What all children that have ended used."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _shop(directory: Path) -> Path:
    """The example under another name, in a directory of that name."""
    directory.mkdir()
    for each in ("service.yaml", "objectives.yaml"):
        text = (ROOT / "examples" / "orders" / each).read_text()
        (directory / each).write_text(text.replace("orders", directory.name))
    return directory
