"""Which files are judged, and what they are compared with: as git has them, or as they lie there."""

import os
from pathlib import Path

import pytest

from foundation.errors import InputError, RefusedError
from sre.jobs.judge.packing import names_below, pack_files
from sre.jobs.judge.trees import Trees, open_trees
from tests.repositories import committed, git, written


def opened(path: Path, tmp_path: Path, base: str | None = None) -> Trees:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    return open_trees(path, base=base, scratch=scratch)


def files(root: Path) -> dict[str, str]:
    return {each.relative_to(root).as_posix(): each.read_text() for each in root.rglob("*") if each.is_file()}


def test_a_checkout_is_what_a_commit_of_everything_would_have(tmp_path: Path) -> None:
    place = tmp_path / "r"
    commit = committed(place, {"a.py": "old\n", "gone.py": "x\n", ".gitignore": "*.log\n", "sub/b.py": "b\n"})
    written(place, {"a.py": "new\n", "c.py": "not tracked\n", "x.log": "ignored\n"})
    (place / "gone.py").unlink()
    trees = opened(place, tmp_path, base="main")
    assert files(trees.now.root) == {
        "a.py": "new\n", "c.py": "not tracked\n", ".gitignore": "*.log\n", "sub/b.py": "b\n",
    }  # fmt: skip
    assert trees.base is not None
    assert files(trees.base.root) == {"a.py": "old\n", "gone.py": "x\n", ".gitignore": "*.log\n", "sub/b.py": "b\n"}
    assert (trees.now.file_count, trees.base.file_count, trees.base.revision) == (4, 4, commit)
    assert (trees.now.what, trees.now.revision) == ("r, with what is not committed", None)
    assert trees.base.what == f"main ({commit[:12]})"
    assert [trees.is_same_file(each) for each in ("a.py", "sub/b.py", "gone.py", "c.py", ".", "sub")] == [
        False, True, False, False, False, False,
    ]  # fmt: skip


def test_a_directory_of_a_checkout_is_compared_with_itself_in_the_base(tmp_path: Path) -> None:
    committed(tmp_path / "r", {"sub/b.py": "b\n", "a.py": "a\n"})
    trees = opened(tmp_path / "r" / "sub", tmp_path, base="HEAD")
    assert trees.base is not None
    assert files(trees.now.root) == files(trees.base.root) == {"b.py": "b\n"}


def test_nothing_that_a_repository_configures_is_run_or_changes_what_is_read(tmp_path: Path) -> None:
    place = tmp_path / "r"
    committed(place, {"a.txt": "line\n", ".gitattributes": "*.txt filter=evil eol=crlf export-ignore\n"})
    for key in ("core.fsmonitor", "filter.evil.smudge", "filter.evil.clean"):
        git(place, "config", key, f"touch {tmp_path}/ran; cat")
    trees = opened(place, tmp_path, base="HEAD")
    assert trees.base is not None
    assert (trees.base.root / "a.txt").read_bytes() == b"line\n"
    assert not (tmp_path / "ran").exists()


def test_a_link_is_left_out_by_name_and_is_the_same_when_it_leads_to_the_same(tmp_path: Path) -> None:
    place = tmp_path / "r"
    committed(place, {"a.py": "a\n"})
    for name in ("kept", "moved"):
        (place / name).symlink_to("/etc/passwd")
    committed(place, {})
    (place / "moved").unlink()
    (place / "moved").symlink_to("/etc/shadow")
    (place / "new").symlink_to("a.py")
    trees = opened(place, tmp_path, base="HEAD")
    assert files(trees.now.root) == {"a.py": "a\n"}
    assert [(each.path, each.why, each.leads_to) for each in trees.now.left_out] == [
        ("kept", "is a link, which is not followed", "/etc/passwd"),
        ("moved", "is a link, which is not followed", "/etc/shadow"),
        ("new", "is a link, which is not followed", "a.py"),
    ]
    assert [trees.is_same_file(each) for each in ("kept", "moved", "new")] == [True, False, False]


def test_what_git_lists_below_a_directory_that_is_a_link_now_is_not_read_through_it(tmp_path: Path) -> None:
    place = tmp_path / "r"
    committed(place, {"a.py": "a\n", "sub/deep/hostname": "mine\n"})
    elsewhere = written(tmp_path / "elsewhere", {"deep/hostname": "of the machine\n"})
    for each in ("sub/deep/hostname", "sub/deep", "sub"):
        (place / each).unlink() if (place / each).is_file() else (place / each).rmdir()
    (place / "sub").symlink_to(elsewhere)
    trees = opened(place, tmp_path)
    assert files(trees.now.root) == {"a.py": "a\n"}
    assert [(each.path, each.leads_to) for each in trees.now.left_out] == [("sub", str(elsewhere))]


