"""`sre local` and `sre synth`: the platform on this machine, and the templates of every stage."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from sre.local.state import LocalPlatform

_DEFAULT_HOME = Path(".sre/local")
home_option = click.option(
    "--home",
    type=click.Path(path_type=Path),
    default=_DEFAULT_HOME,
    show_default=True,
    help="Where the platform keeps its state and logs; one platform a directory.",
)


@click.group("local")
def local() -> None:
    """The platform on this machine: no AWS account, no Docker."""


@local.command("up")
@home_option
@click.option("--port", type=click.IntRange(1024, 65_535), help="Port on 127.0.0.1; 4566 when it is free, else any.")
@click.option(
    "--fault-switch", default="off", show_default=True,
    help="errors=1%, delay=1500ms@5%, websocket=silent or unsigned=accepted, several with commas.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print the addresses as JSON.")
def up(home: Path, port: int | None, fault_switch: str, as_json: bool) -> None:
    """Start it, deploy the stacks, and print its addresses."""
    from sre.local.lifecycle import up as bring_up

    platform = bring_up(home, port=port, fault_switch=fault_switch, say=lambda line: click.echo(f"· {line}", err=True))
    if as_json:
        click.echo(json.dumps(platform.describe(), indent=2))
        return
    click.echo(f"The local platform is up after {platform.ready_after_seconds} s.")
    _show(platform.describe())
    click.echo("Left out, and why:")
    for line in platform.left_out:
        click.echo(f"  {line}")
    click.echo("`sre local down` ends it.")


@local.command("down")
@home_option
def down(home: Path) -> None:
    """End it and every process that it started."""
    from sre.local.lifecycle import down as take_down

    click.echo("The local platform is down." if take_down(home) else f"No local platform is up in {home}.")


@local.command("fault")
@home_option
@click.argument("switch")
def fault(home: Path, switch: str) -> None:
    """Throw the fault switch while it is up: `errors=100%`, `websocket=silent`, `off`, and so on."""
    from sre.local.faults import throw_switch

    platform = throw_switch(running_platform(home), switch)
    click.echo(f"The fault switch is {platform.fault_switch}.")


@local.command("status")
@home_option
@click.option("--json", "as_json", is_flag=True, help="Print the status as JSON.")
def status(home: Path, as_json: bool) -> None:
    """Say whether it is up, and where. Exit code 1 when it is down or broken."""
    from sre.local.lifecycle import status as read_status

    state, details = read_status(home)
    if state == "up":
        details["alarms"] = _alarms(home)
    if as_json:
        click.echo(json.dumps({"state": state, **details}, indent=2))
    else:
        click.echo(f"The local platform is {state}.")
        _show(details)
    sys.exit(0 if state == "up" else 1)


def _alarms(home: Path) -> str:
    from datetime import UTC, datetime

    from foundation.cloudwatch.source import SourceError
    from foundation.errors import SreError
    from sre.local.alarm_states import alarm_states
    from sre.local.state import read_state

    platform = read_state(home)
    if platform is None:
        return "the platform has gone"
    try:
        return alarm_states(platform, now=datetime.now(UTC)).sentence
    except (SourceError, SreError) as error:
        return f"not evaluated: {error}"


@click.command("synth")
@click.option(
    "--stage", type=click.Choice(["local", "development", "staging", "production"]), required=True, help="Which stage."
)
@click.option("--region", default="us-east-1", show_default=True, help="The region that it will be deployed to.")
@click.option("--api-host", help="The API's own domain, if it has one: its plain checks are then deployed, too.")
@click.option("--api-base-path", default="", help="What the paths behind --api-host begin with.")
@click.option(
    "--out", type=click.Path(path_type=Path), default=Path("cdk.out"), show_default=True, help="Where it goes."
)
def synth(stage: str, region: str, api_host: str | None, api_base_path: str, out: Path) -> None:
    """Write the templates and assets of a stage; `npx aws-cdk@2.1148.1 deploy --app cdk.out --all` deploys them."""
    from pydantic import ValidationError

    from foundation.errors import InputError
    from infra.settings import Settings
    from infra.synth import synthesize

    try:
        settings = Settings.model_validate(
            {"stage": stage, "region": region, "api_host": api_host, "api_base_path": api_base_path}
        )
    except ValidationError as error:
        (first, *_) = error.errors()
        option = str(first["loc"][0]).replace("_", "-")
        raise InputError(f"--{option} {first['input']}: {first['msg']}") from error
    for stack in synthesize(settings, out):
        click.echo(out / f"{stack}.template.json")


def running_platform(home: Path) -> "LocalPlatform":
    """The platform of `home`. Raises InputError when none is up there."""
    from foundation.errors import InputError
    from sre.local.lifecycle import status as read_status
    from sre.local.state import read_state

    state, _ = read_status(home)
    platform = read_state(home)
    if state != "up" or platform is None:
        raise InputError(f"no local platform is up in {home}; `sre local up` starts one")
    return platform


def _show(details: dict[str, str]) -> None:
    width = max((len(name) for name in details), default=0)
    for name, value in details.items():
        click.echo(f"  {name:{width}}  {value}")
