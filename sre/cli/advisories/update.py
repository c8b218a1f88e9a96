"""`sre advisories update`."""

from datetime import UTC, datetime
from pathlib import Path

import click

from foundation.advisories.snapshot_file import write_snapshot
from foundation.errors import Exit
from foundation.pages.numbers import count, counted
from sre.jobs.advisories.making import make_snapshot


def run(*, files: tuple[Path, ...], out: Path, made_at: datetime | None) -> Exit:
    """Make it, and print what it is made of."""
    snapshot = make_snapshot(files, made_at=made_at or datetime.now(UTC))
    size_bytes = write_snapshot(snapshot, out)
    for source in snapshot.sources:
        names = " and ".join(each.value for each in source.ecosystems)
        click.echo(
            f"{names}: {counted(source.advisory_count, 'advisory', 'advisories')} as of {source.data_as_of:%Y-%m-%d}, "
            f"{count(source.other_count)} on other ecosystems left out; sha256 {source.sha256}"
        )
    click.echo(f"{out}: {counted(len(snapshot.advisories), 'advisory', 'advisories')}, {count(size_bytes)} bytes")
    return Exit.MET
