"""Runs command lines for the fuzz: in forks of one process that has imported every command, each line under a hard time limit.

A line has a directory of its own, no AWS account and no network. It may start no process: what is wrong must be refused before
anything starts. A line that hangs is killed with all that its process started, and the rest goes on in a new fork.
"""

import contextlib
import gc
import json
import os
import resource
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

import sre.cli.main as door
from foundation.errors import PlatformError
from tests.sre.cli.test_main import commands, work_of

LIMIT_SECONDS = 10
MOST_BYTES = 3_000_000_000
STARTED = 99

Stdout = Literal["file", "closed pipe", "full disk"]


@dataclass(frozen=True, kw_only=True)
class Line:
    """A command line. What runs until it is interrupted is, after a while, where `is_interrupted` allows it."""

    arguments: list[str]
    directory: str
    stdout: Stdout = "file"
    may_start: bool = False
    is_interrupted: bool = False


@dataclass(frozen=True, kw_only=True)
class Ended:
    """How it ended: `code` is None for one that had to be killed. `files` are those in its directory afterwards."""

    code: int | None
    stderr: str
    seconds: float
    files: list[str]


class Server:
    """The process, from a test's side."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
        )

    def run(self, lines: Sequence[Line]) -> list[Ended]:
        """Run them one after the other."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([asdict(each) for each in lines]).encode() + b"\n")
        self._process.stdin.flush()
        return [Ended(**each) for each in json.loads(self._process.stdout.readline())]

    def close(self) -> None:
        """End it."""
        self._process.communicate(timeout=30)


def serve() -> None:
    """Answer until there is no more."""
    for command in commands(door.sre):
        work_of(command)
    # Every fork shares what is imported, as long as none looks through it for garbage.
    gc.freeze()
    answers = os.dup(1)
    for asked in sys.stdin:
        lines = [Line(**each) for each in json.loads(asked)]
        ended: list[Ended] = []
        while len(ended) < len(lines):
            ended += _run_in_fork(lines[len(ended) :])
        os.write(answers, json.dumps([asdict(each) for each in ended]).encode() + b"\n")


def _run_in_fork(lines: list[Line]) -> list[Ended]:
    """Run lines until one ends the fork; how those that ran have ended."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        os.setsid()
        _run_all(lines, writer)
    os.close(writer)
    ended: list[Ended] = []
    for line in lines:
        began = time.monotonic()
        result = _next_line(reader, 4 if line.is_interrupted else LIMIT_SECONDS)
        if not result and line.is_interrupted:
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGINT)
            result = _next_line(reader, LIMIT_SECONDS)
        if not result:
            told = Path(line.directory, ".stderr")
            said = told.read_text(encoding="utf-8", errors="replace") if told.exists() else ""
            ended.append(Ended(code=None, stderr=said, seconds=time.monotonic() - began, files=[]))
            break
        ended.append(Ended(**json.loads(result)))
        if ended[-1].code == STARTED:
            break
    os.close(reader)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return ended


def _next_line(descriptor: int, seconds: float) -> bytes:
    """The next line of a pipe; nothing when there is none in time, or its other end has gone."""
    line = b""
    while not line.endswith(b"\n"):
        if not select.select([descriptor], [], [], seconds)[0] or not (read := os.read(descriptor, 1)):
            return b""
        line += read
    return line


def _run_all(lines: list[Line], results: int) -> None:
    """Run them in this process, and end it."""
    # Not of its address space, of which the engine that draws charts reserves more than there is memory.
    resource.setrlimit(resource.RLIMIT_DATA, (MOST_BYTES, MOST_BYTES))
    for line in lines:
        _guard(line, results)
        os.write(results, _result(line, _run(line)))
    os._exit(0)


def _run(line: Line) -> tuple[int, float]:
    directory = Path(line.directory)
    directory.mkdir(parents=True)
    os.chdir(directory)
    errors = os.open(".stderr", os.O_CREAT | os.O_WRONLY)
    os.dup2(errors, 2)
    os.close(errors)
    _point_stdout(line.stdout)
    sys.argv = ["sre", *line.arguments]
    began = time.monotonic()
    code = 0
    try:
        door.main()
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 1
    sys.stderr.flush()
    return code, time.monotonic() - began


def _result(line: Line, ended: tuple[int, float]) -> bytes:
    directory = Path(line.directory)
    files = sorted(str(each.relative_to(directory)) for each in directory.rglob("*") if each.is_file())
    files.remove(".stderr")
    result = Ended(
        code=ended[0],
        stderr=(directory / ".stderr").read_text(encoding="utf-8", errors="replace"),
        seconds=round(ended[1], 2),
        files=files,
    )
    return json.dumps(asdict(result)).encode() + b"\n"


def _point_stdout(to: Stdout) -> None:
    if to == "closed pipe":
        reader, writer = os.pipe()
        os.close(reader)
    else:
        writer = os.open("/dev/full" if to == "full disk" else os.devnull, os.O_WRONLY)
    os.dup2(writer, 1)
    os.close(writer)


_POPEN, _CONNECT = subprocess.Popen.__init__, socket.socket.connect


def _guard(line: Line, results: int) -> None:
    """Let nothing start, and nothing be reached but this machine; git may say which commit this is."""

    def start(self: Any, command: Any, *rest: Any, **options: Any) -> None:
        if Path(command if isinstance(command, str) else str(command[0])).name == "git":
            return _POPEN(self, command, *rest, **options)
        if line.may_start:
            raise PlatformError("a fuzz starts nothing")
        told = Ended(code=STARTED, stderr=f"it would start {command}", seconds=0, files=[])
        os.write(results, json.dumps(asdict(told)).encode() + b"\n")
        os._exit(STARTED)

    def connect(self: socket.socket, address: Any) -> None:
        if isinstance(address, tuple) and address[0] not in ("127.0.0.1", "::1", "localhost"):
            raise OSError(101, "Network is unreachable")
        _CONNECT(self, address)

    setattr(subprocess.Popen, "__init__", start)  # noqa: B010 - its many overloads are no matter here
    setattr(socket.socket, "connect", connect)  # noqa: B010


if __name__ == "__main__":
    serve()
