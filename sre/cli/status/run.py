"""`sre status`."""

import shutil
import sys
from datetime import datetime, timedelta
from typing import NoReturn, Unpack

import click

from foundation.errors import Exit, InputError, SreError
from sre.cli.options import OutputFormat
from sre.cli.outputs.model import print_output
from sre.cli.outputs.status import output_of_status
from sre.cli.status.place import Place, StatusOptions, place_of
from sre.cli.status.screen import fitted, screen_lines
from sre.cli.status.verdicts import status_verdicts
from sre.cli.status.watching import Redrawn, SystemClock, watch
from sre.cli.streams import styled
from sre.cli.verdicts.show import show
from sre.jobs.status.model import Status
from sre.jobs.status.reading import read_status, unread_status
from sre.jobs.status.sources import check_given

CLOCK = SystemClock()
_SIZE = (80, 24)


def run(*, output_format: OutputFormat, **options: Unpack[StatusOptions]) -> Exit:
    """Read it and print it, once, or again and again until somebody interrupts."""
    every = options["watch"]
    if every is not None and output_format in ("markdown", "junit"):
        raise InputError(f"--format {output_format}: --watch prints text or JSON; leave one of them out")
    place = place_of(options, CLOCK)
    status = _first(place, CLOCK.now())
    if every is not None:
        return _watch(place, status, every, is_json=output_format == "json")
    output = output_of_status(status)
    show(
        status_verdicts(status, output), output, output_format,
        as_text=lambda: _print_lines(screen_lines(status, _size()[0])),
    )  # fmt: skip
    return status.exit_code


def _watch(place: Place, first: Status, every: timedelta, *, is_json: bool) -> NoReturn:
    """Print the first round and all that follow: over one another on a terminal, one block after the other elsewhere."""
    with Redrawn(styled(sys.stdout)) as terminal:
        waiting: list[Status] = [first]

        def tell(now: datetime) -> None:
            is_first = bool(waiting)
            status = waiting.pop() if is_first else _again(place, now)
            if is_json:
                print_output(output_of_status(status))
            elif sys.stdout.isatty():
                width, height = _size()
                # The last line is left to the cursor, or the screen would move up.
                terminal.draw(fitted(screen_lines(status, width), height - 1))
            else:
                _print_lines([*([] if is_first else [""]), *screen_lines(status, _SIZE[0])])

        watch(tell, every=every, clock=CLOCK)


def _first(place: Place, now: datetime) -> Status:
    """Raises SreError where the place is not there, and for a file that was named and is none."""
    sources = place.open(now)
    check_given(place.watched, sources, place.stage.objectives, now=now)
    return read_status(
        place.stage.objectives, sources, now=now, say=lambda line: click.echo(f"· {line}", err=True)
    )  # fmt: skip


def _again(place: Place, now: datetime) -> Status:
    """A further round, which a place that has gone meanwhile does not end: then nothing is known."""
    try:
        sources = place.open(now)
    except SreError as error:
        return unread_status(
            place.stage.objectives, place.watched.canaries, source=place.name, reason=str(error), now=now
        )  # fmt: skip
    return read_status(place.stage.objectives, sources, now=now)


def _size() -> tuple[int, int]:
    """The terminal's columns and lines; those of a usual one where stdout is none."""
    return shutil.get_terminal_size(_SIZE) if sys.stdout.isatty() else _SIZE


def _print_lines(lines: list[str]) -> None:
    for line in lines:
        click.echo(line)
