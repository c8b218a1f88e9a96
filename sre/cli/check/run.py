"""`sre check`."""

import sys
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path
from typing import Unpack

import click

from canaries.definitions import read_canaries
from foundation.errors import Exit, InputError
from foundation.files.output import to_json
from foundation.files.writing import OutDirectory, make_directory, remove
from foundation.service.measured import limits_of
from infra.service import T_DEVELOPER
from infra.traffic import expected_traffic
from loadtests.profiles import choose_profile
from reports.release_check.page import render_html
from sre.cli.check.verdicts import check_verdicts, with_canaries
from sre.cli.options import DEFAULT_REGION, OutputFormat
from sre.cli.outputs.check import check_output
from sre.cli.progress_line import ProgressLine, one_interrupt, say
from sre.cli.stage import WhatIfOptions, stage_at, stage_from
from sre.cli.unused import refuse_without
from sre.cli.verdicts.show import show
from sre.cli.verdicts.table import print_table
from sre.jobs.release_check.run import CheckPlan, run_check
from sre.jobs.release_check.targets import Target, deployed_target, local_target

_PAGE, _DATA = "index.html", "release-check.json"


def run(
    *, url: str | None, stage: str | None, region: str | None, archive_key: str | None, websocket_url: str | None,
    archives_bucket: str | None, objectives_file: Path | None, profile: str, duration: timedelta | None, fault_switch: str,
    seed: int, out: Path, output_format: OutputFormat, **options: Unpack[WhatIfOptions],
) -> Exit:  # fmt: skip
    """Make the check, write its page and its JSON, print its verdicts."""
    if url is None:
        refuse_without(
            "--url", stage=stage, region=region, archive_key=archive_key, websocket_url=websocket_url,
            archives_bucket=archives_bucket,
        )  # fmt: skip
    elif fault_switch != "off":
        raise InputError(
            "--fault-switch breaks a local platform that the check brings up itself; leave it out with --url"
        )
    chosen = choose_profile(profile, T_DEVELOPER.load_profiles)
    whose = stage_from(stage=stage_at(url, stage) if url else "local", objectives_file=objectives_file, **options)
    # Bad input is to cost a second, not the minute until the platform is up.
    limits_of(whose.objectives)
    traffic = expected_traffic(T_DEVELOPER)
    canaries = read_canaries(T_DEVELOPER.canaries)
    _prepare(out)

    def open_target() -> AbstractContextManager[Target]:
        if url is not None:
            return deployed_target(
                url,
                region=region or DEFAULT_REGION,
                archive_key=archive_key,
                websocket_url=websocket_url or "",
                archives_bucket=archives_bucket or "",
            )
        return local_target(out / "platform", fault_switch=fault_switch, say=say)

    plan = CheckPlan(
        stage=whose,
        profile=chosen,
        profiles_file=T_DEVELOPER.load_profiles,
        canaries=canaries,
        traffic=traffic,
        duration_seconds=duration.total_seconds() if duration else chosen.duration_seconds,
        seed=seed,
        out=out,
        target_name=url or "a local platform",
        open_target=open_target,
    )
    with one_interrupt(), ProgressLine(sys.stderr) as progress:
        made = run_check(plan, say=say, watch=progress.show)
    directory = OutDirectory(root=out)
    output = check_output(made)
    data = directory.write_text(_DATA, to_json(output))
    page = directory.write_text(_PAGE, render_html(made))
    verdicts = check_verdicts(made, output)

    def print_text() -> None:
        print_table(verdicts)
        for note in verdicts.notes:
            # Neither wrapped nor cut: names of alarms are looked for.
            click.echo(note)
        click.echo(f"\n{verdicts.headline}\nPage: {page}\nJSON: {data}")

    show(with_canaries(verdicts, output), output, output_format, as_text=print_text)
    return Exit(made.exit_code)


def _prepare(out: Path) -> None:
    """Take those of an earlier check away: they must not pass for this one's."""
    make_directory(out)
    for name in (_PAGE, _DATA):
        remove(out / name)
