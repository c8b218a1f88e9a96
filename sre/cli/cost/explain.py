"""`sre cost explain`."""

from typing import Unpack

import click

from foundation.costs.statement import explain
from foundation.errors import Exit
from sre.cli.cost.options import MeasuredOptions, counted_stage, of_measured, stage_of
from sre.cli.outputs.cost import explanation_output
from sre.cli.outputs.model import print_output
from sre.jobs.cost_estimate import make_estimate


def run(*, line: str, as_json: bool, **options: Unpack[MeasuredOptions]) -> Exit:
    """Print where a line comes from. Raises PriceError for a line that the bill has not."""
    counted = counted_stage(options, stage_of(options)) if options["stage"] else None
    book, bill = make_estimate(of_measured(counted, **options))
    if as_json:
        print_output(explanation_output(bill, book, line))
    else:
        click.echo(explain(bill, book, line))
    return Exit.MET
