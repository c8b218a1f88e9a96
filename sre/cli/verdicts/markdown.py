"""Verdicts as Markdown, for a comment or a page of GitHub's: https://github.github.com/gfm/#tables-extension-."""

from foundation.pages.escapes import markdown
from sre.cli.outputs.words import Outcome
from sre.cli.verdicts.model import Verdicts

# What is undecided is looked at before what passed, and what missed before that.
_ORDER = (Outcome.MISS, Outcome.INCONCLUSIVE, Outcome.NO_DATA, Outcome.PASS)


def to_markdown(verdicts: Verdicts) -> str:
    """A heading, the headline, one table with what missed first, and the notes."""
    names = (verdicts.of, *verdicts.columns, "outcome", "reason")
    rule = ("---:" if each in verdicts.number_columns else "---" for each in names)
    rows = sorted(verdicts.rows, key=lambda row: _ORDER.index(row.outcome))
    lines = [f"## {markdown(verdicts.title)}", "", markdown(verdicts.headline), ""]
    if rows:
        lines += [_row(names), f"| {' | '.join(rule)} |"]
        lines += [_row((each.name, *each.cells, each.outcome.words, each.reason)) for each in rows]
        lines.append("")
    lines += [line for each in verdicts.notes for line in (f"- {markdown(each)}",)]
    return "\n".join(lines).rstrip() + "\n"


def _row(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(markdown(each) for each in cells)} |"
