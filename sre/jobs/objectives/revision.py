"""A service's files as they were in a revision of git, or as they are in another directory, and which of them are not there.

git is asked for single files, by a revision that it has made a commit of, so that what a user writes is no option of it.
"""

import os
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path

from foundation.errors import InputError
from foundation.files.bounded import MOST_BYTES
from foundation.files.writing import write_bytes
from foundation.processes.git import ask, find_commit
from foundation.service.files import CompleteFiles


class Compared(Enum):
    """The files that are compared, by their fields in `CompleteFiles`; rule tests prove what follows from them."""

    OBJECTIVES = "objectives"
    BURN_RATE = "burn_rate"
    CANARIES = "canaries"
    FLOWS = "flows"
    LOAD_PROFILES = "load_profiles"
    TRAFFIC_PROFILES = "traffic_profiles"
    RESOURCE_ALARMS = "resource_alarms"

    @property
    def words(self) -> str:
        """What such a file holds."""
        return "burn-rate policy" if self is Compared.BURN_RATE else self.value.replace("_", " ")

    def of(self, files: CompleteFiles) -> Path:
        """The file of a service."""
        return getattr(files, self.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedFile:
    """A file as it is now, and what it is compared with, as git or a path names it; `before` is None where nothing was found.

    Then the present file stands on both sides, and nothing is known of how it changed. `is_usual` is set where the file of the
    usual name is compared, in the place of one that is not there.
    """

    what: Compared
    now: Path
    before: str | None
    is_usual: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """The files of the other side, and for each that is compared what it was found as."""

    files: CompleteFiles
    compared: tuple[ComparedFile, ...]

    @property
    def not_compared(self) -> tuple[ComparedFile, ...]:
        """Those of which nothing was found: the present ones are taken in their place."""
        return tuple(each for each in self.compared if each.before is None)


def files_in(place: Path, files: CompleteFiles, *, usual: CompleteFiles) -> Earlier:
    """The files of another directory, or another objectives file, with which nothing but the objectives is compared.

    `usual` are the files as they are called where nobody names others.
    In a directory a file is looked for by its own name, by the usual name, and where it is seen from the usual objectives.
    Raises InputError for a directory without objectives, or one that must not be looked into.
    """
    if not place.is_dir():
        others = tuple(ComparedFile(what=each, now=each.of(files), before=None) for each in list(Compared)[1:])
        named = ComparedFile(what=Compared.OBJECTIVES, now=files.objectives, before=str(place))
        return Earlier(files=replace(files, objectives=place), compared=(named, *others))
    found = {what: (file, str(file)) for what in Compared if (file := _found_in(place, what, files, usual)) is not None}
    if Compared.OBJECTIVES not in found:
        missing = place / files.objectives.name
        raise InputError(f"{missing}: cannot be read: there is no such file")
    return _earlier(files, found)


def files_at(revision: str, files: CompleteFiles, directory: Path, *, usual: CompleteFiles) -> Earlier:
    """The files as they were in a revision, written to a directory. One that was not there is looked for by its usual name.

    Raises InputError where there is no git, no repository, no such revision, or no objectives in it.
    """
    root = _root(files.objectives)
    sha = find_commit(root, revision)
    if sha is None:
        raise InputError(f"{revision!r} is no revision of {root}; name a commit, a branch, a file or a directory")
    found: dict[Compared, tuple[Path, str]] = {}
    for what in Compared:
        # The usual objectives may be another service's, and no earlier version of these.
        more = () if what is Compared.OBJECTIVES else (what.of(usual),)
        for path in dict.fromkeys((what.of(files), *more)):
            content = _show(root, sha, path)
            if content is not None:
                # Two files may have one name.
                file = directory / what.value / path.name
                write_bytes(file, content)
                found[what] = file, f"{revision}:{path.resolve().relative_to(root.resolve()).as_posix()}"
                break
    if Compared.OBJECTIVES not in found:
        raise InputError(f"{files.objectives}: is not in {revision}; name a revision or a file that has it")
    return _earlier(files, found)


def _earlier(files: CompleteFiles, found: dict[Compared, tuple[Path, str]]) -> Earlier:
    return Earlier(
        files=replace(files, **{what.value: file for what, (file, _) in found.items()}),
        compared=tuple(
            ComparedFile(
                what=what,
                now=what.of(files),
                before=found[what][1] if what in found else None,
                is_usual=what in found and found[what][0].name != what.of(files).name,
            )
            for what in Compared
        ),
    )


def _found_in(place: Path, what: Compared, files: CompleteFiles, usual: CompleteFiles) -> Path | None:
    """A file of a directory; None where it has none of any name that it could have."""
    now, named = what.of(files), what.of(usual)
    beside = Path(os.path.relpath(named, usual.objectives.parent))
    for path in dict.fromkeys((place / now.name, place / named.name, place / beside)):
        try:
            path.stat()
        except FileNotFoundError:
            continue
        except OSError as error:
            raise InputError(f"{path}: cannot be read: {error.strerror}") from error
        if not path.is_file():
            raise InputError(f"{path}: cannot be read: it is no file")
        return path
    return None


def _root(file: Path) -> Path:
    said = _git(file.resolve().parent, "rev-parse", "--show-toplevel")
    if said is None:
        raise InputError(f"{file}: is in no git repository; name a file or a directory to compare with")
    return Path(said.decode("utf-8", "surrogateescape").rstrip("\n"))


def _show(root: Path, sha: str, file: Path) -> bytes | None:
    """A file of a commit; None where the commit has none of this name, or it is outside of the repository."""
    path = file.resolve()
    if not path.is_relative_to(root.resolve()):
        return None
    blob = f"{sha}:{path.relative_to(root.resolve()).as_posix()}"
    size = _git(root, "cat-file", "-s", blob)
    if size is None:
        return None
    if int(size) > MOST_BYTES:
        raise InputError(f"{file}: is {int(size):,} bytes in this revision, and at most {MOST_BYTES:,} are read")
    return _git(root, "cat-file", "blob", blob)


def _git(directory: Path, *arguments: str) -> bytes | None:
    """What git answers; None where it refuses. Raises InputError where git does not run."""
    try:
        done = ask(directory, *arguments)
    except FileNotFoundError as error:
        raise InputError("git is not installed; name a file or a directory to compare with") from error
    return done.stdout if done.returncode == 0 else None
