"""The security gate: bandit and detect-secrets over an unpacked source tree, as libraries.

The tree's own configuration (.bandit, `# nosec` is bandit's and stays, .secrets.baseline) is never read:
a repository must not be able to switch its own gate off. No plugin that calls the network is enabled.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from bandit.core.config import BanditConfig
from bandit.core.manager import BanditManager
from detect_secrets.core.secrets_collection import SecretsCollection
from detect_secrets.settings import default_settings

from tdeveloper.gates.findings import Finding, Severity, count_by_severity

# A gate that reads every byte of 20,000 files still has to end; larger files are data, not source.
_SECRETS_FILE_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class SecurityReport:
    """The gate's result: rejected when a finding is of high severity. `skipped` are files a tool could not parse."""

    findings: tuple[Finding, ...]
    skipped: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """True when nothing of high severity was found."""
        return all(finding.severity is not Severity.HIGH for finding in self.findings)

    @property
    def count_by_severity(self) -> dict[str, int]:
        """Findings by severity, zeros included."""
        return count_by_severity(self.findings)


def scan(root: Path) -> SecurityReport:
    """Run both tools over every file under `root`."""
    issues, skipped = _bandit(root)
    return SecurityReport(findings=(*issues, *_secrets(root)), skipped=skipped)


def _bandit(root: Path) -> tuple[list[Finding], tuple[str, ...]]:
    manager = BanditManager(BanditConfig(), "file", quiet=True)
    # bandit's own default excludes (.git, .venv, dist, tests ...) are for a developer's tree; an archive is scanned whole.
    manager.discover_files([str(root)], recursive=True, excluded_paths="")
    manager.run_tests()
    issues = cast("list[Any]", manager.get_issue_list())
    findings = [
        Finding(
            tool="bandit",
            rule=issue.test_id,
            severity=Severity(issue.severity),
            confidence=issue.confidence,
            path=str(Path(issue.fname).relative_to(root)),
            line=issue.lineno,
            message=issue.text,
        )
        for issue in issues
    ]
    skipped = tuple(
        f"{Path(name).relative_to(root)}: {reason}" for name, reason in cast("list[tuple[str, str]]", manager.skipped)
    )
    return findings, skipped


def _secrets(root: Path) -> list[Finding]:
    collection = SecretsCollection(root=str(root))
    with default_settings():
        for path in sorted(root.rglob("*")):
            if path.is_file() and path.stat().st_size <= _SECRETS_FILE_BYTES:
                collection.scan_file(str(path.relative_to(root)))
    return [
        Finding(
            tool="detect-secrets",
            rule=secret.type,
            # Heuristic detectors guess; a named key format is a leak until somebody shows that it is not.
            severity=Severity.MEDIUM if secret.type in _GUESSED_KINDS else Severity.HIGH,
            confidence="LOW" if secret.type in _GUESSED_KINDS else "HIGH",
            path=name,
            line=secret.line_number,
            message=f"looks like a secret ({secret.type}); its text is not kept",
        )
        for name, secret in collection
    ]


_GUESSED_KINDS = frozenset(
    {"Secret Keyword", "Base64 High Entropy String", "Hex High Entropy String", "Basic Auth Credentials"}
)
