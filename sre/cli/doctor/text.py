"""What was found, for a person: a line each by section, and below it what to do; metrics in one state are told together."""

from collections.abc import Iterator, Sequence
from itertools import groupby

import click

from foundation.pages.numbers import counted
from sre.cli.alarms.columns import paragraph, terminal_width
from sre.jobs.doctor.findings import Diagnosis, Finding, MetricFinding, PermissionFinding, Section, State

_WIDTH_OF_STATE = len(State.NOT_KNOWN.words)
_INDENT = " " * (2 + _WIDTH_OF_STATE + 2)
# As many as a person reads; the JSON has all of them.
_MOST_NAMES = 30
# What somebody has to do something about comes first.
_ORDER = (State.MISSING, State.NOT_KNOWN, State.NORMAL, State.OK)
_HEADINGS = {Section.HERE: "Here", Section.FILES: "Files of the service", Section.ACCOUNT: "Account"}


def print_text(found: Diagnosis) -> None:
    """Print it all, and the whole in one sentence at its end."""
    width = terminal_width()
    for line in _lines(found, width):
        click.echo(line)
    click.echo(headline(found))


def headline(found: Diagnosis) -> str:
    """The whole in one sentence."""
    parts = [f"{count} {state.words}" for state in (State.MISSING, State.NOT_KNOWN) if (count := found.count(state))]
    return f"{', '.join(parts) or 'Nothing is missing'}: {subject_of(found)}."


def subject_of(found: Diagnosis) -> str:
    """Whose stage it is, and who was asked."""
    return f"{found.service or 'the service'}, {found.stage}; {found.place}, {found.asked_at:%Y-%m-%d %H:%M} UTC"


def _lines(found: Diagnosis, width: int) -> Iterator[str]:
    for section, heading in _HEADINGS.items():
        title = "Local platform" if section is Section.ACCOUNT and found.is_local else heading
        yield from _section(title, found.of(section), width)
    yield "Metrics that alarms and panels look at"
    for each in found.of(Section.METRICS):
        yield from _told(each, width)
    yield from _metrics(found.metrics, width)
    yield ""
    yield "Permissions"
    if found.is_local:
        yield f"{'':2}The local platform knows no permissions."
    yield from _permissions(found.permissions, width)
    yield ""


def _section(title: str, findings: Sequence[Finding], width: int) -> Iterator[str]:
    yield title
    for each in findings:
        yield from _told(each, width)
    yield ""


def _told(found: Finding, width: int, *, names: Sequence[str] = ()) -> Iterator[str]:
    yield from _line(found.state, f"{found.name}: {found.said}", width)
    for name in names[:_MOST_NAMES]:
        yield f"{_INDENT}  {name}"
    if len(names) > _MOST_NAMES:
        yield f"{_INDENT}  and {counted(len(names) - _MOST_NAMES, 'more', 'more')}; --json has them all"
    if found.to_do:
        yield from paragraph(f"→ {found.to_do}", width=width, indent=_INDENT)


def _line(state: State, text: str, width: int) -> Iterator[str]:
    first, *more = paragraph(text, width=width, indent=_INDENT) or [_INDENT]
    yield f"  {state.words:{_WIDTH_OF_STATE}}  {first[len(_INDENT) :]}"
    yield from more


def _metrics(metrics: Sequence[MetricFinding], width: int) -> Iterator[str]:
    """Those of one state, reason and remedy together; where nothing is to be done, without their names."""

    def key(each: MetricFinding) -> tuple[int, int, str, str]:
        """By what has to be done, and then in the order of the file that has to be looked at."""
        line = (each.line or 0) if each.finding.state is State.MISSING else 0
        return _ORDER.index(each.finding.state), line, each.finding.said, each.finding.to_do

    for _, same in groupby(sorted(metrics, key=key), key=key):
        members = tuple(same)
        first = members[0].finding
        if len(members) == 1 and first.state.is_open:
            yield from _told(first, width)
            continue
        together = Finding(name=counted(len(members), "metric"), state=first.state, said=first.said, to_do=first.to_do)
        is_of_all = len(members) == len(metrics)
        names = [each.finding.name for each in members] if first.state.is_open and not is_of_all else []
        yield from _told(together, width, names=names)


def _permissions(permissions: Sequence[PermissionFinding], width: int) -> Iterator[str]:
    """Those that nobody could ask for any action, for one reason, in one line; else one each with who needs it."""
    findings = {(each.finding.state, each.finding.said, each.finding.to_do) for each in permissions}
    if len(permissions) > 1 and len(findings) == 1:
        first = permissions[0].finding
        name = counted(len(permissions), "action")
        yield from _told(Finding(name=name, state=first.state, said=first.said, to_do=first.to_do), width)
        return
    for each in permissions:
        needed = f"{each.finding.name} (for sre {', '.join(each.needed_by)})"
        yield from _told(
            Finding(name=needed, state=each.finding.state, said=each.finding.said, to_do=each.finding.to_do), width
        )
