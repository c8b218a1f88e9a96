"""What is started ends with who started it, however that one ended, and nothing that it started is left."""

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

import foundation.processes.keeper as keeper
from foundation.processes.child import Child, run_child
from infra.checkout import ROOT
from tests.source_code import MODULES

# A parent with a child that has a child, one whose parent is gone, and one that `{leaves}` the session.
PARENT = """
import subprocess, sys, time
from foundation.processes.child import Child
child = Child(["sh", "-c", "sleep 611 & {leaves} sleep 612 & (sleep 613 &) ; echo $$; exec sleep 614"], stdout=subprocess.PIPE)
child.stdout.readline()
{more}
print(child.pid, flush=True)
time.sleep(600)
"""
STARTS = re.compile(
    r"\bsubprocess\.(Popen[(\[]|run\(|call\(|check_)|\bos\.(fork|forkpty|popen|system|posix_spawnp?)\(|\bcreate_subprocess_"
)
NAPS = {"611", "612", "613", "614"}
# What a busy machine may take to start an interpreter or two, which says nothing; and to end what was told to end.
BEGUN_SECONDS, ENDED_SECONDS = 30.0, 10.0


def naps() -> set[str]:
    """The stand-ins that run, of this test run and no other: they are known by their environment."""
    found: set[str] = set()
    for process in psutil.process_iter():
        try:
            command = process.cmdline()
            if command[:1] == ["sleep"] and process.environ().get("NAPS_OF") == str(os.getpid()):
                found.add(command[1])
        except psutil.Error:
            continue
    return found


def within(seconds: float, holds: Callable[[], bool]) -> bool:
    give_up_at = time.monotonic() + seconds
    while not (it_holds := holds()) and time.monotonic() < give_up_at:
        time.sleep(0.01)
    return it_holds


def watcher_of(kept_by: int) -> psutil.Process | None:
    """Who watches a keeper; None before its command has begun: until then that one looks the same."""
    alike: list[psutil.Process] = []
    others: list[psutil.Process] = []
    with contextlib.suppress(psutil.Error):
        for each in psutil.Process(kept_by).children():
            with contextlib.suppress(psutil.Error):  # it has ended
                (alike if keeper.__file__ in each.cmdline() else others).append(each)
    return alike[0] if others and len(alike) == 1 else None


def goes_on(kept_by: int) -> bool:
    """Whether a keeper goes on, after all that came by its pipes before this call: it still replaces who watches it.

    Twice, for the first may be replaced in a turn that began before; a turn looks at the pipes first.
    """
    for _ in range(2):
        assert within(BEGUN_SECONDS, lambda: watcher_of(kept_by) is not None)
        watcher = watcher_of(kept_by)
        assert watcher is not None
        watcher.kill()
        if not within(ENDED_SECONDS, lambda killed=watcher: watcher_of(kept_by) not in (None, killed)):
            return False
    return True


def a_parent(more: str = "", *, leaves: str = "setsid") -> "tuple[subprocess.Popen[str], int]":
    environment = {**os.environ, "NAPS_OF": str(os.getpid()), "PYTHONPATH": str(ROOT)}
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT.format(more=more, leaves=leaves)],
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    )
    assert parent.stdout is not None
    kept_by = int(parent.stdout.readline())
    assert within(BEGUN_SECONDS, lambda: naps() == NAPS and watcher_of(kept_by) is not None)
    return parent, kept_by


def end(parent: "subprocess.Popen[str]") -> None:
    parent.kill()
    parent.communicate()


def test_a_parent_that_is_killed_takes_all_of_them_with_it() -> None:
    parent, _ = a_parent()
    end(parent)
    assert within(ENDED_SECONDS, lambda: not naps())


def test_a_keeper_that_is_killed_is_missed_by_who_watches_it() -> None:
    """Only what left the session by itself has nobody then."""
    parent, kept_by = a_parent(leaves="")
    os.kill(kept_by, signal.SIGKILL)
    assert within(ENDED_SECONDS, lambda: not naps())
    end(parent)


def test_a_command_that_is_killed_leaves_nothing_that_it_started() -> None:
    parent, kept_by = a_parent()
    (command,) = (each for each in psutil.Process(kept_by).children() if each.cmdline()[-1:] == ["614"])
    command.kill()
    assert within(ENDED_SECONDS, lambda: not naps())
    end(parent)


