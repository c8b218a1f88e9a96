"""`sre doctor`: the work."""

import os
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import click

from foundation.errors import Exit, InputError
from foundation.files.explaining import with_hint
from infra.service import service_of
from sre.cli.doctor.text import print_text
from sre.cli.doctor.verdicts import verdicts_of
from sre.cli.options import DEFAULT_HOME, OutputFormat
from sre.cli.outputs.doctor import report_of
from sre.cli.stage import files_of, our_files, stage_from
from sre.cli.unused import refuse_with
from sre.cli.verdicts.show import show
from sre.jobs.doctor.examination import Subject, parameters_of
from sre.jobs.doctor.examine import examine_account, examine_platform
from sre.jobs.doctor.here import here
from sre.jobs.doctor.lines import named_lines
from sre.jobs.doctor.service_files import ReadFiles, read_service_files, unusable_service


def run(
    *, stage: str | None, service: Path | None, region: str | None, local: bool, home: Path | None,
    parameters: tuple[tuple[str, str], ...], output_format: OutputFormat,
) -> Exit:  # fmt: skip
    """Print what was found.

    Raises InputError for a service that is not there, a stage that it has not, and a parameter of no metric.
    """
    is_local = local or home is not None
    if is_local:
        refuse_with("--home" if home is not None else "--local", region=region)
        if stage not in (None, "local"):
            raise InputError(f"--stage {stage}: the local platform has the stage local; leave it out, or give --region")
    named = stage or ("local" if is_local else "production")
    file = _service_file(service)
    read = _read(file, service, named)
    _refuse_unknown(parameters, parameters_of(read))
    subject = Subject(
        stage_name=named,
        read=read,
        lines=None if read.service is None else named_lines(read.service, file),
        service_file=_near(file),
        parameters=dict(parameters),
        now=datetime.now(UTC),
        say=lambda line: click.echo(f"· {line}", err=True),
    )
    machine = here("t-developer-sre")
    found = (
        examine_platform(subject, here=machine, home=home or DEFAULT_HOME)
        if is_local
        else examine_account(subject, here=machine, region=region, variables=os.environ)
    )
    code = Exit.MET if found.is_well else Exit.NOT_ENOUGH_EVIDENCE
    show(verdicts_of(found), report_of(found, code), output_format, as_text=lambda: print_text(found))
    return code


def _refuse_unknown(given: tuple[tuple[str, str], ...], there: frozenset[str] | None) -> None:
    """Raise InputError for a parameter of no metric, as far as these are known."""
    for name, _ in given:
        if there is not None and name not in there:
            raise InputError(with_hint(f"--parameter {name}: no metric has it", name, sorted(there)))


def _service_file(service: Path | None) -> Path:
    """The file that says what the service is. Raises InputError where there is none."""
    file = our_files().service if service is None else service
    file = file / "service.yaml" if file.is_dir() else file
    if not file.is_file():
        raise InputError(f"{file}: cannot be read: there is no such file")
    return file


def _read(file: Path, service: Path | None, stage: str) -> ReadFiles:
    """What the files hold. Raises InputError for a stage that the service has not."""
    try:
        files = files_of(service=service)
        known = service_of(files, stage=stage)
    except InputError as error:
        return unusable_service(file, error, shown=_near)
    if known.stages and stage not in known.stages:
        said = with_hint(f"--stage {stage}: {known.name} has no such stage", stage, known.stages)
        raise InputError(f"{said}; {_near(file)} says which it has")
    make = partial(stage_from, stage=stage, service=service)
    return read_service_files(files, known=known, make=make, shown=_near)


def _near(file: Path) -> str:
    """A file as seen from here, where that is shorter to read."""
    return str(file.relative_to(Path.cwd()) if file.is_relative_to(Path.cwd()) else file)
