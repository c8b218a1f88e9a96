"""`sre loadtest run`."""

import sys
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import click

from foundation.aws_errors import asking
from foundation.errors import Exit, InputError, PlatformError, SourceError
from foundation.files.writing import OutDirectory
from foundation.pages.escapes import terminal
from foundation.service.files import FileKind
from foundation.service.measured import limits_of
from foundation.service.own_metrics import LoadTestMetrics
from loadtests.flows import AgentTurn, WebSocketProgress
from loadtests.flows_file import read_flows
from loadtests.metrics import put_metrics
from loadtests.ownership import refuse_foreign
from loadtests.profiles import choose_profile
from loadtests.result import LoadResult, write_result
from loadtests.run import RESULT_NAME, LoadTest, last_result, own_result, refuse_cut_short, run_load_test
from sre.cli.loadtest.reading import given_by
from sre.cli.loadtest.summary import show_summary
from sre.cli.local.running import home_meant, running_platform
from sre.cli.options import DEFAULT_REGION, OutputFormat
from sre.cli.owned import owning_out
from sre.cli.progress_line import ProgressLine, one_interrupt
from sre.cli.stage import files_of, is_here, refuse_elsewhere, stage_at, stage_from
from sre.cli.unused import refuse_without
from sre.jobs.release_check.steps import Step, Steps
from sre.local.caller import SAMPLE_KEY, put_sample, variables_of
from sre.local.lifecycle import using
from sre.local.machine import target_of
from sre.local.session import root_session
from sre.local.state import LocalPlatform
from sre.local.whole import changed_of, while_whole


@dataclass(frozen=True, slots=True, kw_only=True)
class _Target:
    """What is loaded; without `credentials` Locust finds its own."""

    url: str
    region: str
    websocket_url: str
    credentials: Mapping[str, str]


