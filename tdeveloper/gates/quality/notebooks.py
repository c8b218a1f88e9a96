"""A Jupyter notebook's code, and a copy that holds nothing by which a tool may pass over a cell of it."""

import json
from dataclasses import dataclass
from typing import Any, cast

_PYTHON = "python"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notebook:
    """The code of a notebook's cells, and the notebook anew: cells of code in their places, the others empty, no metadata."""

    code: str
    copy: str


def read_notebook(text: str) -> Notebook | str:
    """The notebook of format 4, or the reason why it is none that is looked at.

    https://nbformat.readthedocs.io/en/latest/format_description.html
    """
    try:
        tree: Any = json.loads(text)
        language = tree.get("metadata", {}).get("language_info", {}).get("name", _PYTHON)
        sources = [_source(cell) if cell["cell_type"] == "code" else None for cell in tree["cells"]]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return "cannot be read as a notebook of format 4"
    if language != _PYTHON:
        return "is a notebook in another language, by its metadata"
    cells = [_code_cell(source) if source is not None else _empty_cell() for source in sources]
    return Notebook(
        code="\n".join(source for source in sources if source is not None),
        copy=json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}),
    )


def _source(cell: Any) -> str:
    source = cell["source"]
    return source if isinstance(source, str) else "".join(cast("list[str]", source))


def _code_cell(source: str) -> dict[str, Any]:
    return {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": source}


def _empty_cell() -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": {}, "source": ""}
