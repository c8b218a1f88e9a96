"""`sre synth`."""

from pathlib import Path
from typing import Any, Unpack

import click

from foundation.errors import Exit
from foundation.service.stage import Stage
from infra.assembly import assemble
from infra.service import T_DEVELOPER, files_of_service, service_of
from infra.settings import Settings
from sre.cli.options import DEFAULT_REGION
from sre.cli.outputs.model import print_output
from sre.cli.outputs.synth import SynthesizedTemplates, Template
from sre.cli.stage import WhatIfOptions, stage_from
from sre.cli.unused import refuse_with, refuse_without


def run(
    *, stage: str, service: Path | None, region: str | None, api_host: str | None, api_base_path: str, runbook_url: str | None,
    out: Path, allow_drop: bool, as_json: bool,
    **options: Unpack[WhatIfOptions],
) -> Exit:  # fmt: skip
    """Write the assembly and print its templates."""
    if api_host is None:
        refuse_without("--api-host", api_base_path=api_base_path)
    is_local = service is None and stage == "local"
    if service is not None:
        refuse_with("--service", api_host=api_host)
    if is_local:
        refuse_without(
            "another stage than local", region=region, api_host=api_host, what_if_target=options["what_if_targets"],
            what_if_policy=options["what_if_policy"], runbook_url=runbook_url, allow_drop=allow_drop or None,
        )  # fmt: skip
    if stage == "production" and runbook_url is None:
        click.echo(
            "· without --runbook-url the alarms' notifications name their runbooks by paths of this repository",
            err=True,
        )
    whose = None if is_local else stage_from(stage=stage, service=service, runbook_url=runbook_url, **options)
    settings = Settings.model_validate(
        {
            "stage": stage, "region": region or DEFAULT_REGION, "api_host": api_host, "api_base_path": api_base_path,
            **({} if service is None or whose is None else _of_service(service, whose)),
        }
    )  # fmt: skip
    stacks = assemble(settings, out, stage=whose, allow_drop=allow_drop)
    templates = tuple(Template(stack=stack, file=str(out / f"{stack}.template.json")) for stack in stacks)
    if as_json:
        print_output(
            SynthesizedTemplates(
                stage=stage, region=None if whose is None else settings.region, directory=str(out), templates=templates,
                what_ifs=() if whose is None else whose.what_ifs,
            )
        )  # fmt: skip
        return Exit.MET
    for each in templates:
        click.echo(each.file)
    return Exit.MET


def _of_service(service: Path, stage: Stage) -> dict[str, Any]:
    """Whose stacks they are, where they are another service's."""
    known = service_of(files_of_service(service), stage=stage.name)
    if known.files.service.resolve() == T_DEVELOPER.service.resolve():
        return {}
    tags = dict(known.tags)
    return {
        "has_platform": False, "service": known.name, "title": known.title, "owner": known.owner, "own_tags": tags
    }  # fmt: skip
