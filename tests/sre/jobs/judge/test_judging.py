"""What a judgement rests on: what is new since the base, what is accepted in it, and what could not be looked at."""

from datetime import date
from pathlib import Path

import pytest

from foundation.findings.accepted import Acceptance
from foundation.findings.model import Severity, Unread
from sre.jobs.judge.gates import GateName
from sre.jobs.judge.judging import Judgement, judge
from sre.jobs.judge.trees import Trees
from tdeveloper.gates.outcomes import GateOutcome, PipelineStatus
from tests.sre.jobs.judge.fakes import FakeGate, a_finding, two_trees

TODAY = date(2026, 3, 2)
FILES = {"a.py": "one\ntwo\nthree\n"}


def judged(
    trees: Trees,
    *gates: FakeGate,
    acceptances: tuple[Acceptance, ...] = (),
    reject_at: Severity = Severity.HIGH,
    said: list[str] | None = None,
) -> Judgement:
    heard = said if said is not None else []
    return judge(trees, gates, acceptances=acceptances, today=TODAY, reject_at=reject_at, say=heard.append)


def test_a_finding_that_the_base_has_rejects_nothing_and_one_more_does(tmp_path: Path) -> None:
    old = tuple(a_finding(f"R{number}") for number in range(50))
    trees = two_trees(tmp_path, FILES, FILES)
    passed = judged(trees, FakeGate(found={"now": old, "base": old}))
    assert (passed.status, len(passed.results[0].standing.old)) == (PipelineStatus.PASSED, 50)
    rejected = judged(trees, FakeGate(found={"now": (*old, a_finding("NEW", line=2)), "base": old}))
    assert rejected.status is PipelineStatus.REJECTED
    (result,) = rejected.results
    assert [each.finding.rule for each in result.blocking] == ["NEW"]
    assert result.reasons == ("1 new finding that must not be",)


def test_without_a_base_all_is_new(tmp_path: Path) -> None:
    made = judged(two_trees(tmp_path, FILES), FakeGate(found={"now": (a_finding(),)}))
    assert made.status is PipelineStatus.REJECTED


@pytest.mark.parametrize(
    ("severity", "reject_at", "outcome"),
    [
        (Severity.HIGH, Severity.HIGH, GateOutcome.REJECTED),
        (Severity.MEDIUM, Severity.HIGH, GateOutcome.PASSED),
        (Severity.MEDIUM, Severity.MEDIUM, GateOutcome.REJECTED),
        (Severity.LOW, Severity.MEDIUM, GateOutcome.PASSED),
        (Severity.LOW, Severity.LOW, GateOutcome.REJECTED),
        (Severity.UNDEFINED, Severity.LOW, GateOutcome.INCONCLUSIVE),
    ],
)
def test_from_which_severity_on_something_new_rejects_is_said(
    severity: Severity, reject_at: Severity, outcome: GateOutcome, tmp_path: Path
) -> None:
    gate = FakeGate(found={"now": (a_finding(severity=severity),)})
    made = judged(two_trees(tmp_path, FILES, FILES), gate, reject_at=reject_at)
    assert made.results[0].outcome is outcome


def test_what_is_accepted_does_not_reject_until_it_expires(tmp_path: Path) -> None:
    trees = two_trees(tmp_path, FILES, FILES)
    gate = FakeGate(found={"now": (a_finding(),)})
    fingerprint = judged(trees, gate).results[0].blocking[0].fingerprint

    def entry(expires_on: date) -> Acceptance:
        return Acceptance(
            fingerprint=fingerprint, reason="a constant of ours", owner="team", expires_on=expires_on, line=2
        )

    accepted = judged(trees, gate, acceptances=(entry(TODAY),))
    assert (accepted.status, len(accepted.results[0].standing.accepted)) == (PipelineStatus.PASSED, 1)
    over = judged(trees, gate, acceptances=(entry(date(2026, 3, 1)),))
    assert (over.status, len(over.results[0].standing.expired)) == (PipelineStatus.REJECTED, 1)


