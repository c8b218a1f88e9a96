"""What git is asked, whatever a repository or the environment of a caller would have it do."""

import os
import shutil
from pathlib import Path

import pytest

import sre.jobs.judge.git as asked
from foundation.errors import InputError, RefusedError
from foundation.processes.git import find_commit
from sre.jobs.judge.git import (
    Entry,
    EntryKind,
    contents_of,
    entries_not_here,
    entries_of,
    files_here,
    is_checkout,
)
from tests.repositories import committed, git, written


@pytest.fixture
def place(tmp_path: Path) -> Path:
    committed(tmp_path / "r", {"a.py": "a\n"})
    return tmp_path / "r"


def test_variables_that_name_another_repository_are_not_passed_on(
    place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = git(place, "rev-parse", "HEAD")
    committed(tmp_path / "other", {"b.py": "b\n"})
    # As git itself sets them for what its hooks start.
    for name, value in (("GIT_DIR", ".git"), ("GIT_INDEX_FILE", ".git/index"), ("GIT_WORK_TREE", ".")):
        monkeypatch.setenv(name, str(tmp_path / "other" / value))
    assert (find_commit(place, "HEAD"), [each.path for each in entries_of(place, "HEAD")]) == (ours, ["a.py"])


def test_what_an_operator_says_of_git_as_a_whole_is_passed_on(
    place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(tmp_path, {"broken": "[core\n"})
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "broken"))
    with pytest.raises(InputError, match="git does not open the repository that it is in: fatal: bad config"):
        is_checkout(place)


def test_a_commit_that_somebody_has_replaced_here_is_what_it_was(place: Path) -> None:
    before = git(place, "rev-parse", "HEAD")
    committed(place, {"b.py": "b\n"})
    git(place, "replace", before, "HEAD")
    assert [each.path for each in entries_of(place, before)] == ["a.py"]


def test_contents_that_a_clone_has_not_are_fetched_by_no_program_of_its_configuration(
    place: Path, tmp_path: Path
) -> None:
    committed(place, {"a.py": "other\n"})
    git(place, "config", "uploadpack.allowFilter", "true")
    git(tmp_path, "clone", "--quiet", "--filter=blob:none", f"file://{place}", "clone")
    clone, program = tmp_path / "clone", tmp_path / "program"
    program.write_text(f'#!/bin/sh\ntouch {tmp_path}/ran\nexec git-upload-pack "$@"\n')
    program.chmod(0o755)
    git(clone, "config", "remote.origin.uploadpack", str(program))
    with pytest.raises(InputError, match=r"git has no content of a\.py; fetch the commit whole"):
        list(contents_of(clone, entries_of(clone, "HEAD~1"), most_bytes=100))
    assert not (tmp_path / "ran").exists()


def test_a_content_is_not_read_beyond_a_bound(place: Path) -> None:
    entries = entries_of(place, "HEAD")
    assert [content for _, content in contents_of(place, entries, most_bytes=2)] == [b"a\n"]
    with pytest.raises(RefusedError, match=r"a\.py: has 2 bytes, and may have 1"):
        list(contents_of(place, entries, most_bytes=1))


@pytest.mark.parametrize("revision", ["HEAD", "main", ":/m", "HEAD^{/m}", "main@{0}"])
def test_whatever_names_a_commit_finds_it(revision: str, place: Path) -> None:
    assert find_commit(place, revision) == git(place, "rev-parse", "HEAD")


@pytest.mark.parametrize("revision", ["^HEAD", "HEAD:a.py", "HEAD^{tree}", "HEAD..main", "-h", "HEAD main", "HEAD~1"])
def test_what_is_no_commit_is_none(revision: str, place: Path) -> None:
    assert find_commit(place, revision) is None


def test_a_repository_that_git_does_not_open_is_an_error_and_no_plain_directory(place: Path) -> None:
    # As it is with one that somebody else owns, which a test cannot make.
    (place / ".git" / "config").write_text("[core]\n\tbare = no boolean\n")
    with pytest.raises(InputError, match="git does not open the repository that it is in: fatal: bad boolean"):
        is_checkout(place)


