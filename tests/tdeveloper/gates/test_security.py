"""The security gate finds what its tools find by themselves, and cannot be switched off by what it looks at."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from infra.checkout import ROOT
from tdeveloper.gates.findings import Severity
from tdeveloper.gates.security import scan

EXAMPLES = ROOT / "build" / "bandit-examples"


def test_the_gate_finds_what_bandit_finds_on_bandits_own_examples() -> None:
    if not EXAMPLES.exists():
        pytest.fail("run `make build/bandit-examples` first; `make test` does")
    answer = subprocess.run(
        [sys.executable, "-m", "bandit", "-r", str(EXAMPLES), "-f", "json", "-q"],
        capture_output=True,
        text=True,
        check=False,
    )
    totals = json.loads(answer.stdout)["metrics"]["_totals"]
    ours = [finding for finding in scan(EXAMPLES).findings if finding.tool == "bandit"]
    counted = {severity: sum(finding.severity is severity for finding in ours) for severity in Severity}
    assert {severity.value: count for severity, count in counted.items()} == {
        severity.value: totals[f"SEVERITY.{severity.value}"] for severity in Severity
    }
    assert counted[Severity.HIGH] > 50


def test_a_clean_tree_passes(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("def double(x: int) -> int:\n    return 2 * x\n")
    report = scan(tmp_path)
    assert report.findings == ()
    assert report.passed
    assert report.count_by_severity == {"HIGH": 0, "MEDIUM": 0, "LOW": 0, "UNDEFINED": 0}


def test_a_shell_call_is_named_with_its_file_and_line_and_rejects_the_tree(tmp_path: Path) -> None:
    (tmp_path / "pkg").mkdir()
    (tmp_path / "pkg/run.py").write_text("import subprocess\nsubprocess.call('ls ' + input(), shell=True)\n")
    report = scan(tmp_path)
    (finding,) = (finding for finding in report.findings if finding.rule == "B602")
    assert (finding.path, finding.line, finding.severity) == ("pkg/run.py", 2, Severity.HIGH)
    assert not report.passed


def test_a_key_is_found_and_its_text_is_not_kept(tmp_path: Path) -> None:
    key = "AKIA" + "IOSFODNN7EXAMPLQ"
    (tmp_path / "settings.py").write_text(f"KEY = '{key}'\n")
    report = scan(tmp_path)
    (finding,) = (finding for finding in report.findings if finding.rule == "AWS Access Key")
    assert (finding.path, finding.line, finding.severity) == ("settings.py", 1, Severity.HIGH)
    assert key not in json.dumps([finding.to_dict() for finding in report.findings])


def test_a_repositorys_own_configuration_does_not_switch_the_gate_off(tmp_path: Path) -> None:
    (tmp_path / "run.py").write_text("import subprocess\nsubprocess.call('ls ' + input(), shell=True)\n")
    (tmp_path / ".bandit").write_text("[bandit]\nskips: B602,B404\nexclude: /\n")
    (tmp_path / "pyproject.toml").write_text('[tool.bandit]\nskips = ["B602"]\nexclude_dirs = ["."]\n')
    assert not scan(tmp_path).passed


@pytest.mark.parametrize("directory", [".git", "dist", "venv", "tests"])
def test_a_directory_that_tools_skip_by_habit_is_scanned_too(tmp_path: Path, directory: str) -> None:
    (tmp_path / directory).mkdir()
    (tmp_path / directory / "run.py").write_text("import subprocess\nsubprocess.call('ls ' + input(), shell=True)\n")
    assert not scan(tmp_path).passed


def test_a_file_that_does_not_parse_is_told_and_does_not_stop_the_gate(tmp_path: Path) -> None:
    (tmp_path / "broken.py").write_text("def (:\n")
    (tmp_path / "run.py").write_text("import subprocess\nsubprocess.call('ls ' + input(), shell=True)\n")
    report = scan(tmp_path)
    assert [line.split(":")[0] for line in report.skipped] == ["broken.py"]
    assert not report.passed
