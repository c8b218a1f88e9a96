"""`sre`: the front door. It gathers the rooms' commands and turns errors into exit codes, and does nothing else.

  0  every objective that was measured is met, or the command did what it was asked
  1  an objective is missed, or the platform that was asked for is down
  2  bad input, a platform that did not do what was asked, or a bug
  3  not enough evidence
130  interrupted
"""

import sys
import traceback
from importlib.metadata import version

import click

from foundation.errors import SreError
from loadtests.metrics import publish
from sre.cli.alarms_commands import alarms
from sre.cli.canaries_command import canaries
from sre.cli.check_command import check
from sre.cli.cost_command import cost
from sre.cli.dashboards_command import dashboards
from sre.cli.loadtest_commands import loadtest
from sre.cli.local_commands import local, synth
from sre.cli.report_command import report


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(version("t-developer-sre"), prog_name="sre")
def sre() -> None:
    """Observability and SRE toolkit of T-Developer: from one objectives file to a verdict."""


for _command in (alarms, canaries, check, cost, dashboards, loadtest, local, report, synth):
    sre.add_command(_command)
loadtest.add_command(publish)


def main() -> None:
    """Run the command line and end the process with the exit code of what happened."""
    sys.exit(_run())


def _run() -> int:
    try:
        # Outside of click's standalone mode, so that no error of click's ends with 1: that says "an objective is missed".
        return int(sre(standalone_mode=False) or 0)
    except click.ClickException as error:
        error.show()
        return 2
    except SreError as error:
        click.echo(f"Error: {error}", err=True)
        return 2
    except (click.Abort, KeyboardInterrupt):
        click.echo("Interrupted.", err=True)
        return 130
    except Exception:  # noqa: BLE001 - the one place where a bug becomes an exit code
        traceback.print_exc()
        click.echo("Error: this is a bug in sre, and no verdict on anything.", err=True)
        return 2
