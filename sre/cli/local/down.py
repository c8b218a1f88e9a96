"""`sre local down`."""

from pathlib import Path

import click

from foundation.errors import Exit
from sre.local.lifecycle import down


def run(*, home: Path) -> Exit:
    """Take it down."""
    click.echo("The local platform is down." if down(home) else f"No local platform is up in {home}.")
    return Exit.MET
