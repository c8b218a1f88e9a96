"""What git knows of a checkout: which files are in it, and what a commit holds. Nothing that a repository configures is run."""

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from foundation.errors import InputError

_SECONDS = 60
# A monitor of the file system is a program that the repository's configuration names.
_COMMAND = ("git", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "core.quotePath=false")
_LINK, _REPOSITORY = "120000", "160000"


class EntryKind(Enum):
    """What a commit has under a path."""

    FILE = "a file"
    LINK = "a link"
    REPOSITORY = "another repository"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What a commit has below the directory that was asked about; `sha` is its object, of a link the one with where it leads."""

    path: str
    sha: str
    kind: EntryKind


def is_checkout(directory: Path) -> bool:
    """Whether a directory is in a checkout of git."""
    return _asked(directory, "rev-parse", "--is-inside-work-tree") == b"true\n"


def find_commit(directory: Path, revision: str) -> str | None:
    """The commit of a revision, in hexadecimal digits, or None."""
    said = _asked(directory, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    return None if said is None else said.decode().strip()


def files_here(directory: Path) -> list[str]:
    """The paths below a directory that a commit of everything would have: tracked, and new ones that are not ignored."""
    said = _asked(directory, "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", ".")
    if said is None:
        raise InputError(f"{directory}: git cannot list its files")
    return sorted({_text(name) for name in said.split(b"\0") if name})


def entries_of(directory: Path, commit: str) -> list[Entry]:
    """What a commit has below a directory; none where it had no such directory."""
    said = _asked(directory, "ls-tree", "-r", "-z", commit)
    if said is None:
        raise InputError(f"{directory}: git cannot list the files of {commit}")
    return [_entry(line) for line in said.split(b"\0") if line]


def contents_of(directory: Path, entries: list[Entry]) -> Iterator[tuple[Entry, bytes]]:
    """The bytes of files and links of a commit, one after another, without filters and without conversion of line ends."""
    with subprocess.Popen(
        [*_COMMAND, "-C", str(directory), "cat-file", "--batch"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    ) as process:  # fmt: skip
        asked, answers = process.stdin, process.stdout
        if asked is None or answers is None:
            raise AssertionError("both are pipes")
        for entry in entries:
            asked.write(f"{entry.sha}\n".encode())
            asked.flush()
            head = answers.readline().split()
            if len(head) != 3 or head[1] != b"blob":
                raise InputError(f"{directory}: git has no content of {entry.path}; fetch the commit whole")
            content = answers.read(int(head[2]))
            answers.read(1)
            yield entry, content
        asked.close()


def _entry(line: bytes) -> Entry:
    about, _, name = line.partition(b"\t")
    mode, _, sha = about.decode().split(" ")
    kind = {_LINK: EntryKind.LINK, _REPOSITORY: EntryKind.REPOSITORY}.get(mode, EntryKind.FILE)
    return Entry(path=_text(name), sha=sha, kind=kind)


def _text(name: bytes) -> str:
    return name.decode("utf-8", "surrogateescape")


def _asked(directory: Path, *arguments: str) -> bytes | None:
    """What git answers; None where it refuses. Raises InputError where it does not run."""
    try:
        done = subprocess.run(
            [*_COMMAND, "-C", str(directory), *arguments],
            capture_output=True, check=False, timeout=_SECONDS, stdin=subprocess.DEVNULL,
        )  # fmt: skip
    except FileNotFoundError as error:
        raise InputError("git is not installed; without it a directory is judged by itself, without --base") from error
    except subprocess.TimeoutExpired as error:
        raise InputError(f"{directory}: git did not answer within {_SECONDS} s") from error
    return done.stdout if done.returncode == 0 else None
