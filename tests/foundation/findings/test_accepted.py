"""What an entry of the file of accepted findings does to a finding, and which entries need a person."""

from datetime import date, timedelta

import pytest

from foundation.findings.accepted import Accepting, Answered, accept
from foundation.findings.comparison import compare
from foundation.findings.model import Unread
from tests.foundation.findings.making import TODAY, a_finding, an_acceptance, found

YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
(ONE,) = found(a_finding(rule="B1"))
(TWO,) = found(a_finding(rule="B2"))
NOTHING = Accepting(blocking=(), old=(), accepted=(), expired=(), mismatched=(), unused=())


def test_without_entries_what_is_new_blocks_and_what_is_old_does_not() -> None:
    accepting = accept(compare([ONE, TWO], [TWO]), (), TODAY)
    assert (accepting.blocking, accepting.old, accepting.accepted) == ((ONE,), (TWO,), ())


def test_an_entry_holds_through_its_last_day() -> None:
    for expires_on in (TODAY, TOMORROW):
        entry = an_acceptance(ONE.fingerprint, expires_on=expires_on)
        accepting = accept(compare([ONE, TWO], None), [entry], TODAY)
        assert accepting.blocking == (TWO,)
        assert accepting.accepted == (Answered(found=ONE, acceptance=entry, is_new=True),)
        assert (accepting.expired, accepting.mismatched, accepting.unused) == ((), (), ())


def test_from_the_day_after_it_the_finding_blocks_again_and_the_entry_is_named() -> None:
    entry = an_acceptance(ONE.fingerprint, expires_on=YESTERDAY)
    accepting = accept(compare([ONE], None), [entry], TODAY)
    assert accepting.blocking == (ONE,)
    assert accepting.expired == (Answered(found=ONE, acceptance=entry, is_new=True),)
    assert (accepting.accepted, accepting.unused) == ((), ())


def test_an_expired_entry_of_a_finding_that_the_base_has_is_named_and_blocks_nothing() -> None:
    """Were it to block, whoever took the entry away would be better off than whoever keeps it."""
    entry = an_acceptance(ONE.fingerprint, expires_on=YESTERDAY)
    accepting = accept(compare([ONE], [ONE]), [entry], TODAY)
    assert (accepting.blocking, accepting.old) == ((), (ONE,))
    assert accepting.expired == (Answered(found=ONE, acceptance=entry, is_new=False),)


def test_an_entry_of_a_finding_that_the_base_has_still_accepts_it() -> None:
    entry = an_acceptance(ONE.fingerprint)
    accepting = accept(compare([ONE, TWO], [ONE, TWO]), [entry], TODAY)
    assert (accepting.old, accepting.accepted) == ((TWO,), (Answered(found=ONE, acceptance=entry, is_new=False),))


@pytest.mark.parametrize(("rule", "path"), [("B1", None), (None, "app.py"), ("B1", "app.py")])
def test_what_an_entry_names_for_people_may_be_the_findings_own(rule: str | None, path: str | None) -> None:
    accepting = accept(compare([ONE], None), [an_acceptance(ONE.fingerprint, rule=rule, path=path)], TODAY)
    assert (accepting.blocking, accepting.mismatched, len(accepting.accepted)) == ((), (), 1)


@pytest.mark.parametrize(("rule", "path"), [("B2", None), (None, "lib.py"), ("B1", "lib.py"), ("B2", "app.py")])
@pytest.mark.parametrize("expires_on", [YESTERDAY, TODAY])
def test_an_entry_that_names_another_rule_or_path_accepts_nothing_and_is_named(
    rule: str | None, path: str | None, expires_on: date
) -> None:
    entry = an_acceptance(ONE.fingerprint, rule=rule, path=path, expires_on=expires_on)
    accepting = accept(compare([ONE], None), [entry], TODAY)
    assert accepting.mismatched == (Answered(found=ONE, acceptance=entry, is_new=True),)
    assert (accepting.blocking, accepting.accepted, accepting.expired, accepting.unused) == ((ONE,), (), (), ())


def test_an_entry_without_a_finding_is_named_whether_it_is_over_or_not() -> None:
    entries = [an_acceptance(ONE.fingerprint), an_acceptance(TWO.fingerprint, expires_on=YESTERDAY)]
    accepting = accept(compare((), [ONE, TWO]), entries, TODAY)
    assert accepting.unused == tuple(entries)
    assert (accepting.expired, accepting.accepted) == ((), ())


def test_an_entry_of_a_file_that_could_not_be_read_is_not_called_unused() -> None:
    compared = compare((), [ONE], [Unread(path="app.py", why="a syntax error")])
    assert accept(compared, [an_acceptance(ONE.fingerprint)], TODAY) == NOTHING


def test_nothing_found_and_nothing_accepted_is_nothing() -> None:
    assert accept(compare((), ()), (), TODAY) == NOTHING


def test_an_answer_is_ready_for_json() -> None:
    entry = an_acceptance(ONE.fingerprint, rule="B1")
    assert Answered(found=ONE, acceptance=entry, is_new=True).to_dict() == {
        "finding": ONE.to_dict(),
        "acceptance": {
            "fingerprint": ONE.fingerprint,
            "reason": "the command is a constant",
            "owner": "platform",
            "expires_on": "2026-03-02",
            "rule": "B1",
            "path": None,
            "line": 2,
        },
        "is_new": True,
    }
