"""`sre synth`."""

from pathlib import Path
from typing import Unpack

import click

from foundation.errors import Exit
from infra.assembly import assemble
from infra.settings import Settings
from sre.cli.options import DEFAULT_REGION
from sre.cli.stage import WhatIfOptions, stage_from
from sre.cli.unused import refuse_without


def run(
    *, stage: str, region: str | None, api_host: str | None, api_base_path: str, out: Path, allow_drop: bool,
    **options: Unpack[WhatIfOptions],
) -> Exit:  # fmt: skip
    """Write the assembly and print its templates."""
    if api_host is None:
        refuse_without("--api-host", api_base_path=api_base_path)
    if stage == "local":
        refuse_without(
            "another stage than local", region=region, api_host=api_host, what_if_target=options["what_if_targets"],
            what_if_policy=options["what_if_policy"], allow_drop=allow_drop or None,
        )  # fmt: skip
    settings = Settings.model_validate(
        {"stage": stage, "region": region or DEFAULT_REGION, "api_host": api_host, "api_base_path": api_base_path}
    )
    whose = None if stage == "local" else stage_from(stage=stage, **options)
    for stack in assemble(settings, out, stage=whose, allow_drop=allow_drop):
        click.echo(out / f"{stack}.template.json")
    return Exit.MET
