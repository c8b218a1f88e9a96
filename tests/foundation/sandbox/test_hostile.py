"""Programs that mean harm, in every sandbox that holds here: none succeeds, each ends within its limits, and nothing is left."""

import errno
import json
import os
import signal
import socket
import subprocess
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any

import pytest

from foundation.sandbox.model import (
    Absent,
    Exited,
    Mount,
    OutOfMemory,
    OutOfProcessorTime,
    OutOfTime,
    TooMuchOutput,
    Wanted,
    Why,
)
from tests.foundation.sandbox import hostile
from tests.foundation.sandbox.conftest import LIMITS, Here

pytestmark = pytest.mark.xdist_group("sandbox")
SECRET = "a-secret-of-the-parent"
REFUSED = {
    "shadow": "FileNotFoundError",
    "planted file": "FileNotFoundError",
    "planted file by dots": "FileNotFoundError",
    "file through the root of the first process": "PermissionError",
    "environments": "[]",
    "environment of the first process": "PermissionError",
    "memory of the first process": "PermissionError",
    "descriptors of the first process": "PermissionError",
    "block device": "FileNotFoundError",
    "sys": "FileNotFoundError",
    "tcp to the test": "ConnectionRefusedError",
    "tcp to the metadata": "OSError",
    "unix socket": "FileNotFoundError",
    "abstract socket": "ConnectionRefusedError",
    "netlink": "OSError",
    "packet": "OSError",
    "vsock": "OSError",
    "raw": "PermissionError",
    **{
        f"{call} {name}": "PermissionError" for call in ("unshare", "clone") for name in ("user", "mount", "net", "pid")
    },
    "clone3": "OSError",
    "mount": "PermissionError",
    "umount": "PermissionError",
    "ptrace": "PermissionError",
    "chroot": "PermissionError",
    "io_uring": "PermissionError",
    "keyctl": "PermissionError",
    "bpf": "PermissionError",
    "device": "PermissionError",
    "host name": "PermissionError",
    "limits up": "ValueError",
    "write /x": "OSError",
    "write /usr/x": "OSError",
    "write /dev/x": "OSError",
    "write /supervisor.py": "OSError",
    "write /tree/kept.txt": "OSError",
    "write /mounted/kept.txt": "OSError",
    "write /mounted/new.txt": "OSError",
    "chmod of the mounted": "OSError",
    "write /dev/shm/ok": "'written'",
    "write /tmp/ok": "'written'",
    "write /box/work/ok": "'written'",
}


@pytest.fixture
def looked(box: Here, open_directory: Callable[[], Path]) -> dict[str, Any]:
    """What a program found that looks for everything, once in each sandbox; what it looks for is really there meanwhile."""
    return _look(box, open_directory)


@cache
def _look(box: Here, open_directory: Callable[[], Path]) -> dict[str, Any]:
    outside = open_directory()
    (outside / "planted.txt").write_text("of the host")
    tree, mounted = open_directory(), open_directory()
    for each in (tree, mounted):
        (each / "kept.txt").write_text("kept")
        (each / "kept.txt").chmod(0o666)
    with ExitStack() as stack:
        server = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        server.settimeout(0)
        datagrams = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        datagrams.bind(("127.0.0.1", 0))
        datagrams.settimeout(0)
        abstract = f"sandbox-test-{os.getpid()}"
        for address in (str(outside / "socket"), f"\0{abstract}"):
            one = stack.enter_context(socket.socket(socket.AF_UNIX))
            one.bind(address)
            one.listen()
        (outside / "socket").chmod(0o777)
        keeper = stack.enter_context(
            subprocess.Popen(["sleep", "600"], env={"SECRET": SECRET, "PATH": os.environ["PATH"]})
        )
        stack.callback(keeper.kill)
        ran = box.run(
            hostile.LOOKING, str(outside / "planted.txt"), SECRET, str(server.getsockname()[1]),
            str(datagrams.getsockname()[1]), str(outside / "socket"), abstract,
            tree=tree, mounts=(Mount(source=mounted, at=PurePosixPath("/mounted")),),
        )  # fmt: skip
        assert (ran.ending, ran.stderr.text) == (Exited(status=0), "")
        with pytest.raises(BlockingIOError):
            server.accept()
        with pytest.raises(BlockingIOError):
            datagrams.recv(100)
    for each in (tree, mounted):
        assert [(file.name, file.read_text()) for file in each.iterdir()] == [("kept.txt", "kept")]
    return json.loads(ran.stdout.text)


