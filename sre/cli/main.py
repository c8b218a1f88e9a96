"""`sre`: the front door. It gathers the commands and turns errors into exit codes, and does nothing else.

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

from foundation.errors import Exit, SreError
from sre.cli.alarms import alarms
from sre.cli.canaries import canaries
from sre.cli.check import check
from sre.cli.cost import cost
from sre.cli.dashboards import dashboards
from sre.cli.loadtest import loadtest
from sre.cli.local import local
from sre.cli.report import report
from sre.cli.synth import synth


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(version("t-developer-sre"), prog_name="sre")
def sre() -> None:
    """Observability and SRE toolkit of T-Developer: from one objectives file to a verdict."""


for _command in (alarms, canaries, check, cost, dashboards, loadtest, local, report, synth):
    sre.add_command(_command)


def main() -> None:
    """Run the command line and end the process with the exit code of what happened."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command line; the exit code of what happened. Errors are printed to stderr."""
    try:
        # Outside of click's standalone mode, so that no error of click's ends with 1: that says "an objective is missed".
        return int(sre(arguments, prog_name="sre", standalone_mode=False) or Exit.MET)
    except click.ClickException as error:
        error.show()
        return Exit.BAD_INPUT
    except SreError as error:
        click.echo(f"Error: {error}", err=True)
        return Exit.BAD_INPUT
    except (click.Abort, KeyboardInterrupt):
        click.echo("Interrupted.", err=True)
        return Exit.INTERRUPTED
    except Exception:  # noqa: BLE001 - the one place where a bug becomes an exit code
        traceback.print_exc()
        click.echo("Error: this is a bug in sre, and no verdict on anything.", err=True)
        return Exit.BAD_INPUT
