"""`sre dashboards preview`."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Unpack

import click

from dashboards.model import Dashboard
from dashboards.preview import preview_page, write_pngs
from dashboards.simulation import Simulation
from foundation.cloudwatch.aws import connect
from foundation.cloudwatch.frame import read_parquet
from foundation.cloudwatch.source import MetricSource
from foundation.errors import Exit, InputError
from foundation.files.explaining import with_hint
from foundation.files.writing import OutDirectory
from foundation.service.stage import with_what_ifs
from sre.cli.dashboards.annotations import read_annotations
from sre.cli.dashboards.boards import boards_of
from sre.cli.local.running import home_meant, running_platform
from sre.cli.options import DEFAULT_SEED
from sre.cli.stage import WhatIfOptions, stage_from
from sre.cli.unused import refuse_without
from sre.local.metrics import local_metrics


def run(
    *, names: tuple[str, ...], stage: str | None, service: Path | None, objectives_file: Path | None, metrics: Path | None,
    region: str | None, local: bool, home: Path | None, simulate: bool, seed: int | None, last: timedelta,
    instants: tuple[tuple[datetime, str], ...], incidents: Path | None, png: bool, out: Path, **options: Unpack[WhatIfOptions],
) -> Exit:  # fmt: skip
    """Write the page, and the PNGs if wanted. Raises InputError for a source that cannot be read."""
    if not simulate:
        refuse_without("--simulate", seed=seed)
    local_home = home_meant(local=local, home=home, stage=stage, metrics=metrics, region=region, simulate=simulate)
    if sum(each for each in (metrics is not None, region is not None, simulate)) > 1:
        raise InputError("give one of --metrics, --region and --simulate: a preview says where its data is from")
    named = stage or "production" if local_home is None else "local"
    deployment, boards = boards_of(
        stage_from(
            stage=named,
            service=service,
            objectives_file=objectives_file,
            **options,
        )
    )
    wanted = _named(names, boards)
    annotations = read_annotations(instants, incidents, deployment.objectives)
    source, label, end_at = _source(
        metrics=metrics,
        region=region,
        home=local_home,
        simulation=Simulation(
            seed=DEFAULT_SEED if seed is None else seed, own=() if deployment.own is None else deployment.own.emitted
        ),
    )
    page = preview_page(
        wanted, source, label=with_what_ifs(label, deployment.what_ifs), start_at=end_at - last, end_at=end_at,
        annotations=annotations,
    )  # fmt: skip
    written = [OutDirectory(root=out).write_text("index.html", page)]
    if png:
        written += write_pngs(wanted, source, out, start_at=end_at - last, end_at=end_at, annotations=annotations)
    for file in written:
        click.echo(file)
    return Exit.MET


def _named(names: Sequence[str], boards: Sequence[Dashboard]) -> list[Dashboard]:
    """The dashboards of these names; all where none is named. Raises InputError for one that there is not."""
    there = [board.name for board in boards]
    for name in names:
        if name not in there:
            raise InputError(with_hint(f"there is no dashboard {name!r}", name, there))
    return [board for board in boards if not names or board.name in names]


def _source(
    *, metrics: Path | None, region: str | None, home: Path | None, simulation: Simulation
) -> tuple[MetricSource, str, datetime]:
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    if metrics is not None:
        frame = read_parquet(metrics)
        if frame.last_at is None:
            raise InputError(f"{metrics}: holds no datapoints")
        return frame, f"recorded: {metrics.name}", frame.last_at + timedelta(minutes=1)
    if region is not None:
        return connect(region), f"CloudWatch, {region}", now
    if home is not None:
        platform = running_platform(home, metrics=metrics, region=region, simulate=None)
        return local_metrics(platform), "local: it is no evidence for production", now + timedelta(minutes=1)
    return simulation, f"simulation with seed {simulation.seed}: made-up metrics", now