def test_what_could_not_be_looked_at_is_inconclusive_unless_the_base_has_the_same(tmp_path: Path) -> None:
    gap = Unread(path="a.py", why="cannot be parsed")
    same = judged(two_trees(tmp_path / "same", FILES, FILES), FakeGate(unread={"now": (gap,), "base": (gap,)}))
    assert (same.status, same.results[0].reasons) == (PipelineStatus.PASSED, ())
    touched = two_trees(tmp_path / "touched", FILES, {"a.py": "else\n"})
    changed = judged(touched, FakeGate(unread={"now": (gap,), "base": (gap,)}))
    assert changed.status is PipelineStatus.INCONCLUSIVE
    assert changed.results[0].reasons == ("1 file could not be looked at, or not all of it",)


def test_a_doubt_is_inconclusive_and_what_was_found_rejects_all_the_same(tmp_path: Path) -> None:
    trees = two_trees(tmp_path, FILES, FILES)
    doubtful = judged(trees, FakeGate(doubts=("nothing is known of dependencies",)))
    assert doubtful.results[0].outcome is GateOutcome.INCONCLUSIVE
    assert doubtful.results[0].reasons == ("nothing is known of dependencies",)
    found = judged(trees, FakeGate(doubts=("nothing is known",), found={"now": (a_finding(),)}))
    assert found.results[0].outcome is GateOutcome.REJECTED
    assert found.results[0].reasons == ("1 new finding that must not be", "nothing is known")


def test_a_new_finding_whose_severity_nobody_says_is_inconclusive_and_an_old_one_is_nothing(tmp_path: Path) -> None:
    trees = two_trees(tmp_path, FILES, FILES)
    found = (a_finding(severity=Severity.UNDEFINED),)
    new = judged(trees, FakeGate(found={"now": found}))
    assert new.results[0].outcome is GateOutcome.INCONCLUSIVE
    assert new.results[0].reasons == ("1 new finding of unknown severity",)
    assert judged(trees, FakeGate(found={"now": found, "base": found})).status is PipelineStatus.PASSED


def test_a_gate_that_broke_failed_and_what_it_had_found_by_then_rejects(tmp_path: Path) -> None:
    trees = two_trees(tmp_path, FILES, FILES)
    gap = Unread(path=".", why="the sandbox broke")
    broken = judged(trees, FakeGate(is_broken=True, unread={"now": (gap,)}), FakeGate())
    assert (broken.results[0].outcome, broken.status) == (GateOutcome.FAILED, PipelineStatus.FAILED)
    found = judged(trees, FakeGate(is_broken=True, found={"now": (a_finding(),)}))
    assert found.results[0].outcome is GateOutcome.REJECTED


def test_each_gate_looks_at_the_base_first_and_is_given_what_it_made_of_it(tmp_path: Path) -> None:
    gates = FakeGate(), FakeGate(name=GateName.QUALITY, found={"now": (a_finding(),)})
    said: list[str] = []
    made = judged(two_trees(tmp_path, FILES, FILES), *gates, said=said)
    for gate, result in zip(gates, made.results, strict=True):
        assert [key for key, _ in gate.looked_at] == ["base", "now"]
        assert [base for _, base in gate.looked_at] == [None, result.base]
    assert [each.gate for each in made.results] == [GateName.SECURITY, GateName.QUALITY]
    assert [each.outcome for each in made.results] == [GateOutcome.PASSED, GateOutcome.REJECTED]
    assert made.status is PipelineStatus.REJECTED
    assert sorted(line.rpartition(" after")[0] or line for line in said) == [
        "quality: looking at the base", "quality: looking at the tree", "quality: rejected",
        "security: looking at the base", "security: looking at the tree", "security: passed",
    ]  # fmt: skip


def test_no_gate_at_all_passes_nothing(tmp_path: Path) -> None:
    assert judged(two_trees(tmp_path, FILES)).status is PipelineStatus.FAILED
