"""uv.lock, poetry.lock, pylock.toml and Pipfile.lock: what is checked, what is the tree's own, and what is named."""

import json
from collections.abc import Callable

import pytest

from tdeveloper.gates.dependencies.model import Locked
from tdeveloper.gates.dependencies.python_locks import (
    read_pipfile_lock,
    read_poetry_lock,
    read_pylock,
    read_uv_lock,
)
from tdeveloper.gates.dependencies.reading import UnreadableError
from tests.tdeveloper.gates.dependencies.trees import UV_LOCK, gaps, pins


def a_uv_package(name: str, source: str, version: str = 'version = "1"') -> str:
    return f'[[package]]\nname = "{name}"\n{version}\nsource = {source}\n'


def test_uv_lock_has_its_packages_with_their_lines_and_the_tree_itself_is_none() -> None:
    locked = read_uv_lock(UV_LOCK, "uv.lock")
    assert pins(locked) == [("shop", "1.1", 4)]
    assert (locked.unread, locked.own_directories, locked.names) == ((), ("",), {"shop", "tree"})


def test_what_uv_takes_from_elsewhere_than_an_index_is_named() -> None:
    packages = (
        a_uv_package("a", '{ git = "https://x/a?rev=1#2" }'),
        a_uv_package("b", '{ url = "https://x/b.whl" }'),
        a_uv_package("c", '{ path = "wheels/c.whl" }'),
        a_uv_package("d", '{ editable = "../d" }'),
        a_uv_package("E_e", '{ directory = "libs/e" }'),
        a_uv_package("f", '{ virtual = "libs/f" }'),
        a_uv_package("g", '{ magic = "x" }'),
        a_uv_package("h", '{ registry = "https://x" }', ""),
        a_uv_package("", '{ registry = "https://x" }'),
        a_uv_package("I.i", '{ registry = "https://x" }'),
    )
    locked = read_uv_lock("version = 1\n" + "".join(packages), "sub/uv.lock")
    assert pins(locked) == [("i-i", "1", 38)]
    assert gaps(locked) == [
        "a is not checked: it comes from https://x/a?rev=1#2",
        "b is not checked: it comes from https://x/b.whl",
        "c is not checked: it comes from wheels/c.whl",
        "g is not checked: it comes from a source that is not known here",
        "h is not checked: it has no version",
        "a package without a name is not checked: it has no version",
    ]
    assert locked.own_directories == ("sub", "d", "sub/libs/e", "sub/libs/f")
    assert {"a", "d", "e-e", "i-i"} <= locked.names


def test_a_directory_outside_of_the_tree_is_none_of_its_own() -> None:
    locked = read_uv_lock("version = 1\n" + a_uv_package("d", '{ editable = "../d" }'), "uv.lock")
    assert gaps(locked) == ["d is not checked: it comes from ../d"]


def test_poetry_lock_has_its_packages() -> None:
    text = """
[[package]]
name = "A_b"
version = "1.0"

[[package]]
name = "b"
version = "2.0"
[package.source]
type = "legacy"
url = "https://x/simple"

[[package]]
name = "c"
version = "3.0"
[package.source]
type = "git"
url = "https://x/c"

[[package]]
name = "d"
version = "4.0"
[package.source]
type = "directory"
url = "libs/d"

[metadata]
lock-version = "2.0"
"""
    locked = read_poetry_lock(text, "poetry.lock")
    assert pins(locked) == [("a-b", "1.0", 2), ("b", "2.0", 6)]
    assert gaps(locked) == ["c is not checked: it comes from https://x/c"]
    assert locked.own_directories == ("", "libs/d")


def test_pylock_has_its_packages() -> None:
    text = """lock-version = "1.0"
[[packages]]
name = "A.b"
version = "1.0"
index = "https://x/simple"
[[packages]]
name = "b"
[packages.directory]
path = "libs/b"
[[packages]]
name = "c"
[packages.vcs]
type = "git"
url = "https://x/c"
[[packages]]
name = "d"
version = "1"
[packages.archive]
path = "d.whl"
[[packages]]
name = "e"
"""
    locked = read_pylock(text, "pylock.dev.toml")
    assert pins(locked) == [("a-b", "1.0", 2)]
    assert gaps(locked) == [
        "c is not checked: it comes from https://x/c",
        "d is not checked: it comes from d.whl",
        "e is not checked: it has no version",
    ]
    assert locked.own_directories == ("", "libs/b")


def test_pipfile_lock_has_the_packages_of_all_categories() -> None:
    data = {
        "_meta": {"sources": []},
        "default": {"A_b": {"version": "==1.0"}, "c": {"git": "https://x/c", "ref": "1"}, "own": {"path": ".", "editable": True}},
        "develop": {"d": {"version": "==2.0"}, "e": {"version": ">=1"}, "f": {"file": "https://x/f.whl"}},
        "docs": {"g": {"version": "===3"}, "h": {"version": "==1.*"}},
    }  # fmt: skip
    locked = read_pipfile_lock(json.dumps(data, indent=4), "Pipfile.lock")
    assert pins(locked) == [("a-b", "1.0", 6), ("d", "2.0", 19), ("g", "3", 30)]
    assert gaps(locked) == [
        "c is not checked: it comes from https://x/c",
        "e is not checked: it has no version",
        "f is not checked: it comes from https://x/f.whl",
        "h is not checked: it has no version",
    ]


@pytest.mark.parametrize(
    ("read", "text", "said"),
    [
        (read_uv_lock, "", "has the version 'None', and 1 is read"),
        (read_uv_lock, "version = 2", "has the version '2', and 1 is read"),
        (read_uv_lock, 'version = 1\npackage = "x"', "package is no list"),
        (read_uv_lock, "version = 1\npackage = [1]", "package is no mapping"),
        (read_uv_lock, "version = 1\n" + a_uv_package("a", '"x"'), "a source is no mapping"),
        (read_uv_lock, UV_LOCK[:-5], "is not valid TOML"),
        (read_poetry_lock, '[[package]]\nname = "a"\nversion = "1"\n', "has no metadata, so it may be cut"),
        (read_pylock, "", "has the lock-version 'None'"),
        (read_pylock, 'lock-version = "2.0"', "has the lock-version '2.0'"),
        (read_pipfile_lock, "{}", "has no _meta"),
        (read_pipfile_lock, '{"_meta": {}, "default": []}', "default is no mapping"),
        (read_pipfile_lock, '{"_meta": {}, "default": {"a": "==1"}}', "the entry a is no mapping"),
    ],
)
def test_what_is_no_such_lock_file_is_said(read: Callable[[str, str], Locked], text: str, said: str) -> None:
    with pytest.raises(UnreadableError, match=said):
        read(text, "lock")


def test_what_is_named_is_bounded_in_length_and_in_number() -> None:
    packages = "".join(a_uv_package(f"{number}-{'x' * 1_000}", '{ url = "https://x" }') for number in range(250))
    said = gaps(read_uv_lock(f"version = 1\n{packages}", "uv.lock"))
    assert len(said) == 201
    assert max(map(len, said)) < 300
    assert said[-1] == "50 more dependencies are not checked"


def test_what_does_not_print_is_escaped() -> None:
    (said,) = gaps(read_uv_lock("version = 1\n" + a_uv_package("a\\u001b[31m", '{ url = "https://x" }'), "uv.lock"))
    assert said == "a\\x1b[31m is not checked: it comes from https://x"
