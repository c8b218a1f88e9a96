"""`sre objectives check`."""

from dataclasses import replace
from functools import partial
from pathlib import Path

import click

from foundation.errors import Exit, InputError
from foundation.pages.numbers import counted
from infra.stage import check_stage
from sre.cli.outputs.model import print_output
from sre.cli.outputs.objectives import check_of, near
from sre.cli.stage import files_of, rule_tests_of
from sre.jobs.objectives.check import Checked, Content, ServiceCheck, check_service


def run(
    *, stage: str, service: Path | None, objectives_file: Path | None, policy: Path | None, definitions: Path | None,
    profiles_file: Path | None, resource_alarms: Path | None, rule_tests: tuple[Path, ...], incidents: Path | None,
    as_json: bool,
) -> Exit:  # fmt: skip
    """Print what was checked, and the warnings. Raises InputError with every problem."""
    files = files_of(service=service, objectives_file=objectives_file, policy=policy)
    files = replace(
        files,
        canaries=definitions or files.canaries,
        load_profiles=profiles_file or files.load_profiles,
    )
    own = rule_tests_of(service=service, objectives_file=objectives_file)
    own_tests = () if own is None else tuple(sorted(own.glob("*.yaml")))
    found = check_service(
        files,
        make=partial(
            check_stage, stage, files=files, resource_alarms_file=resource_alarms, is_named=service is not None
        ),
        rule_tests=rule_tests or own_tests,
        incidents=incidents,
    )
    if as_json:
        print_output(check_of(found, stage))
    else:
        _print(found, stage)
    if found.problems:
        raise InputError(
            f"the files have {counted(len(found.problems), 'problem')}:", tuple(map(_near, found.problems))
        )  # fmt: skip
    return Exit.MET


def _print(found: ServiceCheck, stage: str) -> None:
    """What was checked, and the warnings; problems are the error that the command ends with."""
    for warning in found.warnings:
        click.echo(f"{_near(warning)} (warning)")
    if found.problems:
        return
    if found.warnings:
        click.echo()
    _print_checked(found, stage)
    said = ["No problem", *([counted(len(found.warnings), "warning")] if found.warnings else [])]
    click.echo(f"{', '.join(said)}.")


def _print_checked(found: ServiceCheck, stage: str) -> None:
    rows = [(str(near(each.file)), _counted(each)) for each in found.checked]
    width = max(len(file) for file, _ in rows)
    for file, has in rows:
        click.echo(f"{file:{width}}  {has}")
    if found.known is not None:
        known = found.known
        click.echo(
            f"\n{counted(known.alarm_count, 'alarm')} and {counted(known.panel_count, 'panel')} of {stage} follow from them, "
            f"held against {counted(known.aws_metric_count, 'metric')} of AWS and {known.own_metric_count:,} of the "
            f"service's own."
        )


def _counted(each: Checked) -> str:
    if each.what is Content.PAIR_OF_WINDOWS:
        return counted(each.count, "pair of windows", "pairs of windows")
    return counted(each.count, each.what.value.replace("_", " "))


def _near(line: str) -> str:
    """A line that begins with a file, with the file as seen from here."""
    return line.removeprefix(f"{Path.cwd()}/")
