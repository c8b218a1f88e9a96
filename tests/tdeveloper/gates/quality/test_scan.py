"""The whole gate over trees: what it says, that it says the same again, and that no tree ends or silences it."""

import json
import sys
from pathlib import Path

import pytest

from foundation.findings.model import Severity
from tdeveloper.gates.quality.bounds import Bounds
from tdeveloper.gates.quality.measures import Absent, Share, Unknown
from tdeveloper.gates.quality.scan import QualityScan, scan
from tdeveloper.gates.quality.score import score
from tests.tdeveloper.gates.quality.trees import CLEAN, COMPLEX, REPEATED, UNDEFINED, a_program, plant


def named(answer: QualityScan) -> list[tuple[str, str]]:
    return [(finding.rule, finding.path) for finding in answer.findings]


def test_a_clean_tree_has_nothing_and_all_points(tmp_path: Path) -> None:
    answer = scan(plant(tmp_path, {"a.py": CLEAN, "README.md": b"# a\n"}))
    assert (answer.findings, answer.unread, answer.suppressions) == ((), (), ())
    assert answer.python_file_count == 1
    assert answer.measures.annotated_ratio == Share(count=2, of_count=2)
    assert str(score(answer.measures).value) == "100.0"


def test_every_tool_says_what_it_found_the_worst_first(tmp_path: Path) -> None:
    files = {"a.py": REPEATED, "b.py": REPEATED, "c.py": COMPLEX, "d.py": UNDEFINED, "e.py": b"def f(a=[]): ...\n"}
    answer = scan(plant(tmp_path, files))
    assert named(answer) == [("F821", "d.py"), ("B006", "e.py"), ("clone", "b.py"), ("cognitive-complexity", "c.py")]
    assert answer.count_by_severity == {"HIGH": 1, "MEDIUM": 1, "LOW": 2, "UNDEFINED": 0}
    assert answer.measures.duplicated_ratio == Share(count=40, of_count=90)
    assert answer.measures.defects_per_1000_lines == Share(count=2, of_count=90, per=1000)


@pytest.mark.parametrize("files", [{}, {"README.md": b"# a\n"}, {"LICENSE": b"free\n"}, {"a/__init__.py": b""}])
def test_a_tree_without_a_line_of_python_has_no_score(tmp_path: Path, files: dict[str, bytes]) -> None:
    answer = scan(plant(tmp_path, files))
    assert score(answer.measures).value is None
    assert isinstance(answer.measures.defects_per_1000_lines, Absent)
    assert (answer.findings, answer.unread) == ((), ())


def test_a_file_is_unread_once_with_the_first_reason(tmp_path: Path) -> None:
    answer = scan(plant(tmp_path, {"b.py": b"def (:\n", "a.py": b"\xff", "c.py": CLEAN}))
    assert [(each.path, each.why) for each in answer.unread] == [
        ("a.py", "is no text in UTF-8, or in the encoding that it declares"),
        ("b.py", "ruff cannot look at it: line 1: Expected an identifier"),
    ]
    assert answer.unread_count == 2


def test_newer_syntax_is_no_defect_and_is_named_where_its_annotations_could_not_be_counted(tmp_path: Path) -> None:
    answer = scan(plant(tmp_path, {"a.py": b"def f[T](a: T) -> T:\n    return t'{a}'\n"}))
    assert (answer.findings, [each.path for each in answer.unread]) == ((), ["a.py"])
    assert answer.measures.defects_per_1000_lines == Share(count=0, of_count=2, per=1000)
    assert isinstance(answer.measures.annotated_ratio, Unknown)


HOSTILE = {
    "pyproject.toml": b"[tool.ruff]\nexclude = ['*']\n[tool.complexipy]\nexclude = ['.']\n",
    "ruff.toml": b"exclude = ['*']\n",
    ".jscpd.json": b'{"ignore": ["**"]}',
    "complexipy.toml": b"exclude = ['.']\n",
    ".gitignore": b"*\n",
    "a.py": b"# ruff: noqa\n" + UNDEFINED,
    "-rf.py": UNDEFINED,
    "a b\n.py": UNDEFINED,
    ".venv/a.py": UNDEFINED,
    "build/c.py": b"# jscpd:ignore-start\n" + REPEATED,
    "dist/c.py": REPEATED,
    "d.py": COMPLEX.replace(b":\n", b":  # noqa: complexipy\n", 1),
    "latin.py": b"\xff\xfe",
    "deep.py": b"a = " + b"-" * 100_000 + b"1\n",
    "chain.py": b"a = b" + b".c" * 200_000 + b"\n",
    "huge.py": b"a = '" + b"x" * 900_000 + b"'\n",
}


