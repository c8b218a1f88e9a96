"""`sre cost explain`."""

import json
from typing import Unpack

import click

from foundation.costs.statement import explain, explain_dict
from foundation.errors import Exit
from sre.cli.cost.options import MeasuredOptions, of_measured
from sre.cli.stage import stage_from
from sre.jobs.cost_estimate import make_estimate


def run(*, line: str, as_json: bool, **options: Unpack[MeasuredOptions]) -> Exit:
    """Print where a line comes from. Raises PriceError for a line that the bill has not."""
    counted = stage_from(stage=options["stage"]) if options["stage"] else None
    book, _, bill = make_estimate(of_measured(counted, **options))
    click.echo(json.dumps(explain_dict(bill, book, line), indent=2) if as_json else explain(bill, book, line))
    return Exit.MET
