"""Comments that ask coverage to look away are shown."""

from pathlib import Path

import pytest

import tdeveloper.gates.testing.pragmas as pragmas
from foundation.findings.model import Suppression
from tdeveloper.gates.testing.pragmas import pragmas_of
from tests.tdeveloper.gates.testing.making import a_tree

HIDING = "a = 1\nb = 2  # pragma: no cover\nif a:  #pragma no Branch\n    c = 'pragma: no cover'\n"


def test_every_comment_is_shown_with_its_place(tmp_path: Path) -> None:
    tree = a_tree(tmp_path / "tree", {"z.py": HIDING, "a/b.py": HIDING, "c.txt": HIDING})
    assert pragmas_of(tree) == tuple(
        Suppression(tool="coverage", path=path, line=line) for path in ("a/b.py", "z.py") for line in (2, 3)
    )


def test_links_and_large_files_are_not_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tree = a_tree(tmp_path / "tree", {"a.py": HIDING})
    (tree / "b.py").symlink_to(tree / "a.py")
    assert {each.path for each in pragmas_of(tree)} == {"a.py"}
    monkeypatch.setattr(pragmas, "_MOST_BYTES", len(HIDING))
    assert len(pragmas_of(tree)) == 2
    monkeypatch.setattr(pragmas, "_MOST_BYTES", len(HIDING) - 1)
    assert pragmas_of(tree) == ()


def test_no_more_than_are_listed_are_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pragmas, "_MOST_PRAGMAS", 3)
    assert len(pragmas_of(a_tree(tmp_path / "tree", {"a.py": HIDING, "b.py": HIDING}))) == 3
