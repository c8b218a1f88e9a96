"""Keeps one command, so that nothing of it outlives who started it: `python -I -S keeper.py TOKEN PARENT WITH HOLD COMMAND…`.

It leads a session of its own and runs the command in it. All of the session is killed when the pipe PARENT ends, which it does
however the parent ended; when the pipe WITH ends; and when the command itself has ended. A byte on PARENT lets the command
outlive the parent. HOLD is open as long as the command runs. PARENT, WITH and HOLD are descriptors, or `-`.
A second process watches the keeper, and kills the session when the keeper was killed. Started by its path, it has the standard
library and nothing else. TOKEN stands in the command line of both: by it they are known later.
"""

import contextlib
import ctypes
import os
import resource
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from types import FrameType
from typing import NoReturn

# https://man7.org/linux/man-pages/man2/PR_SET_PDEATHSIG.2const.html and PR_SET_CHILD_SUBREAPER.2const.html
_SET_PDEATHSIG, _SET_CHILD_SUBREAPER = 1, 36
_FORWARDED = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
_CANNOT_START = 127
# As a shell says it of a command that SIGKILL ended.
_KILLED = 137
# What was killed is gone in milliseconds; what the kernel holds longer than this waits for a disk.
_SWEEP_SECONDS = 5.0


def main(arguments: list[str]) -> NoReturn:
    """Keep the command; ends as the command ends."""
    _token, *descriptors = arguments[:4]
    command = arguments[4:]
    parent, with_, hold = (None if each == "-" else int(each) for each in descriptors)
    for descriptor in (parent, with_, hold):
        if descriptor is not None:
            os.set_inheritable(descriptor, False)
    # Whoever holds the other ends may have gone, or let this one go on, before it began.
    listening: list[int] = []
    for descriptor in (parent, with_):
        match _heard(descriptor):
            case b"":
                os._exit(_KILLED)
            case None if descriptor is not None:
                listening.append(descriptor)
            case _:
                pass
    _control(_SET_CHILD_SUBREAPER, 1)
    woken, waking = os.pipe()
    for end in (woken, waking):
        os.set_blocking(end, False)
    signal.set_wakeup_fd(waking, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, _nothing)
    waiting: list[int] = []
    for number in _FORWARDED:
        signal.signal(number, lambda got, _frame: waiting.append(got))
    child = _start(command)
    _close_all_but({woken, waking, *(each for each in (parent, with_, hold) if each is not None)})
    watcher = _watched()
    while True:
        ready, _, _ = select.select([woken, *listening], [], [])
        with contextlib.suppress(BlockingIOError):
            os.read(woken, 4096)
        while waiting:
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, waiting.pop(0))
        for descriptor in listening:
            if descriptor not in ready:
                continue
            if not os.read(descriptor, 1):
                _sweep_all(watcher)
                os._exit(_KILLED)
            if descriptor == parent:
                listening = [each for each in listening if each != parent]
        for pid, status in _ended():
            if pid == watcher:
                watcher = _watched()
            if pid == child:
                _sweep_all(watcher)
                _end_as(status)


