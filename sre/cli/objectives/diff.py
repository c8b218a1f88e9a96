"""`sre objectives diff`."""

import tempfile
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import assert_never

import click

from foundation.errors import Exit, about
from foundation.pages.numbers import counted
from foundation.service.files import CompleteFiles
from infra.service import T_DEVELOPER
from infra.stage import check_stage
from sre.cli.objectives.diff_markdown import markdown_of
from sre.cli.objectives.differing import differing
from sre.cli.objectives.not_compared import notes_on
from sre.cli.options import OutputFormat
from sre.cli.outputs.model import print_output
from sre.cli.outputs.objectives import difference_of
from sre.cli.outputs.words import Outcome
from sre.cli.stage import our_files
from sre.cli.types.files import READ_ALL
from sre.cli.types.names import SYNTHESIZED_STAGE
from sre.cli.verdicts.junit import to_junit
from sre.cli.verdicts.model import VerdictRow, Verdicts
from sre.jobs.objectives.changes import Change, ChangeKind, changes_between
from sre.jobs.objectives.revision import Earlier, files_at, files_in
from sre.jobs.objectives.view import ServiceView, view_of

_MARKS = {ChangeKind.ADDED: "+", ChangeKind.REMOVED: "-", ChangeKind.CHANGED: "~", ChangeKind.UNCHANGED: " "}


def run(
    *, before: str, stage: str, objectives_file: Path | None, policy: Path | None, definitions: Path | None,
    profiles_file: Path | None, allow_blind: bool, output_format: OutputFormat,
) -> Exit:  # fmt: skip
    """Print the changes; 1 when something becomes blind."""
    files = our_files(objectives_file=objectives_file, policy=policy)
    files = replace(
        files, canaries=definitions or files.canaries, load_profiles=profiles_file or files.load_profiles
    )  # fmt: skip
    with tempfile.TemporaryDirectory() as directory:
        is_there = is_a_place(before)
        earlier = (
            files_in(READ_ALL.read(before), files, usual=T_DEVELOPER)
            if is_there
            else files_at(before, files, Path(directory), usual=T_DEVELOPER)
        )
        was = _view(earlier.files, stage, of=before)
    now = _view(files, stage, of=None)
    changes = changes_between(was, now)
    notes = notes_on(earlier, before, is_one_file=is_there and Path(before).is_file())
    for note in notes:
        click.echo(f"· {note}", err=True)
    warnings = [each for each in now.warnings if each.said not in {old.said for old in was.warnings}]
    match output_format:
        case "json":
            print_output(difference_of(changes, warnings, earlier.compared, stage=stage, before=before))
        case "junit":
            click.echo(to_junit(_verdicts(changes, earlier, before, stage)), nl=False)
        case "markdown":
            click.echo(markdown_of(changes, warnings, notes, before=before, stage=stage), nl=False)
        case "table":
            _print(changes, earlier, before, stage)
            for warning in warnings:
                click.echo(f"{warning} (warning)")
        case _:
            assert_never(output_format)
    is_blind = any(each.blind for each in changes)
    return Exit.MISSED if is_blind and not allow_blind else Exit.MET


def is_a_place(text: str) -> bool:
    """Whether there is a file or directory of this name: then it is meant, and no revision."""
    try:
        return Path(text).exists()
    except OSError:  # no name that a file can have, or in a directory that must not be looked into
        return False


def _view(files: CompleteFiles, stage: str, *, of: str | None) -> ServiceView:
    elsewhere = next(each for each in SYNTHESIZED_STAGE.among if each not in (stage, "local"))
    with nullcontext() if of is None else about(f"{of} cannot be compared with"):
        made = check_stage(stage, files=files)
        with about(f"in {elsewhere}"):
            other = check_stage(elsewhere, files=files)
        return view_of(files, made, elsewhere=other.stage.objectives)


def _verdicts(changes: Sequence[Change], earlier: Earlier, before: str, stage: str) -> Verdicts:
    """The changes as JUnit has them: what becomes blind is a failure, and a file that is not compared is skipped."""
    rows = tuple(
        VerdictRow(
            name=each.name, group=each.kind.words, outcome=Outcome.MISS if each.blind else Outcome.PASS,
            reason="; ".join(each.blind),
        )
        for each in changes
    )  # fmt: skip
    rows += tuple(
        VerdictRow(
            name=each.what.words, group="not compared", outcome=Outcome.NO_DATA,
            reason=f"nothing to compare {each.now.name} with in {before}",
        )
        for each in earlier.not_compared
    )  # fmt: skip
    title = f"Changes in {stage} since {before}"
    return Verdicts(title=title, of="change", rows=rows, headline=counted(len(changes), "change"))


def _print(changes: Sequence[Change], earlier: Earlier, before: str, stage: str) -> None:
    kind = None
    for change in changes:
        if change.kind is not kind:
            kind = change.kind
            click.echo(f"{kind.words}:")
        click.echo(f"  {_MARKS[change.what]} {change.name}")
        for reason in change.blind:
            click.echo(f"      blind: {reason}")
        if change.what is ChangeKind.CHANGED:
            for fact in change.facts:
                click.echo(f"      {fact.name}: {' -> '.join(differing(fact.before, fact.after))}")
    if not changes:
        click.echo(f"Nothing changes in {stage} since {before}{_except(earlier)}.")
        return
    blind = sum(bool(each.blind) for each in changes)
    said = f"{counted(len(changes), 'change')} in {stage} since {before}"
    seen = f", {blind} of them blind" if blind else "; none makes anything blind"
    click.echo(f"\n{said}{seen}{_except(earlier)}.")


def _except(earlier: Earlier) -> str:
    """What the answer does not speak of."""
    missing = [each.what.words for each in earlier.not_compared]
    return f"; not compared: {', '.join(missing)}" if missing else ""
