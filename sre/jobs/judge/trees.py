"""The tree that is judged, and the one that it was made from: each unpacked from an archive, as a gate of the platform has it."""

import os
from dataclasses import dataclass
from pathlib import Path

from foundation.errors import InputError, about
from foundation.processes.git import find_commit
from sre.jobs.judge import git
from sre.jobs.judge.packing import LeftOut, link, names_below, pack_files, packing, repository
from tdeveloper.gates.archive.extract import extract
from tdeveloper.gates.archive.limits import Limits

# Longer than any path that Linux takes.
_MOST_LINK_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """An unpacked tree: what it is of, in words; what of it is not there, and why. `revision` is its commit, where it has one."""

    root: Path
    what: str
    file_count: int
    left_out: tuple[LeftOut, ...] = ()
    revision: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trees:
    """A tree, and the base that it is compared with, or None."""

    now: Tree
    base: Tree | None

    def is_same_file(self, path: str) -> bool:
        """Whether a path has the same bytes in both, or is a link that leads to the same; nothing else is the same."""
        if self.base is None:
            return False
        leads_to, led_to = ({each.path: each.leads_to for each in tree.left_out} for tree in (self.now, self.base))
        if path in leads_to or path in led_to:
            return leads_to.get(path) is not None and leads_to.get(path) == led_to.get(path)
        ours, theirs = self.now.root / path, self.base.root / path
        try:
            return ours.read_bytes() == theirs.read_bytes()
        except OSError:
            return False


def open_trees(path: Path, *, base: str | None, scratch: Path) -> Trees:
    """Unpack both below an empty directory. Raises InputError for what is not there, RefusedError for what no gate takes.

    `base` is a revision where `path` is in a checkout of git; else, or where it names something that exists, another directory
    or archive.
    """
    now = _here(path, scratch / "now")
    if base is None:
        return Trees(now=now, base=None)
    if path.is_dir() and git.is_checkout(path):
        commit = find_commit(path, base)
        if commit is not None:
            return Trees(now=now, base=_committed(path, base, commit, scratch / "base"))
    if not Path(base).exists():
        raise InputError(
            f"--base {base}: neither a revision of the repository of {path}, nor a directory or an archive; name a branch, a "
            "tag or a commit, such as origin/main"
        )
    if Path(base).samefile(path):
        raise InputError(f"--base {base}: is the tree itself, since which nothing is new; name what it was made from")
    return Trees(now=now, base=_here(Path(base), scratch / "base"))


def _here(path: Path, place: Path) -> Tree:
    name = path.resolve().name or str(path)
    if path.is_file():
        return _unpacked(path, place, f"the archive {name}")
    if not path.is_dir():
        raise InputError(f"{path}: there is no such directory or archive")
    is_checkout = git.is_checkout(path)
    archive = place.with_suffix(".zip")
    left_out = _checked_out(path, archive) if is_checkout else pack_files(path, names_below(path), archive)
    what = f"{name}, with what is not committed" if is_checkout else f"the directory {name}"
    return _unpacked(archive, place, what, left_out)


def _checked_out(path: Path, archive: Path) -> tuple[LeftOut, ...]:
    """Pack what a commit of everything would have, with what a sparse checkout leaves out of the directory."""
    names = git.files_here(path)
    absent = [each for each in git.entries_not_here(path) if not os.path.lexists(path / each.path)]
    files = [each for each in absent if each.kind is git.EntryKind.FILE]
    links = [each for each in absent if each.kind is git.EntryKind.LINK]
    contents = ((each.path, content) for each, content in git.contents_of(path, files, most_bytes=Limits().file_bytes))
    return (
        *pack_files(path, names, archive, contents),
        *(link(each.path, os.fsdecode(to)) for each, to in git.contents_of(path, links, most_bytes=_MOST_LINK_BYTES)),
        *(repository(each.path) for each in absent if each.kind is git.EntryKind.REPOSITORY),
    )


def _committed(directory: Path, named: str, commit: str, place: Path) -> Tree:
    entries = git.entries_of(directory, commit)
    left_out = [repository(each.path) for each in entries if each.kind is git.EntryKind.REPOSITORY]
    archive = place.with_suffix(".zip")
    with packing(archive) as packed:
        read = [each for each in entries if each.kind is not git.EntryKind.REPOSITORY]
        for entry, content in git.contents_of(directory, read, most_bytes=Limits().file_bytes):
            if entry.kind is git.EntryKind.LINK:
                left_out.append(link(entry.path, os.fsdecode(content)))
            else:
                packed.add(entry.path, content)
    return _unpacked(archive, place, f"{named} ({commit[:12]})", tuple(left_out), commit)


def _unpacked(
    archive: Path, place: Path, what: str, left_out: tuple[LeftOut, ...] = (), revision: str | None = None
) -> Tree:
    with about(what):
        extracted = extract(archive, place, Limits())
    return Tree(root=place, what=what, file_count=extracted.file_count, left_out=left_out, revision=revision)
