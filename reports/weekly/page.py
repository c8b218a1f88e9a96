"""A page of sections as one self-contained HTML file, as Markdown, and as JSON: the same texts in each."""

import json
from pathlib import Path
from typing import Any, assert_never

from foundation.pages.escapes import markdown as _escaped
from foundation.pages.template import filled
from reports.page_model import Block, Page, Picture, Table, Text, Tiles

SCHEMA_VERSION = 2
_TEMPLATE = Path(__file__).with_name("templates") / "weekly.html.j2"


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
    """The same as data, for whoever reads it by machine: the numbers themselves, and the texts of every section."""
    data = {
        "schema_version": SCHEMA_VERSION,
        "title": page.title,
        "label": page.label,
        "verdict": page.verdict,
        "sentence": page.sentence,
        "values": dict(page.values),
        "sections": [
            {"number": each.number, "title": each.title, "blocks": [_data(block) for block in each.blocks]}
            for each in page.sections
        ],
    }
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def _kind_of(block: Block) -> str:
    return str(_data(block)["kind"])


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


def _data(block: Block) -> dict[str, Any]:
    match block:
        case Text():
            return {"kind": "text", "text": block.text}
        case Tiles():
            return {
                "kind": "tiles",
                "tiles": [{"title": each.title, "word": each.word, "detail": each.detail} for each in block.tiles],
            }
        case Picture():
            return {
                "kind": "picture",
                "about": block.about,
                "is_drawn": block.draw is not None,
                **_table(block.numbers),
            }
        case Table():
            return {"kind": "table", **_table(block)}
        case _:
            assert_never(block)


def _table(table: Table) -> dict[str, Any]:
    return {
        "caption": table.caption,
        "columns": [column.name for column in table.columns],
        "rows": [list(row) for row in table.rows],
    }
