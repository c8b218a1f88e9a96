"""`sre synth`."""

from pathlib import Path

import click
from pydantic import ValidationError

from foundation.errors import Exit, InputError
from infra.assembly import assemble
from infra.settings import Settings


def run(*, stage: str, region: str, api_host: str | None, api_base_path: str, out: Path) -> Exit:
    """Write the assembly and print its templates. Raises InputError for an option that is wrong."""
    try:
        settings = Settings.model_validate(
            {"stage": stage, "region": region, "api_host": api_host, "api_base_path": api_base_path}
        )
    except ValidationError as error:
        (first, *_) = error.errors()
        option = str(first["loc"][0]).replace("_", "-")
        raise InputError(f"--{option} {first['input']}: {first['msg']}") from error
    for stack in assemble(settings, out):
        click.echo(out / f"{stack}.template.json")
    return Exit.MET
