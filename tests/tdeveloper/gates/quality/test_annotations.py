"""Places for annotations, counted by hand and by the gate."""

import ast
import json
from importlib.util import find_spec
from pathlib import Path

import pytest

from foundation.findings.model import Unread
from tdeveloper.gates.quality.annotations import Annotated, count, places_in
from tests.tdeveloper.gates.quality.trees import copied


@pytest.mark.parametrize(
    ("code", "annotated", "places"),
    [
        ("", 0, 0),
        ("x = 1", 0, 0),
        ("def f(): ...", 0, 1),
        ("def f() -> None: ...", 1, 1),
        ("def f(a, b: int, /, c, *d: int, e: int = 1, **f) -> int: ...", 4, 7),
        ("async def f(a: int): ...", 1, 2),
        ("class A:\n def f(self, a): ...\n @classmethod\n def g(cls) -> int: ...", 1, 3),
        ("class A:\n def __init__(self, a: int): ...", 1, 1),
        ("def f():\n def g(a: int) -> int: ...", 2, 3),
        ("f = lambda a: a", 0, 0),
        ("if x:\n def f(): ...\nelse:\n def g() -> int: ...", 1, 2),
        ("try:\n def f(): ...\nexcept E:\n def g(): ...\nelse:\n def h(): ...\nfinally:\n def i() -> int: ...", 1, 4),
        ("match x:\n case 1:\n  def f(a: int) -> int: ...", 2, 2),
        ("for x in y:\n with x:\n  while x:\n   def f(): ...", 0, 1),
    ],
)
def test_parameters_and_returns_are_places(code: str, annotated: int, places: int) -> None:
    found = places_in(code)
    assert found is not None
    assert (sum(found), len(found)) == (annotated, places)


@pytest.mark.parametrize("code", ["def (:", "x = 1\0", "a = " + "-" * 100_000 + "1", "unless x: y"])
def test_what_cannot_be_parsed_has_no_count(code: str) -> None:
    assert places_in(code) is None


def test_what_the_compiler_warns_of_is_nothing_to_the_gate() -> None:
    assert places_in("x = '\\d'\nx is 1") == []


def test_no_function_of_a_library_is_passed_over() -> None:
    spec = find_spec("werkzeug.serving")
    assert spec is not None
    assert spec.origin is not None
    code = Path(spec.origin).read_text()
    functions = [each for each in ast.walk(ast.parse(code)) if isinstance(each, ast.FunctionDef)]
    names = [each.name for each in functions]
    parameters = sum(
        each.arg not in ("self", "cls")
        for function in functions
        for each in ast.walk(function.args)
        if isinstance(each, ast.arg)
    )
    found = places_in(code)
    assert found is not None
    # Lambdas as defaults have parameters of their own; there are none.
    assert len(found) == parameters + len(names) - names.count("__init__") > 100


def test_a_tree_is_counted_by_what_could_be_parsed_and_names_the_others(tmp_path: Path) -> None:
    notebook = json.dumps({"cells": [{"cell_type": "code", "source": "!ls\ndef f(): ..."}]}).encode()
    files = {
        "a.py": b"def f(a: int): ...\n",
        "b.py": b"def (:\n",
        "c.py": b"# coding: latin-1\ndef f(a: '\xf6') -> int: ...\n",
        "d.ipynb": notebook,
    }
    taken, copies = copied(tmp_path, files)
    assert count(taken, copies, lambda: False) == Annotated(
        annotated_count=3,
        place_count=4,
        unread=(Unread(path="b.py", why="annotations: cannot be parsed by the gate's own Python"),),
    )


def test_what_there_was_no_time_for_is_named(tmp_path: Path) -> None:
    taken, copies = copied(tmp_path, {"a.py": b"def f(): ...\n", "b.py": b"def g(): ...\n"})
    looks = iter([False, True])
    assert count(taken, copies, lambda: next(looks)) == Annotated(
        annotated_count=0, place_count=1, unread=(Unread(path="b.py", why="annotations: no time was left for them"),)
    )


def test_a_notebook_has_no_place_and_needs_no_time(tmp_path: Path) -> None:
    notebook = json.dumps({"cells": [{"cell_type": "code", "source": "def f(): ..."}]}).encode()
    taken, copies = copied(tmp_path, {"a.ipynb": notebook})
    assert [file.is_notebook for file in taken] == [True]
    assert count(taken, copies, lambda: True) == Annotated(annotated_count=0, place_count=0, unread=())
