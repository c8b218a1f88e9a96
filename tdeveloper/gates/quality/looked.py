"""What one tool says of a tree: what it found, what it could not look at, and the files that it did look at."""

from collections.abc import Callable
from dataclasses import dataclass

from foundation.findings.model import Finding, Unread
from tdeveloper.gates.quality.code_files import CodeFile

SecondsLeft = Callable[[], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """A tool's answer; `files` are those that its findings are of all of, which rates are over."""

    findings: tuple[Finding, ...]
    unread: tuple[Unread, ...]
    files: tuple[CodeFile, ...]
