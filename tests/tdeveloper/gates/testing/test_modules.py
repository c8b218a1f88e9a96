"""Whose a module is, is told by names of files."""

import sys
from pathlib import Path

import pytest

import tdeveloper.gates.testing.modules as modules
from foundation.errors import InputError
from tdeveloper.gates.testing.modules import has_code, is_known, own_modules, provided
from tests.tdeveloper.gates.testing.making import a_tree


@pytest.mark.parametrize(
    ("files", "own"),
    [
        (["a.py"], {"a"}),
        (["pkg/__init__.py", "pkg/inner/deep.py"], {"pkg"}),
        (["namespace/inner/deep.py"], {"namespace"}),
        (["src/pkg/__init__.py"], {"src", "pkg"}),
        (["src/one.py"], {"src", "one"}),
        # Directories of tests that are no packages are searched by pytest themselves.
        (["tests/test_a.py", "tests/making.py"], {"tests", "test_a", "making"}),
        (["tests/__init__.py", "tests/test_a.py", "tests/making.py"], {"tests"}),
        (["a/b/conftest.py", "a/b/extra/c.py"], {"a", "conftest", "extra"}),
        (["a/b/x_test.py"], {"a", "x_test"}),
        (["my-scripts/run.py", "data/numbers.txt", "2to3.py"], set()),
        (["lib/redis.py"], {"lib"}),
    ],
)
def test_own_modules_are_those_that_an_import_can_reach(tmp_path: Path, files: list[str], own: set[str]) -> None:
    assert own_modules(a_tree(tmp_path / "tree", dict.fromkeys(files, ""))) == own


def test_a_tree_with_too_many_files_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tree = a_tree(tmp_path / "tree", {"a.py": "", "b/c.py": ""})
    monkeypatch.setattr(modules, "_MOST_ENTRIES", 3)
    assert own_modules(tree) == {"a", "b"}
    monkeypatch.setattr(modules, "_MOST_ENTRIES", 2)
    with pytest.raises(InputError, match="more than the 2 files"):
        own_modules(tree)


def test_a_layer_provides_its_modules_and_packages_and_python_its_own(tmp_path: Path) -> None:
    layer = a_tree(
        tmp_path / "layer",
        dict.fromkeys(
            ("one.py", "two.cpython-311-linux.so", "three/x.txt", "four-1.0.dist-info/METADATA", "five.txt"), ""
        ),
    )
    names = provided([layer])
    assert {"one", "two", "json", "tkinter"} <= names
    assert names.isdisjoint({"three", "four-1", "four", "five"})


def test_of_a_directory_that_distributions_share_it_is_what_is_in_it(tmp_path: Path) -> None:
    layer = a_tree(
        tmp_path / "layer",
        dict.fromkeys(("g/one/__init__.py", "g/two.py", "g/deep/a/b/c/d.py", "whole/__init__.py"), ""),
    )
    assert provided([layer]) - sys.stdlib_module_names == {"g.one", "g.two", "g.deep.a.b", "whole"}


@pytest.mark.parametrize(
    ("name", "does_know"),
    [("a", True), ("a.b", True), ("g", False), ("g.one", True), ("g.one.x", True), ("g.other", False), ("ab", False)],
)
def test_a_name_is_known_by_what_it_is_in(name: str, does_know: bool) -> None:
    assert is_known(name, {"a", "g.one"}) is does_know


@pytest.mark.parametrize(
    ("files", "is_code"),
    [
        (["a.py"], True), (["src/a.py"], True), (["pkg/__init__.py", "pkg/a.py"], True), ([], False),
        (["tests/a.py", "test_b.py", "conftest.py", "tests/__init__.py"], False), (["scripts/a.py"], False), (["a.txt"], False),
    ],
)  # fmt: skip
def test_code_is_what_is_to_be_covered(tmp_path: Path, files: list[str], is_code: bool) -> None:
    assert has_code(a_tree(tmp_path / "tree", dict.fromkeys(files, ""))) is is_code
