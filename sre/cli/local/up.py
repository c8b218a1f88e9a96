"""`sre local up`."""

from pathlib import Path

import click

from foundation.errors import Exit
from sre.cli.local.running import print_details
from sre.cli.outputs.local import PlatformUp, platform_output
from sre.cli.outputs.model import print_output
from sre.local.lifecycle import ensure_up


def run(*, home: Path, port: int | None, fault_switch: str | None, as_json: bool) -> Exit:
    """Have it up and print its addresses. Raises InputError for one that is up with other options."""
    ensured = ensure_up(
        home, port=port, fault_switch=fault_switch, say=lambda line: click.echo(f"· {line}", err=True)
    )  # fmt: skip
    platform = ensured.platform
    if as_json:
        print_output(PlatformUp(was_up=ensured.was_up, platform=platform_output(platform)))
        return Exit.MET
    if ensured.was_up:
        click.echo("The local platform is up already.")
        print_details(platform.describe())
        return Exit.MET
    click.echo(f"The local platform is up after {platform.ready_after_seconds} s.")
    print_details(platform.describe())
    click.echo("Left out, and why:")
    for line in platform.left_out:
        click.echo(f"  {line}")
    click.echo("`sre local down` ends it.")
    return Exit.MET
