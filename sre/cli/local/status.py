"""`sre local status`."""

import json
from datetime import UTC, datetime
from pathlib import Path

import click

from alarms.plan import plan_of
from foundation.errors import Exit, SreError
from sre.cli.local.running import print_details
from sre.cli.stage import stage_from
from sre.local.alarm_states import alarm_states
from sre.local.lifecycle import status
from sre.local.state import read_state


def run(*, home: Path, as_json: bool) -> Exit:
    """Print the state, and where it is up its addresses and the states of its alarms."""
    state, details = status(home)
    if state == "up":
        details["alarms"] = _alarms(home)
    if as_json:
        click.echo(json.dumps({"state": state, **details}, indent=2))
    else:
        click.echo(f"The local platform is {state}.")
        print_details(details)
    return Exit.MET if state == "up" else Exit.MISSED


def _alarms(home: Path) -> str:
    platform = read_state(home)
    if platform is None:
        return "the platform has gone"
    try:
        return alarm_states(plan_of(stage_from(stage="local")), platform, now=datetime.now(UTC)).sentence
    except SreError as error:
        return f"not evaluated: {error}"
