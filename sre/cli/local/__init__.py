"""`sre local`: the platform on this machine."""

from typing import Any

import click

from foundation.errors import Exit
from sre.cli import deferred
from sre.cli.options import fault_switch_option, home_option, json_option
from sre.cli.types.numbers import PORT
from sre.cli.types.pairs import FAULT_SWITCH


@click.group("local")
def local() -> None:
    """The platform on this machine: no AWS account, no Docker."""


@local.command("up")
@home_option
@click.option("--port", type=PORT, help="Port on 127.0.0.1; 4566 when it is free, else any.")
@fault_switch_option
@json_option(None)
def _up(**given: Any) -> Exit:
    """Start it, deploy the stacks, and print its addresses."""
    return deferred.run("sre.cli.local.up", given)


@local.command("down")
@home_option
def _down(**given: Any) -> Exit:
    """End it and every process that it started."""
    return deferred.run("sre.cli.local.down", given)


@local.command("fault")
@home_option
@click.argument("switch", type=FAULT_SWITCH)
def _fault(**given: Any) -> Exit:
    """Throw the fault switch while it is up: `errors=100%`, `websocket=silent`, `off`, and so on."""
    return deferred.run("sre.cli.local.fault", given)


@local.command("status")
@home_option
@json_option(None)
def _status(**given: Any) -> Exit:
    """Print whether it is up, and where. Exit code 1 when it is down or broken."""
    return deferred.run("sre.cli.local.status", given)
