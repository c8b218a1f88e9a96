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
from sre.local.notifications import LocalTopics
from sre.local.refused_lines import refused_line_sentence
from sre.local.session import root_session
from sre.local.state import read_state


def run(*, home: Path, as_json: bool) -> Exit:
    """Print the state, and where it is up its addresses, the states of its alarms and the messages that these sent."""
    state, details = status(home)
    if state == "up":
        details |= _alarms(home)
    if as_json:
        click.echo(json.dumps({"state": state, **details}, indent=2))
    else:
        click.echo(f"The local platform is {state}.")
        print_details(details)
    return Exit.MET if state == "up" else Exit.MISSED


def _alarms(home: Path) -> dict[str, str]:
    platform = read_state(home)
    if platform is None:
        return {"alarms": "the platform has gone"}
    details: dict[str, str] = {}
    now = datetime.now(UTC)
    try:
        plan = plan_of(stage_from(stage="local"))
        states = alarm_states(plan, platform, now=now)
        details["alarms"] = states.sentence
        topics = LocalTopics(session=root_session(platform.region), endpoint=platform.endpoint, home=home)
        captured = topics.notify(plan, states.notified)
        details["notified"] = "; ".join(each.sentence for each in captured) or "nobody so far"
        if refused := refused_line_sentence(platform, now=now):
            details["metrics"] = refused
    except SreError as error:
        details.setdefault("alarms", f"not evaluated: {error}")
        details.setdefault("notified", f"not known: {error}")
    return details
