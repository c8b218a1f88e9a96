"""Which names of members are accepted: relative, printable, and a plain file's on every system that unpacks them."""

import os
import re

from foundation.errors import RefusedError
from tdeveloper.gates.archive.limits import Limits
from tdeveloper.gates.archive.members import shown

_NAME_BYTES = 255
# https://learn.microsoft.com/en-us/windows/win32/fileio/naming-a-file: reserved with any extension, and with spaces before it.
_DEVICE = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³]) *([.:].*)?", re.IGNORECASE | re.DOTALL)
# Git runs what lies in `.git/hooks`. NTFS takes `.git.`, `.git ` and `git~1` for the same
# (https://github.com/git/git/blob/v2.47.0/path.c, is_ntfs_dotgit).
_GIT = re.compile(r"(\.git|git~1)[. ]*(:.*)?", re.IGNORECASE | re.DOTALL)


def safe_parts(name: str, limits: Limits) -> tuple[str, ...]:
    """The parts of a member's path; empty for the root itself. Raises RefusedError with what is wrong with the name."""
    if "\0" in name or "\\" in name:
        raise RefusedError(f"{shown(name)}: NUL and backslash are not accepted in names")
    if len(os.fsencode(name)) > limits.path_bytes:
        raise RefusedError(f"{shown(name)}: name longer than {limits.path_bytes} bytes")
    if not name.isprintable():
        raise RefusedError(
            f"{shown(name)}: a character of the name does not print (a control, a direction mark, no UTF-8)"
        )
    if name.startswith("/") or (len(name) > 1 and name[1] == ":"):
        raise RefusedError(f"{shown(name)}: absolute path")
    parts = tuple(part for part in name.split("/") if part not in ("", "."))
    if ".." in parts:
        raise RefusedError(f"{shown(name)}: leads out of the archive")
    if len(parts) > limits.path_depth:
        raise RefusedError(f"{shown(name)}: deeper than {limits.path_depth} directories")
    for part in parts:
        _accept(part, name)
    return parts


def _accept(part: str, name: str) -> None:
    if len(os.fsencode(part)) > _NAME_BYTES:
        raise RefusedError(f"{shown(name)}: a part of it is longer than {_NAME_BYTES} bytes")
    if _DEVICE.fullmatch(part):
        raise RefusedError(f"{shown(name)}: {part!r} is a device on Windows, and no file")
    if _GIT.fullmatch(part):
        raise RefusedError(
            f"{shown(name)}: a repository's own data, which Git runs hooks from; send the source tree alone"
        )
