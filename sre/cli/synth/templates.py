"""`sre synth`."""

from pathlib import Path

import click

from foundation.errors import Exit
from infra.assembly import assemble
from infra.settings import Settings


def run(*, stage: str, region: str, api_host: str | None, api_base_path: str, out: Path) -> Exit:
    """Write the assembly and print its templates."""
    settings = Settings.model_validate(
        {"stage": stage, "region": region, "api_host": api_host, "api_base_path": api_base_path}
    )
    for stack in assemble(settings, out):
        click.echo(out / f"{stack}.template.json")
    return Exit.MET
