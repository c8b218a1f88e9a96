"""Clones: those that jscpd finds by hand, in every file, in the same order whatever order it found them in."""

import json
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

import pytest

from foundation.findings.model import Finding, Severity
from tdeveloper.gates.quality.duplication import Duplication, check
from tdeveloper.gates.tool import Broke, Trouble, find_tool
from tests.tdeveloper.gates.quality.trees import REPEATED, a_minute, a_program, copied


def looked(tmp_path: Path, files: dict[str, bytes], program: Path | None = None) -> Duplication | Broke:
    taken, copies = copied(tmp_path, files)
    return check(taken, copies, tmp_path / "report", a_minute, program=program)


def test_a_copy_is_a_finding_at_the_later_place_and_its_lines_are_counted_once(tmp_path: Path) -> None:
    assert looked(tmp_path, {"pkg/b.py": REPEATED, "a.py": REPEATED}) == Duplication(
        findings=(
            Finding(
                tool="jscpd",
                rule="clone",
                severity=Severity.LOW,
                confidence="HIGH",
                path="pkg/b.py",
                line=1,
                message="40 lines (220 tokens) are those of a.py:1-40",
            ),
        ),
        duplicated_line_count=40,
    )


def test_the_gate_finds_what_jscpd_finds_by_hand(tmp_path: Path) -> None:
    spec = find_spec("werkzeug")
    assert spec is not None
    assert spec.submodule_search_locations is not None
    tree = shutil.copytree(
        spec.submodule_search_locations[0], tmp_path / "tree", ignore=shutil.ignore_patterns("*.pyc")
    )
    out = str(tmp_path / "by-hand")
    command = [str(find_tool("jscpd")), "--reporters", "json", "--output", out, "--format", "python", "."]
    subprocess.run(command, cwd=tree, capture_output=True, check=True)
    by_hand = json.loads((tmp_path / "by-hand/jscpd-report.json").read_text())
    ours = looked(tmp_path, {})
    assert isinstance(ours, Duplication)
    places = sorted(
        max((each[key]["name"], each[key]["start"]) for key in ("firstFile", "secondFile"))
        for each in by_hand["duplicates"]
    )
    assert sorted((finding.path, finding.line) for finding in ours.findings) == places
    assert ours.duplicated_line_count == by_hand["statistics"]["total"]["duplicatedLines"] > 100


@pytest.mark.parametrize(
    "more",
    [
        {".jscpd.json": b'{"ignore": ["**"], "minTokens": 100000}'},
        {"package.json": b'{"jscpd": {"ignore": ["**"]}}'},
        {".gitignore": b"*\n"},
    ],
)
def test_configuration_silences_nothing(tmp_path: Path, more: dict[str, bytes]) -> None:
    answer = looked(tmp_path, {"a.py": REPEATED, "b.py": REPEATED, **more})
    assert isinstance(answer, Duplication)
    assert answer.duplicated_line_count == 40


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("b.py", b"# jscpd:ignore-start\n" + REPEATED + b"# jscpd:ignore-end\n"),
        ("node_modules/b.py", REPEATED),
        ("b.pyi", REPEATED),
        ("b.py", REPEATED + b"X = '" + b"x" * 1_000_000 + b"'\n"),
        ("b.py", REPEATED + b"x = 1\n" * 2_000),
    ],
)
def test_a_copy_is_found_wherever_it_hides(tmp_path: Path, name: str, content: bytes) -> None:
    answer = looked(tmp_path, {"a.py": REPEATED, name: content})
    assert isinstance(answer, Duplication)
    assert "a.py:1-40" in {finding.message.rpartition(" ")[2] for finding in answer.findings}


def test_notebooks_are_left_out_and_without_code_nothing_runs(tmp_path: Path) -> None:
    notebook = json.dumps({"cells": [{"cell_type": "code", "source": REPEATED.decode()}]}).encode()
    nothing = Duplication(findings=(), duplicated_line_count=0)
    assert looked(tmp_path, {"a.ipynb": notebook, "b.ipynb": notebook}, tmp_path / "none") == nothing


@pytest.mark.parametrize(
    ("program", "why"),
    [
        ("exit 0", "jscpd: wrote what cannot be read"),
        ("mkdir -p {report}; echo '[' > {report}/jscpd-report.json", "jscpd: wrote what cannot be read"),
        ("mkdir -p {report}; echo '{{}}' > {report}/jscpd-report.json", "jscpd: wrote what cannot be read"),
        (
            "mkdir -p {report}; echo '{{\"duplicates\": [{{}}], \"statistics\": {{\"total\": {{\"duplicatedLines\": 0}}}}}}'"
            " > {report}/jscpd-report.json",
            "jscpd: wrote what cannot be read",
        ),
        ("exit 1", "jscpd: ended with exit code 1"),
    ],
)  # fmt: skip
def test_a_jscpd_that_gives_no_answer_has_found_nothing_clean(tmp_path: Path, program: str, why: str) -> None:
    fake = a_program(tmp_path / "jscpd", program.format(report=tmp_path / "report"))
    assert looked(tmp_path, {"a.py": REPEATED}, fake) == Broke(why=why, trouble=Trouble.CRASHED)
