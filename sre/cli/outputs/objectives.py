"""`sre objectives`: the JSON of a check of a service's files, and of what an edit of them changes."""

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

from foundation.files.problem import Problem
from sre.cli.outputs.model import Output, Part
from sre.jobs.objectives.changes import Change, ChangeKind, FactChange
from sre.jobs.objectives.check import Content, ServiceCheck
from sre.jobs.objectives.effects import EffectKind
from sre.jobs.objectives.facts import Amount, Several, Unit
from sre.jobs.objectives.revision import Compared, ComparedFile


class FileProblem(Part):
    """One problem or warning: where it is, and what to do. What is of a file as a whole has no line and no key."""

    file: str | None
    line: int | None
    about: tuple[str, ...]
    key: str | None
    description: str


class CheckedFile(Part):
    """A file that was read, and how many of what it has."""

    file: str
    what: Content
    count: int


class Check(Output):
    """What was found, in which files; the counts are of what came of them, and null where the objectives cannot be read."""

    stage: str
    problems: tuple[FileProblem, ...]
    warnings: tuple[FileProblem, ...]
    checked: tuple[CheckedFile, ...]
    aws_metric_count: int | None
    own_metric_count: int | None
    alarm_count: int | None
    panel_count: int | None


class FactDifference(Part):
    """A fact of what changed, null where there is none: a number in `unit`, or a text, or an array, which have none.

    The unit of a canary's setting stands in its name, that of a threshold in its metric, and `unit` is null.
    """

    name: str
    unit: Unit | None
    before: Decimal | str | tuple[str | int, ...] | None
    after: Decimal | str | tuple[str | int, ...] | None


class EffectDifference(Part):
    """What becomes of one thing that follows from the files; `blind` says what it no longer sees, in words."""

    kind: EffectKind
    name: str
    change: ChangeKind
    is_blind: bool
    blind: tuple[str, ...]
    facts: tuple[FactDifference, ...]


class DifferenceFile(Part):
    """A file as it is now, and what it is compared with; null where nothing was found, and how it changed is not known."""

    what: Compared
    now: str
    before: str | None
    is_compared: bool


class Difference(Output):
    """All that the files change in a stage since `before`, which is a revision, a file or a directory.

    Of a file that is not compared the present one stands on both sides: no change in the list comes from it.
    2 renamed a unit of 1.
    """

    schema_version: int = 2
    stage: str
    before: str
    files: tuple[DifferenceFile, ...]
    blind_count: int
    changes: tuple[EffectDifference, ...]
    warnings: tuple[FileProblem, ...]


def difference_of(
    changes: Sequence[Change], warnings: Sequence[Problem], compared: Sequence[ComparedFile], *, stage: str, before: str
) -> Difference:
    """The output of a comparison."""
    return Difference(
        stage=stage,
        before=before,
        files=tuple(
            DifferenceFile(
                what=each.what, now=str(near(each.now)), before=each.before, is_compared=each.before is not None
            )
            for each in compared
        ),
        blind_count=sum(bool(each.blind) for each in changes),
        changes=tuple(
            EffectDifference(
                kind=each.kind,
                name=each.name,
                change=each.what,
                is_blind=bool(each.blind),
                blind=each.blind,
                facts=tuple(map(_fact, each.facts)),
            )
            for each in changes
        ),
        warnings=tuple(map(_problem, warnings)),
    )


def check_of(found: ServiceCheck, stage: str) -> Check:
    """The output of a check."""
    known = found.known
    return Check(
        stage=stage,
        problems=tuple(map(_problem, found.problems)),
        warnings=tuple(map(_problem, found.warnings)),
        checked=tuple(
            CheckedFile(file=str(near(each.file)), what=each.what, count=each.count) for each in found.checked
        ),
        aws_metric_count=known and known.aws_metric_count,
        own_metric_count=known and known.own_metric_count,
        alarm_count=known and known.alarm_count,
        panel_count=known and known.panel_count,
    )


def near(file: Path) -> Path:
    """The file as seen from here, where that is shorter to read."""
    return file.relative_to(Path.cwd()) if file.is_relative_to(Path.cwd()) else file


def _fact(fact: FactChange) -> FactDifference:
    units = [each.unit for each in (fact.before, fact.after) if isinstance(each, Amount)]
    return FactDifference(
        name=fact.name, unit=units[0] if units else None, before=_plain(fact.before), after=_plain(fact.after)
    )


def _plain(fact: str | None) -> Decimal | str | tuple[str | int, ...] | None:
    match fact:
        case Amount():
            return fact.value
        case Several():
            return fact.values
        case _:
            return fact


def _problem(problem: str) -> FileProblem:
    if not isinstance(problem, Problem):
        return FileProblem(file=None, line=None, about=(), key=None, description=problem)
    return FileProblem(
        file=str(near(problem.file)),
        line=problem.line,
        about=problem.about,
        key=problem.key or None,
        description=problem.said,
    )
