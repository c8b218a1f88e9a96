"""A service's files as they were in a revision of git, or as they are in another directory.

git is asked for single files, by a revision that it has made a commit of, so that what a user writes is no option of it.
"""

import subprocess
from collections.abc import Mapping
from dataclasses import fields, replace
from pathlib import Path

from foundation.errors import InputError
from foundation.files.bounded import MOST_BYTES
from foundation.files.writing import write_bytes
from foundation.service.files import ServiceFiles

_SECONDS = 20
# The files that are compared; rule tests prove what follows from them.
COMPARED = ("objectives", "burn_rate", "canaries", "load_profiles", "traffic_profiles")


def files_in(place: Path, files: ServiceFiles) -> ServiceFiles:
    """The files of another directory, or of another objectives file; those that are not there are the same.

    Raises InputError for a directory without objectives.
    """
    if not place.is_dir():
        return replace(files, objectives=place)
    there = {name: place / getattr(files, name).name for name in COMPARED}
    if not there["objectives"].is_file():
        raise InputError(f"{there['objectives']}: cannot be read: there is no such file")
    return replace(files, **{name: path for name, path in there.items() if path.is_file()})


def files_at(revision: str, files: ServiceFiles, directory: Path) -> ServiceFiles:
    """The files as they were in a revision, written to a directory; one that was not there then is the same.

    Raises InputError where there is no git, no repository, no such revision, or no objectives in it.
    """
    root = _root(files.objectives)
    commit = _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    if commit is None:
        raise InputError(f"{revision!r} is no revision of {root}; name a commit, a branch, a file or a directory")
    sha = commit.decode("ascii", "replace").strip()
    found: dict[str, Path] = {}
    for name, path in _paths(files).items():
        content = _show(root, sha, path)
        if content is not None:
            found[name] = directory / path.name
            write_bytes(found[name], content)
    if "objectives" not in found:
        raise InputError(f"{files.objectives}: is not in {revision}; name a revision or a file that has it")
    return replace(files, **found)


def _paths(files: ServiceFiles) -> Mapping[str, Path]:
    return {each.name: getattr(files, each.name) for each in fields(files) if each.name in COMPARED}


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
        done = subprocess.run(
            ["git", "-C", str(directory), *arguments],
            capture_output=True, check=False, timeout=_SECONDS, stdin=subprocess.DEVNULL,
        )  # fmt: skip
    except FileNotFoundError as error:
        raise InputError("git is not installed; name a file or a directory to compare with") from error
    except subprocess.TimeoutExpired as error:
        raise InputError(f"git did not answer within {_SECONDS} s") from error
    return done.stdout if done.returncode == 0 else None
