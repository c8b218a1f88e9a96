"""Runs one job behind walls: hands it to its supervisor, listens within limits, and ends all of it, whatever happens here."""

import base64
import json
import os
import selectors
import stat
import subprocess
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import psutil

from foundation.errors import InputError
from foundation.processes.child import Child
from foundation.sandbox.cgroup import SLOT_COUNT, Cgroup, Hierarchies, NoCgroupError, make_cgroup
from foundation.sandbox.confining import Wall
from foundation.sandbox.memory_file import memory_file
from foundation.sandbox.model import Broke, Ending, Job, OutOfProcessorTime, OutOfTime, Ran, TooMuchOutput
from foundation.sandbox.reporting import Told, ending_of, read_report
from foundation.sandbox.syscalls import NoFilterError, filter_program
from foundation.sandbox.view import SUPERVISOR, etc_of, interpreter, view_of

# Above every uid that people or services have, and one for each slot of each process number: 2**22 * 256 end below 2**32.
_FIRST_UID = 0x6000_0000
# Joins the cgroup before anything else: all that follows is in it. A door that does not open ends it.
_JOIN = 'while [ "$1" != -- ]; do echo 0 >"$1" || exit 126; shift; done; shift; exec "$@"'
_SOURCES = ("stdout", "stderr", "report")
_LOOK_SECONDS = 0.2
_BLOCK_BYTES = 1 << 16
_REPORT_BYTES = 1 << 16
_END_SECONDS = 10.0


@dataclass(slots=True, kw_only=True)
class _Heard:
    """What came so far: the end of each stream, and the report as a whole, which is bounded, too."""

    most_bytes: int
    most_report_bytes: int
    tails: dict[str, bytearray] = field(default_factory=lambda: {each: bytearray() for each in _SOURCES})
    totals: dict[str, int] = field(default_factory=lambda: dict.fromkeys(_SOURCES, 0))

    def add(self, name: str, block: bytes) -> Ending | None:
        """Take what came; how the job ends by it, or None."""
        self.totals[name] += len(block)
        tail = self.tails[name]
        tail += block
        if name == "report":
            too_much = self.totals[name] > self.most_report_bytes
            return Broke(reason="its report is longer than what was asked for") if too_much else None
        if len(tail) > self.most_bytes:
            del tail[: len(tail) - self.most_bytes]
        return TooMuchOutput() if self.totals["stdout"] + self.totals["stderr"] > self.most_bytes else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Confinement:
    """A sandbox: a wall, and where cgroups are made; without `where` there is none, and limits are of each process."""

    wall: Wall
    where: Hierarchies | None

    def run(self, job: Job) -> Ran:
        """As Sandbox has it. Raises InputError for a mount that the job could not read."""
        if self.where is not None:
            _check_readable(job)
        began_at = time.monotonic()
        told, used, heard = None, None, _Heard(most_bytes=0, most_report_bytes=0)
        try:
            with _cgroup(job, self.where) as cgroup:
                told, heard, ended = self._listen(job, cgroup, began_at)
                used = None if cgroup is None else cgroup.used()
        except (NoCgroupError, NoFilterError) as error:
            ended = Broke(reason=str(error))
        except OSError as error:
            ended = Broke(reason=f"{error.filename or self.wall.name}: {error.strerror}")
        return ending_of(
            job, told, stopped=ended, used=used, wall_seconds=time.monotonic() - began_at,
            tails={name: bytes(tail) for name, tail in heard.tails.items()}, totals=heard.totals,
        )  # fmt: skip

    def _listen(self, job: Job, cgroup: Cgroup | None, began_at: float) -> tuple[Told | None, _Heard, Ending | None]:
        limits = job.limits
        heard = _Heard(
            most_bytes=limits.output_bytes,
            most_report_bytes=_REPORT_BYTES + sum(each.most_bytes for each in job.artifacts),
        )
        with _started(job, self.wall, cgroup) as (child, report):
            ended = _listen_to(child, report, heard, cgroup=cgroup, job=job, ends_at=began_at + limits.wall_seconds)
        told = None if ended is not None else read_report(bytes(heard.tails["report"]), job)
        return told, heard, ended


def _listen_to(
    child: Child, report: int, heard: _Heard, *, cgroup: Cgroup | None, job: Job, ends_at: float
) -> Ending | None:
    """Listen until all ends; how the job is ended from here, or None where it ended by itself."""
    with selectors.DefaultSelector() as selector:
        for source, name in ((child.stdout, "stdout"), (child.stderr, "stderr"), (report, "report")):
            if source is not None:
                selector.register(source, selectors.EVENT_READ, name)
        while selector.get_map():
            left_seconds = ends_at - time.monotonic()
            if left_seconds <= 0:
                return OutOfTime()
            for key, _ in selector.select(min(left_seconds, _LOOK_SECONDS)):
                block = os.read(key.fd, _BLOCK_BYTES)
                if not block:
                    selector.unregister(key.fileobj)
                elif (ending := heard.add(key.data, block)) is not None:
                    return ending
            if cgroup is not None and (cgroup.used().cpu_seconds or 0) > job.limits.cpu_seconds:
                return OutOfProcessorTime()
    return None


