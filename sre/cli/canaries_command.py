"""`sre canaries`: run them here, list them with their price, and build what is deployed."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from foundation.errors import InputError
from sre.cli.local_commands import home_option, running_platform

if TYPE_CHECKING:
    from canaries.definitions import Canaries
    from canaries.runs import CanaryRun, NotRun
    from canaries.runtimes import Runtime

_definitions = click.option("--definitions", type=click.Path(path_type=Path), help="Another file of canaries.")


@click.group("canaries")
def canaries() -> None:
    """Synthetic checks from outside: the same handlers here, in CI and on CloudWatch Synthetics."""


@canaries.command("run")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--url", help="An API that is deployed, instead of the local platform.")
@click.option("--websocket-url", default="", help="With --url: its WebSocket API.")
@click.option("--archives-bucket", default="", help="With --url: the bucket that archives are put into.")
@click.option("--region", default="us-east-1", show_default=True, help="With --url: its region.")
@click.option("--objectives", type=click.Path(path_type=Path), help="Another objectives file.")
@click.option("--out", type=click.Path(path_type=Path), default=Path("build/canaries"), show_default=True)
@click.option("--junit", type=click.Path(path_type=Path), help="Write the steps as JUnit XML, too.")
@click.option("--json", "as_json", is_flag=True, help="Print the runs as GetCanaryRuns would tell them.")
@home_option
@_definitions
def run(
    names: tuple[str, ...], url: str | None, websocket_url: str, archives_bucket: str, region: str, objectives: Path | None,
    out: Path, junit: Path | None, as_json: bool, home: Path, definitions: Path | None,
) -> None:  # fmt: skip
    """Run canaries, all of them unless named, against the local platform that is up, or an address.

    Exit code 0: all passed. 1: one failed, and its failing step is named. 2: bad input. 3: one could not be run here.
    """
    from canaries.definitions import DEFAULT_FILE, read_canaries
    from canaries.metrics import put_runs
    from canaries.runner import run_canaries
    from canaries.runs import NotRun, write_junit
    from canaries.settings import aws_variables, deployed_settings, local_settings
    from foundation.slo.reader import DEFAULT_FILE as OBJECTIVES
    from foundation.slo.reader import read_objectives
    from sre.local.session import root_session

    defined = read_canaries(definitions or DEFAULT_FILE)
    chosen = [defined[name] for name in names] if names else list(defined.canaries)
    read = read_objectives(objectives or OBJECTIVES)
    platform = running_platform(home) if url is None else None
    if platform is not None:
        settings = local_settings(platform, read)
    else:
        if not str(url).startswith(("http://", "https://")):
            raise InputError(
                f"--url {url}: must be an address such as https://abc.execute-api.{region}.amazonaws.com/production"
            )
        settings = deployed_settings(
            read, url=str(url), region=region, websocket_url=websocket_url, archives_bucket=archives_bucket,
            credentials=aws_variables(),
        )  # fmt: skip
    click.echo(f"running {len(chosen)} canaries against {settings['API_URL']}", err=True)
    runs = run_canaries(chosen, settings, directory=out)
    if platform is not None:
        done = [each for each in runs if not isinstance(each, NotRun)]
        put_runs(
            done, root_session(platform.region).client("cloudwatch", endpoint_url=platform.endpoint), stage="local"
        )
    if junit is not None:
        write_junit(runs, junit)
    if as_json:
        click.echo(_as_json(runs))
    else:
        _print_table(runs, label="local" if platform is not None else str(url))
        click.echo(f"Logs and runs: {out}")
    failed = [each for each in runs if not isinstance(each, NotRun) and not each.has_passed]
    sys.exit(1 if failed else 3 if any(isinstance(each, NotRun) for each in runs) else 0)


@canaries.command("list")
@click.option("--region", help="Ask AWS in this region for the runtimes of today, instead of the file.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")
@_definitions
def list_(region: str | None, as_json: bool, definitions: Path | None) -> None:
    """List them with schedule, limits and price, and say how old their runtimes are.

    Exit code 1: a runtime is deprecated, or will be within sixty days.
    """
    from datetime import UTC, datetime

    from canaries.definitions import DEFAULT_FILE, read_canaries
    from canaries.runtimes import age_of_runtime, must_be_replaced

    defined = read_canaries(definitions or DEFAULT_FILE)
    known: Sequence[Runtime] = defined.runtimes
    source = f"the file, read on {defined.runtimes_read_on}"
    if region is not None:
        from canaries.aws import SyntheticsRuntimes

        known, source = SyntheticsRuntimes(region=region).read(), f"AWS in {region}, now"
    today = datetime.now(UTC).date()
    chosen = (defined.runtime, "syn-python-"), (defined.blueprint_runtime, "syn-nodejs-")
    ages = {name: age_of_runtime(name, known, kind=kind, today=today) for name, kind in chosen}
    if as_json:
        click.echo(json.dumps(_listing(defined, ages, source), indent=2))
    else:
        _print_listing(defined, ages, source)
    sys.exit(1 if any(must_be_replaced(name, known, kind=kind, today=today) for name, kind in chosen) else 0)


@canaries.command("build")
@click.option("--out", type=click.Path(path_type=Path), default=Path("build/canaries.zip"), show_default=True)
@click.option("--blueprint", metavar="HOST", help="Build the multi-checks blueprint for this host instead.")
@click.option("--base-path", default="", help="With --blueprint: what the API's paths begin with, such as /production.")
def build(out: Path, blueprint: str | None, base_path: str) -> None:
    """Write the zip that Synthetics gets; the same bytes every time."""
    from canaries.blueprint import platform_blueprint
    from canaries.package import build_package, pack_blueprint
    from canaries.settings import judged_settings
    from foundation.slo.reader import DEFAULT_FILE, read_objectives

    if blueprint is None:
        package = build_package()
    else:
        slow_after_ms = float(judged_settings(read_objectives(DEFAULT_FILE))["SLOW_AFTER_MS"])
        package = pack_blueprint(
            platform_blueprint(blueprint, base_path=base_path, slow_after_ms=slow_after_ms).to_json()
        )
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_bytes(package.content)
    click.echo(f"{out}: {len(package.content):,} bytes, sha256 {package.sha256}")


def _as_json(runs: "Sequence[CanaryRun | NotRun]") -> str:
    from canaries.runs import NotRun

    done = [each.to_aws() for each in runs if not isinstance(each, NotRun)]
    return json.dumps(
        {"CanaryRuns": done, "NotRun": {each.name: each.reason for each in runs if isinstance(each, NotRun)}}, indent=2
    )


def _print_table(runs: "Sequence[CanaryRun | NotRun]", *, label: str) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from canaries.runs import NotRun

    table = Table(title=f"Canaries, {label}", title_justify="left")
    for heading in ("canary", "result", "seconds", "steps", "because"):
        table.add_column(heading, justify="right" if heading == "seconds" else "left", overflow="fold")
    for each in runs:
        if isinstance(each, NotRun):
            table.add_row(each.name, Text("no data", style="dim"), "–", "–", each.reason)
            continue
        steps = ", ".join(f"{step.name} {step.took_seconds * 1000:,.0f} ms" for step in each.steps)
        word = Text("passed", style="green") if each.has_passed else Text("failed", style="bold red")
        again = f"the network broke {each.retry_count} times and was tried again" if each.retry_count else ""
        table.add_row(each.name, word, f"{each.took_seconds:.1f}", steps, each.reason or again)
    Console(width=None if sys.stdout.isatty() else 140).print(table)


def _listing(defined: "Canaries", ages: dict[str, str | None], source: str) -> dict[str, object]:
    from canaries.price import monthly_price

    return {
        "canaries": [
            {
                "name": each.name, "about": each.about, "every_minutes": each.every_minutes,
                "timeout_seconds": each.timeout_seconds, "memory_mib": each.memory_mib, "retry_count": each.retry_count,
                "run_count_a_month": str(round(monthly_price(each).run_count, 1)),
                "monthly_cost_usd": str(round(monthly_price(each).total_usd, 2)),
            }
            for each in defined.canaries
        ],
        "runtimes": {name: age or "current" for name, age in ages.items()},
        "runtimes_source": source,
    }  # fmt: skip


def _print_listing(defined: "Canaries", ages: dict[str, str | None], source: str) -> None:
    from decimal import Decimal

    from canaries.price import monthly_price

    total = Decimal(0)
    for each in defined.canaries:
        price = monthly_price(each)
        total += price.total_usd
        click.echo(
            f"{each.name:14} every {each.every_minutes:4} min, {each.timeout_seconds} s, {each.memory_mib} MiB, "
            f"{each.retry_count} retries  {price.run_count:8,.0f} runs  ${price.total_usd:6.2f} a month  {each.about}"
        )
    click.echo(
        f"List price: ${total:.2f} a month, {monthly_price(defined.canaries[0]).assumption}; free runs are not taken off."
    )
    for name, age in ages.items():
        click.echo(f"{name}: {age or 'current'} ({source})")
