"""What a gate finds, in one form for every tool."""

from collections import Counter
from collections.abc import Iterable
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


def count_by_severity(findings: Iterable[Finding]) -> dict[str, int]:
    """How many findings there are of each severity; every severity has an entry, zero included."""
    counted = Counter(finding.severity for finding in findings)
    return {severity.value: counted[severity] for severity in Severity}
