"""`sre synth`: the templates of every stage."""

from typing import Any

import click

from foundation.errors import Exit
from sre.cli import deferred
from sre.cli.options import out_option, region_option, stage_option
from sre.cli.types.names import BASE_PATH, HOST, SYNTHESIZED_STAGE


@click.command("synth")
@stage_option(None, among=SYNTHESIZED_STAGE, required=True)
@region_option()
@click.option(
    "--api-host", type=HOST, help="The API's own domain, if it has one: its plain checks are then deployed, too."
)
@click.option("--api-base-path", type=BASE_PATH, default="", help="What the paths behind --api-host begin with.")
@out_option("cdk.out")
def synth(**given: Any) -> Exit:
    """Write the templates and assets of a stage; `npx aws-cdk@2.1148.1 deploy --app cdk.out --all` deploys them."""
    return deferred.run("sre.cli.synth.templates", given)
