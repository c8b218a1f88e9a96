"""Which files are Python, what the tools get of them, and what is named instead of looked at."""

import json
import os
from pathlib import Path

import pytest

from foundation.findings.model import Suppression, Unread
from tdeveloper.gates.quality.bounds import Bounds
from tdeveloper.gates.quality.code_files import CodeFile, collect
from tests.tdeveloper.gates.quality.trees import CLEAN, collected, copied, plant


def test_a_file_is_copied_under_a_name_of_ours_with_its_counts(tmp_path: Path) -> None:
    files, copies = copied(tmp_path, {"pkg/a.py": b"# a\n\nx = 1\n  # b\n" + CLEAN})
    assert files == [
        CodeFile(
            name="pkg/a.py",
            copy="000000.py",
            is_notebook=False,
            line_count=6,
            code_line_count=3,
        )
    ]
    assert (copies / "000000.py").read_bytes() == b"# a\n\nx = 1\n  # b\n" + CLEAN


@pytest.mark.parametrize(
    "name",
    [
        "a.py", "A.PY", "a.pyw", "a.pyx", ".venv/a.py", "node_modules/a.py", "build/a.py", ".git/a.py", "ignored.py", "-rf.py",
        "--config=x.py", "a b.py", "a\nb.py", "'$(x)'.py", "\udcff.py", "\u202ea.py",
    ],
)  # fmt: skip
def test_python_is_taken_wherever_it_lies_and_whatever_it_is_called(tmp_path: Path, name: str) -> None:
    files, copies = copied(tmp_path, {name: CLEAN, ".gitignore": b"*\n", "ruff.toml": b"exclude = ['*']\n"})
    assert [(file.name, file.copy) for file in files] == [(name, "000000.py")]
    assert [path.name for path in copies.iterdir()] == ["000000.py"]


def test_a_script_is_python_by_its_first_line_and_a_text_is_not(tmp_path: Path) -> None:
    files, _ = copied(
        tmp_path, {"bin/run": b"#!/usr/bin/env python3\n" + CLEAN, "LICENSE": b"free\n", "b.sh": b"#!/bin/sh\n"}
    )
    assert [file.name for file in files] == ["bin/run"]


def test_what_a_name_says_of_the_code_is_kept(tmp_path: Path) -> None:
    files, _ = copied(tmp_path, {"a/__init__.py": b"", "b.pyi": CLEAN, "c/__init__.py": b""})
    assert [file.copy for file in files] == ["000000/__init__.py", "000001.pyi", "000002/__init__.py"]
    assert [(file.line_count, file.code_line_count) for file in files] == [(0, 0), (2, 2), (0, 0)]


@pytest.mark.parametrize(
    ("content", "copy"),
    [
        (b"# coding: latin-1\nA = '\xf6'\n", "# coding: latin-1\nA = 'ö'\n"),
        (b"\xef\xbb\xbfA = 1\n", "A = 1\n"),
        (b"# jscpd:ignore-start\n", "# jscpd-ignore-start\n"),
    ],
)
def test_a_copy_is_utf_8_without_a_mark(tmp_path: Path, content: bytes, copy: str) -> None:
    _, copies = copied(tmp_path, {"a.py": content})
    assert (copies / "000000.py").read_text(encoding="utf-8") == copy


@pytest.mark.parametrize(
    "content",
    [
        b"A = '\xff'\n", b"# coding: none\n", b"# coding: rot13\n", b"A = 1\n\0", "A = 1\n".encode("utf-16"),
        b"# coding: raw_unicode_escape\nA = '\\ud800'\n",
    ],
)  # fmt: skip
def test_what_python_reads_no_text_in_is_named(tmp_path: Path, content: bytes) -> None:
    answer = collected(plant(tmp_path / "tree", {"a.py": content}), tmp_path / "copies")
    assert answer.unread == [Unread(path="a.py", why="is no text in UTF-8, or in the encoding that it declares")]
    assert answer.files == []


def test_what_cannot_be_parsed_is_for_the_tools_to_tell(tmp_path: Path) -> None:
    answer = collected(plant(tmp_path / "tree", {"a.py": b"def (:\n"}), tmp_path / "copies")
    assert (answer.unread, [file.name for file in answer.files]) == ([], ["a.py"])


