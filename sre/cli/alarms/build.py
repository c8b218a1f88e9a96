"""`sre alarms build`."""

import json
from pathlib import Path
from typing import Any, Unpack

import click

from alarms.built import refuse_drop
from alarms.cloudformation import billing_template, workload_template
from alarms.plan import plan_of
from alarms.terraform import terraform
from foundation.errors import Exit, InputError
from foundation.files.writing import OutDirectory
from sre.cli.stage import WrittenPlanOptions, stage_from


def run(*, out: Path, form: str, allow_drop: bool, **options: Unpack[WrittenPlanOptions]) -> Exit:
    """Write the templates. Raises InputError where nothing can be written, or many of the alarms built last would be dropped."""
    if options["stage"] == "production" and options["runbook_url"] is None:
        raise InputError(
            "the alarms of production need --runbook-url, such as https://runbooks.example.com: their notifications link to the "
            "runbooks, and a path of a repository is of no use to whoever is paged"
        )
    plan = plan_of(stage_from(**options))
    prefix = plan.context.prefix
    files: dict[str, dict[str, Any]]
    if form == "terraform":
        files = {f"{prefix}-alarms.tf.json": terraform(plan)}
    else:
        files = {
            f"{prefix}-alarms.template.json": workload_template(plan),
            f"{prefix}-billing-alarms.us-east-1.template.json": billing_template(plan),
        }
    if not allow_drop:
        refuse_drop({out / name: template for name, template in files.items()})
    directory = OutDirectory(root=out)
    for written in [
        directory.write_text(name, json.dumps(content, indent=1) + "\n") for name, content in files.items()
    ]:
        click.echo(written)
    return Exit.MET
