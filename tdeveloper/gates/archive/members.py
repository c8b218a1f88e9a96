"""What a reader of archives gives, and how it says that something is no archive of its kind."""

from collections.abc import Iterator
from dataclasses import dataclass

from foundation.errors import RefusedError

CHUNK_BYTES = 64 * 1024
_SHOWN_CHARACTERS = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A regular file, or a directory, which has no content. `content` is read once, to its end, before the next member."""

    name: str
    is_directory: bool
    content: Iterator[bytes]


def unreadable(reason: str) -> RefusedError:
    """The refusal of what is not exactly one whole archive."""
    return RefusedError(f"not a readable zip or tar archive: {reason}")


def shown(name: str) -> str:
    """A name for a message: bounded, and what does not print is escaped."""
    return repr(name) if len(name) <= _SHOWN_CHARACTERS else f"{name[:_SHOWN_CHARACTERS]!r}…"
