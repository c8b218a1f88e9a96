"""A page of sections as one self-contained HTML file and as Markdown, with the same texts, and its numbers as JSON."""

from pathlib import Path
from typing import assert_never

from foundation.files.output import to_json as output_json
from foundation.pages.escapes import markdown as _escaped
from foundation.pages.template import filled
from reports.charts import unchecked
from reports.page_model import Block, Page, Picture, Table, Text, Tiles
from reports.weekly.output import report_output

_TEMPLATE = Path(__file__).with_name("templates") / "weekly.html.j2"


@unchecked
def to_html(page: Page) -> str:
    """One file without a script and without an address but its own."""
    return filled(_TEMPLATE, page=page, kind_of=_kind_of)


def to_markdown(page: Page) -> str:
    """The same without pictures: their numbers are tables."""
    label, verdict, sentence = (_escaped(each) for each in (page.label, page.verdict, page.sentence))
    lines = [f"# {_escaped(page.title)}", "", f"**{label}** — releases: **{verdict}**. {sentence}", ""]
    for section in page.sections:
        lines += [f"## {section.number}. {_escaped(section.title)}", ""]
        for block in section.blocks:
            lines += [*_markdown(block), ""]
    return "\n".join(lines).rstrip() + "\n"


def to_json(page: Page) -> str:
    """The numbers behind the texts, for a program."""
    return output_json(report_output(page))


def _kind_of(block: Block) -> str:
    match block:
        case Text():
            return "text"
        case Tiles():
            return "tiles"
        case Picture():
            return "picture"
        case Table():
            return "table"
        case _:
            assert_never(block)


def _markdown(block: Block) -> list[str]:
    match block:
        case Text():
            return [_escaped(block.text)]
        case Tiles():
            return [f"- **{_escaped(f'{each.title}: {each.word}')}**. {_escaped(each.detail)}" for each in block.tiles]
        case Picture():
            return _markdown_table(block.numbers)
        case Table():
            return _markdown_table(block)
        case _:
            assert_never(block)


def _markdown_table(table: Table) -> list[str]:
    head = f"_{_escaped(table.caption)}_"
    if not table.rows:
        return [head, "", _escaped(table.empty)]
    names = "| " + " | ".join(_escaped(column.name) for column in table.columns) + " |"
    rule = "|" + "|".join("---:" if column.is_number else "---" for column in table.columns) + "|"
    return [head, "", names, rule, *("| " + " | ".join(_escaped(cell) for cell in row) + " |" for row in table.rows)]