def test_what_a_sparse_checkout_leaves_out_is_judged_as_git_has_it(tmp_path: Path) -> None:
    place = tmp_path / "r"
    committed(place, {"seen/a.py": "a\n"})
    (place / "there").symlink_to("seen")
    committed(place, {"hidden/b.py": "b\n"})
    git(place, "sparse-checkout", "set", "--no-cone", "seen/")
    assert not (place / "hidden").exists()
    trees = opened(place, tmp_path, base="HEAD~1")
    assert files(trees.now.root) == {"seen/a.py": "a\n", "hidden/b.py": "b\n"}
    assert [(each.path, each.leads_to) for each in trees.now.left_out] == [("there", "seen")]


def test_another_repository_inside_is_named_and_is_never_the_same(tmp_path: Path) -> None:
    place = tmp_path / "r"
    committed(place, {"a.py": "a\n"})
    committed(place / "inner", {"b.py": "b\n"})
    committed(place, {})
    trees = opened(place, tmp_path, base="HEAD")
    assert trees.base is not None
    for tree in (trees.now, trees.base):
        assert [(each.path, each.unread.why) for each in tree.left_out] == [("inner", "is another repository")]
    assert not trees.is_same_file("inner")


def test_what_cannot_be_looked_at_for_its_kind_is_bad_input(tmp_path: Path) -> None:
    # Root may look everywhere: a name that is too long is an error for it as well.
    with pytest.raises(InputError, match="cannot be read: File name too long"):
        pack_files(tmp_path, ["a" * 300], tmp_path / "a.zip")


def test_a_plain_directory_is_all_that_is_in_it(tmp_path: Path) -> None:
    place = written(tmp_path / "plain", {"b.py": "b\n", "a/c.log": "c\n"})
    (place / "fifo").unlink(missing_ok=True)
    os.mkfifo(place / "fifo")
    (place / "there").symlink_to("/etc")
    trees = opened(place, tmp_path)
    assert (files(trees.now.root), trees.base) == ({"b.py": "b\n", "a/c.log": "c\n"}, None)
    assert [(each.path, each.why) for each in trees.now.left_out] == [
        ("fifo", "is not a regular file"), ("there", "is a link, which is not followed"),
    ]  # fmt: skip
    assert not trees.is_same_file("b.py")


def test_the_base_may_be_another_directory_or_an_archive(tmp_path: Path) -> None:
    before = written(tmp_path / "before", {"a.py": "old\n"})
    pack_files(before, names_below(before), tmp_path / "before.zip")
    for number, base in enumerate((before, tmp_path / "before.zip")):
        place = tmp_path / str(number)
        place.mkdir()
        trees = opened(written(tmp_path / "now", {"a.py": "new\n"}), place, base=str(base))
        assert trees.base is not None
        assert files(trees.base.root) == {"a.py": "old\n"}
        assert (trees.base.revision, trees.base.left_out) == (None, ())


def test_the_same_files_make_the_same_archive(tmp_path: Path) -> None:
    for name in ("x", "y"):
        written(tmp_path / name, {"b.py": "b\n", "a.py": "a\n"})
        os.utime(tmp_path / name / "a.py", (1, 1 if name == "x" else 2**31))
        pack_files(tmp_path / name, names_below(tmp_path / name), tmp_path / f"{name}.zip")
    assert (tmp_path / "x.zip").read_bytes() == (tmp_path / "y.zip").read_bytes()


@pytest.mark.parametrize(
    ("path", "base", "said"),
    [
        ("nowhere", None, "there is no such directory or archive"),
        ("r", "nope", "--base nope: neither a revision of the repository of"),
        ("r", "--output=/tmp/x", "--base --output=/tmp/x: neither"),
        ("plain", "HEAD", "--base HEAD: neither"),
        ("r/.git", "HEAD", "--base HEAD: neither"),
        ("plain", "../plain", r"--base \.\./plain: is the tree itself, since which nothing is new"),
    ],
)
def test_what_is_not_there_is_said_with_what_to_write(
    path: str, base: str | None, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    committed(tmp_path / "r", {"a.py": "a\n"})
    written(tmp_path / "plain", {"a.py": "a\n"})
    monkeypatch.chdir(tmp_path / "plain")
    with pytest.raises(InputError, match=said):
        opened(tmp_path / path, tmp_path, base=base)


def test_what_no_gate_takes_is_refused_with_which_tree_it_is(tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match="the archive holds no file"):
        opened(written(tmp_path / "empty", {}) if (tmp_path / "empty").mkdir() is None else tmp_path, tmp_path)
    big = written(tmp_path / "big", {"a.py": "a\n"})
    with (big / "large.bin").open("wb") as file:
        file.truncate(10 * 1024 * 1024 + 1)
    (tmp_path / "2").mkdir()
    with pytest.raises(RefusedError, match=r"large\.bin: has 10,485,761 bytes, and may have 10,485,760"):
        opened(big, tmp_path / "2")


def test_an_empty_base_is_refused_and_not_taken_for_a_clean_one(tmp_path: Path) -> None:
    place = tmp_path / "r"
    committed(place, {})
    written(place, {"a.py": "a\n"})
    with pytest.raises(RefusedError, match=r"HEAD \([0-9a-f]{12}\): the archive holds no file"):
        opened(place, tmp_path, base="HEAD")
