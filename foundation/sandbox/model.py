"""What runs in a sandbox, within which limits, and how it ended.

Whatever a program in a sandbox prints or leaves is its own claim. That it ran at all, and how it ended, is ours.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path, PurePosixPath
from typing import Protocol

from foundation.errors import InputError

# What a job finds inside, whatever the backend: all that can be written lies in one tmpfs.
WORK, TEMPORARY, HOME, INPUT = (PurePosixPath("/box") / each for each in ("work", "tmp", "home", "input"))
_RESERVED = (
    "bin", "box", "dev", "etc", "lib", "lib32", "lib64", "proc", "sbin", "supervisor.py", "sys", "tmp", "tree", "usr",
)  # fmt: skip
# What holds a job needs some of the memory itself: an interpreter and bubblewrap.
_LEAST_MEMORY_BYTES = 64 << 20
# Input files travel in memory.
_MOST_INPUT_BYTES = 16 << 20
_MOST_ARTIFACTS = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a job may use at most. Raises InputError where a limit cannot be held.

    `wall_seconds` count from the call, so the copying of its tree is in them; `cpu_seconds` and `process_count` are over all its
    processes, the first of each alone where no cgroup counts it, and threads are processes here.
    `output_bytes` bounds stdout and stderr together. Files in the box lie in memory: where memory is bounded over all processes,
    `memory_bytes` counts them too, so `disk_bytes` is not above it.
    """

    wall_seconds: float = 60
    cpu_seconds: int = 60
    memory_bytes: int = 512 << 20
    process_count: int = 64
    output_bytes: int = 1 << 20
    disk_bytes: int = 128 << 20
    open_file_count: int = 256

    def __post_init__(self) -> None:
        """Refuse what would bound nothing, or would not let a job begin."""
        for name in ("wall_seconds", "cpu_seconds", "process_count", "output_bytes", "disk_bytes", "open_file_count"):
            if not getattr(self, name) > 0:
                raise InputError(f"limits of a sandbox: {name} is {getattr(self, name)}; give more than 0")
        if self.memory_bytes < _LEAST_MEMORY_BYTES:
            raise InputError(
                f"limits of a sandbox: memory_bytes is {self.memory_bytes}; give at least {_LEAST_MEMORY_BYTES}"
            )
        if self.disk_bytes > self.memory_bytes:
            raise InputError(
                f"limits of a sandbox: disk_bytes is {self.disk_bytes}, above memory_bytes ({self.memory_bytes}); "
                "its files lie in memory, so give at most as many"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Mount:
    """A directory or a file of this machine that a job may read, and where it finds it. Raises InputError for a wrong place."""

    source: Path
    at: PurePosixPath

    def __post_init__(self) -> None:
        """Keep mounts away from what the sandbox itself is made of."""
        if not self.at.is_absolute() or ".." in self.at.parts or len(self.at.parts) < 2:
            raise InputError(f"mount {self.at}: not a place in a sandbox; give an absolute path without `..`")
        if self.at.parts[1] in _RESERVED:
            raise InputError(f"mount {self.at}: /{self.at.parts[1]} is the sandbox's own; mount it elsewhere")
        if not self.source.exists():
            raise InputError(f"mount {self.source}: there is no such file or directory")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A file that a job is to leave, relative to its work directory, and how large it may be. Raises InputError otherwise."""

    name: str
    most_bytes: int

    def __post_init__(self) -> None:
        """Refuse a name that leads out of the work directory."""
        _check_name("artifact", self.name)
        if self.most_bytes < 0:
            raise InputError(f"artifact {self.name}: most_bytes is {self.most_bytes}; give 0 or more")


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A command, which begins in a copy of `tree` that it may write to.

    Its environment is `environment` and nothing else. `inputs` are files that it finds in INPUT by their names. Raises
    InputError for what cannot be run.
    """

    command: tuple[str, ...]
    tree: Path | None = None
    mounts: tuple[Mount, ...] = ()
    inputs: Mapping[str, bytes] = field(default_factory=dict[str, bytes])
    environment: Mapping[str, str] = field(default_factory=dict[str, str])
    limits: Limits = field(default_factory=Limits)
    artifacts: tuple[Wanted, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what no backend could run."""
        if not self.command or not self.command[0]:
            raise InputError("a job of a sandbox: its command is empty; name a program")
        for text in (*self.command, *self.environment.keys(), *self.environment.values()):
            if "\0" in text:
                raise InputError(f"a job of a sandbox: {text!r} has a NUL in it, which no system call takes")
        for name in self.environment:
            if not name or "=" in name:
                raise InputError(f"a job of a sandbox: {name!r} is no name of a variable")
        if self.tree is not None and not self.tree.is_dir():
            raise InputError(f"a job of a sandbox: {self.tree} is no directory")
        for name in self.inputs:
            _check_name("input file", name)
        if (size_bytes := sum(map(len, self.inputs.values()))) > _MOST_INPUT_BYTES:
            raise InputError(
                f"input files of a sandbox: {size_bytes} bytes, above {_MOST_INPUT_BYTES}; mount them instead"
            )
        if len(self.artifacts) > _MOST_ARTIFACTS or len({each.name for each in self.artifacts}) < len(self.artifacts):
            raise InputError(f"artifacts of a job: more than {_MOST_ARTIFACTS}, or one name twice")


def _check_name(what: str, name: str) -> None:
    path = PurePosixPath(name)
    if not name or "\0" in name or path.is_absolute() or ".." in path.parts or str(path) != name or name == ".":
        raise InputError(f"{what} {name!r}: not a relative path in its plain form")


@dataclass(frozen=True, slots=True, kw_only=True)
class Exited:
    """The command ended by itself, with this status."""

    status: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Signalled:
    """The command was killed by this signal, which nobody outside had sent."""

    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OutOfTime:
    """It had not ended after `wall_seconds`, and was killed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutOfProcessorTime:
    """It had used `cpu_seconds`, and was killed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutOfMemory:
    """The kernel killed so many of its processes, since all of them together had reached `memory_bytes`."""

    killed_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TooMuchOutput:
    """It printed more than `output_bytes`, and was killed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotStarted:
    """The command never began, for this reason: its tree does not fit, or it cannot be executed."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Broke:
    """The sandbox itself failed, for this reason: nothing is known of the command."""

    reason: str


Ending = (
    Exited | Signalled | OutOfTime | OutOfProcessorTime | OutOfMemory | TooMuchOutput | NotStarted | Broke
)  # fmt: skip


class Why(Enum):
    """Why an artifact is not there."""

    MISSING = "missing"
    TOO_LARGE = "too large"
    NOT_A_REGULAR_FILE = "not a regular file"
    NOT_BROUGHT = "not brought back"


@dataclass(frozen=True, slots=True, kw_only=True)
class Absent:
    """An artifact that is not there. One is NOT_BROUGHT when the job was killed before it could be fetched."""

    why: Why


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """What was printed: the end of it, and how much came in all. Of a job that was killed, more may have been on its way."""

    tail: bytes
    total_bytes: int

    @property
    def text(self) -> str:
        """The end as text; what is no UTF-8 is replaced."""
        return self.tail.decode(errors="replace")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """How a job ended, what it printed and left, and what it used.

    `cpu_seconds` and `peak_memory_bytes` are of all its processes; None where that cannot be measured. `left_out_count` are the
    devices, pipes and sockets of the tree, which are not copied.
    """

    ending: Ending
    stdout: Stream
    stderr: Stream
    artifacts: Mapping[str, bytes | Absent]
    wall_seconds: float
    cpu_seconds: float | None
    peak_memory_bytes: int | None
    left_out_count: int | None


class Sandbox(Protocol):
    """Runs jobs, one after another or at once."""

    def run(self, job: Job) -> Ran:
        """Run a job to its end, which comes within its limits; nothing of it is left then, even when this is interrupted."""
        ...
