"""`sre cost explain`."""

import json
from typing import Unpack

import click

from foundation.costs.book import PriceError
from foundation.costs.statement import explain, explain_dict
from foundation.errors import Exit, InputError
from sre.cli.cost.options import MeasuredOptions, of_measured
from sre.jobs.cost_estimate import make_estimate


def run(*, line: str, as_json: bool, **options: Unpack[MeasuredOptions]) -> Exit:
    """Print where a line comes from. Raises InputError for a line that the bill has not."""
    book, _, bill = make_estimate(of_measured(**options))
    try:
        click.echo(json.dumps(explain_dict(bill, book, line), indent=2) if as_json else explain(bill, book, line))
    except PriceError as error:
        raise InputError(str(error)) from error
    return Exit.MET
