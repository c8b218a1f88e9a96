"""The gates over real trees: each tool's findings are there, with what each says of itself."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from foundation.advisories.model import Snapshot
from foundation.findings.model import Severity, Unread
from foundation.sandbox.model import Absent, Broke, Job, Ran, Stream, Why
from foundation.sandbox.probing import Holds, NoSandbox, probe
from sre.jobs.judge.gates import GateName, QualityGate, SecurityGate, SuiteGate, SuiteSettings, gates_of
from sre.jobs.judge.packing import link
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


@pytest.mark.parametrize(
    ("files", "snapshot", "is_known"),
    [
        ({"requirements.txt": "shop==1.2\n"}, a_snapshot(), True),
        ({"a.txt": ""}, None, True),
        ({"requirements.txt": "shop==1.2\n"}, None, False),
        ({"requirements.txt": "shop==1.2\n", "go.sum": ""}, a_snapshot(), False),
    ],
)
def test_what_follows_from_dependencies_that_are_not_known_the_policy_says(
    files: dict[str, str], snapshot: Snapshot | None, is_known: bool, tmp_path: Path
) -> None:
    required = security(files, tmp_path / "required", snapshot=snapshot, policy=Policy.REQUIRED)
    assert (not required.doubts and not required.scanned.unread) is is_known
    unasked = security(files, tmp_path / "unasked", snapshot=snapshot)
    assert (unasked.doubts, unasked.scanned.unread) == ((), ())


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


TESTED = {
    "shop.py": "def total(prices: list[int]) -> int:\n    return sum(prices)\n",
    "test_shop.py": "import shop\n\n\ndef test_it():\n    assert shop.total([1, 2]) == 3\n",
}


@pytest.fixture(scope="module")
def testing(tmp_path_factory: pytest.TempPathFactory) -> SuiteSettings:
    return SuiteSettings(layers=tmp_path_factory.mktemp("layers"), seconds=60, environment={})


@pytest.fixture(scope="module")
def gate(testing: SuiteSettings) -> SuiteGate:
    gate = testing.gate()
    if not isinstance(gate.sandbox, Holds):
        pytest.skip(gate.sandbox.sentence)
    return gate


def test_the_test_gate_runs_the_trees_tests_and_says_what_they_claim(gate: SuiteGate, tmp_path: Path) -> None:
    found = gate.scan(a_tree(tmp_path / "now", TESTED), None)
    assert (found.scanned.findings, found.scanned.unread, found.doubts) == ((), (), ())
    known = measures(found)
    assert (known["passed_test_count"], known["failed_test_count"], known["covered_ratio"]) == (1, 0, 1)
    assert isinstance(gate.sandbox, Holds)
    assert found.notes == (f"run in {gate.sandbox.name}; what tests say is the repository's own claim",)
    assert [each.name for each in found.scanned.tools] == ["pytest", "coverage"]


def test_a_test_that_fails_or_is_gone_is_a_finding_beside_the_base(gate: SuiteGate, tmp_path: Path) -> None:
    base = gate.scan(a_tree(tmp_path / "base", TESTED), None)
    broken = {**TESTED, "shop.py": TESTED["shop.py"].replace("sum(prices)", "0")}
    failed = gate.scan(a_tree(tmp_path / "broken" / "now", broken), base)
    assert [(each.finding.rule, each.finding.severity) for each in failed.scanned.findings] == [
        ("failed", Severity.HIGH)
    ]
    gone = gate.scan(
        a_tree(tmp_path / "gone" / "now", {**TESTED, "test_shop.py": "def test_other():\n    pass\n"}), base
    )
    assert [(each.finding.rule, each.finding.severity) for each in gone.scanned.findings] == [
        ("vanished", Severity.MEDIUM)
    ]


def test_a_module_of_its_own_that_is_gone_is_a_failure_and_a_strange_one_is_not_there(
    gate: SuiteGate, tmp_path: Path
) -> None:
    base = gate.scan(a_tree(tmp_path / "base", TESTED), None)
    deleted = gate.scan(a_tree(tmp_path / "now", {"test_shop.py": TESTED["test_shop.py"]}), base)
    assert "error" in {each.finding.rule for each in deleted.scanned.findings}
    strange = {**TESTED, "test_more.py": "import nobody_has_this\n"}
    missing = gate.scan(a_tree(tmp_path / "strange" / "now", strange), base)
    assert missing.scanned.findings == ()
    (gap,) = missing.scanned.unread
    assert gap.why.startswith("nobody_has_this is not there: ")


@dataclass(frozen=True, kw_only=True)
class _Broken:
    def run(self, job: Job) -> Ran:
        nothing = Stream(tail=b"", total_bytes=0)
        return Ran(
            ending=Broke(reason="no space"), stdout=nothing, stderr=nothing,
            artifacts={each.name: Absent(why=Why.NOT_BROUGHT) for each in job.artifacts}, wall_seconds=0.1, cpu_seconds=None,
            peak_memory_bytes=None, left_out_count=None,
        )  # fmt: skip


def test_a_sandbox_that_broke_is_a_gate_that_broke_and_links_that_are_not_there_are_said(
    testing: SuiteSettings, tmp_path: Path
) -> None:
    holds = Holds(sandbox=_Broken(), name="a box", has_total_memory=True, has_own_uid=True)
    gate = SuiteGate(sandbox=holds, store=testing.gate().store, limits=testing.gate().limits)
    there = a_tree(tmp_path / "now", TESTED)
    found = gate.scan(replace(there, left_out=(link("l", "/etc"),)), None)
    assert found.is_broken
    assert [each.why for each in found.scanned.unread] == ["the sandbox broke: no space"]
    assert "without 1 link or submodule of the tree" in found.notes


def test_without_a_sandbox_no_test_runs_and_what_would_help_is_said(testing: SuiteSettings, tmp_path: Path) -> None:
    nothing = NoSandbox(reasons=("bwrap: nope",), remedies=("run as root",))
    # A link is named by the other gates.
    tree = replace(a_tree(tmp_path / "now", TESTED), left_out=(link("there", "/etc"),))
    found = SuiteGate(sandbox=nothing, store=testing.gate().store, limits=testing.gate().limits).scan(tree, None)
    assert found.scanned.unread == (
        Unread(path=".", why="the tests were not run: no sandbox here: bwrap: nope. To have one, run as root."),
    )
    assert measures(found)["passed_test_count"] is None


def test_the_gates_are_those_that_were_named_in_their_order_and_within_their_limits(tmp_path: Path) -> None:
    given = SuiteSettings(layers=tmp_path, seconds=1.5, environment={})
    made = gates_of(
        (GateName.TEST, GateName.QUALITY, GateName.SECURITY),
        snapshot=None,
        policy=Policy.REQUIRED,
        now=NOW,
        suite=given,
    )
    assert [each.name for each in made] == [GateName.TEST, GateName.QUALITY, GateName.SECURITY]
    tests, _, judged = made
    assert isinstance(tests, SuiteGate)
    assert (tests.limits.wall_seconds, tests.limits.cpu_seconds, tests.store.directory) == (1.5, 2, tmp_path)
    assert type(tests.sandbox) is type(probe())
    assert isinstance(judged, SecurityGate)
    assert (judged.policy, judged.now) == (Policy.REQUIRED, NOW)
