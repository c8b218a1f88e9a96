"""Synthesizes the stacks to templates: no CDK command line, only the Node that PyPI brings.

`python -m infra.synth SETTINGS OUT` does so in a process of its own, whose Node ends with it; `infra.assembly` starts it.
SETTINGS is a deployment's settings as JSON. jsii starts Node when aws_cdk is imported: the one that JSII_NODE names.
"""

import json
import sys
from pathlib import Path

from aws_cdk import App, DefaultStackSynthesizer, Tags

from canaries.definitions import read_canaries
from dashboards.all_dashboards import all_dashboards
from foundation.cloudwatch.name_limits import STACK
from foundation.errors import Exit, InputError, SreError
from infra.assembly import UNAVAILABLE
from infra.dashboards import deployment_of
from infra.plan import plan_of
from infra.service import T_DEVELOPER
from infra.settings import Settings
from infra.stacks.canaries import CanariesStack
from infra.stacks.data import DataStack
from infra.stacks.loadtest import LoadTestStack
from infra.stacks.observability import BillingAlarmsStack, ObservabilityStack
from infra.stacks.platform import PlatformStack
from infra.stacks.reports import ReportsStack


def synthesize(settings: Settings, out: Path) -> tuple[str, ...]:
    """Write the cloud assembly of one deployment to `out`; the names of its stacks in the order they deploy in."""

    app = App(
        outdir=str(out),
        analytics_reporting=False,
        tree_metadata=False,
        default_stack_synthesizer=DefaultStackSynthesizer(generate_bootstrap_version_rule=False),
    )

    def named(part: str) -> str:
        return settings.scope.named(STACK, part)

    data = DataStack(app, named("data"), settings=settings)
    platform = PlatformStack(app, named("platform"), settings=settings, data=data)
    names = [data.stack_name, platform.stack_name]
    if settings.stage != "local":
        # MiniStack has neither composite alarms nor metric math; the local platform evaluates the plan itself.
        plan, objectives = plan_of(settings.stage, files=T_DEVELOPER, owner=settings.owner)
        boards = all_dashboards(deployment_of(settings.stage, files=T_DEVELOPER))
        facts = {
            "WebSocketApiId": platform.websocket.api_id,
            "StateMachineArn": platform.machine.state_machine_arn,
            "ArchivesBucket": data.archives.bucket_name,
        }
        observability = ObservabilityStack(
            app, named("observability"), settings=settings, plan=plan, boards=boards, facts=facts
        )
        billing = BillingAlarmsStack(app, named("billing-alarms"), settings=settings, plan=plan)
        load = LoadTestStack(app, named("loadtest"), settings=settings, data=data, platform=platform)
        canaries = CanariesStack(
            app,
            named("canaries"),
            settings=settings,
            defined=read_canaries(T_DEVELOPER.canaries),
            objectives=objectives,
            data=data,
            platform=platform,
        )
        reports = ReportsStack(app, named("reports"), settings=settings, objectives=objectives)
        names += [each.stack_name for each in (canaries, observability, billing, load, reports)]
    for key, value in settings.tags.items():
        Tags.of(app).add(key, value)
    app.synth()
    return tuple(names)


if __name__ == "__main__":
    try:
        print(json.dumps(synthesize(Settings.model_validate_json(sys.argv[1]), Path(sys.argv[2]))))
    except InputError as error:
        print(error, file=sys.stderr)
        sys.exit(Exit.BAD_INPUT)
    except SreError as error:
        print(error, file=sys.stderr)
        sys.exit(UNAVAILABLE)
