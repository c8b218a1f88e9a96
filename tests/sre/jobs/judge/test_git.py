"""What git says of a checkout, and what is said where it does not."""

import os
from pathlib import Path

import pytest

import sre.jobs.judge.git as asked
from foundation.errors import InputError
from sre.jobs.judge.git import Entry, EntryKind
from tests.sre.jobs.judge.repositories import committed, git, written


def a_git(directory: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """Another git on the PATH, which does this."""
    directory.mkdir()
    (directory / "git").write_text(f"#!/bin/sh\n{script}\n")
    (directory / "git").chmod(0o755)
    monkeypatch.setenv("PATH", f"{directory}{os.pathsep}{os.environ['PATH']}")


def test_a_checkout_is_known_from_a_directory_and_from_what_git_keeps_for_itself(tmp_path: Path) -> None:
    committed(tmp_path / "r", {"sub/a.py": "a"})
    (tmp_path / "plain").mkdir()
    places = (tmp_path / "r", tmp_path / "r/sub", tmp_path / "r/.git", tmp_path / "plain")
    assert [asked.is_checkout(each) for each in places] == [True, True, False, False]


def test_a_commit_is_found_by_what_names_it_and_nothing_else_is_one(tmp_path: Path) -> None:
    commit = committed(tmp_path / "r", {"a.py": "a"})
    git(tmp_path / "r", "tag", "--annotate", "--message=m", "v1")
    for name in ("main", "HEAD", "v1", commit, commit[:10]):
        assert asked.find_commit(tmp_path / "r", name) == commit
    for name in ("nope", "HEAD~1", "HEAD:a.py", "--all", ""):
        assert asked.find_commit(tmp_path / "r", name) is None


def test_each_file_here_is_named_once_though_it_may_be_in_conflict(tmp_path: Path) -> None:
    place = tmp_path / "r"
    committed(place, {"b.py": "one\n", "a b.py": "x"})
    git(place, "checkout", "--quiet", "-b", "other")
    committed(place, {"b.py": "two\n"})
    git(place, "checkout", "--quiet", "main")
    committed(place, {"b.py": "three\n"})
    with pytest.raises(Exception, match="merge"):
        git(place, "merge", "other")
    written(place, {"é.py": "new"})
    assert asked.files_here(place) == ["a b.py", "b.py", "é.py"]


def test_what_a_commit_has_is_told_with_its_kind_and_its_bytes(tmp_path: Path) -> None:
    place = tmp_path / "r"
    committed(place, {"a.py": "one\n\ntwo", "empty": ""})
    (place / "link").symlink_to("a.py")
    inner = committed(place / "inner", {"x": "x"})
    commit = committed(place, {})
    entries = asked.entries_of(place, commit)
    assert [(each.path, each.kind) for each in entries] == [
        ("a.py", EntryKind.FILE), ("empty", EntryKind.FILE), ("inner", EntryKind.REPOSITORY), ("link", EntryKind.LINK),
    ]  # fmt: skip
    assert entries[2].sha == inner
    read = [each for each in entries if each.kind is not EntryKind.REPOSITORY]
    assert [(entry.path, content) for entry, content in asked.contents_of(place, read)] == [
        ("a.py", b"one\n\ntwo"), ("empty", b""), ("link", b"a.py"),
    ]  # fmt: skip


@pytest.mark.parametrize("sha", ["0" * 40, "tree"])
def test_a_commit_whose_objects_are_not_here_is_no_empty_one(sha: str, tmp_path: Path) -> None:
    committed(tmp_path / "r", {"a.py": "a"})
    object_of = git(tmp_path / "r", "rev-parse", "HEAD^{tree}") if sha == "tree" else sha
    gone = Entry(path="a.py", sha=object_of, kind=EntryKind.FILE)
    with pytest.raises(InputError, match=r"git has no content of a\.py; fetch the commit whole"):
        list(asked.contents_of(tmp_path / "r", [gone]))


def test_where_git_refuses_nothing_is_taken_for_an_empty_tree(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="git cannot list its files"):
        asked.files_here(tmp_path)
    with pytest.raises(InputError, match="git cannot list the files of HEAD"):
        asked.entries_of(tmp_path, "HEAD")


def test_without_git_it_is_said_what_goes_without_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(InputError, match=r"git is not installed; without it a directory is judged by itself"):
        asked.is_checkout(tmp_path)


def test_a_git_that_does_not_answer_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sre.jobs.judge.git._SECONDS", 0.2)
    a_git(tmp_path / "bin", monkeypatch, "exec sleep 60")
    with pytest.raises(InputError, match=r"git did not answer within 0\.2 s"):
        asked.is_checkout(tmp_path)


def test_a_git_that_answers_no_like_a_yes_is_believed_by_its_exit_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_git(tmp_path / "bin", monkeypatch, "echo true; exit 1")
    assert not asked.is_checkout(tmp_path)
