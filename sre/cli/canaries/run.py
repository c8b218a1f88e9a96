"""`sre canaries run`."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from canaries.definitions import read_canaries
from canaries.metrics import put_runs
from canaries.runner import run_canaries
from canaries.runs import CanaryRun, NotRun, write_junit
from canaries.settings import aws_variables, deployed_settings
from foundation.errors import Exit
from foundation.pages.escapes import terminal
from infra.service import T_DEVELOPER
from sre.cli.local.running import home_meant, running_platform
from sre.cli.options import DEFAULT_REGION
from sre.cli.stage import stage_at, stage_from
from sre.cli.streams import styled
from sre.cli.unused import refuse_without
from sre.local.canaries import local_settings
from sre.local.session import root_session


def run(
    *, names: tuple[str, ...], local: bool, url: str | None, websocket_url: str | None, archives_bucket: str | None,
    stage: str | None, region: str | None, objectives_file: Path | None, out: Path, junit: Path | None, as_json: bool,
    home: Path | None, definitions: Path | None,
) -> Exit:  # fmt: skip
    """Run them and print what came of each."""
    if url is None:
        refuse_without("--url", region=region, websocket_url=websocket_url, archives_bucket=archives_bucket)
    local_home = home_meant(local=local, home=home, stage=stage, url=url)
    defined = read_canaries(definitions or T_DEVELOPER.canaries)
    chosen = [defined[name] for name in names] if names else list(defined.canaries)
    whose = stage_from(stage=stage_at(url, stage) if url else "local", objectives_file=objectives_file)
    platform = None if local_home is None else running_platform(local_home, url=url)
    if platform is not None:
        settings = local_settings(platform, whose)
    else:
        settings = deployed_settings(
            whose, url=str(url), region=region or DEFAULT_REGION, websocket_url=websocket_url or "",
            archives_bucket=archives_bucket or "", credentials=aws_variables(),
        )  # fmt: skip
    click.echo(f"· running {len(chosen)} canaries against {settings['API_URL']}", err=True)
    runs = run_canaries(chosen, settings, directory=out).answer
    if platform is not None:
        done = [each for each in runs if not isinstance(each, NotRun)]
        put = put_runs(
            done, root_session(platform.region).client("cloudwatch", endpoint_url=platform.endpoint), stage=whose.name
        )
        if put.refused:
            click.echo(f"· {put.sentence}", err=True)
    if junit is not None:
        write_junit(runs, junit)
    if as_json:
        click.echo(_as_json(runs))
    else:
        _print_table(runs, label="local" if platform is not None else str(url))
        click.echo(f"Logs and runs: {out}")
    failed = [each for each in runs if not isinstance(each, NotRun) and not each.has_passed]
    if failed:
        return Exit.MISSED
    return Exit.NOT_ENOUGH_EVIDENCE if any(isinstance(each, NotRun) for each in runs) else Exit.MET


def _as_json(runs: Sequence[CanaryRun | NotRun]) -> str:
    done = [each.to_aws() for each in runs if not isinstance(each, NotRun)]
    return json.dumps(
        {"CanaryRuns": done, "NotRun": {each.name: each.reason for each in runs if isinstance(each, NotRun)}}, indent=2
    )


def _print_table(runs: Sequence[CanaryRun | NotRun], *, label: str) -> None:
    table = Table(title=Text(terminal(f"Canaries, {label}")), title_justify="left")
    for heading in ("canary", "result", "seconds", "steps", "because"):
        table.add_column(heading, justify="right" if heading == "seconds" else "left", overflow="fold")
    for each in runs:
        if isinstance(each, NotRun):
            table.add_row(each.name, Text("no data", style="dim"), "–", "–", Text(terminal(each.reason)))
            continue
        steps = ", ".join(f"{step.name} {step.took_seconds * 1000:,.0f} ms" for step in each.steps)
        word = Text("passed", style="green") if each.has_passed else Text("failed", style="bold red")
        again = f"the network broke {each.retry_count} times and was tried again" if each.retry_count else ""
        said = Text(terminal(each.reason or again))
        table.add_row(each.name, word, f"{each.took_seconds:.1f}", Text(terminal(steps)), said)
    Console(file=styled(sys.stdout), width=None if sys.stdout.isatty() else 140).print(table)
