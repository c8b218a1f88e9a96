"""The security gate finds what its tools find by themselves, and cannot be switched off by what it looks at."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from foundation.findings.model import Severity
from infra.checkout import ROOT
from tdeveloper.gates.outcomes import GateOutcome
from tdeveloper.gates.security import Bounds, scan
from tests.tdeveloper.gates.cases import CLEAN, KEY, SHELL

EXAMPLES = ROOT / "build" / "bandit-examples"


@pytest.mark.slow
def test_the_gate_finds_what_bandit_finds_on_bandits_own_examples() -> None:
    if not EXAMPLES.exists():
        pytest.fail("run `make build/bandit-examples` first; `make test-slow` does")
    answer = subprocess.run(
        [sys.executable, "-m", "bandit", "-r", str(EXAMPLES), "-f", "json", "-q", "--ignore-nosec"],
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
    assert report.outcome is GateOutcome.PASSED
    assert report.count_by_severity == {"HIGH": 0, "MEDIUM": 0, "LOW": 0, "UNDEFINED": 0}


def test_a_shell_call_is_named_with_its_file_and_line_and_rejects_the_tree(tmp_path: Path) -> None:
    (tmp_path / "pkg").mkdir()
    (tmp_path / "pkg/run.py").write_text("import subprocess\nsubprocess.call('ls ' + input(), shell=True)\n")
    report = scan(tmp_path)
    (finding,) = (finding for finding in report.findings if finding.rule == "B602")
    assert (finding.path, finding.line, finding.severity) == ("pkg/run.py", 2, Severity.HIGH)
    assert report.outcome is GateOutcome.REJECTED


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
    assert scan(tmp_path).outcome is GateOutcome.REJECTED


@pytest.mark.parametrize("directory", [".git", "dist", "venv", "tests"])
def test_a_directory_that_tools_skip_by_habit_is_scanned_too(tmp_path: Path, directory: str) -> None:
    (tmp_path / directory).mkdir()
    (tmp_path / directory / "run.py").write_text("import subprocess\nsubprocess.call('ls ' + input(), shell=True)\n")
    assert scan(tmp_path).outcome is GateOutcome.REJECTED


def test_a_file_that_does_not_parse_is_told_and_does_not_stop_the_gate(tmp_path: Path) -> None:
    (tmp_path / "broken.py").write_text("def (:\n")
    (tmp_path / "run.py").write_text("import subprocess\nsubprocess.call('ls ' + input(), shell=True)\n")
    report = scan(tmp_path)
    assert [unread.path for unread in report.unread] == ["broken.py"]
    assert report.outcome is GateOutcome.REJECTED


@pytest.mark.parametrize("depth", range(850, 1_000, 2))
def test_code_too_deep_for_a_test_of_bandit_does_not_pass(tmp_path: Path, depth: int) -> None:
    # Near the recursion limit bandit's walk may arrive and its tests break.
    (tmp_path / "a.py").write_text(SHELL.decode().replace("subprocess.call", "-" * depth + "subprocess.call"))
    assert scan(tmp_path).outcome is not GateOutcome.PASSED


def test_a_test_of_bandit_that_breaks_makes_the_file_unread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError

    # Each of bandit's tests of a call begins with this.
    monkeypatch.setattr("bandit.core.context.Context.call_function_name_qual", property(broken))
    (tmp_path / "a.py").write_bytes(SHELL)
    report = scan(tmp_path)
    assert report.outcome is GateOutcome.INCONCLUSIVE
    assert "of bandit's tests broke on it" in report.unread[0].why


class Clock:
    """A second passes whenever somebody looks."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        self.now += 1.0
        return self.now


def test_what_there_was_no_time_for_is_named(tmp_path: Path) -> None:
    for number in range(5):
        (tmp_path / f"{number}.py").write_bytes(CLEAN)
    # Three looks at the clock for each file, and one to begin with.
    report = scan(tmp_path, Bounds(scan_seconds=6.5), now_seconds=Clock())
    assert [(unread.path, unread.why) for unread in report.unread] == [
        (f"{number}.py", "the gate's 6.5 s were over") for number in (2, 3, 4)
    ]
    assert report.outcome is GateOutcome.INCONCLUSIVE
    assert scan(tmp_path, Bounds(scan_seconds=15.5), now_seconds=Clock()).outcome is GateOutcome.PASSED


def test_the_largest_code_that_is_parsed_is_of_the_bound(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_bytes(CLEAN)
    assert scan(tmp_path, Bounds(code_bytes=len(CLEAN))).outcome is GateOutcome.PASSED
    report = scan(tmp_path, Bounds(code_bytes=len(CLEAN) - 1))
    assert report.unread[0].why == f"has more than the {len(CLEAN) - 1:,} bytes of code that are parsed"


def test_lists_are_bounded_and_counts_are_not(tmp_path: Path) -> None:
    for number in range(5):
        (tmp_path / f"{number}.py").write_bytes(SHELL.replace(b"\n", b"  # nosec\n"))
        (tmp_path / f"{number}.pyx").write_bytes(b"cdef int a\n")
    report = scan(tmp_path, Bounds(listed_count=3))
    assert sum(finding.severity is Severity.HIGH for finding in report.findings) == len(report.unread) == 3
    assert report.count_by_severity["HIGH"] == report.unread_count == 5
    assert (len(report.suppressions), report.suppression_count) == (3, 10)


def test_a_link_is_not_followed_and_not_passed_over(tmp_path: Path) -> None:
    (tmp_path / "tree").mkdir()
    (tmp_path / "a.py").write_bytes(CLEAN)
    (tmp_path / "tree/a.py").symlink_to(tmp_path / "a.py")
    assert [unread.why for unread in scan(tmp_path / "tree").unread] == ["is not a regular file"]


@pytest.mark.parametrize("at", [0, 8 * 1024 - 10, 6 * 1024 - 10, 12 * 1024 - 5, 20_000])
def test_a_key_is_found_wherever_it_stands_in_a_long_line(tmp_path: Path, at: int) -> None:
    (tmp_path / "a.json").write_bytes(b"x\n" + b" " * at + KEY + b" " * 3_000 + b"\n")
    (finding,) = scan(tmp_path).findings
    assert (finding.rule, finding.line) == ("AWS Access Key", 2)


def test_keys_are_found_in_every_block_with_their_lines(tmp_path: Path) -> None:
    lines = [b"some words that fill a line"] * 5_000
    for number in (0, 1_170, 1_171, 2_500, 4_999):
        lines[number] = b"k " + KEY
    (tmp_path / "a.txt").write_bytes(b"\n".join(lines))
    assert [finding.line for finding in scan(tmp_path).findings] == [1, 1_171, 1_172, 2_501, 5_000]


def test_guesses_do_not_reject_and_are_made_as_the_library_makes_them(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("password = 'hunter2x'\npassword = get('hunter2x')\npassword = '{hunter}'\n")
    report = scan(tmp_path)
    guesses = [
        (finding.rule, finding.line, finding.severity) for finding in report.findings if finding.tool != "bandit"
    ]
    assert guesses == [("Secret Keyword", 1, Severity.MEDIUM)]
    assert report.outcome is GateOutcome.PASSED
