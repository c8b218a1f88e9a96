"""`sre`: the front door. It gathers the commands and turns what happened into exit codes, and does nothing else.

  0  every objective that was measured is met, or the command did what it was asked
  1  an objective is missed, or the platform that was asked for is down
  2  bad input, or a source or a platform that did not do what was asked
  3  not enough evidence, or something is missing or not known
 70  a bug
130  interrupted
141  whoever read stdout has gone
"""

import io
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from importlib.metadata import version

import click

from foundation.errors import Exit, SreError
from foundation.pages.escapes import terminal
from sre.cli.advisories import advisories
from sre.cli.alarms import alarms
from sre.cli.bugs import report_bug
from sre.cli.canaries import canaries
from sre.cli.check import check
from sre.cli.cost import cost
from sre.cli.dashboards import dashboards
from sre.cli.doctor import doctor
from sre.cli.gates import gates
from sre.cli.init import init
from sre.cli.loadtest import loadtest
from sre.cli.local import local
from sre.cli.objectives import objectives
from sre.cli.renamed import renamed
from sre.cli.report import report
from sre.cli.status import status
from sre.cli.streams import ReaderGone, take_streams
from sre.cli.synth import synth

_ANSWERS = (Exit.MET, Exit.MISSED, Exit.NOT_ENOUGH_EVIDENCE)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(version("t-developer-sre"), prog_name="sre")
def sre() -> None:
    """Observability and SRE toolkit of T-Developer: from one objectives file to a verdict."""


for _command in (
    advisories,
    alarms,
    canaries,
    check,
    cost,
    dashboards,
    doctor,
    gates,
    init,
    loadtest,
    local,
    objectives,
    report,
    status,
    synth,
):
    sre.add_command(_command)


def main() -> None:
    """Run the command line and end the process with the exit code of what happened."""
    take_streams()
    # SIGTERM ends a command as Ctrl-C does: in order, with what it had, and with 130.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command line; the exit code of what happened. Errors are printed to stderr."""
    code = _ended(partial(_invoke, arguments))
    if code in _ANSWERS:
        # An answer that did not reach its reader is none.
        return _ended(sys.stdout.flush) or code
    with suppress(SreError, ReaderGone):
        sys.stdout.flush()
    return code


def _invoke(arguments: list[str]) -> int:
    """Parse the arguments and run their command; not by click's `main`, which ends any broken pipe with 1, "missed"."""
    if "_SRE_COMPLETE" in os.environ:
        sre.main(arguments, prog_name="sre")
    try:
        with sre.make_context("sre", list(arguments)) as context:
            return int(sre.invoke(context) or Exit.MET)
    except click.exceptions.Exit as ended:  # --help and --version
        return ended.exit_code


def _ended(work: Callable[[], int | None]) -> int:
    """Do a piece of work; its exit code, or that of what it raised."""
    try:
        return int(work() or Exit.MET)
    except click.ClickException as error:
        if isinstance(error, click.NoSuchOption) and (instead := renamed(error)) is not None:
            return _said(f"Error: {instead}", Exit.BAD_INPUT)
        text = io.StringIO()
        error.show(file=text)
        return _said(text.getvalue().rstrip(), Exit.BAD_INPUT)
    except SreError as error:
        return _said(f"Error: {error}", Exit.BAD_INPUT)
    except (click.Abort, KeyboardInterrupt):
        return _said("Interrupted.", Exit.INTERRUPTED)
    except ReaderGone:
        return Exit.READER_GONE
    except Exception as error:  # noqa: BLE001 - the one place where a bug becomes an exit code
        return _said(f"Error: {report_bug(error)}", Exit.BUG)


def _said(text: str, code: Exit) -> Exit:
    click.echo(terminal(text), err=True)
    return code
