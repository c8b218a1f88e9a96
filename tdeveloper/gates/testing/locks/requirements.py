"""requirements*.txt with hashes, as `pip-compile --generate-hashes` and `uv pip compile --generate-hashes` write them.

https://pip.pypa.io/en/stable/reference/requirements-file-format/
"""

import re
from collections.abc import Iterator
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement

from foundation.files.bounded import read_text
from tdeveloper.gates.testing.claims import shown_message
from tdeveloper.gates.testing.locks.model import LeftOut, Locked, LockError, holds, locked

PATTERN = "requirements*.txt"
_MOST_BYTES = 8 << 20
_MOST_LINE_CHARACTERS = 200_000
_HASH = re.compile(r"\s--hash[=\s]([^\s]+)")
_COMMENT = re.compile(r"(^|\s)#.*$")
# Which index there is, the operator says; the others change nothing of what is pinned with hashes.
_IGNORED = re.compile(
    r"(-i|--index-url|--extra-index-url|--no-index|-f|--find-links|--trusted-host|--require-hashes|--pre|--prefer-binary|"
    r"--only-binary|--no-binary|-c|--constraint)\b"
)
_INCLUDED = re.compile(r"(?:-r|--requirement)[=\s]*(\S+)")
_LOCAL = re.compile(r"-e\b|--editable\b|\.{1,2}(/|$)|/|[a-z+]+://|git\+", re.IGNORECASE)


def is_locked(path: Path) -> bool:
    """Whether a file has hashes; one that has none pins nothing. Raises InputError when it cannot be read."""
    return any(_HASH.search(f" {line}") for line in _logical_lines(path))


def read_requirements(path: Path, *, beside: frozenset[str]) -> Iterator[Locked | LeftOut]:
    """The packages of a file; what it includes must be one of the files that are read `beside` it. Raises InputError."""
    for line in _logical_lines(path):
        if _IGNORED.match(line):
            continue
        if (included := _INCLUDED.match(line)) is not None:
            if included[1].removeprefix("./") not in beside:
                raise LockError(
                    f"{path.name}: includes {shown_message(included[1])}, which has no hashes or is not beside it"
                )
        elif _LOCAL.match(line):
            yield LeftOut(
                name=shown_message(line)[:100], why="comes from a directory or an address, which no index has"
            )
        else:
            found = _package(line, path.name)
            if found is not None:
                yield found


def _package(line: str, file: str) -> Locked | LeftOut | None:
    digests = _HASH.findall(line)
    text = _HASH.sub("", line).strip()
    try:
        requirement = Requirement(text)
    except (InvalidRequirement, RecursionError) as error:
        raise LockError(f"{file}: {shown_message(text)}: is no requirement that is read here") from error
    if requirement.marker is not None and not holds(str(requirement.marker), file=file):
        return None
    if requirement.url is not None:
        return LeftOut(name=requirement.name, why="comes from an address, which no index has")
    pins = list(requirement.specifier)
    if len(pins) != 1 or pins[0].operator not in ("==", "===") or "*" in pins[0].version:
        raise LockError(f"{file}: {requirement.name}: is not pinned by == to one version")
    return locked(requirement.name, pins[0].version, digests, file=file)


def _logical_lines(path: Path) -> Iterator[str]:
    """Lines without comments, joined where one ends with a backslash."""
    text = read_text(path, most_bytes=_MOST_BYTES)
    parts: list[str] = []
    for line in [*text.splitlines(), ""]:
        plain = _COMMENT.sub("", line).rstrip()
        if plain.endswith("\\"):
            parts.append(plain[:-1])
            continue
        whole = " ".join([*parts, plain]).strip()
        parts.clear()
        if len(whole) > _MOST_LINE_CHARACTERS:
            raise LockError(f"{path.name}: a line of more than {_MOST_LINE_CHARACTERS:,} characters")
        if whole:
            yield whole
