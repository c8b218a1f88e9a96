"""`sre advisories show`."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from foundation.advisories.model import Snapshot
from foundation.advisories.snapshot_file import read_snapshot
from foundation.errors import Exit
from foundation.pages.numbers import count, counted, duration
from sre.cli.outputs.advisories import output_of_snapshot
from sre.cli.outputs.model import print_output
from sre.jobs.advisories.counts import counts_of


def run(*, snapshot: Path, max_age: timedelta, as_json: bool) -> Exit:
    """Print its dates and its counts."""
    read, now = read_snapshot(snapshot), datetime.now(UTC)
    age = now - read.data_as_of
    is_old = age > max_age
    if as_json:
        print_output(output_of_snapshot(read, counts_of(read), age=age, is_old=is_old))
    else:
        _print(read, age, is_old=is_old)
    return Exit.NOT_ENOUGH_EVIDENCE if is_old else Exit.MET


def _print(snapshot: Snapshot, age: timedelta, *, is_old: bool) -> None:
    old = ": download it again and run `sre advisories update`" if is_old else ""
    click.echo(f"Advisories as of {snapshot.data_as_of:%Y-%m-%d}, {duration(max(age, timedelta()))} old{old}")
    click.echo(f"The snapshot was made on {snapshot.made_at:%Y-%m-%d}.")
    for each in counts_of(snapshot):
        if not each.is_covered:
            click.echo(f"{each.ecosystem.value:5} not covered: no source is all of it")
            continue
        click.echo(
            f"{each.ecosystem.value:5} {counted(each.advisory_count, 'advisory', 'advisories')} on "
            f"{counted(each.package_count, 'package')}, "
            f"{count(each.without_severity_count)} without a severity; {count(each.withdrawn_count)} withdrawn"
        )
