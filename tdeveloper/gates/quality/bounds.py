"""How much of a tree the quality gate looks at."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What is beyond a bound is named as not read. `listed_count` bounds what is named, never what is counted.

    `file_bytes` is the largest file that is read at all, `code_bytes` the largest of Python, `all_code_bytes` all Python
    together. `tool_seconds` is for each tool, and `scan_seconds` for everything.
    """

    file_count: int = 20_000
    file_bytes: int = 16 * 1024 * 1024
    code_bytes: int = 1024 * 1024
    all_code_bytes: int = 64 * 1024 * 1024
    scan_seconds: float = 50.0
    tool_seconds: float = 20.0
    complexity: int = 15
    listed_count: int = 2_000
