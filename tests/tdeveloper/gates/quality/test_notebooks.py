"""What of a notebook is looked at: all code of its cells, whatever the metadata asks for."""

import json
from typing import Any

import pytest

from tdeveloper.gates.quality.notebooks import Notebook, read_notebook


def a_notebook(*cells: dict[str, Any], metadata: dict[str, Any] | None = None) -> str:
    return json.dumps({"nbformat": 4, "metadata": metadata or {}, "cells": list(cells)})


def code(source: str | list[str], **more: Any) -> dict[str, Any]:
    return {"cell_type": "code", "source": source, **more}


def test_the_copy_has_the_cells_of_code_in_their_places_and_no_metadata() -> None:
    text = a_notebook(
        code("a = 1\n", metadata={"vscode": {"languageId": "sql"}}),
        {"cell_type": "markdown", "source": "# a"},
        code(["b = 2\n", "c = 3"]),
        metadata={"language_info": {"name": "python"}, "kernelspec": {"language": "R"}},
    )
    notebook = read_notebook(text)
    assert isinstance(notebook, Notebook)
    assert notebook.code == "a = 1\n\nb = 2\nc = 3"
    copy = json.loads(notebook.copy)
    assert copy["metadata"] == {}
    assert [(cell["cell_type"], cell["source"], cell["metadata"]) for cell in copy["cells"]] == [
        ("code", "a = 1\n", {}),
        ("markdown", "", {}),
        ("code", "b = 2\nc = 3", {}),
    ]


def test_a_notebook_in_another_language_is_told() -> None:
    text = a_notebook(code("x <- 1"), metadata={"language_info": {"name": "R"}})
    assert read_notebook(text) == "is a notebook in another language, by its metadata"


@pytest.mark.parametrize(
    "text",
    [
        "", "[]", "null", "[" * 100_000, '{"worksheets": []}', '{"cells": 1}', '{"cells": [{}]}',
        '{"cells": [{"cell_type": "code"}]}', '{"cells": [{"cell_type": "code", "source": 1}]}',
        '{"cells": [{"cell_type": "code", "source": [1]}]}', '{"cells": [], "metadata": []}',
    ],
)  # fmt: skip
def test_what_is_no_notebook_is_told(text: str) -> None:
    assert read_notebook(text) == "cannot be read as a notebook of format 4"
