"""`sre synth`: the templates of every stage."""

from typing import Any

import click

from foundation.errors import Exit
from sre.cli import deferred
from sre.cli.options import (
    allow_drop_option,
    api_host_options,
    json_option,
    out_option,
    region_option,
    runbook_url_option,
    service_option,
    stage_option,
    what_if_options,
)


@click.command("synth", short_help="Write the templates and assets of a stage.")
@stage_option(None, required=True)
@service_option
@region_option(None, otherwise="us-east-1")
@api_host_options
@runbook_url_option
@what_if_options
@allow_drop_option
@out_option("cdk.out")
@json_option("synth:SynthesizedTemplates")
def synth(**given: Any) -> Exit:
    """Write the templates and assets of a stage; `npx aws-cdk@2.1148.1 deploy --app cdk.out --all` deploys them.

    Of another --service, which has stacks of its own, they are those that watch it: alarms, dashboards, the weekly report. What
    only its own stacks know is a parameter of theirs.

    With --api-host, the plain checks of the API's own domain are deployed, too.

    Its stacks are for --region, but for the alarms on the bill: their metrics are in us-east-1 alone. The local stage is for no
    Region, and has neither alarms nor dashboards: a Region, a host of the API, a what-if or a --runbook-url would change nothing
    of it.
    """
    return deferred.run("sre.cli.synth.templates", given)
