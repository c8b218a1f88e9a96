"""The result of a release check as a table."""

import sys

from rich.console import Console
from rich.table import Table
from rich.text import Text

from foundation.pages.escapes import terminal
from reports.release_check.model import CanaryOutcome, ReleaseCheck
from sre.cli.streams import styled

_STYLES = {"pass": "green", "miss": "bold red", "inconclusive": "yellow", "no data": "dim"}


def print_table(check: ReleaseCheck) -> None:
    """The objectives with their verdicts."""
    table = Table(title=Text(f"Release check, {check.label}, profile {check.profile}"), title_justify="left")
    for heading in ("objective", "target", "verdict", "n", "because"):
        table.add_column(heading, justify="right" if heading == "n" else "left", overflow="fold")
    for row in check.objectives:
        table.add_row(
            Text(row.name),
            Text(row.target),
            Text(row.word, style=_STYLES[row.word]),
            "–" if row.sample_count is None else f"{row.sample_count:,}",
            Text(terminal(row.reasoning)),
        )
    console = Console(file=styled(sys.stdout), width=None if sys.stdout.isatty() else 140)
    console.print(table)
    for each in check.what_ifs:
        print(f"What if: {each}.")
    if check.canaries:
        passed = sum(row.outcome is CanaryOutcome.PASSED for row in check.canaries)
        failed = [
            f"{row.name} {row.when} the load ({row.because})"
            for row in check.canaries
            if row.outcome is CanaryOutcome.FAILED
        ]
        print(
            f"Canaries: {passed} of {len(check.canaries)} runs passed."
            + "".join(f" Failed: {each}." for each in failed)
        )
    if check.alarms is not None:
        # Neither wrapped nor cut: names of alarms are looked for.
        print(f"Alarms that would have gone off: {check.alarms.sentence}.")
        for message in check.alarms.messages or ():
            print(f"Message: {message}.")
