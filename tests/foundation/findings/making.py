"""Findings, standings and what they need, with everything given that a test does not care about."""

from collections.abc import Iterable
from datetime import date

from hypothesis import strategies as st

from foundation.findings.accepted import Acceptance
from foundation.findings.fingerprints import FingerprintedFinding, fingerprinted
from foundation.findings.model import Finding, Severity, Suppression, Unread
from foundation.findings.standing import Scanned, Standing, Tool, standing_of

TODAY = date(2026, 3, 2)
TREE = {"app.py": ["import os", "", "def run(command):", "    os.system(command)", "    os.system(command)"]}
# Names that a tree may have, however odd: what is no UTF-8 on disk comes as halves of characters.
PATHS = st.one_of(
    st.lists(st.text(st.characters(exclude_categories=("Cs",), exclude_characters="/\0"), min_size=1), min_size=1).map(
        "/".join
    ),
    st.binary(min_size=1).map(
        lambda name: name.replace(b"/", b"_").replace(b"\0", b"_").decode("utf-8", "surrogateescape")
    ),
)


def a_finding(
    line: int = 4,
    *,
    path: str = "app.py",
    tool: str = "bandit",
    rule: str = "B605",
    severity: Severity = Severity.HIGH,
    message: str = "a shell is started",
) -> Finding:
    return Finding(tool=tool, rule=rule, severity=severity, confidence="HIGH", path=path, line=line, message=message)


def found(*findings: Finding, tree: dict[str, list[str]] = TREE) -> tuple[FingerprintedFinding, ...]:
    return fingerprinted(findings, lambda path: tree.get(path, []))


def an_acceptance(of: str, *, expires_on: date = TODAY, rule: str | None = None, path: str | None = None) -> Acceptance:
    return Acceptance(
        fingerprint=of,
        reason="the command is a constant",
        owner="platform",
        expires_on=expires_on,
        rule=rule,
        path=path,
        line=2,
    )


def scanned(
    *findings: FingerprintedFinding,
    tools: tuple[Tool, ...] = (Tool(name="bandit", version="1.9.4"),),
    unread: Iterable[Unread] = (),
    suppressions: Iterable[Suppression] = (),
) -> Scanned:
    return Scanned(tools=tools, findings=findings, unread=tuple(unread), suppressions=tuple(suppressions))


def a_standing(
    now: Scanned,
    base: Scanned | None = None,
    *,
    acceptances: Iterable[Acceptance] = (),
    same: Iterable[str] = (),
    gate: str = "security",
) -> Standing:
    same_files = frozenset(same)
    return standing_of(
        gate, now, base, acceptances=acceptances, today=TODAY, is_same_file=lambda path: path in same_files
    )
