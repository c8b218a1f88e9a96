"""`sre local fault`."""

from pathlib import Path

import click

from foundation.errors import Exit
from sre.cli.local.running import running_platform
from sre.local.faults import throw_switch


def run(*, home: Path, switch: str) -> Exit:
    """Throw the switch."""
    platform = throw_switch(running_platform(home), switch)
    click.echo(f"The fault switch is {platform.fault_switch}.")
    return Exit.MET
