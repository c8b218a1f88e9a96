"""What a tool says, as data for JSON."""

from foundation.findings.model import Severity, Suppression, Unread
from tests.foundation.findings.making import a_finding


def test_each_part_is_ready_for_json() -> None:
    assert a_finding(severity=Severity.LOW).to_dict() == {
        "tool": "bandit",
        "rule": "B605",
        "severity": "LOW",
        "confidence": "HIGH",
        "path": "app.py",
        "line": 4,
        "message": "a shell is started",
    }
    assert Unread(path="a.py", why="a syntax error").to_dict() == {"path": "a.py", "why": "a syntax error"}
    assert Suppression(tool="bandit", path="a.py", line=4).to_dict() == {"tool": "bandit", "path": "a.py", "line": 4}
