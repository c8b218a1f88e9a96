"""What a job sees of this machine, whatever makes it so: system programs, our interpreter, and what the job mounts."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from foundation.sandbox import supervisor
from foundation.sandbox.model import Job

SUPERVISOR = "/supervisor.py"
_SYSTEM = ("/bin", "/sbin", "/lib", "/lib32", "/lib64")
DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")
_LINKS = (
    ("/proc/self/fd", "/dev/fd"), ("/proc/self/fd/0", "/dev/stdin"), ("/proc/self/fd/1", "/dev/stdout"),
    ("/proc/self/fd/2", "/dev/stderr"), ("/box/shm", "/dev/shm"), ("/box/tmp", "/tmp"),  # noqa: S108 - paths inside
    ("/box/etc/passwd", "/etc/passwd"), ("/box/etc/group", "/etc/group"), ("/box/etc/hosts", "/etc/hosts"),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """Read-only binds of a path here to one inside, and links by what they say and where they are. All else is not there."""

    binds: tuple[tuple[str, str], ...]
    links: tuple[tuple[str, str], ...]


def interpreter() -> str:
    """The Python that runs us, which a job finds under the same path."""
    return os.path.realpath(sys.executable)


def view_of(job: Job) -> View:
    """The view of a job. A mount of it that lies in another one comes after it."""
    binds = [("/usr", "/usr")]
    links = list(_LINKS)
    for name in _SYSTEM:
        path = Path(name)
        if path.is_symlink():
            links.append((os.readlink(path), name))  # noqa: PTH115 - what the link says, as it says it
        elif path.is_dir():
            binds.append((name, name))
    if Path("/etc/ld.so.cache").exists():
        binds.append(("/etc/ld.so.cache", "/etc/ld.so.cache"))
    prefix = os.path.realpath(sys.base_prefix)
    if not Path(prefix).is_relative_to("/usr"):
        binds.append((prefix, prefix))
    binds.append((os.path.realpath(supervisor.__file__), SUPERVISOR))
    if job.tree is not None:
        binds.append((os.path.realpath(job.tree), "/tree"))
    binds += sorted(((os.path.realpath(each.source), str(each.at)) for each in job.mounts), key=lambda bind: bind[1])
    return View(binds=tuple(binds), links=tuple(links))


def etc_of(uid: int) -> Mapping[str, str]:
    """The few files by which programs learn who they are, and what `localhost` is."""
    return {
        "passwd": f"root:x:0:0:root:/:/bin/false\njob:x:{uid}:{uid}:job:/box/home:/bin/sh\n",
        "group": f"root:x:0:\njob:x:{uid}:\n",
        "hosts": "127.0.0.1 localhost\n::1 localhost\n",
    }
