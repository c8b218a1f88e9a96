"""What a gate finds, what it could not look at, and what asked it to look away: in one form for every tool."""

from dataclasses import dataclass
from enum import Enum
from typing import Any


class Severity(Enum):
    """Severities as bandit has them; `UNDEFINED` is bandit's own word for "no severity given"."""

    HIGH = "HIGH"
    MEDIUM = "MEDIUM"
    LOW = "LOW"
    UNDEFINED = "UNDEFINED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One finding: `path` is relative to the archive's root, `line` counts from 1. It never holds a secret's text."""

    tool: str
    rule: str
    severity: Severity
    confidence: str
    path: str
    line: int
    message: str

    def to_dict(self) -> dict[str, Any]:
        """The finding as JSON-ready data."""
        return {
            "tool": self.tool,
            "rule": self.rule,
            "severity": self.severity.value,
            "confidence": self.confidence,
            "path": self.path,
            "line": self.line,
            "message": self.message,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """A file that a tool could not look at, or not at all of it, and why."""

    path: str
    why: str

    def to_dict(self) -> dict[str, Any]:
        """The gap as JSON-ready data."""
        return {"path": self.path, "why": self.why}


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppression:
    """A comment that asks a tool to look away from its line. The gate looks all the same, and shows the comment."""

    tool: str
    path: str
    line: int

    def to_dict(self) -> dict[str, Any]:
        """The comment's place as JSON-ready data."""
        return {"tool": self.tool, "path": self.path, "line": self.line}
