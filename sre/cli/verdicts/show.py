"""What a command with verdicts prints: in the format that was asked for, and beside it the summary of a step in CI."""

from collections.abc import Callable
from typing import assert_never

import click

from sre.cli.options import OutputFormat
from sre.cli.outputs.model import Output, print_output
from sre.cli.verdicts.junit import to_junit
from sre.cli.verdicts.markdown import to_markdown
from sre.cli.verdicts.model import Verdicts
from sre.cli.verdicts.summary import append_summary
from sre.cli.verdicts.table import print_table


def show(
    verdicts: Verdicts, output: Output, output_format: OutputFormat, *, as_text: Callable[[], None] | None = None
) -> None:
    """Print them; `as_text` prints what a command has for a person in place of the table."""
    match output_format:
        case "table":
            (as_text or (lambda: print_table(verdicts)))()
        case "json":
            print_output(output)
        case "markdown":
            click.echo(to_markdown(verdicts), nl=False)
        case "junit":
            click.echo(to_junit(verdicts), nl=False)
        case _:
            assert_never(output_format)
    append_summary(to_markdown(verdicts))
