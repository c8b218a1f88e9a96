"""The advisories of one `all.zip` of OSV, read member by member within bounds.

A member that cannot be read makes the whole file refused: who took the rest would call a package clean of which nobody knows.
"""

import hashlib
import json
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from foundation.advisories.model import Advisory
from foundation.errors import InputError
from foundation.pages.numbers import count
from sre.jobs.advisories.osv_entry import read_entry

_NAMED_COUNT = 20
_UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError, RuntimeError, OSError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much of a file is read; npm's had 220,000 members and 250 MB in all. More than any of these is refused."""

    file_bytes: int = 1 << 30
    member_count: int = 1_000_000
    member_bytes: int = 16 << 20
    total_bytes: int = 4 << 30
    expansion_ratio: int = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class OsvFile:
    """What a file holds: all of its advisories, those on other ecosystems among them."""

    sha256: str
    size_bytes: int
    advisories: tuple[Advisory, ...]


def read_osv_zip(file: Path, limits: Limits) -> OsvFile:
    """Read all of it. Raises InputError with every member that could not be read, twenty of them by name."""
    try:
        with closing(file.open("rb")) as opened:
            size_bytes = file.stat().st_size
            if size_bytes > limits.file_bytes:
                raise InputError(f"{file}: larger than {limits.file_bytes >> 20:,} MiB, the most that is read")
            sha256 = hashlib.file_digest(opened, "sha256").hexdigest()
            with zipfile.ZipFile(opened) as archive:
                advisories = tuple(_advisories(archive, file, size_bytes, limits))
    except _UNREADABLE as error:
        raise InputError(f"{file}: no `all.zip` of OSV: {str(error)[:200]}") from error
    if not advisories:
        raise InputError(f"{file}: no `all.zip` of OSV: it holds no advisory")
    return OsvFile(sha256=sha256, size_bytes=size_bytes, advisories=advisories)


def _advisories(archive: zipfile.ZipFile, file: Path, size_bytes: int, limits: Limits) -> Iterator[Advisory]:
    members = archive.infolist()
    if len(members) > limits.member_count:
        raise InputError(f"{file}: more than {limits.member_count:,} members, the most that are read")
    left_bytes = min(limits.total_bytes, limits.expansion_ratio * size_bytes)
    broken: list[str] = []
    broken_count = 0
    seen: set[str] = set()
    for member in members:
        try:
            content = _content(archive, member, min(limits.member_bytes, left_bytes))
            left_bytes -= len(content)
            advisory = read_entry(content)
            if advisory.id in seen:
                raise ValueError(f"{advisory.id} is there twice")
            seen.add(advisory.id)
        except _UNREADABLE as error:
            broken_count += 1
            if broken_count <= _NAMED_COUNT:
                broken.append(f"{json.dumps(member.filename[:100])}: {str(error)[:200]}")
        else:
            yield advisory
    if broken:
        more = () if broken_count == len(broken) else (f"and {count(broken_count - len(broken))} more",)
        raise InputError(
            f"{file}: {count(broken_count)} of {count(len(members))} members cannot be read, so nothing is written; "
            "download it again",
            (*broken, *more),
        )


def _content(archive: zipfile.ZipFile, member: zipfile.ZipInfo, most_bytes: int) -> bytes:
    """A member's bytes, counted while they are unpacked: what its header says of its size may be a lie."""
    with archive.open(member) as opened:
        content = opened.read(most_bytes + 1)
    if len(content) > most_bytes:
        raise ValueError(f"unpacks to more than {most_bytes:,} bytes, which is all that may be left of the limits")
    return content
