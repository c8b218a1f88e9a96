"""ruff over copies: it finds what it finds by hand, and nothing in a tree silences it."""

import json
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

import pytest

from foundation.findings.model import Finding, Severity, Unread
from tdeveloper.gates.quality.defects import SEVERITY_BY_RULE
from tdeveloper.gates.quality.looked import Looked
from tdeveloper.gates.quality.ruff_check import check
from tdeveloper.gates.tool import find_tool
from tests.tdeveloper.gates.quality.trees import CLEAN, UNDEFINED, a_minute, a_program, copied

SILENCING = [
    b"# ruff: noqa\n", b"# flake8: noqa\n", b"# ruff: file-ignore[F821]\n", b"# ruff: disable[F821]\n", b"# noqa\n",
]  # fmt: skip


def looked(tmp_path: Path, files: dict[str, bytes], program: Path | None = None) -> Looked:
    taken, copies = copied(tmp_path, files)
    return check(taken, copies, a_minute, program=program)


def places(answer: Looked) -> list[tuple[str, str, int]]:
    return [(finding.rule, finding.path, finding.line) for finding in answer.findings]


def test_the_gate_finds_what_ruff_finds_by_hand(tmp_path: Path) -> None:
    spec = find_spec("werkzeug")
    assert spec is not None
    assert spec.submodule_search_locations is not None
    tree = shutil.copytree(
        spec.submodule_search_locations[0], tmp_path / "tree", ignore=shutil.ignore_patterns("*.pyc")
    )
    (tree / "more.py").write_bytes(UNDEFINED + b"def f(a=[]): return f'', '%d %d' % (1,)\nx = 1 is 1\nimport os, os\n")
    command = [
        *(str(find_tool("ruff")), "check", "--isolated", "--no-cache", "--exit-zero", "--ignore-noqa"),
        *("--target-version", "py315", "--output-format", "json", "--select", ",".join(SEVERITY_BY_RULE), str(tree)),
    ]
    answer = subprocess.run(command, capture_output=True, check=True)
    by_hand = [
        (each["code"], Path(each["filename"]).relative_to(tree).as_posix(), each["location"]["row"], each["message"])
        for each in json.loads(answer.stdout)
    ]
    ours = looked(tmp_path, {})
    assert sorted((each.rule, each.path, each.line, each.message) for each in ours.findings) == sorted(by_hand)
    assert {"F821", "B006", "F541", "F507", "F632"} <= {rule for rule, *_ in by_hand}
    assert ours.unread == ()


def test_a_defect_is_named_with_its_place_and_severity(tmp_path: Path) -> None:
    assert looked(tmp_path, {"pkg/a.py": b"\n" + UNDEFINED}).findings == (
        Finding(
            tool="ruff",
            rule="F821",
            severity=Severity.HIGH,
            confidence="HIGH",
            path="pkg/a.py",
            line=2,
            message="Undefined name `nothing_of_that_name`",
        ),
    )


def test_a_message_is_cut(tmp_path: Path) -> None:
    (finding,) = looked(tmp_path, {"a.py": b"print(" + b"x" * 1_000 + b")\n"}).findings
    assert finding.message == "Undefined name `" + "x" * 284


@pytest.mark.parametrize("comment", SILENCING)
def test_comments_silence_nothing(tmp_path: Path, comment: bytes) -> None:
    files = {"a.py": comment + UNDEFINED, "b.py": UNDEFINED.replace(b"\n", b"  " + comment)}
    assert places(looked(tmp_path, files)) == [("F821", "a.py", 2), ("F821", "b.py", 1)]


@pytest.mark.parametrize("name", ["pyproject.toml", "ruff.toml", ".ruff.toml", "pkg/ruff.toml"])
def test_configuration_silences_nothing(tmp_path: Path, name: str) -> None:
    prefix = b"[tool.ruff]\n" if name == "pyproject.toml" else b""
    files = {name: prefix + b"exclude = ['*']\nlint.select = []\n", "pkg/a.py": UNDEFINED, ".gitignore": b"*\n"}
    assert places(looked(tmp_path, files)) == [("F821", "pkg/a.py", 1)]


