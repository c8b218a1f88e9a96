"""`sre synth`: the templates of every stage."""

from typing import Any

import click

from foundation.errors import Exit
from sre.cli import deferred
from sre.cli.options import allow_drop_option, out_option, region_option, stage_option, what_if_options
from sre.cli.types.names import BASE_PATH, HOST, SYNTHESIZED_STAGE


@click.command("synth")
@stage_option(None, among=SYNTHESIZED_STAGE, required=True)
@region_option(None, otherwise="us-east-1")
@click.option(
    "--api-host", type=HOST, help="The API's own domain, if it has one: its plain checks are then deployed, too."
)
@click.option("--api-base-path", type=BASE_PATH, default="", help="What the paths behind --api-host begin with.")
@what_if_options
@allow_drop_option
@out_option("cdk.out")
def synth(**given: Any) -> Exit:
    """Write the templates and assets of a stage; `npx aws-cdk@2.1148.1 deploy --app cdk.out --all` deploys them.

    Its stacks are for --region, but for the alarms on the bill: their metrics are in us-east-1 alone. The local stage is for no
    Region, and has neither alarms nor dashboards: a Region, a host of the API or a what-if would change nothing of it.
    """
    return deferred.run("sre.cli.synth.templates", given)