def _check_readable(job: Job) -> None:
    """A uid of its own is nobody to whoever owns a mount. Raises InputError."""
    for each in job.mounts:
        mode = each.source.stat().st_mode
        needed = 0o005 if stat.S_ISDIR(mode) else 0o004
        if mode & needed != needed:
            raise InputError(
                f"mount {each.source}: a job may not read it, since it has a uid of its own; "
                f"`chmod o+r{'x' if needed & 1 else ''} {each.source}`"
            )


@contextmanager
def _cgroup(job: Job, where: Hierarchies | None) -> Generator[Cgroup | None]:
    if where is None:
        yield None
        return
    cgroup = make_cgroup(job.limits, where)
    try:
        yield cgroup
    finally:
        cgroup.remove()


@contextmanager
def _started(job: Job, wall: Wall, cgroup: Cgroup | None) -> Generator[tuple[Child, int]]:
    """The job's processes and the end of the report's pipe; all are gone afterwards."""
    uid = None if cgroup is None else _FIRST_UID + os.getpid() * SLOT_COUNT + cgroup.slot
    reading, writing = os.pipe()
    inherited = [writing]
    child: Child | None = None
    try:
        spec = memory_file("spec", json.dumps(_spec(job, uid)).encode())
        inherited.append(spec)
        confined = wall.confine(
            (interpreter(), "-I", "-S", SUPERVISOR, str(spec), str(writing)), view=view_of(job),
            box_bytes=job.limits.disk_bytes, filter_program=filter_program(),
        )  # fmt: skip
        inherited += confined.inherited
        doors = () if cgroup is None else tuple(map(str, cgroup.doors))
        child = Child(
            ("/bin/sh", "-c", _JOIN, "sh", *doors, "--", *confined.command), inherited=inherited, cwd="/", env={},
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0,
        )  # fmt: skip
        while inherited:
            os.close(inherited.pop())
        yield child, reading
    finally:
        for each in (reading, *inherited):
            os.close(each)
        if child is not None:
            _end(child, (lambda: _kill_below(child)) if cgroup is None else cgroup.kill)


def _end(child: Child, kill: Callable[[], None]) -> None:
    """End all of a job; its keeper ends when nothing is left."""
    give_up_at = time.monotonic() + _END_SECONDS
    with child:
        for pipe in (child.stdout, child.stderr):
            if pipe is not None:
                pipe.close()
        while child.poll() is None and time.monotonic() < give_up_at:
            kill()
            with suppress(subprocess.TimeoutExpired):
                child.wait(0.02)
        if child.poll() is None:
            child.kill()


def _kill_below(child: Child) -> None:
    """Kill what descends from a keeper: with the first process of a namespace, all of the namespace goes."""
    with suppress(psutil.NoSuchProcess):
        for each in psutil.Process(child.pid).children(recursive=True):
            with suppress(psutil.Error):
                each.kill()


def _spec(job: Job, uid: int | None) -> dict[str, Any]:
    """What the supervisor is told."""
    etc = {name: text.encode() for name, text in etc_of(os.getuid() if uid is None else uid).items()}
    return {
        "command": job.command,
        "environment": dict(job.environment),
        "uid": uid,
        "rlimits": _rlimits(job, has_cgroup=uid is not None),
        "inputs": {name: base64.b64encode(content).decode() for name, content in job.inputs.items()},
        "etc": {name: base64.b64encode(content).decode() for name, content in etc.items()},
        "artifacts": [[each.name, each.most_bytes] for each in job.artifacts],
    }


def _rlimits(job: Job, *, has_cgroup: bool) -> dict[str, tuple[int, int]]:
    """Bounds of each process; memory by its address space only where no cgroup counts it."""
    limits = job.limits
    # A uid of its own has no other process; in a user namespace the supervisor counts, and what has made that may count, too.
    process_count = limits.process_count + (0 if has_cgroup else 1)
    bounds = {
        "RLIMIT_CORE": 0,
        "RLIMIT_FSIZE": limits.disk_bytes,
        "RLIMIT_NOFILE": limits.open_file_count,
        "RLIMIT_NPROC": process_count,
        "RLIMIT_MEMLOCK": 0,
        "RLIMIT_MSGQUEUE": 0,
    }
    if not has_cgroup:
        bounds["RLIMIT_AS"] = limits.memory_bytes
    # Above the bound over all of them, which is looked at a few times a second, so that it decides where there is one.
    cpu_seconds = limits.cpu_seconds + (1 if has_cgroup else 0)
    return {name: (bound, bound) for name, bound in bounds.items()} | {"RLIMIT_CPU": (cpu_seconds, cpu_seconds + 1)}