def test_what_a_program_looks_for_it_does_not_find(looked: dict[str, Any]) -> None:
    assert {name: looked[name] for name in REFUSED} == REFUSED


def test_the_files_that_say_who_one_is_are_the_jobs_own_copy(box: Here, looked: dict[str, Any]) -> None:
    """Without a uid of its own a job may change its copy, which is gone with it."""
    assert looked["write /etc/passwd"] == ("PermissionError" if box.holds.has_own_uid else "'written'")


def test_landlock_closes_what_the_mounts_leave_open(box: Here, looked: dict[str, Any]) -> None:
    """A process may write its own name into /proc, unless it is told that it writes nowhere but in its box."""
    with_landlock = "Landlock" in box.holds.name
    assert looked["write /proc/self/comm"] == ("PermissionError" if with_landlock else "'written'")


def test_roots_home_has_nothing_but_the_way_to_our_interpreter(looked: dict[str, Any]) -> None:
    assert looked["root's files"] in ("[]", "FileNotFoundError")


def test_nobody_becomes_root(looked: dict[str, Any]) -> None:
    """In a user namespace there is no uid 0 that one could become."""
    for name in ("setuid", "setgid", "setgroups"):
        assert looked[name] in ("PermissionError", "OSError")
    assert looked["uid"] != 0


def test_the_settings_of_the_kernel_are_not_written(looked: dict[str, Any]) -> None:
    for path in ("/proc/sys/kernel/core_pattern", "/proc/sysrq-trigger"):
        assert looked[f"write {path}"] in ("PermissionError", "OSError", "FileNotFoundError")


def test_a_program_has_no_right_variable_or_descriptor_that_it_was_not_given(looked: dict[str, Any]) -> None:
    none = "0000000000000000"
    assert looked["rights"] == [none, none, none, none, none, "1", "2"]
    # Python sets this one itself, where it finds no locale; the last descriptor is that of the look itself.
    assert (looked["variables"], looked["open"]) == (["LC_CTYPE"], ["0", "1", "2", "3"])
    assert looked["seen"][0] == 1
    assert len(looked["seen"]) == 2


def test_a_fork_bomb_stops_at_the_bound(box: Here) -> None:
    ran = box.run(hostile.FORKING)
    count, error = ran.stdout.text.split()
    assert (ran.ending, error) == (Exited(status=0), "BlockingIOError")
    assert LIMITS.process_count / 2 <= int(count) < LIMITS.process_count


def test_a_fork_bomb_that_goes_off_everywhere_ends(box: Here) -> None:
    ran = box.run(hostile.FORKING_EVERYWHERE, limits=replace(LIMITS, wall_seconds=2))
    assert ran.ending == OutOfTime()


def test_memory_ends_at_the_bound(box: Here) -> None:
    ran = box.run(hostile.FILLING_MEMORY)
    if box.holds.has_total_memory:
        assert ran.ending == OutOfMemory(killed_count=1)
        assert ran.peak_memory_bytes is not None
        assert LIMITS.memory_bytes / 2 < ran.peak_memory_bytes <= LIMITS.memory_bytes
    else:
        assert (ran.ending, ran.peak_memory_bytes) == (Exited(status=1), None)
        assert "MemoryError" in ran.stderr.text


def test_memory_of_eight_processes_ends_at_the_bound_where_it_is_of_all_and_else_of_each(box: Here) -> None:
    ran = box.run(hostile.FILLING_MEMORY_IN_EIGHT)
    if box.holds.has_total_memory:
        assert isinstance(ran.ending, OutOfMemory)
        assert ran.peak_memory_bytes is not None
        assert ran.peak_memory_bytes <= LIMITS.memory_bytes
    else:
        assert (ran.ending, ran.stdout.text) == (Exited(status=0), f"{[9] * 8}\n")


def test_the_disk_is_full_at_the_bound_wherever_it_is_written(box: Here) -> None:
    ran = box.run(hostile.FILLING_DISK)
    *places, total_bytes = ran.stdout.text.splitlines()
    assert ran.ending == Exited(status=0)
    assert places == [f"{place} ENOSPC" for place in ("/box/work", "/tmp", "/dev/shm", "/box/home")]
    assert LIMITS.disk_bytes / 2 < int(total_bytes) <= LIMITS.disk_bytes


