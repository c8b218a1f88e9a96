"""The cgroup of one run: how many processes and how much memory all of them may have together, and how to end them all.

Its directory is made below the hierarchies' mount points (v1), or below the nearest cgroup that may have children with both
controllers (v2). Its name says who owns it, so a later run removes what a killed one has left.
https://docs.kernel.org/admin-guide/cgroup-v1/memory.html, https://docs.kernel.org/admin-guide/cgroup-v2.html
"""

import errno
import os
import re
import signal
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from foundation.errors import PlatformError
from foundation.processes.identity import Identity, boot_id, my_identity
from foundation.sandbox.model import Limits

# bubblewrap (or unshare) outside of the job's process namespace, and the supervisor inside.
OWN_PROCESS_COUNT = 2
# Of one process of ours at once.
SLOT_COUNT = 256
_NAME = re.compile(r"sandbox-run-(\d+)-(\d+)-([0-9a-f]{8})-(\d+)-(\d+)")
_REMOVE_SECONDS = 10.0
_ORDER = ("pids", "memory", "cpuacct")


class NoCgroupError(PlatformError):
    """No cgroup with a bound on processes and on memory can be made here, for this reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """What all processes of a cgroup used; None where the kernel does not say."""

    cpu_seconds: float | None
    peak_memory_bytes: int | None
    out_of_memory_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cgroup:
    """One run's directories: one in the unified hierarchy, or one in each of v1's. `slot` is ours alone while it is there."""

    directories: tuple[Path, ...]
    slot: int

    @property
    def doors(self) -> tuple[Path, ...]:
        """The files by which a process joins: it writes 0 to each."""
        return tuple(each / "cgroup.procs" for each in self.directories)

    def used(self) -> Used:
        """What it used until now."""
        nanoseconds = self._number("cpuacct.usage")
        microseconds = self._keyed("cpu.stat").get("usage_usec")
        peak = self._number("memory.peak")
        killed = self._keyed("memory.events") or self._keyed("memory.oom_control")
        return Used(
            cpu_seconds=nanoseconds / 1e9 if nanoseconds is not None
            else None if microseconds is None else microseconds / 1e6,
            peak_memory_bytes=peak if peak is not None else self._number("memory.max_usage_in_bytes"),
            out_of_memory_count=killed.get("oom_kill", 0),
        )  # fmt: skip

    def kill(self) -> None:
        """Kill every process in it, once; what was being started may come after."""
        for directory in self.directories:
            # Nothing new begins, so that a few looks find all that is there.
            with suppress(OSError):
                _write(directory / "pids.max", "0")
            with suppress(OSError):
                _write(directory / "cgroup.kill", "1")
            for pid in _members(directory):
                _kill_member(pid, directory)

    def remove(self) -> None:
        """Kill what is in it until it is empty, and remove it. Raises OSError when the kernel keeps it."""
        give_up_at = time.monotonic() + _REMOVE_SECONDS
        for directory in reversed(self.directories):
            while True:
                try:
                    directory.rmdir()
                    break
                except FileNotFoundError:
                    break
                except OSError as error:
                    if error.errno != errno.EBUSY or time.monotonic() > give_up_at:
                        raise
                self.kill()
                time.sleep(0.005)

    def _text(self, name: str) -> str | None:
        for directory in self.directories:
            with suppress(OSError):
                return (directory / name).read_text()
        return None

    def _number(self, name: str) -> int | None:
        text = self._text(name)
        return int(text) if text is not None and text.strip().isdecimal() else None

    def _keyed(self, name: str) -> dict[str, int]:
        lines = (line.split() for line in (self._text(name) or "").splitlines())
        return {line[0]: int(line[1]) for line in lines if len(line) == 2 and line[1].isdecimal()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Hierarchies:
    """Where cgroups may be made: v1's mount points by their controller, and cgroups of v2, the nearest first."""

    v1: Mapping[str, Path]
    v2: tuple[Path, ...]


def hierarchies(mounts: str, membership: str) -> Hierarchies:
    """Read `/proc/self/mounts` and `/proc/self/cgroup`: https://man7.org/linux/man-pages/man7/cgroups.7.html."""
    v1: dict[str, Path] = {}
    v2: list[Path] = []
    own = next((line[3:] for line in membership.splitlines() if line.startswith("0::")), "/")
    for line in mounts.splitlines():
        _source, at, kind, options, *_ = line.split()
        if kind == "cgroup":
            v1 |= {each: Path(at) for each in _ORDER if each in options.split(",")}
        elif kind == "cgroup2":
            mine = Path(at) / own.lstrip("/")
            v2 += [each for each in (mine, *mine.parents) if each.is_relative_to(at)]
    return Hierarchies(v1=v1, v2=tuple(v2))


def here() -> Hierarchies:
    """Those of this machine; none where it has no cgroups."""
    try:
        return hierarchies(Path("/proc/self/mounts").read_text(), Path("/proc/self/cgroup").read_text())
    except OSError:
        return Hierarchies(v1={}, v2=())


