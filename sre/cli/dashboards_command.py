"""`sre dashboards`: build them, draw them offline, and compare them with what is deployed."""

import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from foundation.errors import InputError

if TYPE_CHECKING:
    from dashboards.annotations import Mark
    from dashboards.model import Dashboard
    from foundation.cloudwatch.source import MetricSource

_NAMES = ("overview", "api", "gates", "agents", "data", "loadtest")
_stage = click.option("--stage", default="production", show_default=True, help="Which deployment's dashboards.")
_objectives = click.option(
    "--objectives", "objectives_file", type=click.Path(path_type=Path), help="Another objectives file."
)
_marks = (
    click.option(
        "--mark", "instants", multiple=True, metavar="TIME=LABEL", help="A line on every graph: a deployment."
    ),
    click.option(
        "--incidents", type=click.Path(path_type=Path), help="Bands on every graph: a CSV with name, start and end."
    ),
)


@click.group("dashboards")
def dashboards() -> None:
    """The dashboards, for CloudWatch and for Grafana, from one model."""


@dashboards.command("build")
@_stage
@_objectives
@click.option("--out", type=click.Path(path_type=Path), default=Path("build/dashboards"), show_default=True)
@click.option("--region", default="us-east-1", show_default=True, help="The data source's Region in Grafana.")
@_marks[0]
@_marks[1]
@click.option("--endpoint", help="For Grafana: CloudWatch's address, such as that of the local platform.")
def build(
    stage: str,
    objectives_file: Path | None,
    out: Path,
    region: str,
    endpoint: str | None,
    instants: tuple[str, ...],
    incidents: Path | None,
) -> None:
    """Write CloudWatch's bodies, Grafana's JSON, its provisioning, and a compose file for a local Grafana."""
    from dashboards.cloudwatch_body import cloudwatch_body, dashboard_name
    from dashboards.grafana import data_source, grafana_json, provisioning
    from dashboards.local_grafana import compose
    from infra.dashboards import PLACEHOLDERS

    prefix, boards = _boards(stage, objectives_file)
    marks = _read_marks(instants, incidents)
    variables = {"region": region, **dict.fromkeys(PLACEHOLDERS, "")}
    files: dict[str, Any] = {
        f"cloudwatch/{dashboard_name(board, prefix=prefix)}.json": cloudwatch_body(board, marks=marks)
        for board in boards
    }
    files |= {
        f"grafana/dashboards/{board.name}.json": grafana_json(board, prefix=prefix, variables=variables)
        for board in boards
    }
    files |= {
        "grafana/provisioning/dashboards/t-developer.yaml": provisioning("/var/lib/grafana/dashboards"),
        "grafana/provisioning/datasources/cloudwatch.yaml": data_source(region=region, endpoint=endpoint),
        "grafana/compose.yaml": compose(),
    }
    try:
        for name, content in files.items():
            (out / name).parent.mkdir(parents=True, exist_ok=True)
            (out / name).write_text(json.dumps(content, indent=1) + "\n")  # YAML takes JSON
            click.echo(out / name)
    except OSError as error:
        raise InputError(f"--out {out}: cannot be written: {error}") from error


@dashboards.command("preview")
@click.argument("names", nargs=-1, type=click.Choice(_NAMES))
@_stage
@_objectives
@click.option("--metrics", type=click.Path(path_type=Path), help="Recorded metrics (Parquet).")
@click.option("--region", help="Read from CloudWatch in this Region.")
@click.option(
    "--local",
    "home",
    is_flag=False,
    flag_value=Path(".sre/local"),
    type=click.Path(path_type=Path),
    help="Read from the local platform (of this directory).",
)
@click.option("--simulate", type=int, is_flag=False, flag_value=1, help="Made-up metrics, from a seed.")
@click.option("--last", default="6h", show_default=True, help="How far back: 90m, 6h, 7d.")
@_marks[0]
@_marks[1]
@click.option("--png", is_flag=True, help="Also write a PNG for every panel.")
@click.option("--out", type=click.Path(path_type=Path), default=Path("build/dashboards/preview"), show_default=True)
def preview(
    names: tuple[str, ...], stage: str, objectives_file: Path | None, metrics: Path | None, region: str | None,
    home: Path | None, simulate: int | None, last: str, instants: tuple[str, ...], incidents: Path | None, png: bool, out: Path,
) -> None:  # fmt: skip
    """Draw the panels offline: one HTML page, self-contained. One of --metrics, --region, --local and --simulate is needed."""
    from alarms.notation import NotationError, read_span
    from dashboards.preview import preview_page, write_pngs

    try:
        span = read_span(last)
    except NotationError as error:
        raise InputError(f"--last: {error}") from error
    source, label, end_at = _source(metrics=metrics, region=region, home=home, simulate=simulate)
    _, boards = _boards("local" if home else stage, objectives_file)
    wanted = [board for board in boards if not names or board.name in names]
    marks = _read_marks(instants, incidents)
    page = preview_page(wanted, source, label=label, start_at=end_at - span, end_at=end_at, marks=marks)
    try:
        out.mkdir(parents=True, exist_ok=True)
        (out / "index.html").write_text(page)
        click.echo(out / "index.html")
        for file in write_pngs(wanted, source, out, start_at=end_at - span, end_at=end_at) if png else ():
            click.echo(file)
    except OSError as error:
        raise InputError(f"--out {out}: cannot be written: {error}") from error


