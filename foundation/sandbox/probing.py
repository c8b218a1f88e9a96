"""Which sandbox holds on this machine, seen by running one: a program that is there may still not be allowed to work."""

import json
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from foundation.sandbox import bubblewrap, unshared
from foundation.sandbox.cgroup import Hierarchies, here
from foundation.sandbox.confining import Wall
from foundation.sandbox.model import Broke, Exited, Job, Limits, NotStarted, Ran, Sandbox
from foundation.sandbox.running import Confinement
from foundation.sandbox.view import interpreter

_LIMITS = Limits(
    wall_seconds=20, cpu_seconds=10, memory_bytes=128 << 20, process_count=8, output_bytes=1 << 16, disk_bytes=4 << 20
)  # fmt: skip
# What it finds out about itself: who it is, what it may, which network there is, and whether it sees a file of ours.
_PROGRAM = """
import json, os, sys
status = dict(line.split()[:2] for line in open("/proc/self/status") if len(line.split()) > 1)
status = {name.rstrip(":"): value for name, value in status.items()}
with open("/proc/net/dev") as devices:
    networks = [line.split(":")[0].strip() for line in devices.readlines()[2:]]
writable = []
for path in ("/", "/usr", "/dev", "/etc"):
    try:
        open(path + "/probe", "w").close()
        writable.append(path)
    except OSError:
        pass
print(json.dumps(dict(
    uid=os.getuid(), capabilities=int(status["CapEff"], 16) | int(status["CapBnd"], 16) * (os.getuid() == 0),
    locked=status["NoNewPrivs"] == "1", filtered=status["Seccomp"] == "2", networks=networks, writable=writable,
    pids=len([each for each in os.listdir("/proc") if each.isdecimal()]), sees=os.path.exists(sys.argv[1]),
    environment=sorted(set(os.environ) - {"LC_CTYPE"}),
)))
"""
_REMEDIES_OF_A_USER = (
    "run as root with cgroups (in CI: `sudo`)",
    "or let users make user namespaces: on Ubuntu 23.10 and newer an AppArmor profile for bwrap "
    "(`bwrap-userns-restrict`), elsewhere `sysctl user.max_user_namespaces` above 0",
    "or install bubblewrap (`uv sync --group local`, Debian: bubblewrap)",
)
_REMEDIES_OF_ROOT = (
    "give this root a writable cgroup hierarchy with pids and memory (in a container: `--privileged` or a delegated cgroup)",
    "or run as a user that may make user namespaces",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Holds:
    """A sandbox that holds here. Every one has no network and none of the host's files but what a job mounts and reads.

    `has_total_memory`: memory is bounded over all processes of a job, else for each of them alone. `has_own_uid`: a job has a
    uid that nothing else has, else that of whoever runs us, in a namespace of its own.
    """

    sandbox: Sandbox
    name: str
    has_total_memory: bool
    has_own_uid: bool

    def run(self, job: Job) -> Ran:
        """As Sandbox has it."""
        return self.sandbox.run(job)

    @property
    def sentence(self) -> str:
        """For people: what of it holds."""
        memory = (
            "memory bounded over all processes" if self.has_total_memory else "memory bounded for each process alone"
        )
        uid = "a uid of its own" if self.has_own_uid else "the uid of who runs it, in a namespace"
        return f"{self.name}: no network, no files of the host but those mounted, {memory}, {uid}"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoSandbox:
    """Nothing here holds: what depends on it is inconclusive. `reasons` says what was tried, `remedies` what would help."""

    reasons: tuple[str, ...]
    remedies: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """For people."""
        return f"no sandbox here: {'; '.join(self.reasons)}. To have one, {'; '.join(self.remedies)}."


def probe() -> Holds | NoSandbox:
    """The first sandbox that holds here. It takes some tenths of a second, at most 20 s for each that is tried."""
    if sys.platform != "linux":
        return NoSandbox(reasons=(f"{sys.platform} has no namespaces",), remedies=("run on Linux",))
    is_root = os.geteuid() == 0
    where = here() if is_root else None
    reasons: list[str] = []
    for wall in walls(is_root=is_root):
        tried = try_out(wall, where)
        if isinstance(tried, Holds):
            return tried
        reasons.append(f"{wall.name}: {tried}")
    return NoSandbox(
        reasons=tuple(reasons) or ("neither bwrap nor unshare is here",),
        remedies=_REMEDIES_OF_ROOT if is_root else _REMEDIES_OF_A_USER,
    )


def walls(*, is_root: bool) -> Iterator[Wall]:
    """All that may hold here, the one that others have proved first."""
    for binary in bubblewrap.binaries():
        yield bubblewrap.Bubblewrap(binary=binary, is_root=is_root)
    for binary in unshared.binaries():
        yield unshared.Unshared(binary=binary, is_root=is_root)


def try_out(wall: Wall, where: Hierarchies | None) -> Holds | str:
    """Run a program behind a wall that looks at itself; why it does not hold, if it does not."""
    sandbox = Confinement(wall=wall, where=where)
    ours = str(Path(__file__).resolve())
    ran = sandbox.run(Job(command=(interpreter(), "-I", "-S", "-c", _PROGRAM, ours), limits=_LIMITS))
    if (wrong := _wrong_with(ran)) is not None:
        return wrong
    is_bounded = where is not None
    return Holds(sandbox=sandbox, name=wall.name, has_total_memory=is_bounded, has_own_uid=is_bounded)


def _wrong_with(ran: Ran) -> str | None:
    match ran.ending:
        case Exited(status=0):
            pass
        case Broke(reason=reason) | NotStarted(reason=reason):
            return reason
        case _:
            return f"a small program ended with {ran.ending}: {ran.stderr.text.strip()[-300:]}"
    try:
        found: Any = json.loads(ran.stdout.text)
        leaks = [
            what
            for what, is_there in (
                ("it is root", found["uid"] == 0),
                ("it has capabilities", found["capabilities"] != 0),
                ("it may gain privileges", not found["locked"]),
                ("its system calls are not filtered", not found["filtered"]),
                ("it has a network", found["networks"] != ["lo"]),
                ("it writes outside its box", found["writable"] != []),
                ("it sees other processes", found["pids"] > 2),
                ("it sees files of ours", found["sees"]),
                ("it has an environment", found["environment"] != []),
            )
            if is_there
        ]
    except (ValueError, KeyError, TypeError) as error:
        return f"a small program printed what it should not: {error!r}"
    return ", ".join(leaks) or None