def make_cgroup(limits: Limits, where: Hierarchies) -> Cgroup:
    """Make one whose bounds hold, after removing what killed runs have left. Raises NoCgroupError."""
    sweep(where)
    reasons: list[str] = []
    if "pids" in where.v1 and "memory" in where.v1:
        places = [where.v1[each] for each in _ORDER if each in where.v1]
        # Several controllers may be mounted as one.
        try:
            return _made(tuple(dict.fromkeys(places)), _v1_bounds(limits))
        except OSError as error:
            reasons.append(f"v1: {error.strerror} ({error.filename})")
    for place in where.v2:
        try:
            _delegate(place)
            return _made((place,), _v2_bounds(limits))
        except OSError as error:
            reasons.append(f"v2: {error.strerror} ({error.filename})")
    why = "; ".join(reasons) or "no hierarchy is mounted that has both pids and memory"
    raise NoCgroupError(f"root without cgroups is refused, since only they bound what it runs: {why}")


def sweep(where: Hierarchies) -> None:
    """Remove the cgroups of runs whose process is gone, of this process namespace and no other."""
    for place in dict.fromkeys((*where.v1.values(), *where.v2)):
        left: list[Path] = []
        with suppress(OSError):
            left = [each for each in place.iterdir() if _is_left(each.name)]
        for each in left:
            # Another run may be removing it at this moment; what cannot be removed bounds nobody.
            with suppress(OSError):
                Cgroup(directories=(each,), slot=0).remove()


def _v1_bounds(limits: Limits) -> Iterator[tuple[str, str, bool]]:
    yield "pids.max", str(limits.process_count + OWN_PROCESS_COUNT), True
    yield "memory.limit_in_bytes", str(limits.memory_bytes), True
    # Where the kernel does not count swap, this bounds nothing; then nothing of the job may be swapped.
    yield "memory.memsw.limit_in_bytes", str(limits.memory_bytes), False
    yield "memory.swappiness", "0", False


def _v2_bounds(limits: Limits) -> Iterator[tuple[str, str, bool]]:
    yield "pids.max", str(limits.process_count + OWN_PROCESS_COUNT), True
    yield "memory.max", str(limits.memory_bytes), True
    yield "memory.swap.max", "0", False


def _delegate(place: Path) -> None:
    """Let children of a cgroup have both controllers; a cgroup with processes of its own may not, unless it is the root."""
    given = (place / "cgroup.subtree_control").read_text().split()
    if not {"pids", "memory"} <= set(given):
        _write(place / "cgroup.subtree_control", "+pids +memory")


def _made(places: tuple[Path, ...], bounds: Iterator[tuple[str, str, bool]]) -> Cgroup:
    """Directories with their bounds; none is left when a bound that must hold cannot be set."""
    cgroup = _claimed(places)
    try:
        for name, value, must_hold in bounds:
            files = [each / name for each in cgroup.directories if (each / name).exists()]
            # One that must hold and is not there is written to all the same, and says so.
            for file in files or ([cgroup.directories[0] / name] if must_hold else []):
                _write(file, value)
    except BaseException:
        cgroup.remove()
        raise
    return cgroup


def _claimed(places: tuple[Path, ...]) -> Cgroup:
    """Directories under the first name that is free: to make one is to have its slot."""
    for slot in range(SLOT_COUNT):
        made: list[Path] = []
        try:
            for place in places:
                (place / _name(slot)).mkdir()
                made.append(place / _name(slot))
        except FileExistsError:
            for each in made:
                each.rmdir()
            continue
        except OSError:
            for each in made:
                each.rmdir()
            raise
        return Cgroup(directories=tuple(made), slot=slot)
    raise OSError(errno.EAGAIN, f"this process has {SLOT_COUNT} sandboxes already", str(places[0]))


def _name(slot: int) -> str:
    me = my_identity()
    ticks = round(me.created_seconds * os.sysconf("SC_CLK_TCK"))
    return f"sandbox-run-{me.pid}-{ticks}-{_boot()}-{_namespace()}-{slot}"


def _is_left(name: str) -> bool:
    """Whether it is a run's whose process is gone. What another process namespace made looks so, and may be in use."""
    match = _NAME.fullmatch(name)
    if match is None or match[4] != _namespace():
        return False
    created_seconds = int(match[2]) / os.sysconf("SC_CLK_TCK")
    owner = Identity(pid=int(match[1]), created_seconds=created_seconds, boot_id=boot_id())
    return match[3] != _boot() or owner.find() is None


def _boot() -> str:
    return (boot_id() or "")[:8].ljust(8, "0")


def _namespace() -> str:
    return str(Path("/proc/self/ns/pid").stat().st_ino)


def _members(directory: Path) -> list[int]:
    try:
        return [int(each) for each in (directory / "cgroup.procs").read_text().split()]
    except OSError:
        return []


def _kill_member(pid: int, directory: Path) -> None:
    """Kill a process if it is in the cgroup still: its number may be another's by now."""
    with suppress(OSError):
        descriptor = os.pidfd_open(pid)
        try:
            if pid in _members(directory):
                signal.pidfd_send_signal(descriptor, signal.SIGKILL)
        finally:
            os.close(descriptor)


def _write(file: Path, value: str) -> None:
    """Write to a file of the kernel, which must be there."""
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CLOEXEC)
        try:
            os.write(descriptor, value.encode())
        finally:
            os.close(descriptor)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(file)) from error
