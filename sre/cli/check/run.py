"""`sre check`."""

import sys
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path
from typing import Unpack

import click

from foundation.errors import Exit, InputError, SreError
from foundation.files.writing import OutDirectory
from foundation.pages.escapes import terminal
from foundation.service.files import FileKind
from foundation.service.measured import limits_of
from infra.traffic import expected_traffic
from loadtests.flows_file import read_flows
from loadtests.profiles import choose_profile
from reports.release_check.model import ReleaseCheck
from reports.release_check.summary import summary_line, took_line
from sre.cli.canary_file import refuse_unread
from sre.cli.check.verdicts import check_verdicts, with_canaries
from sre.cli.check.writing import DATA_NAME, PAGE_NAME, write_check
from sre.cli.loadtest.reading import given_by
from sre.cli.local.running import home_meant, running_platform
from sre.cli.options import DEFAULT_REGION, NO_FAULT, OutputFormat
from sre.cli.outputs.check import check_output
from sre.cli.owned import owning_out
from sre.cli.progress_line import ProgressLine, one_interrupt, say
from sre.cli.stage import WhatIfOptions, files_of, is_here, refuse_elsewhere, stage_at, stage_from
from sre.cli.unused import refuse_without
from sre.cli.verdicts.show import show
from sre.cli.verdicts.table import print_table
from sre.jobs.objectives.between_files import canaries_in
from sre.jobs.release_check.run import CheckPlan, run_check
from sre.jobs.release_check.steps import Step, Steps
from sre.jobs.release_check.targets import Target, deployed_target, local_target, running_target


@owning_out
def run(
    *, local: bool, home: Path | None, url: str | None, stage: str | None, region: str | None, archive_key: str | None,
    values: tuple[tuple[str, str], ...], websocket_url: str | None, archives_bucket: str | None, service: Path | None,
    objectives_file: Path | None, profile: str,
    duration: timedelta | None, fault_switch: str | None, seed: int, out: Path, output_format: OutputFormat,
    **options: Unpack[WhatIfOptions],
) -> Exit:  # fmt: skip
    """Make the check, write its page and its JSON, print its verdicts."""
    # Without any of them it brings up a platform of its own: a release is not judged on one that others have used.
    local_home = home_meant(local=local, home=home, stage=stage, url=url) if local or home is not None else None
    if url is None:
        refuse_without(
            "--url", stage=None if local_home else stage, region=region, archive_key=archive_key, websocket_url=websocket_url,
            archives_bucket=archives_bucket, value=values,
        )  # fmt: skip
        refuse_elsewhere(service)
    if fault_switch not in (None, NO_FAULT) and (url is not None or local_home is not None):
        raise InputError(
            "--fault-switch breaks a platform that the check brings up itself; leave it out with --url, and for the platform "
            "that is up use `sre local fault`"
        )
    files = files_of(service=service, objectives_file=objectives_file)
    profiles_file = files.needed(FileKind.LOAD_PROFILES)
    chosen = choose_profile(profile, profiles_file, read_flows(files.needed(FileKind.FLOWS)))
    if url is not None and service is None and archive_key is None:
        raise InputError(
            "--archive-key is needed with --url: an archive in the platform's bucket, such as archives/sample.zip"
        )
    where = stage_at(url, stage) if url else "local"
    whose = stage_from(
        stage=where, service=service, objectives_file=objectives_file,
        is_here=is_here(where, stage), **options,
    )  # fmt: skip
    # Bad input is to cost a second, not the minute until the platform is up.
    limits_of(whose.objectives)
    traffic = None if files.traffic_profiles is None else expected_traffic(files)
    canaries = canaries_in(files)
    refuse_unread(
        () if canaries is None else canaries.canaries, websocket_url=websocket_url, archives_bucket=archives_bucket
    )
    running = None if local_home is None else running_platform(local_home, url=url)
    steps = Steps()

    def open_target() -> AbstractContextManager[Target]:
        if url is not None:
            return deployed_target(
                url,
                region=region or DEFAULT_REGION,
                given=given_by(values, archive_key),
                websocket_url=websocket_url or "",
                archives_bucket=archives_bucket or "",
            )
        if running is not None:
            return running_target(running)
        return local_target(out / "platform", fault_switch=fault_switch or NO_FAULT, say=say, took=steps.took)

    plan = CheckPlan(
        stage=whose,
        profile=chosen,
        profiles_file=profiles_file,
        canaries=canaries,
        traffic=traffic,
        duration_seconds=duration.total_seconds() if duration else chosen.duration_seconds,
        seed=seed,
        out=out,
        target_name=url or (running.api_url if running else "a local platform"),
        open_target=open_target,
    )
    with one_interrupt(), ProgressLine(sys.stderr) as progress:
        made = run_check(plan, steps=steps, say=say, watch=progress.show)
        made = write_check(made, steps, OutDirectory(root=out))
    output = check_output(made)
    verdicts = check_verdicts(made, output)

    def print_text() -> None:
        print_table(verdicts)
        for note in verdicts.notes:
            # Neither wrapped nor cut: names of alarms are looked for.
            click.echo(note)
        failed = {row.name for row in made.failures}
        for name, what, steps_of in ((PAGE_NAME, "Page", {Step.PAGE, Step.FILES}), (DATA_NAME, "JSON", {Step.FILES})):
            if not failed & steps_of:
                click.echo(f"{what}: {out / name}")
        click.echo(f"Took: {took_line(made)}\n\n{verdicts.headline}\n{summary_line(made)}")

    show(with_canaries(verdicts, output), output, output_format, as_text=print_text)
    return _ended(made, steps)


def _ended(made: ReleaseCheck, steps: Steps) -> Exit:
    """The exit code; of a check that is not whole, with one line that says why. Raises what ended one that measured nothing."""
    code = Exit(made.exit_code)
    if code is Exit.BUG and steps.bug is not None:
        raise steps.bug
    if code is Exit.BAD_INPUT and isinstance(steps.error, SreError):
        raise steps.error
    if made.failures:
        why = "; ".join(f"{row.name}: {row.failure}" for row in made.failures)
        click.echo(terminal(f"Error: the check is not whole: {why}"), err=True)
    return code
