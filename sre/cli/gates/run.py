"""`sre gates run`: the work."""

import errno
import os
import tempfile
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import click

from foundation.advisories.snapshot_file import read_snapshot
from foundation.errors import Exit, InputError, about
from foundation.files.output import to_json
from foundation.files.writing import OutDirectory
from foundation.findings.accepted import Acceptance
from foundation.findings.accepted_file import read_accepted
from foundation.findings.junit import to_junit
from foundation.findings.model import Severity
from foundation.findings.sarif import to_sarif
from foundation.pages.escapes import terminal
from sre.cli.gates.text import headline, print_text, verdicts_of
from sre.cli.options import OutputFormat
from sre.cli.outputs.gates import output_of
from sre.cli.owned import owning_out
from sre.cli.verdicts.show import show
from sre.jobs.judge.gates import GateName, SuiteSettings, gates_of
from sre.jobs.judge.judging import Judgement, judge
from sre.jobs.judge.kept_out import kept_out
from sre.jobs.judge.page import page
from sre.jobs.judge.trees import Trees, open_trees
from tdeveloper.gates.dependencies.check import Policy
from tdeveloper.gates.outcomes import PipelineStatus

# Beside the tree's own source, in the base; a change's own file is read by nobody.
ACCEPTED_FINDINGS = Path(".gates", "accepted-findings.yaml")
SARIF_NAME, GITHUB_NAME, JUNIT_NAME, DATA_NAME = "gates.sarif", "gates-github.sarif", "junit.xml", "gates.json"
PAGE_NAME = "index.html"
_POLICIES = {"required": Policy.REQUIRED, "if-there": Policy.IF_THERE}


def say(line: str) -> None:
    """A line about what happens now."""
    click.echo(terminal(f"· {line}"), err=True)


@owning_out
def run(
    *, path: Path, base: str | None, names: tuple[str, ...], advisories: Path | None, dependencies: str, reject_at: str,
    layers: Path, test_time: timedelta, out: Path, output_format: OutputFormat,
) -> Exit:  # fmt: skip
    """Judge it, write the files, and print what is new first."""
    now = datetime.now(UTC)
    snapshot = None if advisories is None else read_snapshot(advisories)
    chosen = tuple(dict.fromkeys(GateName(each) for each in names)) or tuple(GateName)
    written_to = {"--out": out} | ({"--layers": layers} if GateName.TEST in chosen else {})
    with _space(written_to), kept_out(path, written_to), _scratch() as scratch:
        trees = open_trees(path, base=base, scratch=scratch)
        say(f"judging {trees.now.what}" + ("" if trees.base is None else f", made from {trees.base.what}"))
        acceptances = _accepted(trees, now.date())
        # Bad input is to cost no program that is started.
        suite = SuiteSettings(layers=layers.resolve(), seconds=test_time.total_seconds(), environment=os.environ)
        made = judge(
            trees,
            gates_of(chosen, snapshot=snapshot, policy=_POLICIES[dependencies], now=now, suite=suite),
            acceptances=acceptances,
            today=now.date(),
            reject_at=Severity[reject_at.upper()],
            say=say,
        )
    code = _exit_code(made.status)
    output = output_of(made, code)
    written = _write(made, to_json(output), now, OutDirectory(root=out))
    show(verdicts_of(made), output, output_format, as_text=lambda: print_text(made))
    if output_format == "table":
        click.echo(f"Page: {written[0]}\nFiles: {', '.join(each.name for each in written)} in {out}")
    return code


@contextmanager
def _scratch() -> Generator[Path]:
    """An empty directory that goes with all that the gates make for themselves: one that is interrupted may leave its own."""
    with tempfile.TemporaryDirectory(prefix="judged-") as directory:
        above, trees, made = tempfile.tempdir, Path(directory, "trees"), Path(directory, "made")
        trees.mkdir()
        made.mkdir()
        tempfile.tempdir = str(made)
        try:
            yield trees
        finally:
            tempfile.tempdir = above


@contextmanager
def _space(written_to: Mapping[str, Path]) -> Generator[None]:
    """Trees, copies and libraries may fill a disk: that is for a person, and no bug. Raises InputError."""
    try:
        yield
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        places = "; ".join(
            (f"TMPDIR {tempfile.gettempdir()}", *(f"{option} {at}" for option, at in written_to.items()))
        )
        raise InputError(
            f"no space is left where a run writes: make some, or name other directories ({places})"
        ) from error


def _accepted(trees: Trees, today: date) -> tuple[Acceptance, ...]:
    """What the base accepts; nothing without a base. Raises InputError for a file of it that is wrong, or that is none."""
    base = trees.base
    if base is None:
        return ()
    with about(base.what):
        for each in base.left_out:
            if ACCEPTED_FINDINGS.is_relative_to(each.path):
                raise InputError(f"{ACCEPTED_FINDINGS}: must be a file of the base, and {each.path} {each.why}")
        if not (base.root / ACCEPTED_FINDINGS).exists():
            return ()
        try:
            return read_accepted(base.root / ACCEPTED_FINDINGS, today=today)
        except InputError as error:
            # Where it is unpacked is gone by the time that somebody looks.
            error.summary = error.summary.replace(f"{base.root}/", "")
            error.problems = tuple(each.replace(f"{base.root}/", "") for each in error.problems)
            raise


def _write(made: Judgement, data: str, now: datetime, out: OutDirectory) -> tuple[Path, ...]:
    standings = [each.standing for each in made.results]
    return (
        out.write_text(PAGE_NAME, page(made, headline=headline(made), judged_at=now)),
        out.write_text(SARIF_NAME, to_sarif(standings)),
        out.write_text(GITHUB_NAME, to_sarif(standings, for_github=True)),
        out.write_text(JUNIT_NAME, to_junit(standings, severity_at_least=made.reject_at)),
        out.write_text(DATA_NAME, data),
    )


def _exit_code(status: PipelineStatus) -> Exit:
    match status:
        case PipelineStatus.PASSED:
            return Exit.MET
        case PipelineStatus.REJECTED:
            return Exit.MISSED
        case _:
            return Exit.NOT_ENOUGH_EVIDENCE
