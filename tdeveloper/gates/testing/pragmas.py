"""Comments that ask coverage to leave lines out. The gate counts these lines all the same, and shows the comments."""

import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path

from foundation.findings.model import Suppression

_PRAGMA = re.compile(r"#\s*pragma:?\s*no\s*(cover|branch)", re.IGNORECASE)
_MOST_BYTES = 1 << 20
_MOST_PRAGMAS = 2_000


def pragmas_of(tree: Path) -> tuple[Suppression, ...]:
    """Their places in the order of paths, the first 2,000 of them; files of more than 1 MiB are not looked at."""
    found: list[Suppression] = []
    for path in _code_of(tree):
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), start=1):
            if _PRAGMA.search(line):
                found.append(Suppression(tool="coverage", path=path.relative_to(tree).as_posix(), line=number))
                if len(found) == _MOST_PRAGMAS:
                    return tuple(found)
    return tuple(found)


def _code_of(tree: Path) -> Iterator[Path]:
    paths = (Path(directory, name) for directory, _, names in os.walk(tree) for name in names if name.endswith(".py"))
    for path in sorted(paths):
        there = path.lstat()
        if stat.S_ISREG(there.st_mode) and there.st_size <= _MOST_BYTES:
            yield path
