"""`sre local status`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import assert_never

import click

from alarms.plan import plan_of
from foundation.errors import Exit, SreError
from sre.cli.local.running import print_details
from sre.cli.outputs.local import status_output
from sre.cli.outputs.model import print_output
from sre.cli.stage import stage_from
from sre.local.alarm_states import AlarmStates, alarm_states
from sre.local.lifecycle import settled_status
from sre.local.notifications import Captured, LocalTopics
from sre.local.refused_lines import RefusedLines, refused_lines, sentence_of
from sre.local.session import root_session
from sre.local.state import LocalPlatform
from sre.local.status import Broken, Down, HalfUp, Up


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """What is seen of the alarms of a platform; what could not be read is None, and `reason` says why."""

    alarms: AlarmStates | None = None
    messages: Sequence[Captured] | None = None
    refused: Sequence[RefusedLines] | None = None
    reason: str | None = None


def run(*, home: Path, as_json: bool) -> Exit:
    """Print the state, and where it is up its addresses, the states of its alarms and the messages that these sent."""
    found = settled_status(home)
    match found:
        case Up(platform=platform):
            seen = _seen(platform)
            if as_json:
                print_output(
                    status_output(
                        "up",
                        reason=seen.reason,
                        platform=platform,
                        alarms=seen.alarms,
                        messages=seen.messages,
                        refused=seen.refused,
                    )
                )
            else:
                _print(platform, seen)
            return Exit.MET
        case Broken() if as_json:
            print_output(status_output("broken", reason=found.reason, platform=found.platform))
        case HalfUp(owner=owner) if as_json:
            print_output(status_output("broken" if owner is None else "starting", reason=found.reason))
        case Broken() | HalfUp(owner=None):
            click.echo(f"{_as_sentence(found.reason)}\n`sre local up` replaces it, `sre local down` ends it.")
        case HalfUp():
            click.echo(_as_sentence(found.reason))
        case Down() if as_json:
            print_output(status_output("down"))
        case Down():
            click.echo("The local platform is down.\n`sre local up` starts it.")
        case _:
            assert_never(found)
    return Exit.MISSED


def _as_sentence(reason: str) -> str:
    return f"{reason[0].upper()}{reason[1:]}."


def _print(platform: LocalPlatform, seen: _Seen) -> None:
    click.echo("The local platform is up.")
    print_details(platform.describe())
    if seen.reason is not None:
        click.echo(f"Not everything could be read: {seen.reason}")
    if seen.alarms is not None:
        click.echo("Alarms:")
        for line in seen.alarms.lines:
            click.echo(f"  {line}")
    if seen.messages is not None:
        click.echo("Notified:" if seen.messages else "Notified: nobody so far.")
        for each in seen.messages:
            click.echo(f"  {each.sentence}")
    if seen.refused:
        click.echo(f"Metrics: {sentence_of(seen.refused, platform.home)}.")


def _seen(platform: LocalPlatform) -> _Seen:
    """The states of the alarms, of which those that went off send their messages now, unless they were sent before."""
    now = datetime.now(UTC)
    alarms: AlarmStates | None = None
    messages: Sequence[Captured] | None = None
    try:
        plan = plan_of(stage_from(stage="local"))
        alarms = alarm_states(plan, platform, now=now)
        topics = LocalTopics(session=root_session(platform.region), endpoint=platform.endpoint, home=platform.home)
        messages = topics.notify(plan, alarms.notified)
        return _Seen(alarms=alarms, messages=messages, refused=refused_lines(platform, now=now))
    except SreError as error:
        return _Seen(alarms=alarms, messages=messages, reason=str(error))
