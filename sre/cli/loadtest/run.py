"""`sre loadtest run`."""

import sys
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import click

from foundation.errors import Exit, InputError
from foundation.files.writing import OutDirectory
from foundation.service.measured import limits_of
from infra.service import T_DEVELOPER
from loadtests.ownership import refuse_foreign
from loadtests.profiles import AGENT_FLOW, PROGRESS_FLOW, SIGNED_FLOWS, choose_profile
from loadtests.result import read_result
from loadtests.run import LoadTest, run_load_test
from sre.cli.loadtest.summary import show_summary
from sre.cli.options import OutputFormat
from sre.cli.progress_line import ProgressLine, one_interrupt
from sre.cli.stage import stage_from


def run(
    *, url: str, profile: str, profiles_file: Path | None, duration: timedelta | None, stage: str, region: str,
    archive_key: str, websocket_url: str | None, agent_url: str | None, workers: int, client: str, seed: int,
    connect_timeout: timedelta, answer_timeout: timedelta, stop_early: timedelta | None, i_own_this: bool, out: Path,
    objectives_file: Path | None,
    what_if_targets: tuple[tuple[str, Decimal], ...], output_format: OutputFormat,
) -> Exit:  # fmt: skip
    """Send the load and print the verdicts. Raises InputError for bad input, and then no load was sent."""
    chosen = choose_profile(profile, profiles_file or T_DEVELOPER.load_profiles)
    asked = stage_from(stage=stage, objectives_file=objectives_file, what_if_targets=what_if_targets)
    limits_of(asked.objectives)
    is_signed = bool(set(chosen.arrivals_per_second) & SIGNED_FLOWS)
    refuse_foreign(url, is_owned=i_own_this, is_signed=is_signed)
    for address in filter(None, (websocket_url, agent_url)):
        refuse_foreign(address, is_owned=i_own_this, is_signed=True)
    for option, given, flow in (
        ("--websocket-url", websocket_url, PROGRESS_FLOW), ("--agent-url", agent_url, AGENT_FLOW),
    ):  # fmt: skip
        if given and flow not in chosen.arrivals_per_second:
            raise InputError(f"{option}: the profile {chosen.name} has no flow {flow}, so nothing would be sent there")
    test = LoadTest(
        url=url, region=region, profile=chosen,
        duration_seconds=duration.total_seconds() if duration else chosen.duration_seconds,
        archive_key=archive_key, seed=seed, stage=asked,
        profiles_file=profiles_file or T_DEVELOPER.load_profiles, client=client, websocket_url=websocket_url or "",
        agent_url=agent_url or "", worker_count=workers,
        connect_seconds=connect_timeout.total_seconds(), answer_seconds=answer_timeout.total_seconds(),
        stop_after_seconds=stop_early.total_seconds() if stop_early else 0,
    )  # fmt: skip
    interrupted = False
    with one_interrupt(), ProgressLine(sys.stderr) as progress:
        try:
            result = run_load_test(test, directory=out, credentials={}, watch=progress.show)
        except KeyboardInterrupt:
            result, interrupted = read_result(out / "load-result.json"), True
    OutDirectory(root=out).write_bytes(
        f"history/{result.started_at.replace(':', '')}-{result.profile}.json", (out / "load-result.json").read_bytes()
    )
    code = show_summary(result, asked, output_format, was_interrupted=interrupted)
    click.echo(f"· result: {out / 'load-result.json'}", err=True)
    return code
