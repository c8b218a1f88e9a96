"""What a run writes into the tree that it judges is no part of it the next time, and hides nothing of it."""

from pathlib import Path

import pytest

from foundation.errors import InputError
from sre.jobs.judge.kept_out import kept_out
from sre.jobs.judge.trees import open_trees
from tests.repositories import committed, git, written


@pytest.fixture
def place(tmp_path: Path) -> Path:
    committed(tmp_path / "r", {"a.py": "a\n"})
    return tmp_path / "r"


def judged(place: Path, scratch: Path) -> list[str]:
    scratch.mkdir()
    root = open_trees(place, base=None, scratch=scratch).now.root
    return sorted(each.relative_to(root).as_posix() for each in root.rglob("*") if each.is_file())


def test_what_is_written_into_a_checkout_is_ignored_by_git_from_the_beginning(place: Path, tmp_path: Path) -> None:
    out = place / "build" / "gates"
    for number in range(2):
        with kept_out(place, {"--out": out}):
            written(out, {"index.html": "x\n", ".owner.json": "{}"})
            assert judged(place, tmp_path / str(number)) == ["a.py"]
    assert git(place, "status", "--porcelain") == ""


def test_what_a_commit_has_in_such_a_place_is_judged(place: Path, tmp_path: Path) -> None:
    written(place / "build", {"evil.py": "x\n"})
    with kept_out(place, {"--out": place / "build" / "gates"}):
        pass
    git(place, "add", "--force", "build/evil.py")
    assert judged(place, tmp_path / "s") == ["a.py", "build/evil.py"]


def test_a_place_that_git_ignores_gets_no_mark_and_neither_does_one_elsewhere(place: Path, tmp_path: Path) -> None:
    written(place, {".gitignore": "build/\n", "build/of-mine": "x\n"})
    with kept_out(place, {"--out": place / "build", "--layers": tmp_path / "elsewhere"}):
        pass
    assert sorted(each.name for each in (place / "build").iterdir()) == ["of-mine"]
    assert not (tmp_path / "elsewhere").exists()


def test_a_directory_with_files_of_others_is_no_place_for_a_mark(place: Path) -> None:
    written(place / "reports", {"mine.txt": "x\n"})
    for name in ("reports", "."):
        with pytest.raises(InputError, match="git does not ignore it"), kept_out(place, {"--out": place / name}):
            raise AssertionError("it must not begin")
    assert sorted(each.name for each in (place / "reports").iterdir()) == ["mine.txt"]
    assert not (place / ".gitignore").exists()


def test_of_a_plain_directory_nothing_is_left_out_so_that_nothing_may_be_written_there(tmp_path: Path) -> None:
    plain = written(tmp_path / "plain", {"a.py": "a\n"})
    with (
        pytest.raises(InputError, match=r"--layers .*: lies in .*plain, which is judged with all that is in it"),
        kept_out(plain, {"--layers": plain / "build"}),
    ):
        raise AssertionError("it must not begin")
    with kept_out(plain, {"--out": tmp_path / "out"}):
        pass
    assert not (tmp_path / "out").exists()


def test_where_a_run_fails_nothing_new_is_left_of_a_place_but_what_it_has_written(place: Path) -> None:
    empty, full = place / "one", place / "two"

    def interrupted() -> None:
        with kept_out(place, {"--out": empty, "--layers": full}):
            written(full, {"layer": "x\n"})
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert not empty.exists()
    assert git(place, "status", "--porcelain") == ""


def test_an_archive_has_no_places(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(b"PK")
    with kept_out(tmp_path / "a.zip", {"--out": tmp_path}):
        pass
    assert [each.name for each in tmp_path.iterdir()] == ["a.zip"]