@dashboards.command("diff")
@_stage
@_objectives
@click.option("--region", help="Compare with what is deployed in this Region.")
@click.option("--deployed", type=click.Path(path_type=Path), help="Compare with bodies in a directory instead.")
def diff(stage: str, objectives_file: Path | None, region: str | None, deployed: Path | None) -> None:
    """Say how the deployed dashboards differ from the code's. Exit code 1 when they do."""
    from dashboards.cloudwatch_body import cloudwatch_body, dashboard_name
    from dashboards.difference import differences

    if (region is None) == (deployed is None):
        raise InputError("give one of --region and --deployed")
    prefix, boards = _boards(stage, objectives_file)
    found = 0
    for board in boards:
        name = dashboard_name(board, prefix=prefix)
        there = _deployed(name, region=region, directory=deployed)
        lines = differences(there, cloudwatch_body(board)) if there is not None else ("it is not deployed",)
        for line in lines:
            found += 1
            click.echo(f"{name}: {line}")
    if not found:
        click.echo(f"The {len(boards)} dashboards of {prefix} are as the code has them.")
    sys.exit(1 if found else 0)


def _read_marks(instants: tuple[str, ...], incidents: Path | None) -> "tuple[Mark, ...]":
    from dashboards.annotations import Mark
    from foundation.slo.incidents import read_incidents

    marks: list[Mark] = []
    for instant in instants:
        time, _, label = instant.partition("=")
        try:
            marks.append(Mark(label=label, at=datetime.fromisoformat(time)))
        except ValueError as error:
            raise InputError(f"--mark {instant}: write TIME=LABEL, such as 2026-03-02T10:00:00Z=release 1.2") from error
    marks += [
        Mark(label=each.name, at=each.start_at, until_at=each.end_at)
        for each in (read_incidents(incidents) if incidents else ())
    ]
    return tuple(marks)


def _boards(stage: str, objectives_file: Path | None) -> "tuple[str, tuple[Dashboard, ...]]":
    from alarms.stage_plan import Files
    from dashboards.all_dashboards import all_dashboards
    from foundation.cloudwatch.limits import LimitError
    from infra.dashboards import deployment_of

    deployment = deployment_of(stage, files=Files(objectives=objectives_file))
    try:
        return deployment.prefix, all_dashboards(deployment)
    except LimitError as error:
        raise InputError(str(error)) from error


def _source(
    *, metrics: Path | None, region: str | None, home: Path | None, simulate: int | None
) -> "tuple[MetricSource, str, datetime]":
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    if sum(each is not None for each in (metrics, region, home, simulate)) != 1:
        raise InputError(
            "give one of --metrics, --region, --local and --simulate: a preview says where its data is from"
        )
    if metrics is not None:
        from foundation.cloudwatch.frame import read_parquet
        from foundation.cloudwatch.source import SourceError

        try:
            frame = read_parquet(metrics)
        except SourceError as error:
            raise InputError(str(error)) from error
        if frame.last_at is None:
            raise InputError(f"{metrics}: holds no datapoints")
        return frame, f"recorded: {metrics.name}", frame.last_at + timedelta(minutes=1)
    if region is not None:
        from foundation.cloudwatch.aws import connect

        return connect(region), f"CloudWatch, {region}", now
    if home is not None:
        from sre.local.metrics import local_metrics
        from sre.local.state import read_state

        platform = read_state(home)
        if platform is None:
            raise InputError(f"no local platform is up in {home}; `sre local up` starts one")
        return local_metrics(platform), "local: it is no evidence for production", now + timedelta(minutes=1)
    from dashboards.simulation import Simulation

    return Simulation(seed=simulate or 1), f"simulation with seed {simulate}: made-up metrics", now


def _deployed(name: str, *, region: str | None, directory: Path | None) -> dict[str, Any] | None:
    if directory is not None:
        file = directory / f"{name}.json"
        try:
            return json.loads(file.read_text()) if file.exists() else None
        except (OSError, ValueError) as error:
            raise InputError(f"{file}: cannot be read: {error}") from error
    import boto3
    from botocore.exceptions import BotoCoreError, ClientError

    client = boto3.client("cloudwatch", region_name=region)
    try:
        return json.loads(client.get_dashboard(DashboardName=name)["DashboardBody"])
    except client.exceptions.ClientError as error:
        if error.response.get("Error", {}).get("Code") in ("ResourceNotFound", "DashboardNotFoundError"):
            return None
        raise InputError(f"{name}: CloudWatch did not answer: {error}") from error
    except (BotoCoreError, ClientError) as error:
        raise InputError(f"{name}: CloudWatch did not answer: {error}") from error
