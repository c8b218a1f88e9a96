"""What is said of a tree's tests, by a sandbox that tells what the test wants it to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import pytest

from foundation.findings.model import Finding, Severity, Unread
from foundation.sandbox.model import Broke, Job, OutOfTime, Ran, Why
from foundation.sandbox.probing import Holds, NoSandbox
from tdeveloper.gates.outcomes import GateOutcome
from tdeveloper.gates.testing.endings import Completed, LimitReached, ModulesMissing, NoTests, NotRun, SandboxBroke
from tdeveloper.gates.testing.events import Limit
from tdeveloper.gates.testing.job import LIMITS
from tdeveloper.gates.testing.layers import Layers, NoLayers
from tdeveloper.gates.testing.locks.model import LeftOut
from tdeveloper.gates.testing.scan import SuiteScan, scan
from tests.tdeveloper.gates.testing.making import a_case, a_coverage, a_junit, a_run, a_tree, events

NOT_THERE = "lock the package that has it, with hashes (uv.lock, pylock.toml, poetry.lock, requirements.txt)"
TREE = {"a.py": "", "test_a.py": ""}


@dataclass(kw_only=True)
class Telling:
    """A sandbox that tells of every job the same."""

    ran: Ran
    jobs: list[Job] = field(default_factory=list[Job])

    def run(self, job: Job) -> Ran:
        self.jobs.append(job)
        return self.ran


@dataclass(frozen=True, kw_only=True)
class Room:
    """Scans trees by what a sandbox tells."""

    directory: Path
    layers: Layers

    def scan(self, ran: Ran, files: Mapping[str, str] = TREE, base: SuiteScan | None = None) -> SuiteScan:
        sandbox = Holds(sandbox=Telling(ran=ran), name="a fake", has_total_memory=True, has_own_uid=True)
        number = len(list(self.directory.iterdir()))
        tree = a_tree(self.directory / f"tree{number}", files)
        return scan(tree, sandbox=sandbox, layers=self.layers, limits=LIMITS, base=base)


@pytest.fixture(name="room")
def fixture_room(tmp_path: Path) -> Room:
    layer = a_tree(tmp_path / "layer", {"locked_one/__init__.py": "", "shared/inner/__init__.py": ""})
    return Room(directory=tmp_path, layers=Layers(coverage=layer, pytest=layer, locked=None, left_out=()))


def suite_of(outcomes: Mapping[str, str], *, missing: Mapping[str, str] | None = None, **more: str) -> Ran:
    """A run of tests of test_a.py, each with its outcome; what one met is in `missing`, or in `limit`."""
    results = {
        "passed": "", "failed": '<failure message="f">x</failure>', "error": '<error message="e">x</error>',
        "skipped": '<skipped type="pytest.skip" message="s"/>',
    }  # fmt: skip
    cases = [a_case(name, results[outcome], line="4") for name, outcome in outcomes.items()]
    counts = {kind: list(outcomes.values()).count(word) for kind, word in (("failures", "failed"), ("errors", "error"))}
    told = [
        {"test": f"test_a.py::{name}", "file": "test_a.py", "line": 4, "outcome": outcome, **more,
         **({"missing": missing[name]} if missing and name in missing else {})}
        for name, outcome in outcomes.items()
    ]  # fmt: skip
    status = 1 if any(counts.values()) else 0
    return a_run(status=status, junit=a_junit(*cases, **counts), coverage=a_coverage(), told=events(*told))


def test_without_a_sandbox_nothing_is_run_and_nothing_is_concluded(room: Room) -> None:
    none = NoSandbox(reasons=("bwrap: Permission denied",), remedies=("run as root",))
    found = scan(a_tree(room.directory / "tree", TREE), sandbox=none, layers=room.layers)
    sentence = "no sandbox here: bwrap: Permission denied. To have one, run as root."
    assert found.ended == NotRun(reason=sentence)
    assert found.unread == (Unread(path=".", why=f"the tests were not run: {sentence}"),)
    assert (found.outcome, found.claimed, found.measured) == (GateOutcome.INCONCLUSIVE, None, None)


def test_without_what_the_tree_has_locked_nothing_is_run(room: Room) -> None:
    telling = Telling(ran=a_run())
    sandbox = Holds(sandbox=telling, name="a fake", has_total_memory=True, has_own_uid=True)
    found = scan(a_tree(room.directory / "tree", TREE), sandbox=sandbox, layers=NoLayers(reason="uv.lock: no TOML"))
    assert (found.ended, found.outcome) == (NotRun(reason="uv.lock: no TOML"), GateOutcome.INCONCLUSIVE)
    assert telling.jobs == []


def test_tests_that_pass_let_a_tree_pass_and_are_measured(room: Room) -> None:
    found = room.scan(suite_of({"one": "passed", "two": "skipped"}))
    assert (found.ended, found.outcome, found.findings, found.unread) == (Completed(), GateOutcome.PASSED, (), ())
    assert found.to_dict() | {"suppressions": []} == {
        "ended": "the tests ran to their end", "sandbox": "a fake", "change": None, "findings": [], "unread": [],
        "suppressions": [], "left_out": [],
        "claimed": {
            "error_count": 0, "failed_count": 0, "skipped_count": 1, "xfailed_count": 0, "passed_count": 1,
            "coverage": {
                "covered_line_count": 3, "line_count": 4, "covered_branch_count": 1, "branch_count": 2, "covered_ratio": 0.6667,
            },
        },
        "measured": {"wall_seconds": 1.5, "cpu_seconds": 1.25, "peak_memory_bytes": 40 << 20},
    }  # fmt: skip


def test_each_test_that_fails_is_a_finding(room: Room) -> None:
    found = room.scan(suite_of({"one": "failed", "two": "error", "three": "passed"}))
    assert found.outcome is GateOutcome.REJECTED
    assert found.findings == tuple(
        Finding(
            tool="pytest", rule=rule, severity=Severity.HIGH, confidence="HIGH", path="test_a.py", line=5, message=message
        )
        for rule, message in (("failed", "test_a::one: f"), ("error", "test_a::two: e"))
    )  # fmt: skip


def test_a_test_in_a_file_that_the_tree_does_not_have_is_a_finding_of_the_whole_tree(room: Room) -> None:
    (found,) = room.scan(suite_of({"one": "failed"}), {"a.py": ""}).findings
    assert (found.path, found.line) == (".", 0)


def test_a_module_that_nobody_has_is_named_and_is_no_failure(room: Room) -> None:
    found = room.scan(suite_of({"one": "failed", "two": "passed"}, missing={"one": "numpy"}))
    assert found.ended == ModulesMissing(names=("numpy",))
    assert found.unread == (Unread(path="test_a.py", why=f"numpy is not there: {NOT_THERE}"),)
    assert (found.findings, found.outcome) == ((), GateOutcome.INCONCLUSIVE)


@pytest.mark.parametrize("name", ["a.inner", "json.nothing", "locked_one.nothing", "shared.inner.nothing"])
def test_a_module_that_is_the_trees_own_or_pythons_or_a_layers_is_a_failure(room: Room, name: str) -> None:
    found = room.scan(suite_of({"one": "failed"}, missing={"one": name}))
    assert (found.ended, found.outcome) == (Completed(), GateOutcome.REJECTED)


def test_a_module_of_a_shared_name_that_no_layer_has_is_missing(room: Room) -> None:
    found = room.scan(suite_of({"one": "failed"}, missing={"one": "shared.other"}))
    assert found.ended == ModulesMissing(names=("shared.other",))


def test_a_module_that_the_base_had_is_a_failure_where_it_is_gone(room: Room) -> None:
    gone = suite_of({"one": "error"}, missing={"one": "helping"})
    base = room.scan(suite_of({"one": "passed"}), {**TREE, "helping.py": ""})
    assert room.scan(gone).outcome is GateOutcome.INCONCLUSIVE
    found = room.scan(gone, base=base)
    assert [each.message for each in found.findings] == ["test_a::one: e"]
    assert found.outcome is GateOutcome.REJECTED


def test_a_conftest_that_wants_what_nobody_has_is_named(room: Room) -> None:
    told = events(
        {"test": "conftest.py", "is_module": True, "file": "conftest.py", "outcome": "error", "missing": "django"}
    )
    found = room.scan(a_run(status=4, told=told), {**TREE, "conftest.py": ""})
    assert found.ended == ModulesMissing(names=("django",))
    assert found.unread == (Unread(path="conftest.py", why=f"django is not there: {NOT_THERE}"),)


def test_a_conftest_that_breaks_is_a_finding(room: Room) -> None:
    told = events(
        {"test": "conftest.py", "is_module": True, "file": "conftest.py", "outcome": "error", "message": "KeyError: 1"}
    )
    found = room.scan(a_run(status=4, told=told), {**TREE, "conftest.py": ""})
    assert [(each.path, each.message) for each in found.findings] == [("conftest.py", "::conftest: KeyError: 1")]
    assert (found.outcome, len(found.unread)) == (GateOutcome.REJECTED, 1)


def test_a_test_that_met_a_limit_is_no_failure(room: Room) -> None:
    found = room.scan(suite_of({"one": "failed"}, limit="processes"))
    assert found.ended == LimitReached(limit=Limit.PROCESSES, given="128")
    why = "the tests need more than they are given: processes (128)"
    assert found.unread == (Unread(path="test_a.py", why=f"test_a::one: {why}"), Unread(path=".", why=why))
    assert found.outcome is GateOutcome.INCONCLUSIVE


def test_a_tree_without_tests_is_neither_passed_nor_failed(room: Room) -> None:
    found = room.scan(a_run(status=5, junit=a_junit(), told=events(count=0)))
    assert (found.ended, found.outcome) == (NoTests(), GateOutcome.INCONCLUSIVE)
    assert found.unread == (Unread(path=".", why="there are no tests that pytest finds"),)


def test_a_sandbox_that_breaks_is_a_gate_that_failed(room: Room) -> None:
    found = room.scan(a_run(ending=Broke(reason="no room")))
    assert (found.ended, found.outcome) == (SandboxBroke(reason="no room"), GateOutcome.FAILED)


@pytest.mark.parametrize(("files", "unread"), [(TREE, 1), ({"test_a.py": ""}, 0)])
def test_coverage_is_missed_where_there_is_code_alone(room: Room, files: dict[str, str], unread: int) -> None:
    ran = a_run(
        junit=a_junit(a_case("one")), coverage=Why.MISSING,
        told=events({"test": "test_a.py::one", "file": "test_a.py", "outcome": "passed"}),
    )  # fmt: skip
    assert [each.why for each in room.scan(ran, files).unread] == ["coverage's file is missing"] * unread


def test_tests_that_vanished_since_the_base_are_findings(room: Room) -> None:
    base = room.scan(suite_of({"one": "passed", "two": "passed"}))
    found = room.scan(suite_of({"one": "passed"}), base=base)
    assert [(each.rule, each.severity) for each in found.findings] == [("vanished", Severity.HIGH)]
    assert found.change is not None
    assert (found.change.passed_count, found.change.covered_ratio) == (-1, Decimal(0))


def test_all_tests_that_vanished_are_findings(room: Room) -> None:
    base = room.scan(suite_of({"one": "passed", "two": "passed"}))
    found = room.scan(a_run(status=5, junit=a_junit(), told=events(count=0)), base=base)
    assert (len(found.findings), found.outcome) == (2, GateOutcome.REJECTED)


def test_of_a_run_that_was_cut_short_no_test_has_vanished(room: Room) -> None:
    base = room.scan(suite_of({"one": "passed", "two": "passed"}))
    found = room.scan(a_run(ending=OutOfTime(), told=events(count=2)), base=base)
    assert (found.findings, found.change, found.outcome) == ((), None, GateOutcome.INCONCLUSIVE)


def test_a_base_that_was_cut_short_knows_what_passed_and_not_how_many(room: Room) -> None:
    told = events({"test": "test_a.py::gone", "file": "test_a.py", "line": 4, "outcome": "passed"}, count=9)
    base = room.scan(a_run(ending=OutOfTime(), told=told))
    found = room.scan(suite_of({"one": "passed", "two": "passed"}), base=base)
    assert [(each.rule, each.severity) for each in found.findings] == [("vanished", Severity.HIGH)]
    assert found.change is None


def test_a_base_that_could_not_run_is_no_base_to_compare_with(room: Room) -> None:
    base = scan(a_tree(room.directory / "base", TREE), sandbox=NoSandbox(reasons=(), remedies=()), layers=room.layers)
    found = room.scan(suite_of({"one": "passed"}), base=base)
    assert (found.change, found.outcome) == (None, GateOutcome.PASSED)


def test_what_the_lock_has_and_no_index_is_shown(room: Room) -> None:
    left_out = (LeftOut(name="ours", why="comes from git"),)
    layers = Layers(
        coverage=room.layers.coverage, pytest=room.layers.pytest, locked=room.layers.pytest, left_out=left_out
    )
    found = Room(directory=room.directory, layers=layers).scan(suite_of({"one": "passed"}))
    assert found.to_dict()["left_out"] == [{"name": "ours", "why": "comes from git"}]
