"""`sre local status`."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import assert_never

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
from sre.local.state import LocalPlatform
from sre.local.status import Broken, Down, Up


def run(*, home: Path, as_json: bool) -> Exit:
    """Print the state, and where it is up its addresses, the states of its alarms and the messages that these sent."""
    found = status(home)
    match found:
        case Up(platform=platform):
            state, details = "up", {**platform.describe(), **_alarms(platform, home)}
        case Broken():
            state, details = "broken", {"reason": found.reason, "what to do": "sre local down, then sre local up"}
        case Down():
            state, details = "down", {}
        case _:
            assert_never(found)
    if as_json:
        click.echo(json.dumps({"state": state, **details}, indent=2))
    else:
        click.echo(f"The local platform is {state}.")
        print_details(details)
    return Exit.MET if state == "up" else Exit.MISSED


def _alarms(platform: LocalPlatform, home: Path) -> dict[str, str]:
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
