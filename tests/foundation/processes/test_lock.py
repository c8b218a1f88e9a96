"""One run owns a directory: a second one is told who has it, changes nothing, and a killed owner's is free at once."""

import errno
import fcntl
import json
import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

import foundation.processes.lock as lock
from foundation.errors import InputError
from foundation.processes.identity import my_identity
from foundation.processes.lock import LOCK_NAME, OwnedError, owner_of, owning
from infra.checkout import ROOT

OWNER = """
import sys, time
from pathlib import Path
from foundation.processes.lock import owning
with owning(Path(sys.argv[1]), instead=""):
    print("owns", flush=True)
    time.sleep(600)
"""


def own(directory: Path) -> None:
    with owning(directory, instead="take another"):
        pass


def content(**changed: object) -> str:
    process = {**asdict(my_identity()), **changed}
    return json.dumps({"process": process, "command": "sre check", "since": "2026-11-29T01:00:00Z"})


def test_who_is_refused_is_told_who_has_it_and_has_changed_nothing(tmp_path: Path) -> None:
    (tmp_path / "load-result.json").write_text("the last good one")
    with owning(tmp_path, instead=""):
        before = {each.name: each.read_bytes() for each in tmp_path.iterdir()}
        with pytest.raises(OwnedError) as refused:
            own(tmp_path)
        command = shlex.join([Path(sys.argv[0]).name, *sys.argv[1:]])
        owner = owner_of(tmp_path)
        assert owner is not None
        since = owner.since.isoformat(timespec="seconds")
        assert str(refused.value) == (
            f"{tmp_path} is in use by process {os.getpid()} (`{command}`) since {since}; take another"
        )
        assert {each.name: each.read_bytes() for each in tmp_path.iterdir()} == before
    assert [each.name for each in tmp_path.iterdir()] == ["load-result.json"]
    own(tmp_path)


def test_two_directories_are_two_runs(tmp_path: Path) -> None:
    with owning(tmp_path / "a", instead=""), owning(tmp_path / "b", instead=""):
        assert owner_of(tmp_path / "a") is not None
    # What was made for the run and has nothing in it goes with it.
    assert list(tmp_path.iterdir()) == []


def test_a_directory_whose_owner_was_killed_is_free_at_once(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", OWNER, str(tmp_path)], stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as owner:
        assert owner.stdout is not None
        owner.stdout.readline()
        with pytest.raises(OwnedError, match=f"process {owner.pid} "):
            own(tmp_path)
        owner.send_signal(signal.SIGKILL)
        owner.wait()
    assert (tmp_path / LOCK_NAME).exists()
    assert owner_of(tmp_path) is None
    own(tmp_path)


@pytest.mark.parametrize(
    "left",
    [
        content(created_seconds=my_identity().created_seconds - 5), content(boot_id="of an earlier start"),
        content(pid=2**22 - 1), "", "{", "[]", content(created_seconds="soon"), "\x00" * 100,
    ],
    ids=(
        "another start of a process", "another start of the machine", "no process", "nothing", "a cut text", "a list",
        "a key too many", "a full disk's zeros",
    ),
)  # fmt: skip
def test_what_an_owner_left_that_is_gone_keeps_nobody_away(tmp_path: Path, left: str) -> None:
    """After a start of the machine, and where its number is somebody else's today."""
    (tmp_path / LOCK_NAME).write_text(left)
    with owning(tmp_path, instead=""):
        owner = owner_of(tmp_path)
        assert owner is not None
        assert owner.process == my_identity()


def test_who_has_locked_it_and_not_written_yet_has_it(tmp_path: Path) -> None:
    with (tmp_path / LOCK_NAME).open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(OwnedError, match="in use by another run that began just now; take another"):
            own(tmp_path)


def without_flock(_descriptor: int, _operation: int) -> None:
    raise OSError(errno.ENOLCK, "no locks available")


def test_without_flock_the_owner_that_still_runs_keeps_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock.fcntl, "flock", without_flock)
    with owning(tmp_path, instead=""), pytest.raises(OwnedError):
        own(tmp_path)
    own(tmp_path)


def test_a_lock_that_its_owner_removes_meanwhile_is_another_file_and_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else two would own the directory: one the file that was removed, one its successor."""
    flock: Callable[..., Any] = fcntl.flock
    calls: list[int] = []

    def removed_before(descriptor: int, operation: int) -> None:
        if not calls:
            (tmp_path / LOCK_NAME).unlink()
        calls.append(descriptor)
        flock(descriptor, operation)

    monkeypatch.setattr(lock.fcntl, "flock", removed_before)
    with owning(tmp_path, instead=""):
        assert owner_of(tmp_path) is not None
    assert len(calls) == 2


def test_a_directory_that_cannot_be_owned_is_bad_input(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot be made"):
        own(tmp_path / "file")
    (tmp_path / LOCK_NAME).symlink_to("/etc/hostname")
    with pytest.raises(InputError, match="cannot be written"):
        own(tmp_path)