def test_a_watcher_that_is_killed_is_replaced() -> None:
    with Child(["sleep", "600"]) as child:
        assert goes_on(child.pid)
        child.kill()


def test_what_is_kept_outlives_its_parent_and_is_kept_as_before() -> None:
    parent, kept_by = a_parent("child.keep()")
    end(parent)
    assert goes_on(kept_by)
    assert naps() == NAPS
    os.kill(kept_by, signal.SIGTERM)
    assert within(ENDED_SECONDS, lambda: not naps())


def test_one_whose_parent_is_gone_before_it_began_starts_nothing(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.close(writing)
    done = subprocess.run(
        [sys.executable, "-I", "-S", keeper.__file__, "token", str(reading), "-", "-", "touch", str(tmp_path / "made")],
        pass_fds=(reading,), check=False,
    )  # fmt: skip
    os.close(reading)
    assert done.returncode == 137
    assert list(tmp_path.iterdir()) == []


def test_one_ends_with_what_holds_the_other_end_of_its_pipe() -> None:
    ending, living = os.pipe()
    with Child(["sleep", "600"], holds=living) as main, Child(["sleep", "600"], ends_with=ending) as beside:
        os.close(living)
        os.close(ending)
        assert goes_on(main.pid)
        assert goes_on(beside.pid)
        main.terminate()
        assert (main.wait(ENDED_SECONDS), beside.wait(ENDED_SECONDS)) == (-signal.SIGTERM, 137)


def test_one_that_is_kept_and_dropped_before_it_has_begun_goes_on() -> None:
    child = Child(["sleep", "600"])
    child.send_signal(signal.SIGSTOP)
    child.keep()
    child.send_signal(signal.SIGCONT)
    assert goes_on(child.pid)
    assert child.poll() is None
    child.kill()
    child.wait()


def test_a_value_that_is_dropped_ends_its_child() -> None:
    pid = Child(["sleep", "600"]).pid
    # It may have to begin before it sees that.
    assert within(BEGUN_SECONDS, lambda: psutil.Process(pid).status() == psutil.STATUS_ZOMBIE)


@pytest.mark.parametrize(
    ("command", "code"), [("exit 7", 7), ("kill -SEGV $$", -signal.SIGSEGV), ("kill -KILL $$", -signal.SIGKILL)]
)
def test_it_ends_as_its_command_ends(command: str, code: int) -> None:
    assert run_child(["sh", "-c", command]).returncode == code


def test_what_a_command_prints_is_had_and_one_that_is_not_there_is_named() -> None:
    done = run_child(["sh", "-c", "echo out; echo err >&2; pwd"], cwd=Path("/"))
    assert (done.stdout, done.stderr, done.returncode) == ("out\n/\n", "err\n", 0)
    missing = run_child(["/nowhere/at-all"])
    assert (missing.stderr, missing.returncode) == (
        "/nowhere/at-all: cannot be started: No such file or directory\n", 127,
    )  # fmt: skip


def test_a_pipe_of_the_caller_reaches_the_command_and_is_closed_when_that_closes_it() -> None:
    reading, writing = os.pipe()
    program = f"import os, time; os.write({writing}, b'hello'); os.close({writing}); time.sleep(600)"
    with Child([sys.executable, "-c", program], inherited=(writing,)) as child:
        os.close(writing)
        assert os.read(reading, 100) == b"hello"
        assert os.read(reading, 100) == b""
        assert child.poll() is None
        child.kill()
    os.close(reading)


def test_no_process_is_started_but_by_one_that_keeps_it() -> None:
    """Two ask git, which answers in milliseconds; a sample of a load test has it as a text that is looked at by a gate.

    A sandbox's supervisor is the first process of a namespace, which ends with it; what drives a tree's tests runs in one.
    """
    starting = {str(path.relative_to(ROOT)) for path in MODULES if STARTS.search(path.read_text())}
    assert starting == {
        "foundation/processes/child.py", "foundation/processes/git.py", "foundation/processes/keeper.py",
        "foundation/sandbox/supervisor.py",
        "loadtests/sample.py", "sre/jobs/judge/git.py",
        "tdeveloper/gates/testing/inside/drive.py",
    }  # fmt: skip


def test_every_process_is_found_where_there_is_no_proc() -> None:
    me = keeper._processes()[os.getpid()]
    listed = dict(keeper._listed())
    assert listed[os.getpid()] == me == (os.getppid(), os.getsid(0))