def test_the_lines_of_every_kind_of_ending_are_counted(tmp_path: Path) -> None:
    files, _ = copied(tmp_path, {"a.py": b"a = 1\r\nb = 2\rc = 3\nd = '\x0c'\x0c"})
    assert (files[0].line_count, files[0].code_line_count) == (4, 4)


def test_comments_are_found_with_their_lines(tmp_path: Path) -> None:
    answer = collected(plant(tmp_path / "tree", {"a.py": b"a = 1\r\nb = 2  # noqa\r\n"}), tmp_path / "copies")
    assert answer.suppressions == [Suppression(tool="ruff", path="a.py", line=2)]


def test_a_notebook_is_copied_as_one_and_counted_by_its_code(tmp_path: Path) -> None:
    cell = {"cell_type": "code", "source": "!ls\nx = 1  # noqa\n"}
    notebook = json.dumps({"cells": [cell, cell], "metadata": {"x": "# noqa"}}).encode()
    answer = collected(plant(tmp_path / "tree", {"a.ipynb": notebook, "b.ipynb": b"["}), tmp_path / "copies")
    assert answer.unread == [Unread(path="b.ipynb", why="cannot be read as a notebook of format 4")]
    (file,) = answer.files
    assert (file.copy, file.is_notebook, file.code_line_count) == ("000000.ipynb", True, 4)
    assert [each.line for each in answer.suppressions] == [2, 5]


def test_links_are_named_and_never_followed(tmp_path: Path) -> None:
    tree = plant(tmp_path / "tree", {"a.py": CLEAN})
    plant(tmp_path / "else", {"b.py": CLEAN})
    (tree / "link.py").symlink_to(tmp_path / "else/b.py")
    (tree / "loop").symlink_to(tree)
    answer = collected(tree, tmp_path / "copies")
    assert answer.unread == [
        Unread(path="loop", why="is a link to a directory"),
        Unread(path="link.py", why="is not a regular file"),
    ]
    assert [file.name for file in answer.files] == ["a.py"]


def test_a_directory_that_cannot_be_listed_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tree = plant(tmp_path / "tree", {"a.py": CLEAN, "shut/b.py": CLEAN})
    (tmp_path / "copies").mkdir()
    listed = os.scandir

    def refusing(path: str) -> object:
        if Path(path).name == "shut":
            raise PermissionError(13, "Permission denied", path)
        return listed(path)

    monkeypatch.setattr(os, "scandir", refusing)
    answer = collect(tree, tmp_path / "copies", Bounds(), lambda: False)
    monkeypatch.undo()
    assert answer.unread == [Unread(path="shut", why="cannot be listed")]
    assert [file.name for file in answer.files] == ["a.py"]


@pytest.mark.parametrize(
    ("bounds", "why"),
    [
        (Bounds(file_count=1), "is beyond the 1 files that are looked at"),
        (Bounds(file_bytes=len(CLEAN)), f"has more than the {len(CLEAN):,} bytes that are read"),
        (Bounds(code_bytes=len(CLEAN)), f"has more than the {len(CLEAN):,} bytes of code that are looked at"),
        (Bounds(all_code_bytes=2 * len(CLEAN)), f"is beyond the {2 * len(CLEAN):,} bytes of code that are looked at"),
    ],
)
def test_what_is_beyond_a_bound_is_named_and_what_is_at_it_is_taken(tmp_path: Path, bounds: Bounds, why: str) -> None:
    tree = plant(tmp_path / "tree", {"a.py": CLEAN, "b.py": CLEAN + b"\n"})
    answer = collected(tree, tmp_path / "copies", bounds)
    assert answer.unread == [Unread(path="b.py", why=why)]
    assert [file.name for file in answer.files] == ["a.py"]


def test_what_there_was_no_time_for_is_named(tmp_path: Path) -> None:
    tree = plant(tmp_path / "tree", {"a.py": CLEAN, "b.py": CLEAN, "c.md": b""})
    looks = iter([False, True, True])
    (tmp_path / "copies").mkdir()
    answer = collect(tree, tmp_path / "copies", Bounds(), lambda: next(looks))
    assert [(each.path, each.why) for each in answer.unread] == [
        ("b.py", "the gate's 50 s were over"),
        ("c.md", "the gate's 50 s were over"),
    ]
