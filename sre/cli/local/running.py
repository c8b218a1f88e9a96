"""The local platform that a command needs, and how its details are printed."""

from pathlib import Path

import click

from foundation.errors import InputError
from sre.local.lifecycle import status
from sre.local.state import LocalPlatform, read_state


def running_platform(home: Path) -> LocalPlatform:
    """The platform of `home`. Raises InputError when none is up there."""
    state, _ = status(home)
    platform = read_state(home)
    if state != "up" or platform is None:
        raise InputError(f"no local platform is up in {home}; `sre local up` starts one")
    return platform


def print_details(details: dict[str, str]) -> None:
    """Print names and values, one pair a line."""
    width = max((len(name) for name in details), default=0)
    for name, value in details.items():
        click.echo(f"  {name:{width}}  {value}")
