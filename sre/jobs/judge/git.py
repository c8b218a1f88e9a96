"""What git knows of a checkout: which files are in it, and what a commit holds."""

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from foundation.errors import InputError, RefusedError
from foundation.pages.escapes import terminal
from foundation.processes.git import answer, ask, command, environment

_WORDS_CHARACTERS = 300
_LINK, _REPOSITORY = "120000", "160000"
_NO_REPOSITORY, _NOT_OPENED = b"not a git repository", b"could not open directory"


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
    """Whether a directory is in a checkout of git.

    Raises InputError for one that git does not open, or that there is no git for: what of it is ignored is then not known.
    """
    try:
        done = ask(directory, "rev-parse", "--is-inside-work-tree")
    except FileNotFoundError as error:
        here = directory.resolve()
        if any((each / ".git").exists() for each in (here, *here.parents)):
            raise InputError(
                f"{directory}: is a checkout of git, which is not installed; or judge an archive"
            ) from error
        return False
    if done.returncode and _NO_REPOSITORY not in done.stderr:
        raise InputError(f"{directory}: git does not open the repository that it is in: {_words(done.stderr)}")
    return done.stdout == b"true\n"


def is_ignored(directory: Path, place: Path) -> bool:
    """Whether git takes nothing new in a place below a directory for a part of it."""
    return (
        answer(directory, "check-ignore", "--quiet", "--no-index", "--", str(place.resolve() / "a new file"))
        is not None
    )


def files_here(directory: Path) -> list[str]:
    """The paths below a directory that a commit of everything would have: tracked, and new ones that are not ignored."""
    done = ask(directory, "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", ".")
    # A directory that it may not open it passes over with a warning, as if nothing were in it.
    if done.returncode or _NOT_OPENED in done.stderr:
        raise InputError(f"{directory}: git cannot list its files: {_words(done.stderr)}")
    return sorted({_text(name) for name in done.stdout.split(b"\0") if name})


def entries_not_here(directory: Path) -> list[Entry]:
    """What is tracked below a directory, and is left out of it on purpose: a sparse checkout has a part of its files."""
    said = answer(directory, "ls-files", "-z", "-t", "--stage", "--cached", "--", ".")
    if said is None:
        raise InputError(f"{directory}: git cannot list its files")
    return [_entry(line[2:]) for line in said.split(b"\0") if line.startswith(b"S ")]


def entries_of(directory: Path, commit: str) -> list[Entry]:
    """What a commit has below a directory; none where it had no such directory."""
    said = answer(directory, "ls-tree", "-r", "-z", commit)
    if said is None:
        raise InputError(f"{directory}: git cannot list the files of {commit}")
    return [_entry(line) for line in said.split(b"\0") if line]


def contents_of(directory: Path, entries: list[Entry], *, most_bytes: int) -> Iterator[tuple[Entry, bytes]]:
    """The bytes of files and links of a commit, one after another, without filters and without conversion of line ends.

    Raises RefusedError for one of more than `most_bytes`, and InputError for one that is not here.
    """
    with subprocess.Popen(
        command(directory, "cat-file", "--batch"),
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment(),
    ) as process:  # fmt: skip
        asked, answers = process.stdin, process.stdout
        if asked is None or answers is None:
            raise AssertionError("both are pipes")
        for entry in entries:
            asked.write(f"{entry.sha}\n".encode())
            asked.flush()
            head = answers.readline().split()
            if len(head) != 3 or head[1] != b"blob":
                process.kill()
                raise InputError(f"{directory}: git has no content of {entry.path}; fetch the commit whole")
            if int(head[2]) > most_bytes:
                process.kill()
                raise RefusedError(f"{entry.path}: has {int(head[2]):,} bytes, and may have {most_bytes:,}")
            content = answers.read(int(head[2]))
            answers.read(1)
            yield entry, content
        asked.close()


def _entry(line: bytes) -> Entry:
    """From a line of ls-tree (mode, type, object) or ls-files (mode, object, number of a stage)."""
    about, _, name = line.partition(b"\t")
    mode, *words = about.decode().split(" ")
    sha = max(words, key=len)
    kind = {_LINK: EntryKind.LINK, _REPOSITORY: EntryKind.REPOSITORY}.get(mode, EntryKind.FILE)
    return Entry(path=_text(name), sha=sha, kind=kind)


def _text(name: bytes) -> str:
    return name.decode("utf-8", "surrogateescape")


def _words(said: bytes) -> str:
    return terminal(" ".join(said.decode(errors="replace").split())[:_WORDS_CHARACTERS])
