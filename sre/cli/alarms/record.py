"""`sre alarms record`."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from alarms.evaluation import CombinedSource, Part
from alarms.placeholders import fill_placeholders
from alarms.plan import plan_of
from alarms.recording import record
from foundation.cloudwatch.aws import connect_everywhere
from foundation.cloudwatch.retention import RetainedSource
from foundation.cloudwatch.source import MetricSource
from foundation.errors import Exit, InputError
from foundation.files.durations import write_duration
from foundation.files.writing import replacing
from sre.cli.local.running import home_meant, running_platform
from sre.cli.stage import stage_from
from sre.local.metrics import local_metrics
from sre.local.state import LocalPlatform


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where metrics are read, until when, and what a person calls it."""

    source: MetricSource
    region: str
    end_at: datetime
    name: str


def run(
    *, local: bool, home: Path | None, region: str | None, last: timedelta, parameters: tuple[tuple[str, str], ...], out: Path,
    stage: str | None, service: Path | None, objectives_file: Path | None, policy: Path | None, resource_alarms: Path | None,
) -> Exit:  # fmt: skip
    """Download the metrics that the alarms use. Raises InputError when nothing was read."""
    local_home = home_meant(local=local, home=home, stage=stage, region=region)
    plan = plan_of(
        stage_from(
            stage=stage or ("production" if local_home is None else "local"), service=service,
            objectives_file=objectives_file, policy=policy, resource_alarms=resource_alarms,
        )
    )  # fmt: skip
    now = datetime.now(UTC)
    place = (
        _aws(str(region), now) if local_home is None else _platform(running_platform(local_home, region=region), now)
    )
    click.echo(f"· reading {write_duration(last)} of metrics from {place.name}", err=True)
    recording, notes = record(
        fill_placeholders(plan, {"AWS::Region": place.region, **dict(parameters)}).metric_alarms,
        place.source,
        start_at=place.end_at - last,
        end_at=place.end_at,
    )
    for note in notes:
        click.echo(f"· left out: {note}", err=True)
    if recording.frame.empty:
        raise InputError("nothing was read: none of the alarms' metrics has datapoints in this time")
    with replacing(out) as beside:
        recording.to_parquet(beside)
    click.echo(f"{out}: {len(recording.frame):,} datapoints")
    return Exit.MET


def _aws(region: str, now: datetime) -> _Place:
    source = RetainedSource(source=connect_everywhere(region), now=now)
    return _Place(source=source, region=region, end_at=now.replace(minute=0, second=0, microsecond=0), name=region)


def _platform(platform: LocalPlatform, now: datetime) -> _Place:
    """The local platform, which is asked for no more than it has: what it has not, it would answer with nothing, or wrongly."""
    metrics = local_metrics(platform)
    source = CombinedSource(parts=(Part(source=metrics, metrics=metrics.published()),))
    return _Place(
        source=source, region=platform.region, end_at=now.replace(second=0, microsecond=0), name="the local platform"
    )