@pytest.mark.parametrize(
    "syntax", [b"type X[T] = list[T]\n", b"x = t'{x}'\n", b"try: x\nexcept A, B: x\n", b"f'{'x'}'\n"]
)
def test_new_syntax_is_no_error(tmp_path: Path, syntax: bytes) -> None:
    answer = looked(tmp_path, {"a.py": b"x = A = B = 1\n" + syntax})
    assert answer.unread == ()
    assert [file.name for file in answer.files] == ["a.py"]


def test_a_syntax_error_is_unread_and_so_no_line_of_the_file_counts(tmp_path: Path) -> None:
    answer = looked(tmp_path, {"a.py": UNDEFINED + b"def (:\n", "b.py": UNDEFINED})
    assert answer.unread == (Unread(path="a.py", why="ruff cannot look at it: line 2: Expected an identifier"),)
    assert [file.name for file in answer.files] == ["b.py"]
    assert ("F821", "b.py", 1) in places(answer)


def test_a_file_that_breaks_ruff_is_unread_alone(tmp_path: Path) -> None:
    files = {f"{number}.py": UNDEFINED for number in range(5)}
    answer = looked(tmp_path, files | {"2.py": b"a = b" + b".c" * 200_000})
    assert answer.unread == (Unread(path="2.py", why="ruff: was ended by SIGABRT"),)
    assert [path for _, path, _ in places(answer)] == ["0.py", "1.py", "3.py", "4.py"]
    assert [file.name for file in answer.files] == ["0.py", "1.py", "3.py", "4.py"]


def test_a_notebook_has_its_cells_named_and_may_hold_what_notebooks_hold(tmp_path: Path) -> None:
    cells = [
        {"cell_type": "code", "source": source} for source in ("!ls\nawait x\n", "1 == 2\n", "%%time\nnothing()\n")
    ]
    answer = looked(tmp_path, {"a.ipynb": json.dumps({"cells": cells}).encode()})
    assert [(each.line, each.message) for each in answer.findings] == [
        (2, "cell 1: Undefined name `x`"),
        (2, "cell 3: Undefined name `nothing`"),
    ]


def test_a_clean_tree_has_no_findings_and_an_empty_one_no_run(tmp_path: Path) -> None:
    answer = looked(tmp_path, {"a.py": CLEAN})
    assert (answer.findings, answer.unread, len(answer.files)) == ((), (), 1)
    assert check([], tmp_path, a_minute, program=tmp_path / "none") == Looked(findings=(), unread=(), files=())


@pytest.mark.parametrize(
    ("program", "why"),
    [
        ("echo '[{]'", "ruff: wrote what cannot be read"),
        ("echo '[{}]'", "ruff: wrote what cannot be read"),
        ("echo 1", "ruff: wrote what cannot be read"),
        ("exit 0", "ruff: wrote what cannot be read"),
        ("exit 1", "ruff: ended with exit code 1"),
        ("echo no such rule >&2; exit 2", "ruff: refuses its options: no such rule"),
        (
            'echo "[{\\"filename\\": \\"$PWD/b.py\\", \\"code\\": \\"F821\\", \\"location\\": {\\"row\\": 1}, \\"cell\\": null,'
            ' \\"message\\": \\"\\"}]"',
            "ruff: wrote what cannot be read",
        ),
    ],
)  # fmt: skip
def test_a_ruff_that_gives_no_answer_has_found_nothing_clean(tmp_path: Path, program: str, why: str) -> None:
    answer = looked(tmp_path, {"a.py": CLEAN}, a_program(tmp_path / "ruff", program))
    assert answer == Looked(findings=(), unread=(Unread(path="a.py", why=why),), files=())


def test_a_ruff_that_hangs_leaves_every_file_unread(tmp_path: Path) -> None:
    taken, copies = copied(tmp_path, {"a.py": CLEAN, "b.py": CLEAN})
    answer = check(taken, copies, lambda: 1.0, program=a_program(tmp_path / "ruff", "exec sleep 600"))
    assert [(each.path, each.why) for each in answer.unread] == [
        ("a.py", "ruff: did not end within 1 s"),
        ("b.py", "ruff: did not end within 1 s"),
    ]
