"""`sre status`: how a service stands now, on one screen."""

from typing import Any

import click

from foundation.errors import Exit
from sre.cli import deferred
from sre.cli.options import (
    costs_options,
    deployments_option,
    format_option,
    local_options,
    metrics_option,
    objectives_option,
    option,
    parameter_option,
    region_option,
    service_option,
    stage_option,
)
from sre.cli.types.times import Duration


@click.command("status", short_help="How it stands now, on one screen.")
@local_options
@metrics_option()
@region_option(None, otherwise="no account is asked")
@stage_option(None, otherwise="production, or local on the local platform")
@service_option
@objectives_option
@costs_options
@deployments_option
@parameter_option
@option(
    "--watch", type=Duration("1s", "1h"), show_default="once",
    help="Tell it again every so often until interrupted, such as 10s.",
)  # fmt: skip
@format_option("status:StatusOutput")
def status(**given: Any) -> Exit:
    """How it stands now, on one screen: objectives and budgets, alarms that fire, deployments, canaries, cost.

    It is read from the local platform that is up, from an account (--region), or from a recording (--metrics), as of its end.
    Each block says its source, its window and its age; what could not be read is not known, with the reason. In an account,
    --watch takes 1m or more, since AWS bills what is asked; the bill is read once an hour.

    Exit code 0: every objective is met, all is known, and no alarm fires. 1: an objective is missed. 2: bad input. 3: an alarm
    fires, whatever its severity, or something is not known, and nothing is missed. 130: --watch was interrupted.
    """
    return deferred.run("sre.cli.status.run", given)
