"""git is asked about the place that was named, whatever the caller's environment says of another one."""

from pathlib import Path

import pytest

from foundation.errors import InputError
from foundation.processes.git import answer, ask, environment, find_commit
from tests.repositories import committed


def test_what_is_of_one_repository_is_not_heard_and_what_an_operator_says_of_all_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_EXTERNAL_DIFF", "GIT_SSH_COMMAND"):
        monkeypatch.setenv(name, "/elsewhere")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "safe.directory")
    found = {name for name in environment() if name.startswith("GIT_")}
    assert found == {
        "GIT_CONFIG_GLOBAL", "GIT_CONFIG_KEY_0", "GIT_NO_REPLACE_OBJECTS", "GIT_NO_LAZY_FETCH", "GIT_ALLOW_PROTOCOL",
        "GIT_OPTIONAL_LOCKS", "GIT_TERMINAL_PROMPT",
    }  # fmt: skip
    assert environment()["PATH"]


def test_a_hooks_repository_is_not_the_one_that_is_asked_about(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here, other = committed(tmp_path / "here", {"a": "1"}), committed(tmp_path / "other", {"a": "2"})
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "other" / ".git"))
    assert here != other
    assert find_commit(tmp_path / "here", "HEAD") == here
    assert answer(tmp_path / "here", "show", "HEAD:a") == b"1"


def test_what_it_refuses_is_none_and_its_words_are_there(tmp_path: Path) -> None:
    assert answer(tmp_path, "rev-parse", "HEAD") is None
    done = ask(tmp_path, "rev-parse", "HEAD")
    assert (done.returncode, b"not a git repository" in done.stderr) == (128, True)


def test_without_git_it_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(InputError, match="git is not installed"):
        answer(tmp_path, "status")
