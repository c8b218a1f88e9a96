"""Cognitive complexity: the functions that complexipy names by hand, and no comment that leaves one out."""

import json
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from foundation.findings.model import Finding, Severity, Unread
from tdeveloper.gates.quality.complexity import check
from tdeveloper.gates.quality.looked import Looked
from tests.tdeveloper.gates.quality.trees import CLEAN, COMPLEX, a_minute, a_program, copied


def looked(tmp_path: Path, files: dict[str, bytes], most: int = 15) -> Looked:
    taken, copies = copied(tmp_path, files)
    return check(taken, copies, a_minute, most=most)


def test_a_function_over_the_bound_is_named(tmp_path: Path) -> None:
    answer = looked(tmp_path, {"pkg/a.py": CLEAN + COMPLEX})
    assert answer.findings == (
        Finding(
            tool="complexipy",
            rule="cognitive-complexity",
            severity=Severity.LOW,
            confidence="HIGH",
            path="pkg/a.py",
            line=3,
            message="tangled has a cognitive complexity of 21, over 15",
        ),
    )
    assert (answer.unread, [file.name for file in answer.files]) == ((), ["pkg/a.py"])


def test_a_function_at_the_bound_is_not_over_it(tmp_path: Path) -> None:
    taken, copies = copied(tmp_path, {"a.py": COMPLEX})
    assert check(taken, copies, a_minute, most=21).findings == ()
    assert len(check(taken, copies, a_minute, most=20).findings) == 1


def test_the_gate_finds_what_complexipy_finds_by_hand(tmp_path: Path) -> None:
    spec = find_spec("werkzeug")
    assert spec is not None
    assert spec.submodule_search_locations is not None
    tree = shutil.copytree(
        spec.submodule_search_locations[0], tmp_path / "tree", ignore=shutil.ignore_patterns("*.pyc")
    )
    program = str(Path(sys.executable).parent / "complexipy")
    (tmp_path / "by-hand").mkdir()
    command = [
        program,
        str(tree),
        "--isolated",
        "--no-ignore",
        "--failed",
        "--output-format",
        "json",
        "--output",
        "out.json",
    ]
    subprocess.run(command, cwd=tmp_path / "by-hand", capture_output=True, check=False)
    by_hand = json.loads((tmp_path / "by-hand/out.json").read_text())
    ours = looked(tmp_path, {})
    assert sorted(each.message.split(" ")[0] for each in ours.findings) == sorted(
        each["function_name"] for each in by_hand
    )
    assert len(by_hand) > 20


@pytest.mark.parametrize("comment", [b"# complexipy: ignore", b"# noqa: complexipy"])
def test_comments_and_configuration_leave_no_function_out(tmp_path: Path, comment: bytes) -> None:
    files = {
        "a.py": COMPLEX.replace(b":\n", b":  " + comment + b"\n", 1),
        "complexipy.toml": b"max-complexity-allowed = 1000\nexclude = ['.']\n",
        "pyproject.toml": b"[tool.complexipy]\nmax-complexity-allowed = 1000\n",
    }
    assert len(looked(tmp_path, files).findings) == 1


def test_what_cannot_be_parsed_is_unread_alone(tmp_path: Path) -> None:
    answer = looked(tmp_path, {"a.py": b"def (:\n", "b.py": COMPLEX, "c.py": b"# coding: latin-1\nA = '\xf6'\n"})
    assert answer.unread == (Unread(path="a.py", why="complexipy cannot parse it"),)
    assert [file.name for file in answer.files] == ["b.py", "c.py"]


def test_a_notebook_is_no_module(tmp_path: Path) -> None:
    notebook = json.dumps({"cells": [{"cell_type": "code", "source": COMPLEX.decode()}]}).encode()
    assert looked(tmp_path, {"a.ipynb": notebook}) == Looked(findings=(), unread=(), files=())


@pytest.mark.parametrize(
    ("program", "why"),
    [
        ("echo '{'", "complexipy: wrote what cannot be read"),
        ("echo '{}'", "complexipy: wrote what cannot be read"),
        ("echo '{\"000000.py\": 1}'", "complexipy: wrote what cannot be read"),
        ("echo '{\"000000.py\": [[1]]}'", "complexipy: wrote what cannot be read"),
        ("kill -9 $$", "complexipy: was ended by SIGKILL"),
    ],
)
def test_a_worker_that_gives_no_answer_has_found_nothing_clean(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str, why: str
) -> None:
    taken, copies = copied(tmp_path, {"a.py": CLEAN})
    monkeypatch.setattr(sys, "executable", str(a_program(tmp_path / "python", program)))
    answer = check(taken, copies, a_minute, most=15)
    assert answer == Looked(findings=(), unread=(Unread(path="a.py", why=why),), files=())
