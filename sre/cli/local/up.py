"""`sre local up`."""

import json
from pathlib import Path

import click

from foundation.errors import Exit
from sre.cli.local.running import print_details
from sre.local.lifecycle import up


def run(*, home: Path, port: int | None, fault_switch: str, as_json: bool) -> Exit:
    """Bring it up and print its addresses."""
    platform = up(home, port=port, fault_switch=fault_switch, say=lambda line: click.echo(f"· {line}", err=True))
    if as_json:
        click.echo(json.dumps(platform.describe(), indent=2))
        return Exit.MET
    click.echo(f"The local platform is up after {platform.ready_after_seconds} s.")
    print_details(platform.describe())
    click.echo("Left out, and why:")
    for line in platform.left_out:
        click.echo(f"  {line}")
    click.echo("`sre local down` ends it.")
    return Exit.MET
