"""The alarms and dashboards of a stage, beside the platform: what `alarms/` and `dashboards/` write, included as it is."""

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from aws_cdk import CfnParameter, Environment, Fn, Stack
from aws_cdk.aws_cloudwatch import CfnDashboard
from aws_cdk.cloudformation_include import CfnInclude
from constructs import Construct

from alarms.cloudformation import billing_template, description_of, workload_template
from alarms.model import BILLING_REGION, Plan
from dashboards.cloudwatch_body import cloudwatch_body
from dashboards.model import Dashboard
from foundation.cloudwatch.containers import check_body
from foundation.cloudwatch.names import logical_id
from foundation.cloudwatch.parameters import PSEUDO_PARAMETERS, cloudformation, json_text, parameters_in, parts_of
from foundation.files.writing import write_text
from foundation.service.stage import Stage
from infra.settings import Settings
from infra.stacks.environment import environment_of


class ObservabilityStack(Stack):
    """Topics, trace groups, the rule on failed deployments, every alarm of the workload's own Region, and the dashboards.

    `facts` fill placeholders with what other stacks know.
    """

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        settings: Settings,
        stage: Stage,
        plan: Plan,
        boards: Sequence[Dashboard],
        facts: dict[str, str],
    ) -> None:
        description = description_of(f"{settings.title}: alarms and dashboards of {settings.stage}", stage.what_ifs)
        super().__init__(scope, name, description=description, env=environment_of(settings))
        template = workload_template(plan)
        _include(self, template, facts)
        bodies = [(board, cloudwatch_body(board)) for board in boards]
        self._ask_for([body for _, body in bodies], known={*facts, *template.get("Parameters", {})}, of=settings)
        for board, body in bodies:
            check_body(body, name=board.name)
            CfnDashboard(
                self,
                logical_id("dashboard", board.name),
                dashboard_name=plan.context.scope.dashboard(board.name),
                dashboard_body=_filled(json_text(body), facts),
            )

    def _ask_for(self, bodies: Sequence[dict[str, Any]], *, known: set[str], of: Settings) -> None:
        """A parameter for each thing that dashboards alone name and no other stack gives."""
        asked = {each.name for each in parameters_in(bodies) - PSEUDO_PARAMETERS}
        for name in sorted(asked - known):
            CfnParameter(self, name, description=f"{name} of {of.scope.prefix}")


class BillingAlarmsStack(Stack):
    """The alarms on the bill, in the one Region that has its metrics."""

    def __init__(self, scope: Construct, name: str, *, settings: Settings, stage: Stage, plan: Plan) -> None:
        description = description_of(f"{settings.title}: alarms on the bill of {settings.stage}", stage.what_ifs)
        super().__init__(scope, name, description=description, env=Environment(region=BILLING_REGION))
        _include(self, billing_template(plan), {})


def _filled(text: str, facts: dict[str, str]) -> str:
    """The text with what other stacks know, and what CloudFormation knows, filled in when it is deployed."""
    match cloudformation(text):
        case str() as plain:
            return plain
        case {"Fn::Sub": str() as body}:
            names = {parameter.name for parameter in parameters_in(text)}
            return Fn.sub(body, {fact: value for fact, value in facts.items() if fact in names} or None)
        case _:
            return Fn.join(
                "",
                [
                    part if isinstance(part, str) else facts.get(part.name) or Fn.ref(part.name)
                    for part in parts_of(text)
                ],
            )


def _include(stack: Stack, template: dict[str, Any], facts: dict[str, str]) -> None:
    with tempfile.TemporaryDirectory() as directory:
        file = Path(directory) / "alarms.json"
        write_text(file, json.dumps(template))
        known = {name: fact for name, fact in facts.items() if name in template.get("Parameters", {})}
        CfnInclude(stack, "Alarms", template_file=str(file), parameters=known)
