"""What an archive may be at most: what is read of it, and not only what is written of it, is bounded."""

from dataclasses import dataclass

_MIB = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The bounds of one archive; the defaults fit a source tree in a Lambda's 512 MB of /tmp and 1,024 MB of memory.

    `header_bytes` are the names and extended headers of all members together, `extension_bytes` one extended header of a
    tar. `directory_count` counts the directories that names bring with them, listed or not.
    """

    archive_bytes: int = 50 * _MIB
    member_count: int = 20_000
    directory_count: int = 5_000
    header_bytes: int = 8 * _MIB
    extension_bytes: int = 64 * 1024
    file_bytes: int = 10 * _MIB
    total_bytes: int = 200 * _MIB
    expansion_ratio: int = 100
    path_depth: int = 30
    path_bytes: int = 400
    unpack_seconds: float = 30.0