def _start(command: list[str]) -> int:
    """Start the command, which the kernel kills with this process where it can."""
    me = os.getpid()
    child = os.fork()
    if child:
        return child
    # Only one thread is here, so nothing that another one holds is missing now.
    try:
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGCHLD, *_FORWARDED, signal.SIGPIPE):
            signal.signal(number, signal.SIG_DFL)
        _control(_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() == me:
            os.execvp(command[0], command)  # noqa: S606 - without a shell
    except OSError as error:
        print(f"{command[0]}: cannot be started: {error.strerror}", file=sys.stderr, flush=True)
    finally:
        os._exit(_CANNOT_START)


def _watched() -> int:
    """Start the process that outlives this one for a moment, and ends what it has left."""
    reading, writing = os.pipe()
    session = os.getsid(0)
    watcher = os.fork()
    if watcher:
        os.close(reading)
        return watcher
    try:
        signal.set_wakeup_fd(-1)
        for number in _FORWARDED:
            signal.signal(number, signal.SIG_IGN)
        os.close(writing)
        _close_all_but({reading})
        os.read(reading, 1)
        _sweep(lambda: (pid for pid, (_, of) in _processes().items() if of == session and pid != os.getpid()))
    finally:
        os._exit(0)


def _ours(*, spared: Collection[int]) -> Iterator[int]:
    """What runs in this session, and what descends from it: where the kernel has subreapers, in whatever session it is."""
    me, found = os.getpid(), _processes()
    session = os.getsid(0)
    above = {pid: parent for pid, (parent, _) in found.items()}
    for pid, (_, of) in found.items():
        ancestor: int | None = pid
        while ancestor is not None and ancestor != me:
            ancestor = above.get(ancestor)
        if pid not in spared and (of == session or ancestor == me):
            yield pid


def _sweep_all(watcher: int) -> None:
    _sweep(lambda: _ours(spared={os.getpid(), watcher}))


def _sweep(find: Callable[[], Iterator[int]]) -> None:
    """Kill until a look finds nothing more: what is being killed may just have started something."""
    give_up_at = time.monotonic() + _SWEEP_SECONDS
    while (found := list(find())) and time.monotonic() < give_up_at:
        for pid in found:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        for _ in _ended():
            pass
        time.sleep(0.005)


def _processes() -> dict[int, tuple[int, int]]:
    """Every process but the dead that nobody has waited for: its parent and its session."""
    try:
        numbers = [int(each) for each in os.listdir("/proc") if each.isdecimal()]  # noqa: PTH208 - on each of many looks
    except OSError:
        return dict(_listed())
    found: dict[int, tuple[int, int]] = {}
    for number in numbers:
        with contextlib.suppress(OSError):
            # Its name stands in parentheses and may have any character in it, those too.
            state, parent, _group, session = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[:4]
            if state not in "ZX":
                found[number] = (int(parent), int(session))
    return found


def _listed() -> Iterator[tuple[int, tuple[int, int]]]:
    """The same where there is no /proc."""
    listing = subprocess.run(
        ["/bin/ps", "-axo", "pid=,ppid=,stat="], capture_output=True, text=True, check=False
    ).stdout
    for line in listing.splitlines():
        pid, parent, state = line.split()[:3]
        with contextlib.suppress(OSError):
            if not state.startswith("Z"):
                yield int(pid), (int(parent), os.getsid(int(pid)))


def _ended() -> Iterator[tuple[int, int]]:
    """Children that have ended, with their status."""
    with contextlib.suppress(ChildProcessError):
        while (ended := os.waitpid(-1, os.WNOHANG))[0]:
            yield ended


def _heard(descriptor: int | None) -> bytes | None:
    """What came by a pipe, nothing where that has ended; None where nothing came, or there is none."""
    if descriptor is None or not select.select([descriptor], [], [], 0)[0]:
        return None
    return os.read(descriptor, 1)


def _close_all_but(spared: Collection[int]) -> None:
    """Leave what was inherited to the command; a pipe that it closes is closed then."""
    for name in os.listdir("/dev/fd"):  # noqa: PTH208 - as above
        number = int(name)
        if number > 2 and number not in spared:
            with contextlib.suppress(OSError):
                os.close(number)
    nothing = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nothing, number)
    os.close(nothing)


def _control(option: int, value: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


def _end_as(status: int) -> NoReturn:
    """End as the command did, by its signal where one ended it."""
    if os.WIFSIGNALED(status):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        number = os.WTERMSIG(status)
        if number != signal.SIGKILL:
            signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)
    os._exit(os.waitstatus_to_exitcode(status))


def _nothing(_number: int, _frame: FrameType | None) -> None:
    """SIGCHLD wakes; what is to be done is done in the loop."""


if __name__ == "__main__":
    main(sys.argv[1:])
