"""`sre alarms record`."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Unpack

import click

from alarms.placeholders import fill_placeholders
from alarms.recording import record
from foundation.cloudwatch.aws import connect
from foundation.errors import Exit, InputError
from sre.cli.alarms.planning import PlanOptions, parameters_of, plan_from, span_of


def run(
    *, region: str, last: str, parameters: tuple[str, ...], out: Path, **options: Unpack[PlanOptions]
) -> Exit:  # fmt: skip
    """Read from CloudWatch what the alarms look at, and write it. Raises InputError when nothing was read."""
    plan, _ = plan_from(**options)
    span = span_of("--last", last)
    end_at = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    known = {"AWS::Region": region, **parameters_of(parameters)}
    click.echo(f"· reading {span} of metrics from {region}", err=True)
    frame, notes = record(
        fill_placeholders(plan, known).metric_alarms, connect(region), start_at=end_at - span, end_at=end_at
    )  # fmt: skip
    for note in notes:
        click.echo(f"· left out: {note}", err=True)
    if frame.empty:
        raise InputError("nothing was read: none of the alarms' metrics has datapoints in this time")
    out.parent.mkdir(parents=True, exist_ok=True)
    frame.to_parquet(out)
    click.echo(f"{out}: {len(frame):,} datapoints")
    return Exit.MET
