"""`sre local down`."""

from pathlib import Path

import click

from foundation.errors import Exit
from sre.local.lifecycle import down


def run(*, home: Path) -> Exit:
    """Take it down."""
    taken = down(home)
    click.echo(f"No local platform is up in {home}." if taken is None else "The local platform is down.")
    for line in () if taken is None else taken.left_alone:
        click.echo(f"{line[0].upper()}{line[1:]}.")
    return Exit.MET
