"""The local platform that a command means and needs, and how its details are printed."""

from pathlib import Path
from typing import assert_never

import click

from foundation.errors import InputError
from sre.cli.options import DEFAULT_HOME
from sre.cli.unused import given_options, refuse_with
from sre.local.lifecycle import settled_status
from sre.local.state import LocalPlatform
from sre.local.status import Broken, Down, HalfUp, Up


def home_meant(*, local: bool, home: Path | None, stage: str | None = None, **elsewhere: object) -> Path | None:
    """The directory of the local platform where that is meant: by --local, by --home, or because nothing of `elsewhere` is given.

    None where another place is meant. Raises InputError where both are, and for another stage than the local one.
    """
    if not local and home is None and given_options(elsewhere):
        return None
    refuse_with("--home" if home is not None else "--local", **elsewhere)
    if stage not in (None, "local"):
        raise InputError(
            f"--stage {stage}: the local platform has the stage local; leave it out, or {_give(elsewhere)}"
        )
    return home or DEFAULT_HOME


def running_platform(home: Path, **elsewhere: object) -> LocalPlatform:
    """The platform of `home`. Raises InputError when none is up there; `elsewhere` are the options that name another place."""
    found = settled_status(home)
    where = "" if home == DEFAULT_HOME else f" --home {home}"
    other = f", or {_give(elsewhere)}" if elsewhere else ""
    match found:
        case Up(platform=platform):
            return platform
        case Down():
            raise InputError(f"no local platform is up in {home}; start one with `sre local up{where}`{other}")
        case HalfUp(owner=owner) if owner is not None:
            raise InputError(f"{found.reason}; wait until it is up{other}")
        case Broken() | HalfUp():
            raise InputError(f"{found.reason}; `sre local up{where}` replaces it{other}")
        case _:
            assert_never(found)


def print_details(details: dict[str, str]) -> None:
    """Print names and values, one pair a line."""
    width = max((len(name) for name in details), default=0)
    for name, value in details.items():
        click.echo(f"  {name:{width}}  {value}")


def _give(elsewhere: dict[str, object]) -> str:
    *first, last = (f"--{name.replace('_', '-')}" for name in elsewhere)
    return f"give {', '.join(first)} or {last}" if first else f"give {last}"
