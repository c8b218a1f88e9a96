"""The gates over real trees: each tool's findings are there, with what each says of itself."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from foundation.advisories.model import Snapshot
from foundation.findings.model import Severity
from sre.jobs.judge.gates import QualityGate, SecurityGate
from sre.jobs.judge.scanned import GateScan
from tdeveloper.gates.dependencies.check import Policy
from tests.foundation.advisories.factories import a_snapshot
from tests.sre.jobs.judge.fakes import a_tree

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
KEY = "AKIA" + "IOSFODNN7EXAMPLE"
FILES = {
    "app.py": "import subprocess\n\nsubprocess.call('ls ' + input(), shell=True)  # nosec\n",
    "keys.txt": f"key = {KEY}\n",
    ".github/workflows/ci.yml": "on: push\njobs: {a: {runs-on: ubuntu-latest, steps: [{uses: actions/checkout@v4}]}}\n",
}


def security(
    files: dict[str, str], place: Path, *, snapshot: Snapshot | None = None, policy: Policy = Policy.IF_THERE
) -> GateScan:
    return SecurityGate(snapshot=snapshot, policy=policy, now=NOW).scan(a_tree(place / "now", files), None)


def measures(found: GateScan) -> dict[str, object]:
    return {each.name: each.value for each in found.measures}


def test_the_security_gate_has_the_findings_of_all_of_its_tools(tmp_path: Path) -> None:
    found = security(FILES, tmp_path)
    high = {
        (each.finding.tool, each.finding.path)
        for each in found.scanned.findings
        if each.finding.severity is Severity.HIGH
    }
    assert {("bandit", "app.py"), ("detect-secrets", "keys.txt"), ("zizmor", ".github/workflows/ci.yml")} <= high
    assert [each.name for each in found.scanned.tools] == ["bandit", "detect-secrets", "zizmor"]
    assert [(each.tool, each.line) for each in found.scanned.suppressions] == [("bandit", 3)]
    assert measures(found) == {
        "file_count": 3, "python_file_count": 1, "workflow_file_count": 1, "dependency_count": 0,
        "checked_dependency_count": 0,
    }  # fmt: skip
    assert (found.notes, found.doubts) == (("no dependencies are named here",), ())


def test_what_is_in_no_secret_finding_is_the_secret(tmp_path: Path) -> None:
    found = security(FILES, tmp_path)
    assert all(KEY not in each.finding.message for each in found.scanned.findings)


@pytest.mark.parametrize("policy", Policy)
def test_dependencies_that_are_not_checked_are_a_note_or_a_doubt_by_the_policy(policy: Policy, tmp_path: Path) -> None:
    files = {"a.py": "x = 1\n", "requirements.txt": "jinja2==2.10\nflask\n"}
    found = security(files, tmp_path, policy=policy)
    said = ("dependencies are not checked: there is no snapshot of advisories",)
    is_required = policy is Policy.REQUIRED
    assert (found.notes, found.doubts) == (((), said) if is_required else (said, ()))
    gaps = [each.why for each in found.scanned.unread]
    assert any("flask" in each for each in gaps) is is_required


def test_a_lock_file_with_a_known_vulnerability_has_its_finding_and_how_much_was_checked(tmp_path: Path) -> None:
    files = {"a.py": "x = 1\n", "requirements.txt": "shop==1.0\n"}
    found = security(files, tmp_path, snapshot=a_snapshot())
    (vulnerable,) = (each.finding for each in found.scanned.findings)
    assert (vulnerable.tool, vulnerable.rule, vulnerable.path, vulnerable.line) == (
        "osv", "PYSEC-2026-1", "requirements.txt", 1,
    )  # fmt: skip
    assert found.notes == ("1 of 1 dependencies checked against advisories as of 2026-03-02",)
    assert measures(found)["checked_dependency_count"] == 1
    sound = security({**files, "requirements.txt": "shop==1.2\n"}, tmp_path / "sound", snapshot=a_snapshot())
    assert sound.scanned.findings == ()


def test_the_quality_gate_has_defects_a_score_and_its_measures(tmp_path: Path) -> None:
    tree = a_tree(tmp_path / "now", {"a.py": "def f(a):\n    return missing\n"})
    found = QualityGate().scan(tree, None)
    assert [(each.finding.rule, each.finding.severity) for each in found.scanned.findings] == [("F821", Severity.HIGH)]
    assert [each.name for each in found.scanned.tools] == ["ruff", "complexipy", "jscpd"]
    known = measures(found)
    assert (known["python_file_count"], known["code_line_count"], known["annotated_ratio"]) == (1, 2, 0)
    assert {"score_points", "score_defects_points", "duplicated_ratio", "defects_per_1000_lines"} <= known.keys()


def test_a_tree_without_python_has_no_score_and_says_why(tmp_path: Path) -> None:
    found = QualityGate().scan(a_tree(tmp_path / "now", {"a.txt": "text\n"}), None)
    (score,) = (each for each in found.measures if each.name == "score_points")
    assert (score.value, score.why) == (None, "there is no line of Python")
