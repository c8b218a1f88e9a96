"""A weekly page as data for tests: the texts of its sections, and the numbers behind them as the JSON has them."""

import json
from typing import Any, assert_never

from foundation.files.output import Output, to_json
from reports.page_model import Block, Page, Picture, Table, Text, Tiles
from reports.weekly.inputs import WeeklyInputs
from reports.weekly.output import values_of
from reports.weekly.output_model import Values
from reports.weekly.page import to_json as page_json


class OnlyValues(Output):
    values: Values


def values_as_data(inputs: WeeklyInputs) -> dict[str, Any]:
    return json.loads(to_json(OnlyValues(values=values_of(inputs))))["values"]


def as_data(page: Page) -> dict[str, Any]:
    """The JSON of a page, and beside it the texts of its sections."""
    return {**json.loads(page_json(page)), "sections": sections_of(page)}


def sections_of(page: Page) -> list[dict[str, Any]]:
    return [
        {"number": each.number, "title": each.title, "blocks": [_block(block) for block in each.blocks]}
        for each in page.sections
    ]


def _block(block: Block) -> dict[str, Any]:
    match block:
        case Text():
            return {"kind": "text", "text": block.text}
        case Tiles():
            return {
                "kind": "tiles",
                "tiles": [{"title": each.title, "word": each.word, "detail": each.detail} for each in block.tiles],
            }
        case Picture():
            return {"kind": "picture", "about": block.about, **_table(block.numbers)}
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
