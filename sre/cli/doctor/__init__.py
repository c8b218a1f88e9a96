"""`sre doctor`: what is reachable, which metrics exist, which permissions are missing, and what to do."""

from typing import Any

import click

from foundation.errors import Exit
from sre.cli import deferred
from sre.cli.options import (
    format_option,
    local_options,
    parameter_option,
    region_option,
    service_option,
    stage_option,
)


@click.command("doctor", short_help="What is reachable, which metrics exist, which permissions are missing.")
@stage_option(None, otherwise="production, or local on the local platform")
@service_option
@region_option(None, otherwise="that of AWS_REGION or of AWS's settings")
@local_options
@parameter_option
@format_option("doctor:DoctorReport")
def doctor(**given: Any) -> Exit:
    """What is here, which files can be read, what is reachable, which metrics exist, and which permissions are missing.

    AWS is asked with the credentials that its tools find, or with --local the platform that is up. Nothing is changed, and a line
    that says what is wrong says what to do.

    Exit code 0: nothing is missing. 3: something is missing, or could not be found out.
    """
    return deferred.run("sre.cli.doctor.report", given)