def test_without_git_a_plain_directory_is_one_and_a_checkout_is_an_error(
    place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    below = written(place / "below", {"b.py": "b\n"})
    plain = written(tmp_path / "plain", {"a.py": "a\n"})
    monkeypatch.setenv("PATH", str(tmp_path))
    assert shutil.which("git") is None
    assert not is_checkout(plain)
    for directory in (place, below):
        with pytest.raises(InputError, match="is a checkout of git, which is not installed"):
            is_checkout(directory)


def test_what_a_sparse_checkout_leaves_out_is_told_and_what_was_deleted_is_not(place: Path) -> None:
    (place / "elsewhere").symlink_to("a.py")
    committed(place, {"hidden/b.py": "b\n", "seen/c.py": "c\n", "seen/d.py": "d\n"})
    assert entries_not_here(place) == []
    git(place, "sparse-checkout", "set", "--no-cone", "seen/")
    (place / "seen" / "d.py").unlink()
    entries = entries_not_here(place)
    assert [(each.path, each.kind.value) for each in entries] == [
        ("a.py", "a file"), ("elsewhere", "a link"), ("hidden/b.py", "a file"),
    ]  # fmt: skip
    assert [content for _, content in contents_of(place, entries, most_bytes=100)] == [b"a\n", b"a.py", b"b\n"]


def test_a_directory_that_cannot_be_listed_is_an_error_and_is_not_passed_over(
    place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # git lists the rest, says so, and ends well; root lists all, so that this one says it.
    said = "warning: could not open directory 'closed/': Permission denied"
    written(tmp_path / "bin", {"git": f"#!/bin/sh\necho \"{said}\" >&2\nprintf 'a.py\\0'\n"})
    (tmp_path / "bin" / "git").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    with pytest.raises(InputError, match="git cannot list its files: warning: could not open directory 'closed/'"):
        files_here(place)


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
        assert find_commit(tmp_path / "r", name) == commit
    for name in ("nope", "HEAD~1", "HEAD:a.py", "--all", ""):
        assert find_commit(tmp_path / "r", name) is None


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
    assert [(entry.path, content) for entry, content in asked.contents_of(place, read, most_bytes=1_000)] == [
        ("a.py", b"one\n\ntwo"), ("empty", b""), ("link", b"a.py"),
    ]  # fmt: skip


@pytest.mark.parametrize("sha", ["0" * 40, "tree"])
def test_a_commit_whose_objects_are_not_here_is_no_empty_one(sha: str, tmp_path: Path) -> None:
    committed(tmp_path / "r", {"a.py": "a"})
    object_of = git(tmp_path / "r", "rev-parse", "HEAD^{tree}") if sha == "tree" else sha
    gone = Entry(path="a.py", sha=object_of, kind=EntryKind.FILE)
    with pytest.raises(InputError, match=r"git has no content of a\.py; fetch the commit whole"):
        list(asked.contents_of(tmp_path / "r", [gone], most_bytes=1_000))


def test_where_git_refuses_nothing_is_taken_for_an_empty_tree(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="git cannot list its files"):
        asked.files_here(tmp_path)
    with pytest.raises(InputError, match="git cannot list the files of HEAD"):
        asked.entries_of(tmp_path, "HEAD")


def test_a_git_that_does_not_answer_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("foundation.processes.git._SECONDS", 0.2)
    a_git(tmp_path / "bin", monkeypatch, "exec sleep 60")
    with pytest.raises(InputError, match=r"git did not answer within 0\.2 s"):
        asked.is_checkout(tmp_path)


def test_a_git_that_answers_no_like_a_yes_is_not_believed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    a_git(tmp_path / "bin", monkeypatch, "echo true; echo it is broken >&2; exit 1")
    with pytest.raises(InputError, match="git does not open the repository that it is in: it is broken"):
        asked.is_checkout(tmp_path)
