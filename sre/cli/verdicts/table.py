"""Verdicts as a table in a terminal."""

import sys

from rich.console import Console
from rich.table import Table
from rich.text import Text

from foundation.pages.escapes import terminal
from sre.cli.outputs.words import Outcome
from sre.cli.streams import styled
from sre.cli.verdicts.model import Verdicts

_STYLES = {
    Outcome.PASS: "green",
    Outcome.MISS: "bold red",
    Outcome.INCONCLUSIVE: "yellow",
    Outcome.NO_DATA: "dim",
}
_WIDTH = 140


def print_table(verdicts: Verdicts) -> None:
    """The rows, without headline and notes; 140 characters wide where stdout is no terminal."""
    table = Table(title=Text(terminal(verdicts.title)), title_justify="left")
    for heading in (verdicts.of, *verdicts.columns, "outcome", "reason"):
        is_number = heading in verdicts.number_columns
        table.add_column(heading, justify="right" if is_number else "left", overflow="fold")
    for row in verdicts.rows:
        cells = (Text(terminal(each)) for each in (row.name, *row.cells))
        outcome = Text(row.outcome.words, style=_STYLES[row.outcome])
        table.add_row(*cells, outcome, Text(terminal(row.reason)))
    Console(file=styled(sys.stdout), width=None if sys.stdout.isatty() else _WIDTH).print(table)
