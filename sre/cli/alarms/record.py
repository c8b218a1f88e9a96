"""`sre alarms record`."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Unpack

import click

from alarms.placeholders import fill_placeholders
from alarms.plan import plan_of
from alarms.recording import record
from foundation.cloudwatch.aws import connect_everywhere
from foundation.cloudwatch.retention import RetainedSource
from foundation.errors import Exit, InputError
from foundation.files.durations import write_duration
from foundation.files.writing import replacing
from sre.cli.stage import PlanOptions, stage_from


def run(
    *, region: str, last: timedelta, parameters: tuple[tuple[str, str], ...], out: Path, **options: Unpack[PlanOptions]
) -> Exit:  # fmt: skip
    """Download the metrics that the alarms use. Raises InputError when nothing was read."""
    plan = plan_of(stage_from(**options))
    now = datetime.now(UTC)
    end_at = now.replace(minute=0, second=0, microsecond=0)
    known = {"AWS::Region": region, **dict(parameters)}
    click.echo(f"· reading {write_duration(last)} of metrics from {region}", err=True)
    source = RetainedSource(source=connect_everywhere(region), now=now)
    recording, notes = record(
        fill_placeholders(plan, known).metric_alarms, source, start_at=end_at - last, end_at=end_at
    )
    for note in notes:
        click.echo(f"· left out: {note}", err=True)
    if recording.frame.empty:
        raise InputError("nothing was read: none of the alarms' metrics has datapoints in this time")
    with replacing(out) as beside:
        recording.to_parquet(beside)
    click.echo(f"{out}: {len(recording.frame):,} datapoints")
    return Exit.MET
