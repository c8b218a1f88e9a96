"""`sre check`: is this version fit to be released, as far as a load test can say?"""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sre.cli.check_table import print_table
from sre.cli.progress_line import ProgressLine, one_interrupt, say

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from sre.jobs.release_check.targets import Target

DEFAULT_OUT = Path("build/release-check")
_UNIT_SECONDS = {"s": 1.0, "m": 60.0, "h": 3600.0}


def _seconds(_context: click.Context, _option: click.Parameter, text: str | None) -> float | None:
    if text is None:
        return None
    try:
        seconds = float(text[:-1]) * _UNIT_SECONDS[text[-1:]]
    except (ValueError, KeyError) as error:
        raise click.BadParameter(f"{text!r} is no duration; write 90s, 5m or 1h") from error
    if not 1 <= seconds <= 86_400:
        raise click.BadParameter(f"{text!r} is not between 1s and 24h")
    return seconds


@click.command("check")
@click.option("--url", help="Check an API that is deployed already, instead of a local platform of its own.")
@click.option("--region", default="us-east-1", show_default=True, help="The region of --url.")
@click.option("--archive-key", help="With --url: an archive in the platform's bucket to submit.")
@click.option("--websocket-url", default="", help="With --url: its WebSocket API, for the canaries that need it.")
@click.option(
    "--archives-bucket", default="", help="With --url: the bucket of archives, for the canaries that need it."
)
@click.option(
    "--objectives", type=click.Path(path_type=Path), help="Another objectives file than tdeveloper/objectives.yaml."
)
@click.option("--profile", default="release", show_default=True, help="A profile of tdeveloper/load_profiles.yaml.")
@click.option("--duration", callback=_seconds, help="Measure so long (90s, 5m), instead of as the profile says.")
@click.option(
    "--fault-switch", default="off", show_default=True, help="Break the local platform: errors=1% or delay=1500ms@5%."
)
@click.option("--seed", default=1, show_default=True, help="The arrival times follow from it.")
@click.option(
    "--out", type=click.Path(path_type=Path), default=DEFAULT_OUT, show_default=True, help="Where the page goes."
)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON instead of a table.")
def check(
    url: str | None,
    region: str,
    archive_key: str | None,
    websocket_url: str,
    archives_bucket: str,
    objectives: Path | None,
    profile: str,
    duration: float | None,
    fault_switch: str,
    seed: int,
    out: Path,
    as_json: bool,
) -> None:
    """Is this version fit for release? Platform up, canaries, load, canaries, verdict per objective, one page.

    Exit code 0: every objective that was measured is met. 1: one is missed. 2: bad input. 3: not enough evidence.
    130: interrupted; the page then shows what had been measured.
    """
    from foundation.errors import InputError
    from foundation.slo.reader import DEFAULT_FILE, read_objectives
    from loadtests.evidence import limits_of
    from loadtests.profiles import choose_profile
    from reports.release_check.page import render_html
    from sre.jobs.release_check.run import CheckPlan, run_check
    from sre.jobs.release_check.targets import deployed_target, local_target

    chosen = choose_profile(profile)
    file = objectives or DEFAULT_FILE
    limits_of(read_objectives(file))  # bad input is to cost a second, not the minute until the platform is up
    if url is not None and fault_switch != "off":
        raise InputError(
            "--fault-switch breaks a local platform that the check brings up itself; leave it out with --url"
        )
    page, data = out / "index.html", out / "release-check.json"
    try:
        out.mkdir(parents=True, exist_ok=True)
        for old in (page, data):
            old.unlink(missing_ok=True)  # a page of an earlier check must not pass for this one's
    except OSError as error:
        raise InputError(f"--out {out}: cannot be written to: {error.strerror}") from error

    def open_target() -> "AbstractContextManager[Target]":
        if url is not None:
            return deployed_target(
                url,
                region=region,
                archive_key=archive_key,
                websocket_url=websocket_url,
                archives_bucket=archives_bucket,
            )
        return local_target(out / "platform", fault_switch=fault_switch, say=say)

    plan = CheckPlan(
        objectives_file=file,
        profile=chosen,
        duration_seconds=duration or chosen.duration_seconds,
        seed=seed,
        out=out,
        target_name=url or "a local platform",
        open_target=open_target,
    )
    with one_interrupt(), ProgressLine(sys.stderr) as progress:
        made = run_check(plan, say=say, watch=progress.show)
    data.write_text(json.dumps(made.to_dict(), indent=2))
    page.write_text(render_html(made), encoding="utf-8")
    if as_json:
        click.echo(json.dumps(made.to_dict(), indent=2))
    else:
        print_table(made)
        click.echo(f"\n{made.headline}.\nPage: {page}\nJSON: {data}")
    sys.exit(made.exit_code)
