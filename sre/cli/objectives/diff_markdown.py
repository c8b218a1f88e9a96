"""What an edit changes, as a comment on a pull request: what becomes blind first, then a table for each kind."""

from collections.abc import Sequence
from itertools import groupby

from foundation.files.problem import Problem
from foundation.pages import escapes
from foundation.pages.numbers import counted
from sre.cli.objectives.differing import differing
from sre.jobs.objectives.changes import Change, ChangeKind


def markdown_of(
    changes: Sequence[Change], warnings: Sequence[Problem], notes: Sequence[str], *, before: str, stage: str
) -> str:
    """The comment, with a line end; `notes` say what was not compared."""
    lines = [f"## Objectives: {counted(len(changes), 'change')} in {_text(stage)} since {_text(before)}", ""]
    if not changes:
        lines += ["Nothing changes in what was compared." if notes else "Nothing changes.", ""]
    if blind := [each for each in changes if each.blind]:
        lines += [f"**{counted(len(blind), 'change')} make something blind:**" if len(blind) > 1 else "**Blind:**", ""]
        lines += [f"- {_text(each.name)}: {_text(reason)}" for each in blind for reason in each.blind]
        lines.append("")
    for kind, group in groupby(changes, key=lambda each: each.kind):
        lines += [f"### {kind.words.capitalize()}", "", "| name | fact | before | after |", "|---|---|---|---|"]
        lines += [row for each in group for row in _rows(each)]
        lines.append("")
    lines += [f"- Note: {_text(each)}" for each in notes]
    lines += [f"- Warning: {_text(each)}" for each in warnings]
    return "\n".join(lines).rstrip() + "\n"


def _rows(change: Change) -> list[str]:
    name = f"{_text(change.name)}{' (blind)' if change.blind else ''}"
    if change.what is not ChangeKind.CHANGED:
        return [f"| {name} | {change.what.value} | | |"]
    cells = [(each.name, *differing(each.before, each.after)) for each in change.facts]
    return [f"| {name} | {' | '.join(map(_text, row))} |" for row in cells]


def _text(text: str) -> str:
    return escapes.markdown(text)
