"""What is ended when a platform is taken down: all that is ours, and nothing of somebody else's."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from foundation.processes.identity import Identity, identity_of, my_identity
from sre.local.lifecycle import down, status
from sre.local.processes import Started, start, stop
from sre.local.status import Broken, Down, TakenDown
from tests.foundation.processes.test_child import BEGUN_SECONDS, watcher_of, within
from tests.sre.local.test_local import ENVIRONMENT, a_platform


def test_stop_ends_a_process_its_children_and_its_orphans(tmp_path: Path) -> None:
    # The middle process ends at once, so the innermost has no parent left that would lead to it.
    inner = "import time; time.sleep(600)"
    middle = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {inner!r}])"
    outer = f"import subprocess, sys, time; subprocess.run([sys.executable, '-c', {middle!r}]); time.sleep(600)"
    starting = start("outer", [sys.executable, "-c", outer], environment=ENVIRONMENT, log=tmp_path / "log")
    started = starting.started
    deadline = time.monotonic() + 10
    while len(members := started.members()) != 4 and time.monotonic() < deadline:
        time.sleep(0.05)
    # With the keeper and who watches it.
    assert len(members) == 4
    stop([started])
    assert started.find() is None
    assert not any(member.is_running() and member.status() != psutil.STATUS_ZOMBIE for member in members)


def test_stop_insists_with_a_process_that_does_not_listen(tmp_path: Path) -> None:
    deaf = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(600)"
    )
    starting = start("deaf", [sys.executable, "-c", deaf], environment=ENVIRONMENT, log=tmp_path / "log")
    started = starting.started
    deadline = time.monotonic() + 10
    while "deaf" not in (tmp_path / "log").read_text() and time.monotonic() < deadline:
        time.sleep(0.05)
    stop([started], patience_seconds=0.2)
    assert started.find() is None


@pytest.fixture
def somebody_elses() -> Iterator["subprocess.Popen[bytes]"]:
    """A session that is not ours, whose leader runs."""
    with subprocess.Popen(["sleep", "600"], start_new_session=True) as other:
        yield other
        other.kill()


@pytest.fixture
def orphaned() -> Iterator[int]:
    """The number of a session that is not ours, whose leader has ended and left one behind."""
    with subprocess.Popen(["sh", "-c", "sleep 600 &"], start_new_session=True) as leader:
        leader.wait()
        yield leader.pid
        os.killpg(leader.pid, signal.SIGKILL)


def in_session(number: int) -> list[int]:
    return [
        each.pid
        for each in psutil.process_iter()
        if os.getsid(each.pid) == number and each.status() != psutil.STATUS_ZOMBIE
    ]


def test_a_number_that_was_given_to_somebody_elses_process_is_left_alone(
    tmp_path: Path, somebody_elses: "subprocess.Popen[bytes]"
) -> None:
    theirs = identity_of(somebody_elses.pid)
    assert theirs is not None
    ours = replace(theirs, created_seconds=theirs.created_seconds - 100)
    a_platform(tmp_path, Started(name="ministack", process=ours, token="t")).write()
    found = status(tmp_path)
    assert isinstance(found, Broken)
    assert found.ended == ("ministack",)
    pid = somebody_elses.pid
    said = f"process {pid} has the number of our ministack or of its session, and is not ours: it was left alone"
    assert down(tmp_path) == TakenDown(left_alone=(said,))
    assert somebody_elses.poll() is None
    assert status(tmp_path) == Down()


def test_after_a_start_of_the_machine_no_process_is_ours(
    tmp_path: Path, somebody_elses: "subprocess.Popen[bytes]"
) -> None:
    """Even one that was created as long after that start as ours was after the one before."""
    theirs = identity_of(somebody_elses.pid)
    assert theirs is not None
    before = replace(theirs, boot_id="00000000-0000-4000-8000-000000000000")
    a_platform(tmp_path, Started(name="ministack", process=before, token="t")).write()
    found = status(tmp_path)
    assert isinstance(found, Broken)
    assert found.reason.endswith("is broken (this machine was started again since)")
    taken = down(tmp_path)
    assert taken is not None
    assert len(taken.left_alone) == 1
    assert somebody_elses.poll() is None


@pytest.mark.parametrize("boot_id", ["00000000-0000-4000-8000-000000000000", None])
def test_a_session_of_our_number_whose_leader_has_ended_is_left_alone(
    tmp_path: Path, orphaned: int, boot_id: str | None
) -> None:
    """Of this start of the machine as well: what is in it was born after ours, and is not ours for that."""
    ours = Identity(pid=orphaned, created_seconds=0.5, boot_id=boot_id or my_identity().boot_id)
    a_platform(tmp_path, Started(name="ministack", process=ours, token="t")).write()
    left = in_session(orphaned)
    taken = down(tmp_path)
    assert taken is not None
    assert len(taken.left_alone) == len(left) == 1
    assert in_session(orphaned) == left


def test_a_session_of_ours_whose_keeper_was_killed_is_known_by_who_watches_it(tmp_path: Path) -> None:
    starting = start("slow", ["sleep", "600"], environment=ENVIRONMENT, log=tmp_path / "log")
    started = starting.started
    assert within(BEGUN_SECONDS, lambda: watcher_of(started.pid) is not None)
    watcher = watcher_of(started.pid)
    assert watcher is not None
    watcher.suspend()
    os.kill(started.pid, signal.SIGKILL)
    starting.child.wait()
    assert watcher in started.members()
    assert replace(started, token="another").members() == []
    stop([started], patience_seconds=0)
    assert in_session(started.pid) == []
