"""Synthesizes the stacks to templates: no CDK command line, only the Node that PyPI brings.

`python -m infra.synth SETTINGS OUT [STAGE_FILE]` does so in a process of its own, whose Node ends with it; `infra.assembly`
starts it. SETTINGS is a deployment's settings as JSON, STAGE_FILE the stage that is deployed. jsii starts Node when aws_cdk is
imported: the one that JSII_NODE names.
"""

import json
import sys
from pathlib import Path

from aws_cdk import App, DefaultStackSynthesizer, Stack, Tags

from alarms.plan import plan_of
from canaries.definitions import read_canaries
from dashboards.all_dashboards import all_dashboards
from foundation.cloudwatch.name_limits import STACK
from foundation.errors import Exit, InputError, SreError
from foundation.service.stage import Stage
from foundation.service.stage_file import read_stage
from infra.assembly import UNAVAILABLE
from infra.dashboards import deployment_of
from infra.service import T_DEVELOPER
from infra.settings import Settings
from infra.stacks.canaries import CanariesStack
from infra.stacks.data import DataStack
from infra.stacks.loadtest import LoadTestStack
from infra.stacks.observability import BillingAlarmsStack, ObservabilityStack
from infra.stacks.platform import PlatformStack
from infra.stacks.reports import ReportsStack


def synthesize(settings: Settings, out: Path, *, stage: Stage | None = None) -> tuple[str, ...]:
    """Write the cloud assembly of one deployment to `out`; the names of its stacks in the order they deploy in.

    The local stage needs no `stage`: its stacks hold nothing of the objectives. Raises InputError for another stage than that
    of the settings.
    """
    app = App(
        outdir=str(out),
        analytics_reporting=False,
        tree_metadata=False,
        default_stack_synthesizer=DefaultStackSynthesizer(generate_bootstrap_version_rule=False),
    )

    names = (
        _with_platform(app, settings, stage) if settings.has_platform else _beside(app, settings, _own(stage, settings))
    )
    for key, value in settings.tags.items():
        Tags.of(app).add(key, value)
    app.synth()
    return tuple(names)


def _with_platform(app: App, settings: Settings, stage: Stage | None) -> list[str]:
    """T-Developer itself, and but for the local stage what watches it."""
    data = DataStack(app, _named(settings, "data"), settings=settings)
    platform = PlatformStack(app, _named(settings, "platform"), settings=settings, data=data)
    names = [data.stack_name, platform.stack_name]
    # MiniStack has neither composite alarms nor metric math; the local platform evaluates the plan itself.
    if not settings.is_local:
        of = _own(stage, settings)
        facts = {
            "WebSocketApiId": platform.websocket.api_id,
            "StateMachineArn": platform.machine.state_machine_arn,
            "ArchivesBucket": data.archives.bucket_name,
        }
        billing, observability, reports = _watching(app, settings, of, facts)
        load = LoadTestStack(app, _named(settings, "loadtest"), settings=settings, data=data, platform=platform)
        canaries = CanariesStack(
            app,
            _named(settings, "canaries"),
            settings=settings,
            defined=read_canaries(T_DEVELOPER.canaries),
            stage=of,
            data=data,
            platform=platform,
        )
        names += [each.stack_name for each in (canaries, billing, observability, load, reports)]
    return names


def _beside(app: App, settings: Settings, stage: Stage) -> list[str]:
    """What watches a service that has stacks of its own; what only these know is a parameter."""
    return [each.stack_name for each in _watching(app, settings, stage, {})]


def _watching(app: App, settings: Settings, stage: Stage, facts: dict[str, str]) -> tuple[Stack, Stack, Stack]:
    """The alarms on the bill, all other alarms with the dashboards, and the weekly report."""
    plan = plan_of(stage)
    boards = all_dashboards(deployment_of(stage, plan))
    observability = ObservabilityStack(
        app, _named(settings, "observability"), settings=settings, stage=stage, plan=plan, boards=boards, facts=facts
    )
    billing = BillingAlarmsStack(
        app, _named(settings, "billing-alarms"), settings=settings, stage=stage, plan=plan
    )  # fmt: skip
    # Who hears of alarms in a chat hears of the bill's, too, whose topics must be there.
    observability.add_dependency(billing)
    return billing, observability, ReportsStack(app, _named(settings, "reports"), settings=settings, stage=stage)


def _own(stage: Stage | None, settings: Settings) -> Stage:
    if stage is None or (stage.name, stage.scope.service) != (settings.stage, settings.service):
        raise InputError(f"the stage {settings.stage} is synthesized of itself, not of {stage and stage.name}")
    return stage


def _named(settings: Settings, part: str) -> str:
    return settings.scope.named(STACK, part)


if __name__ == "__main__":
    try:
        given, out_directory, *files = sys.argv[1:]
        of = read_stage(Path(files[0])) if files else None
        print(json.dumps(synthesize(Settings.model_validate_json(given), Path(out_directory), stage=of)))
    except InputError as error:
        print(error, file=sys.stderr)
        sys.exit(Exit.BAD_INPUT)
    except SreError as error:
        print(error, file=sys.stderr)
        sys.exit(UNAVAILABLE)
