"""`sre canaries run`."""

from pathlib import Path

import click

from canaries.definitions import read_canaries
from canaries.metrics import put_runs
from canaries.runs import NotRun
from canaries.settings import aws_variables, deployed_settings
from foundation.aws_errors import asking, patient
from foundation.errors import Exit, SreError
from foundation.service.files import FileKind
from sre.cli.canaries.verdicts import run_verdicts, step_verdicts
from sre.cli.canary_file import refuse_unread
from sre.cli.local.running import home_meant, running_platform
from sre.cli.options import DEFAULT_REGION, OutputFormat
from sre.cli.outputs.canaries import CanaryRuns, exit_of_runs, outcome_of_runs, run_of
from sre.cli.owned import owning_out
from sre.cli.stage import files_of, is_here, refuse_elsewhere, stage_at, stage_from
from sre.cli.unused import refuse_without
from sre.cli.verdicts.junit import write_junit
from sre.cli.verdicts.show import show
from sre.cli.verdicts.table import print_table
from sre.local.canaries import local_settings, run_beside
from sre.local.machine import target_of
from sre.local.session import root_session


@owning_out
def run(
    *, names: tuple[str, ...], local: bool, url: str | None, websocket_url: str | None, archives_bucket: str | None,
    stage: str | None, region: str | None, service: Path | None, objectives_file: Path | None, out: Path, junit: Path | None,
    output_format: OutputFormat,
    home: Path | None, definitions: Path | None,
) -> Exit:  # fmt: skip
    """Run them and print what came of each."""
    if url is None:
        refuse_without("--url", region=region, websocket_url=websocket_url, archives_bucket=archives_bucket)
        refuse_elsewhere(service)
    local_home = home_meant(local=local, home=home, stage=stage, url=url)
    files = files_of(service=service, objectives_file=objectives_file)
    defined = read_canaries(definitions or files.needed(FileKind.CANARIES))
    chosen = [defined[name] for name in names] if names else list(defined.canaries)
    refuse_unread(chosen, websocket_url=websocket_url, archives_bucket=archives_bucket)
    where = stage_at(url, stage) if url else "local"
    whose = stage_from(
        stage=where, service=service, objectives_file=objectives_file, plans_alarms=False, is_here=is_here(where, stage)
    )
    platform = None if local_home is None else running_platform(local_home, url=url)
    if platform is not None:
        settings = local_settings(platform, whose)
    else:
        settings = deployed_settings(
            whose, url=str(url), region=region or DEFAULT_REGION, websocket_url=websocket_url or "",
            archives_bucket=archives_bucket or "", credentials=aws_variables(),
        )  # fmt: skip
    click.echo(f"· running {len(chosen)} canaries against {settings['API_URL']}", err=True)
    local_target = None if platform is None else target_of(platform)
    runs, disturbance = run_beside(chosen, settings, directory=out, local=local_target)
    if platform is not None:
        done = [each for each in runs if not isinstance(each, NotRun)]
        client = root_session(platform.region).client("cloudwatch", endpoint_url=platform.endpoint, config=patient(1))
        try:
            with asking("the local platform"):
                put = put_runs(done, client, scope=whose.scope)
        except SreError as error:
            click.echo(f"· the runs' metrics are not on the local platform: {error}", err=True)
        else:
            if put.refused:
                click.echo(f"· {put.sentence}", err=True)
    parts = tuple(run_of(each, disturbance=disturbance) for each in runs)
    code = exit_of_runs(parts)
    output = CanaryRuns(
        outcome=outcome_of_runs(code), exit_code=code, stage=whose.name, api_url=settings["API_URL"], log_directory=str(out),
        runs=parts,
    )  # fmt: skip
    verdicts, steps = run_verdicts(output), step_verdicts(output)
    if junit is not None:
        write_junit(steps, junit)

    def print_text() -> None:
        print_table(verdicts)
        click.echo(f"Logs and runs: {out}")

    show(verdicts, output, output_format, as_text=print_text, in_junit=steps)
    return code
