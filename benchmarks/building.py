"""How fast alarms and dashboards of 100 functions are built, beside cdk-monitoring-constructs; import and output included."""

import os
import subprocess
import sys
import time

from infra.assembly import node_environment

_COUNT = 100

_OURS = f"""
import json
from alarms.cloudformation import workload_template
from alarms.model import Context, Plan
from alarms.resources import Resource, read_resource_alarms, resource_alarms
from foundation.cloudwatch.metrics import Metric
from dashboards.cloudwatch_body import cloudwatch_body
from dashboards.model import Dashboard, GraphPanel, in_rows, stat

context = Context(service="bench", stage="production", owner="bench", runbook_url="docs/runbooks")
functions = [
    Resource(type="AWS::Lambda::Function", label=f"f{{n}}", name=f"bench-f{{n}}", arn=f"arn:f{{n}}") for n in range({_COUNT})
]
alarms, _ = resource_alarms(functions, read_resource_alarms(None, own=()), context)
plan = Plan(context=context, policy="bench", alarms=alarms, trace_groups=(), deployments=(), notes=())

def metric(function, name):
    return Metric(namespace="AWS/Lambda", name=name, dimensions=(("FunctionName", function.name),))

def panels(function):
    shown = (("Errors", "Sum", Unit.COUNT), ("Throttles", "Sum", Unit.COUNT), ("Duration", "p99", Unit.MILLISECONDS))
    return [
        GraphPanel(title=f"{{function.label}} {{name}}", queries=(stat("m", metric(function, name), statistic, name),), unit=unit)
        for name, statistic, unit in shown
    ]

board = Dashboard(name="all", title="all", panels=in_rows(*((6, panels(function)) for function in functions)))
text = json.dumps([workload_template(plan), cloudwatch_body(board)])
assert text.count("AWS::CloudWatch::Alarm") == 2 * {_COUNT}
"""

_PEER = f"""
import json
from foundation.service.panels import Unit
from pathlib import Path
from tempfile import mkdtemp
from aws_cdk import App, Stack
from aws_cdk.aws_lambda import Function
from cdk_monitoring_constructs import ErrorCountThreshold, MonitoringFacade

app = App(outdir=mkdtemp(), analytics_reporting=False)
stack = Stack(app, "bench")
facade = MonitoringFacade(stack, "all")
for n in range({_COUNT}):
    facade.monitor_lambda_function(
        lambda_function=Function.from_function_name(stack, f"F{{n}}", f"bench-f{{n}}"),
        add_fault_count_alarm={{"Warning": ErrorCountThreshold(max_error_count=0)}},
        add_throttles_count_alarm={{"Warning": ErrorCountThreshold(max_error_count=0)}},
    )
app.synth()
text = (Path(app.outdir) / "bench.template.json").read_text()
assert text.count('"AWS::CloudWatch::Alarm"') == 2 * {_COUNT}
"""


def run() -> None:
    """Print seconds for each, and the ratio; each in a process of its own, from its start to its end."""
    environment = {**os.environ, **node_environment(os.environ), "JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION": "1"}
    seconds: dict[str, float] = {}
    for name, program in (("ours", _OURS), ("peer", _PEER)):
        began = time.perf_counter()
        subprocess.run([sys.executable, "-c", program], check=True, env=environment, stderr=subprocess.DEVNULL)
        seconds[name] = time.perf_counter() - began
    print(
        f"building: alarms (2 each) and dashboards of {_COUNT} functions in {seconds['ours']:.2f} s; cdk-monitoring-constructs "
        f"{seconds['peer']:.1f} s, ratio {seconds['peer'] / seconds['ours']:.0f} (import and output included)"
    )