@owning_out
def run(
    *, local: bool, home: Path | None, url: str | None, profile: str, profiles_file: Path | None, duration: timedelta | None,
    stage: str | None, region: str | None, archive_key: str | None,
    values: tuple[tuple[str, str], ...], websocket_url: str | None, agent_url: str | None, workers: int,
    client: str, seed: int, connect_timeout: timedelta, answer_timeout: timedelta, stop_early: timedelta | None,
    i_own_this: bool, out: Path, service: Path | None, objectives_file: Path | None,
    what_if_targets: tuple[tuple[str, Decimal], ...],
    output_format: OutputFormat,
) -> Exit:  # fmt: skip
    """Send the load and print the verdicts. Raises InputError for bad input, and then no load was sent."""
    if url is None:
        refuse_without("--url", region=region, websocket_url=websocket_url, i_own_this=i_own_this and agent_url is None)
    local_home = home_meant(local=local, home=home, stage=stage, url=url)
    if url is None:
        refuse_elsewhere(service)
    files = files_of(service=service, objectives_file=objectives_file)
    flows = read_flows(files.needed(FileKind.FLOWS))
    profiles = profiles_file or files.needed(FileKind.LOAD_PROFILES)
    chosen = choose_profile(profile, profiles, flows)
    if url is not None:
        is_signed = any(flows.is_signed(name) for name in chosen.flows)
        refuse_foreign(url, is_owned=i_own_this, is_signed=is_signed)
    where = stage_at(url, stage) if url else "local"
    asked = stage_from(
        stage=where, service=service, objectives_file=objectives_file,
        what_if_targets=what_if_targets, plans_alarms=False, is_here=is_here(where, stage),
    )  # fmt: skip
    limits_of(asked.objectives)
    for address in filter(None, (websocket_url, agent_url)):
        refuse_foreign(address, is_owned=i_own_this, is_signed=True)
    for option, address, kind, what in (
        ("--websocket-url", websocket_url, WebSocketProgress, "over WebSocket"),
        ("--agent-url", agent_url, AgentTurn, "of an agent"),
    ):  # fmt: skip
        if address and not any(isinstance(flow.kind, kind) for flow in chosen.flows.values()):
            raise InputError(f"{option}: the profile {chosen.name} has no flow {what}, so nothing would be sent there")
    platform = None if local_home is None else running_platform(local_home, url=url)
    target = (
        _Target(url=str(url), region=region or DEFAULT_REGION, websocket_url=websocket_url or "", credentials={})
        if platform is None
        else _local(platform, archive_key or SAMPLE_KEY)
    )
    test = LoadTest(
        url=target.url, region=target.region, profile=chosen,
        duration_seconds=duration.total_seconds() if duration else chosen.duration_seconds,
        given=given_by(values, archive_key), seed=seed, stage=asked, profiles_file=profiles, client=client,
        websocket_url=target.websocket_url,
        agent_url=agent_url or "", worker_count=workers,
        connect_seconds=connect_timeout.total_seconds(), answer_seconds=answer_timeout.total_seconds(),
        stop_after_seconds=stop_early.total_seconds() if stop_early else 0,
    )  # fmt: skip
    steps = Steps()
    with ExitStack() as held, one_interrupt(), ProgressLine(sys.stderr) as progress:
        if platform is not None:
            held.enter_context(using(platform))

        def changed() -> str | None:
            return None if platform is None else changed_of(platform)

        def load() -> LoadResult:
            return run_load_test(
                test, directory=out, credentials=target.credentials, watch=while_whole(progress.show, changed),
                local=None if platform is None else target_of(platform),
            )  # fmt: skip

        result = steps.attempt(Step.LOAD, load, refusals=(InputError,)) or last_result(test, out)
        if result is None:
            raise KeyboardInterrupt if steps.was_interrupted else steps.error or PlatformError("there is no result")
        if not steps.was_interrupted:
            steps.attempt(Step.LOAD, lambda: refuse_cut_short(result))
            if (reason := changed()) is not None:
                steps.failed(Step.LOAD, PlatformError(reason))
        steps.attempt(Step.FILES, lambda: _keep(result, test, out))
        if platform is not None and asked.own is not None and not steps.was_interrupted:
            _put(result, asked.own.load_test, platform)
    code = show_summary(
        result, asked, output_format, was_interrupted=steps.was_interrupted, is_whole=not steps.failures
    )  # fmt: skip
    click.echo(f"· result: {out / RESULT_NAME}", err=True)
    if steps.bug is not None and not steps.was_interrupted:
        raise steps.bug
    if steps.failures:
        why = "; ".join(str(row.failure) for row in steps.failures)
        click.echo(terminal(f"Error: the load test is not whole, and what was measured is judged: {why}"), err=True)
    return code


def _keep(result: LoadResult, test: LoadTest, out: Path) -> None:
    """Keep the result in its place, be it a partial one, and among the earlier ones. Raises InputError, OSError."""
    file = out / RESULT_NAME
    if own_result(test, out) is None:
        write_result(result, file)
    name = f"history/{result.started_at.replace(':', '')}-{result.profile}.json"
    OutDirectory(root=out).write_bytes(name, file.read_bytes())


def _local(platform: LocalPlatform, archive_key: str) -> _Target:
    """The local platform, loaded as its caller, with the sample archive in its bucket unless another is named."""
    if archive_key == SAMPLE_KEY:
        put_sample(platform)
    return _Target(
        url=platform.api_url, region=platform.region, websocket_url=platform.websocket_url, credentials=variables_of(platform)
    )  # fmt: skip


def _put(result: LoadResult, metrics: LoadTestMetrics, platform: LocalPlatform) -> None:
    """Put what was measured among the platform's own metrics, for its dashboards. That it could not be is said, and no more."""
    client = root_session(platform.region).client("cloudwatch", endpoint_url=platform.endpoint)
    try:
        with asking("the local platform"):
            put = put_metrics(result, metrics, client)
    except SourceError as error:
        click.echo(f"· the result's metrics are not on the local platform: {error}", err=True)
        return
    click.echo(f"· {put.sentence if put.refused else 'its metrics: `sre dashboards preview loadtest`'}", err=True)
