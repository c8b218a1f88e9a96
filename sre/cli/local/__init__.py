"""`sre local`: the platform on this machine."""

from typing import Any

import click

from foundation.errors import Exit
from sre.cli import deferred
from sre.cli.options import fault_switch_option, home_option, json_option, option
from sre.cli.types.numbers import PORT
from sre.cli.types.pairs import FAULT_SWITCH


@click.group("local")
def local() -> None:
    """The platform on this machine: no AWS account, no Docker."""


@local.command("up", short_help="Start it and print its addresses.")
@home_option
@option("--port", type=PORT, show_default="4566 where it is free, else any", help="The port on 127.0.0.1.")
@fault_switch_option("off, or as it is")
@json_option("local:PlatformUp")
def _up(**given: Any) -> Exit:
    """Start it, deploy the stacks, and print its addresses; where it is up already, print them and change nothing.

    Exit code 2: it is up with another port or fault switch than is asked for.
    """
    return deferred.run("sre.cli.local.up", given)


@local.command("down", short_help="End it and every process that it started.")
@home_option
def _down(**given: Any) -> Exit:
    """End it and every process that it started. Where none is up, that is said."""
    return deferred.run("sre.cli.local.down", given)


@local.command("fault", short_help="Inject faults into the platform that is up.")
@home_option
@click.argument("switch", type=FAULT_SWITCH)
def _fault(**given: Any) -> Exit:
    """Inject faults into the platform that is up, such as errors=5%; several with commas; `off` ends them."""
    return deferred.run("sre.cli.local.fault", given)


@local.command("status", short_help="Show its state, its addresses and its alarms.")
@home_option
@json_option("local:PlatformStatus")
def _status(**given: Any) -> Exit:
    """Show whether it is up, its addresses, and the states of its alarms. Exit code 1: it is down or broken."""
    return deferred.run("sre.cli.local.status", given)
