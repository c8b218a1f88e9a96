"""The alarms of a stage, beside the platform: the templates that `alarms/` writes, included as they are."""

import json
import tempfile
from pathlib import Path
from typing import Any

from aws_cdk import Environment, Stack
from aws_cdk.cloudformation_include import CfnInclude
from constructs import Construct

from alarms.cloudformation import billing_template, workload_template
from alarms.model import BILLING_REGION, Plan
from infra.settings import Settings


class ObservabilityStack(Stack):
    """Topics, trace groups, the rule on failed deployments, and every alarm of the workload's own Region.

    `facts` fill the template's parameters with what other stacks know.
    """

    def __init__(self, scope: Construct, name: str, *, settings: Settings, plan: Plan, facts: dict[str, str]) -> None:
        super().__init__(scope, name, description=f"T-Developer: alarms of {settings.stage}")
        _include(self, workload_template(plan), facts)


class BillingAlarmsStack(Stack):
    """The alarms on the bill, in the one Region that has its metrics."""

    def __init__(self, scope: Construct, name: str, *, settings: Settings, plan: Plan) -> None:
        description = f"T-Developer: alarms on the bill of {settings.stage}"
        super().__init__(scope, name, description=description, env=Environment(region=BILLING_REGION))
        _include(self, billing_template(plan), {})


def _include(stack: Stack, template: dict[str, Any], facts: dict[str, str]) -> None:
    with tempfile.TemporaryDirectory() as directory:
        file = Path(directory) / "alarms.json"
        file.write_text(json.dumps(template))
        CfnInclude(stack, "Alarms", template_file=str(file), parameters=facts)
