"""`sre objectives check`."""

from dataclasses import replace
from functools import partial
from pathlib import Path

import click

from foundation.errors import Exit
from infra.service import T_DEVELOPER
from infra.stage import check_stage
from sre.cli.stage import files_of
from sre.jobs.objectives.check import ServiceCheck, check_service


def run(
    *, stage: str, objectives_file: Path | None, policy: Path | None, definitions: Path | None,
    profiles_file: Path | None, resource_alarms: Path | None, rule_tests: tuple[Path, ...], incidents: Path | None,
    as_json: bool,
) -> Exit:  # fmt: skip
    """Print the problems and warnings, or what was checked."""
    files = files_of(objectives_file=objectives_file, policy=policy)
    files = replace(
        files,
        canaries=definitions or files.canaries,
        load_profiles=profiles_file or files.load_profiles,
    )
    own_tests = () if objectives_file else tuple(sorted(T_DEVELOPER.rule_tests.glob("*.yaml")))
    found = check_service(
        files,
        make=partial(check_stage, stage, files=files, resource_alarms_file=resource_alarms),
        rule_tests=rule_tests or own_tests,
        incidents=incidents,
    )
    _print(found, stage)
    return Exit.BAD_INPUT if found.problems else Exit.MET


def _print(found: ServiceCheck, stage: str) -> None:
    for problem in found.problems:
        click.echo(near(problem))
    for warning in found.warnings:
        click.echo(f"{near(warning)} (warning)")


def near(line: str) -> str:
    """A line that begins with a file as seen from here, where that is shorter to read."""
    here = f"{Path.cwd()}/"
    return line.removeprefix(here)