def test_files_that_are_open_end_at_the_bound(box: Here) -> None:
    ran = box.run(hostile.OPENING, limits=replace(LIMITS, open_file_count=40))
    assert (ran.ending, ran.stdout.text) == (Exited(status=0), f"40 {errno.EMFILE}\n")


@pytest.mark.parametrize("program", [hostile.LOOPING, hostile.LOOPING_ON], ids=["plain", "against the signal"])
def test_an_endless_loop_is_out_of_processor_time(box: Here, program: str) -> None:
    ran = box.run(program, limits=replace(LIMITS, cpu_seconds=1))
    assert ran.ending == OutOfProcessorTime()
    assert ran.cpu_seconds is not None
    # The kernel counts what a process may have by its ticks.
    assert ran.cpu_seconds > 0.9


def test_processor_time_is_of_all_processes_where_that_is_counted_and_else_of_each(box: Here) -> None:
    ran = box.run(hostile.LOOPING_IN_FOUR, limits=replace(LIMITS, cpu_seconds=1))
    if box.holds.has_total_memory:
        assert (ran.ending, ran.stdout.text) == (OutOfProcessorTime(), "")
    else:
        assert (ran.ending, ran.stdout.text) == (Exited(status=0), f"{[-signal.SIGXCPU] * 4}\n")


def test_sleep_for_ever_is_out_of_time_and_what_it_said_is_had(box: Here) -> None:
    ran = box.run(hostile.SLEEPING, limits=replace(LIMITS, wall_seconds=2), artifacts=(Wanted(name="a", most_bytes=1),))
    assert ran.ending == OutOfTime()
    assert ran.stdout.text in ("asleep\n", "")
    assert ran.artifacts == {"a": Absent(why=Why.NOT_BROUGHT)}
    assert ran.wall_seconds >= 2


def test_a_gigabyte_of_output_is_cut_at_the_bound(box: Here) -> None:
    ran = box.run(hostile.PRINTING)
    assert ran.ending == TooMuchOutput()
    assert ran.stdout.tail == b"y" * LIMITS.output_bytes
    assert ran.stdout.total_bytes > LIMITS.output_bytes


def test_a_daemon_that_is_left_is_gone_before_anything_is_fetched(box: Here) -> None:
    ran = box.run(hostile.LEAVING_A_DAEMON, artifacts=(Wanted(name="left.txt", most_bytes=10 << 20),))
    assert (ran.ending, ran.stdout.text) == (Exited(status=0), "there\n")
    # It may not have come to its first line.
    assert ran.artifacts["left.txt"] == Absent(why=Why.MISSING) or isinstance(ran.artifacts["left.txt"], bytes)


def test_to_kill_all_kills_nobody(box: Here) -> None:
    ran = box.run(hostile.KILLING_ALL)
    assert ran.ending == Exited(status=0)
    assert ran.stdout.text == "still here\n"


def test_a_program_that_kills_itself_is_told_from_one_that_says_so(box: Here) -> None:
    killed = box.run("import os; os.kill(os.getpid(), 9)")
    said = box.run("raise SystemExit(137)")
    assert (getattr(killed.ending, "number", None), said.ending) == (signal.SIGKILL, Exited(status=137))


def test_artifacts_that_are_traps_do_not_come_back_and_the_others_do(box: Here) -> None:
    names = (
        "link",
        "around/good",
        "pipe",
        "directory",
        "sparse",
        "none",
        "none/none",
        "good/none",
        "good",
        "in/good",
        "closed",
    )
    ran = box.run(hostile.LEAVING_TRAPS, artifacts=tuple(Wanted(name=each, most_bytes=6) for each in names))
    assert (ran.ending, ran.stdout.text, ran.stderr.text) == (Exited(status=0), "OSError\n", "")
    no_file, missing = Absent(why=Why.NOT_A_REGULAR_FILE), Absent(why=Why.MISSING)
    # Without a uid of its own, who fetches it may not read it either.
    closed = b"closed" if box.holds.has_own_uid else Absent(why=Why.NOT_A_REGULAR_FILE)
    assert ran.artifacts == {
        "link": no_file, "around/good": no_file, "pipe": no_file, "directory": no_file, "sparse": Absent(why=Why.TOO_LARGE),
        "none": missing, "none/none": missing, "good/none": no_file, "good": b"good", "in/good": b"inside", "closed": closed,
    }  # fmt: skip
