"""How a change stands before a gate: what blocks, and when nobody can say."""

from datetime import timedelta

import pytest

from foundation.findings.model import Severity, Suppression, Unread
from foundation.findings.standing import Tool, unread_since
from tests.foundation.findings.making import TODAY, a_finding, a_standing, an_acceptance, found, scanned

ONE, TWO, THREE, FOUR = found(*(a_finding(rule=f"B{number}") for number in (1, 2, 3, 4)))
GAP = Unread(path="broken.py", why="a syntax error")
BY_SEVERITY = {
    severity: found(a_finding(rule=severity.value, severity=severity))[0]
    for severity in (Severity.UNDEFINED, Severity.LOW, Severity.MEDIUM, Severity.HIGH)
}


def test_every_finding_of_now_is_in_one_place() -> None:
    base = scanned(TWO, FOUR)
    standing = a_standing(scanned(ONE, TWO, THREE), base, acceptances=[an_acceptance(THREE.fingerprint)])
    assert (standing.new, standing.old, standing.gone) == ((ONE,), (TWO,), (FOUR,))
    assert [each.found for each in standing.accepted] == [THREE]
    assert (standing.gate, standing.has_base, standing.is_inconclusive) == ("security", True, False)
    assert standing.tools == (Tool(name="bandit", version="1.9.4"),)


def test_without_a_base_all_is_new() -> None:
    standing = a_standing(scanned(ONE, TWO, unread=[GAP]), same=["broken.py"])
    assert (standing.new, standing.old, standing.has_base) == ((ONE, TWO), (), False)
    assert standing.unread_new == (GAP,)


def test_what_needs_a_person_is_named() -> None:
    expired = an_acceptance(ONE.fingerprint, expires_on=TODAY - timedelta(days=1))
    other_rule, unused = an_acceptance(TWO.fingerprint, rule="B9"), an_acceptance(THREE.fingerprint)
    standing = a_standing(scanned(ONE, TWO), acceptances=[expired, other_rule, unused])
    assert [each.acceptance for each in standing.expired] == [expired]
    assert [each.acceptance for each in standing.mismatched] == [other_rule]
    assert standing.unused == (unused,)
    assert standing.new == (ONE, TWO)


@pytest.mark.parametrize(
    ("least", "blocking"),
    [
        (Severity.HIGH, ["HIGH"]),
        (Severity.MEDIUM, ["HIGH", "MEDIUM"]),
        (Severity.LOW, ["HIGH", "LOW", "MEDIUM"]),
        (Severity.UNDEFINED, ["HIGH", "LOW", "MEDIUM", "UNDEFINED"]),
    ],
)
def test_what_blocks_is_new_and_grave_enough(least: Severity, blocking: list[str]) -> None:
    standing = a_standing(scanned(*BY_SEVERITY.values(), ONE, TWO), scanned(ONE, TWO))
    assert sorted(each.finding.rule for each in standing.blocking(least)) == blocking


@pytest.mark.parametrize(
    ("before", "same", "is_new"),
    [
        ([GAP], ["broken.py"], False),
        # The change touched it.
        ([GAP], [], True),
        # The base could read it, or read something else of it.
        ([], ["broken.py"], True),
        ([Unread(path="broken.py", why="too many nodes")], ["broken.py"], True),
        ([Unread(path="other.py", why="a syntax error")], ["broken.py", "other.py"], True),
        # There is no base.
        (None, ["broken.py"], True),
    ],
)
def test_a_gap_is_old_only_where_the_change_cannot_have_brought_anything(
    before: list[Unread] | None, same: list[str], *, is_new: bool
) -> None:
    standing = a_standing(scanned(unread=[GAP]), None if before is None else scanned(unread=before), same=same)
    assert (standing.unread_new, standing.unread_old) == (((GAP,), ()) if is_new else ((), (GAP,)))
    assert standing.is_inconclusive is is_new


def test_only_what_neither_could_read_is_compared_byte_by_byte() -> None:
    asked: list[str] = []

    def is_same(path: str) -> bool:
        asked.append(path)
        return True

    unread_since([GAP, Unread(path="new.py", why="a syntax error")], [GAP], is_same)
    assert asked == ["broken.py"]


def test_what_was_found_where_nobody_can_look_now_is_unseen() -> None:
    standing = a_standing(scanned(unread=[Unread(path="app.py", why="a syntax error")]), scanned(ONE))
    assert (standing.unseen, standing.gone, standing.is_inconclusive) == ((ONE,), (), True)


def test_as_json_it_lists_some_and_counts_all() -> None:
    comment = Suppression(tool="bandit", path="app.py", line=4)
    now = scanned(ONE, TWO, THREE, unread=[GAP], suppressions=[comment])
    standing = a_standing(now, scanned(THREE, FOUR), acceptances=[an_acceptance("0" * 64)])
    assert standing.to_dict(most_listed=1) == {
        "gate": "security",
        "has_base": True,
        "new_count": 2,
        "old_count": 1,
        "accepted_count": 0,
        "gone_count": 1,
        "unseen_count": 0,
        "expired_count": 0,
        "mismatched_count": 0,
        "unused_count": 1,
        "unread_new_count": 1,
        "unread_old_count": 0,
        "suppressions_count": 1,
        "new": [ONE.to_dict()],
        "old": [THREE.to_dict()],
        "accepted": [],
        "gone": [FOUR.to_dict()],
        "unseen": [],
        "expired": [],
        "mismatched": [],
        "unused": [an_acceptance("0" * 64).to_dict()],
        "unread_new": [GAP.to_dict()],
        "unread_old": [],
        "suppressions": [comment.to_dict()],
    }
    assert len(standing.to_dict(most_listed=9)["new"]) == 2