def test_a_hostile_tree_is_looked_at_all_the_same(tmp_path: Path) -> None:
    tree = plant(tmp_path / "tree", HOSTILE)
    (tree / "link.py").symlink_to("/etc/passwd")
    answer = scan(tree)
    assert sorted(path for rule, path in named(answer) if rule == "F821") == [
        "-rf.py",
        ".venv/a.py",
        "a b\n.py",
        "a.py",
    ]
    assert {("clone", "dist/c.py"), ("cognitive-complexity", "d.py")} <= set(named(answer))
    assert [each.path for each in answer.unread] == ["chain.py", "deep.py", "latin.py", "link.py"]
    assert [(each.tool, each.path) for each in answer.suppressions] == [
        ("ruff", "a.py"), ("jscpd", "build/c.py"), ("ruff", "d.py"), ("complexipy", "d.py"),
    ]  # fmt: skip


def test_the_same_tree_gives_the_same_bytes_wherever_it_lies(tmp_path: Path) -> None:
    first, second = (json.dumps(scan(plant(tmp_path / name, HOSTILE)).to_dict()) for name in ("a", "else/b"))
    assert first == second
    assert "/tmp" not in first
    assert str(tmp_path) not in first


def test_lists_are_bounded_and_counts_are_not(tmp_path: Path) -> None:
    files = {f"{number}.py": UNDEFINED.replace(b"\n", b"  # noqa\n") for number in range(5)}
    files |= {f"{number}.pyx": b"cdef int a\n" for number in range(5)}
    answer = scan(plant(tmp_path, files | {"z.py": b"def f(a=[]): ...\n"}), Bounds(listed_count=3))
    assert len(answer.findings) == len(answer.unread) == len(answer.suppressions) == 3
    assert {finding.severity for finding in answer.findings} == {Severity.HIGH}
    assert (answer.count_by_severity["HIGH"], answer.unread_count, answer.suppression_count) == (5, 5, 5)


def test_the_bound_of_complexity_is_the_bounds(tmp_path: Path) -> None:
    tree = plant(tmp_path, {"a.py": COMPLEX})
    assert named(scan(tree, Bounds(complexity=21))) == []
    assert named(scan(tree, Bounds(complexity=20))) == [("cognitive-complexity", "a.py")]


class Clock:
    """A second passes whenever somebody looks."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        self.now += 1.0
        return self.now


def test_what_there_was_no_time_for_is_named_and_never_clean(tmp_path: Path) -> None:
    tree = plant(tmp_path, {"a.py": CLEAN, "b.py": CLEAN})
    answer = scan(tree, Bounds(scan_seconds=1.5), now_seconds=Clock())
    assert [(each.path, each.why) for each in answer.unread] == [
        (".", "jscpd: no time was left for it"),
        ("a.py", "ruff: no time was left for it"),
        ("b.py", "the gate's 1.5 s were over"),
    ]
    assert score(answer.measures).value is None


def test_a_tool_that_hangs_ends_within_its_time_and_what_it_did_not_look_at_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs = tmp_path / "programs"
    programs.mkdir()
    for name in ("ruff", "jscpd"):
        a_program(programs / name, "sleep 600")
    (programs / "python").symlink_to(sys.executable)
    monkeypatch.setattr("tdeveloper.gates.tool.sys.executable", str(programs / "python"))
    answer = scan(plant(tmp_path / "tree", {"a.py": CLEAN}), Bounds(tool_seconds=3.0))
    reasons = {each.path: each.why for each in answer.unread}
    assert reasons["."] == "jscpd: did not end within 3 s"
    assert reasons["a.py"] == "ruff: did not end within 3 s"
    assert isinstance(answer.measures.duplicated_ratio, Unknown)
    assert isinstance(answer.measures.defects_per_1000_lines, Unknown)


@pytest.mark.slow
def test_ten_thousand_files_are_looked_at_or_named(tmp_path: Path) -> None:
    files = {f"{number % 100}/{number}.py": UNDEFINED for number in range(10_000)}
    answer = scan(plant(tmp_path, files))
    assert answer.count_by_severity["HIGH"] + answer.unread_count == 10_000
