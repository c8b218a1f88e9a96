"""`sre synth`: the templates of every stage."""

from pathlib import Path
from typing import Any

import click

from foundation.errors import Exit
from sre.cli import deferred
from sre.cli.options import FILE


@click.command("synth")
@click.option(
    "--stage", type=click.Choice(["local", "development", "staging", "production"]), required=True, help="Which stage."
)
@click.option("--region", default="us-east-1", show_default=True, help="The region that it will be deployed to.")
@click.option("--api-host", help="The API's own domain, if it has one: its plain checks are then deployed, too.")
@click.option("--api-base-path", default="", help="What the paths behind --api-host begin with.")
@click.option("--out", type=FILE, default=Path("cdk.out"), show_default=True, help="Where it goes.")
def synth(**given: Any) -> Exit:
    """Write the templates and assets of a stage; `npx aws-cdk@2.1148.1 deploy --app cdk.out --all` deploys them."""
    return deferred.run("sre.cli.synth.templates", given)
