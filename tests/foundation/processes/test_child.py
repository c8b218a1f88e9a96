"""What is started ends with who started it, however that one ended, and nothing that it started is left."""

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


def within_two_seconds(holds: Callable[[], bool]) -> bool:
    give_up_at = time.monotonic() + 2
    while not holds() and time.monotonic() < give_up_at:
        time.sleep(0.01)
    return holds()


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
    assert within_two_seconds(lambda: naps() == NAPS)
    return parent, kept_by


def end(parent: "subprocess.Popen[str]") -> None:
    parent.kill()
    parent.communicate()


def test_a_parent_that_is_killed_takes_all_of_them_with_it() -> None:
    parent, _ = a_parent()
    end(parent)
    assert within_two_seconds(lambda: not naps())


def test_a_keeper_that_is_killed_is_missed_by_who_watches_it() -> None:
    """Only what left the session by itself has nobody then."""
    parent, kept_by = a_parent(leaves="")
    os.kill(kept_by, signal.SIGKILL)
    assert within_two_seconds(lambda: not naps())
    end(parent)


def test_a_command_that_is_killed_leaves_nothing_that_it_started() -> None:
    parent, kept_by = a_parent()
    (command,) = (each for each in psutil.Process(kept_by).children() if each.cmdline()[-1:] == ["614"])
    command.kill()
    assert within_two_seconds(lambda: not naps())
    end(parent)


def test_a_watcher_that_is_killed_is_replaced() -> None:
    with Child(["sleep", "600"]) as child:
        kept_by = psutil.Process(child.pid)

        def watchers() -> list[psutil.Process]:
            return [each for each in kept_by.children() if child.token in each.cmdline()]

        assert within_two_seconds(lambda: len(watchers()) == 1)
        (first,) = watchers()
        first.kill()
        assert within_two_seconds(lambda: watchers() not in ([], [first]))
        child.kill()


def test_what_is_kept_outlives_its_parent_and_is_kept_as_before() -> None:
    parent, kept_by = a_parent("child.keep()")
    end(parent)
    assert naps() == NAPS
    os.kill(kept_by, signal.SIGTERM)
    assert within_two_seconds(lambda: not naps())


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
        assert beside.poll() is None
        main.terminate()
        assert (main.wait(2), beside.wait(2)) == (-signal.SIGTERM, 137)


def test_one_that_is_kept_and_dropped_before_it_has_begun_goes_on() -> None:
    child = Child(["sleep", "600"])
    child.send_signal(signal.SIGSTOP)
    child.keep()
    child.send_signal(signal.SIGCONT)
    assert within_two_seconds(lambda: any(each.name() == "sleep" for each in psutil.Process(child.pid).children()))
    time.sleep(0.1)
    assert child.poll() is None
    child.kill()
    child.wait()


def test_a_value_that_is_dropped_ends_its_child() -> None:
    pid = Child(["sleep", "600"]).pid
    assert within_two_seconds(lambda: psutil.Process(pid).status() == psutil.STATUS_ZOMBIE)


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
    """Two ask git, which answers in milliseconds; a sample of a load test has it as a text that is looked at by a gate."""
    starting = {str(path.relative_to(ROOT)) for path in MODULES if STARTS.search(path.read_text())}
    assert starting == {
        "foundation/processes/child.py", "foundation/processes/keeper.py", "infra/checkout.py",
        "loadtests/sample.py", "sre/jobs/objectives/revision.py",
    }  # fmt: skip


def test_every_process_is_found_where_there_is_no_proc() -> None:
    me = keeper._processes()[os.getpid()]
    listed = dict(keeper._listed())
    assert listed[os.getpid()] == me == (os.getppid(), os.getsid(0))
