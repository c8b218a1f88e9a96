"""What the tools said of a tree, with its gaps: nothing that they found or missed goes astray."""

import os
from pathlib import Path

from foundation.findings.model import Suppression, Unread
from sre.jobs.judge.packing import link
from sre.jobs.judge.scanned import Found, lines_of, scanned_of
from sre.jobs.judge.trees import Tree
from tests.sre.jobs.judge.fakes import a_finding, a_tree


def test_all_tools_findings_gaps_and_comments_are_together_with_what_is_in_no_archive(tmp_path: Path) -> None:
    there = a_tree(tmp_path / "now", {"a.py": "x\n"})
    tree = Tree(root=there.root, what="t", file_count=1, left_out=(link("there", "/etc"),))
    comment = Suppression(tool="bandit", path="a.py", line=1)
    made = scanned_of(
        tree,
        (
            Found(
                tools=("pytest",), findings=(a_finding(),), unread=(Unread(path="b", why="w"),), suppressions=(comment,)
            ),
            Found(tools=("pyyaml",), findings=(a_finding("R2"),), unread=(Unread(path="b", why="w"),)),
        ),
    )
    assert [each.name for each in made.tools] == ["pytest", "pyyaml"]
    assert all(each.version for each in made.tools)
    assert [each.finding.rule for each in made.findings] == ["R1", "R2"]
    assert made.unread == (
        Unread(path="there", why="is a link, which is not followed"), Unread(path="b", why="w"),
    )  # fmt: skip
    assert made.suppressions == (comment,)
    assert scanned_of(tree, (), names_what_is_left_out=False).unread == ()


def test_findings_that_are_counted_and_not_listed_are_a_gap(tmp_path: Path) -> None:
    tree = a_tree(tmp_path / "now", {"a.py": "x\n"})
    listed = Found(tools=("pytest", "pyyaml"), findings=(a_finding(),), unread=(), found_count=1, unread_count=0)
    assert scanned_of(tree, (listed,)).unread == ()
    cut = Found(tools=("pytest", "pyyaml"), findings=(a_finding(),), unread=(), found_count=2, unread_count=3)
    assert scanned_of(tree, (cut,)).unread == (
        Unread(path=".", why="pytest and pyyaml told of 2 findings, and 1 are listed"),
        Unread(path=".", why="pytest and pyyaml told of 3 gaps, and 0 are listed"),
    )


def test_a_finding_is_the_same_below_new_lines_and_another_on_another_line(tmp_path: Path) -> None:
    before = scanned_of(
        a_tree(tmp_path / "base", {"a.py": "bad()\n"}), (Found(tools=(), findings=(a_finding(),), unread=()),)
    )
    moved = scanned_of(
        a_tree(tmp_path / "now", {"a.py": "import x\n  bad()\n"}),
        (Found(tools=(), findings=(a_finding(line=2),), unread=()),),
    )
    assert [each.fingerprint for each in before.findings] == [each.fingerprint for each in moved.findings]
    other = scanned_of(
        a_tree(tmp_path / "other", {"a.py": "worse()\n"}), (Found(tools=(), findings=(a_finding(),), unread=()),)
    )
    assert [each.fingerprint for each in before.findings] != [each.fingerprint for each in other.findings]


def test_lines_are_those_of_regular_files_of_the_tree(tmp_path: Path) -> None:
    tree = a_tree(tmp_path / "now", {"a.py": "one\r\ntwo\x0cthree\nfour"})
    (tree.root / "there").symlink_to("/etc/passwd")
    for name, size in (("large", 10 * 1024 * 1024 + 1), ("just", 10 * 1024 * 1024)):
        (tree.root / name).write_bytes(b"")
        os.truncate(tree.root / name, size)
    lines = lines_of(tree.root)
    assert list(lines("a.py")) == ["one\r", "two\x0cthree", "four"]
    assert [list(lines(each)) for each in ("there", "nothing", ".", "large")] == [[], [], [], []]
    assert len(lines("just")) == 1
    # What a file declares of its bytes does not change what it is told by.
    (tree.root / "declared.py").write_text("# coding: latin-1\nä")
    assert list(lines("declared.py")) == ["# coding: latin-1", "ä"]
