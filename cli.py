"""`sre`: the front door. It gathers the rooms' commands and turns errors into exit codes, and does nothing else.

  0  every objective that was measured is met, or the command did what it was asked
  1  an objective is missed
  2  bad input, or a platform that did not do what was asked
  3  not enough evidence
130  interrupted
"""

import sys
from importlib.metadata import version

import click

from errors import SreError
from infra.commands import local, synth
from release.commands import check


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(version("t-developer-sre"), prog_name="sre")
def sre() -> None:
    """Observability and SRE toolkit of T-Developer: from one objectives file to a verdict."""


for _command in (check, local, synth):
    sre.add_command(_command)


def main() -> None:
    """Run the command line; every error that we raise on purpose ends as one message and exit code 2."""
    try:
        sre()
    except SreError as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(2)
