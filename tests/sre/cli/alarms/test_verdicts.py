"""Rule tests and proofs as verdicts: the reasons of what fails, in a line and in full, and as CI shows them."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from junitparser import JUnitXml

from alarms.coverage import Proof
from alarms.rule_test_file import RuleTest
from alarms.rule_tests import Failure, Outcome
from foundation.errors import InputError
from foundation.slo.outcome import RunOutcome
from sre.cli.alarms.verdicts import proof_verdicts, rule_test_verdicts
from sre.cli.verdicts.junit import to_junit, write_junit
from sre.cli.verdicts.markdown import to_markdown

FILE = Path("rules.yaml")


def a_test(name: str) -> RuleTest:
    return RuleTest(
        file=FILE, line=3, name=name, start_at=datetime(2026, 3, 2, tzinfo=UTC), interval=timedelta(minutes=1), inputs=(),
        expectations=(),
    )  # fmt: skip


def an_outcome(name: str, *failures: Failure) -> Outcome:
    return Outcome(
        test=a_test(name), failures=failures, fired=frozenset(), quiet=frozenset(), took_seconds=0.1234567
    )  # fmt: skip


HELD = an_outcome("an outage pages")
FAILED = an_outcome(
    "three | bad minutes",
    Failure(line=6, lines=("at 3m: a was expected OK, and is ALARM", "  a: 3 of 3")),
    Failure(line=7, lines=("at 5m: b was expected OK, and is ALARM",)),
)


def test_a_failure_is_one_line_in_a_table_and_every_line_with_its_place_in_full() -> None:
    held, failed = rule_test_verdicts([HELD, FAILED], ()).rows
    assert (held.outcome, held.reason) == (RunOutcome.PASS, "")
    assert failed.outcome is RunOutcome.FAIL
    assert failed.reason == "at 3m: a was expected OK, and is ALARM; at 5m: b was expected OK, and is ALARM"
    full = rule_test_verdicts([HELD, FAILED], (), is_in_full=True).rows[1].reason
    assert full == (
        "2 expectations not met\nrules.yaml:6\nat 3m: a was expected OK, and is ALARM\n  a: 3 of 3\n"
        "rules.yaml:7\nat 5m: b was expected OK, and is ALARM"
    )


def test_junit_has_a_suite_a_file_and_a_case_a_test_with_all_its_failures(tmp_path: Path) -> None:
    write_junit(rule_test_verdicts([HELD, FAILED], (), is_in_full=True), tmp_path / "out" / "junit.xml")
    (suite,) = JUnitXml.fromfile(str(tmp_path / "out" / "junit.xml"))
    held, failed = suite
    assert (suite.name, held.name, held.result, held.time) == ("rules.yaml", "an outage pages", [], 0.123457)
    assert failed.result[0].message == "2 expectations not met"
    assert "rules.yaml:7\nat 5m: b was expected OK" in (failed.result[0].text or "")


def test_junit_that_cannot_be_written_is_bad_input(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(InputError, match=r"--junit: .*junit\.xml: cannot be written"):
        write_junit(rule_test_verdicts([], ()), tmp_path / "taken" / "junit.xml")


def test_markdown_has_what_failed_first_and_what_was_asked() -> None:
    lines = to_markdown(rule_test_verdicts([HELD, FAILED], ["api-errors at 98 % instead of 99.9 %"])).splitlines()
    rows = [line for line in lines if line.startswith("| ")]
    assert rows[0] == "| test | file | expectations | seconds | outcome | reason |"
    assert rows[2].startswith("| three \\| bad minutes | rules.yaml | 0 | 0.1 | fail | at 3m: a was expected OK")
    assert rows[3] == "| an outage pages | rules.yaml | 0 | 0.1 | pass |  |"
    assert lines[2] == "2 tests, 0 expectations, 2 not met in 1 test."
    assert lines[-1] == "- What if: api-errors at 98 % instead of 99.9 %."


def a_proof(alarm: str, *, fires: int, quiet: int, on: date | None = None) -> Proof:
    return Proof(alarm=alarm, fires_in=("t",) * fires, quiet_in=("t",) * quiet, backtested_on=on)


@pytest.mark.parametrize(
    ("fires", "quiet", "outcome", "reason"),
    [
        (1, 1, RunOutcome.PASS, ""),
        (0, 1, RunOutcome.FAIL, "no rule test shows that it fires"),
        (1, 0, RunOutcome.FAIL, "no rule test shows that it stays quiet"),
        (0, 0, RunOutcome.FAIL, "no rule test shows that it fires and that it stays quiet"),
    ],
)
def test_an_alarm_passes_that_tests_show_firing_and_quiet(
    fires: int, quiet: int, outcome: RunOutcome, reason: str
) -> None:
    proof = a_proof("shop-production-a", fires=fires, quiet=quiet)
    verdicts = proof_verdicts([proof], [proof], prefix="shop-production", notes=())
    (row,) = verdicts.rows
    assert (row.name, row.outcome, row.reason) == ("a", outcome, reason)
    assert verdicts.columns == ("shown firing by", "shown quiet by")
    assert ("<failure" in to_junit(verdicts)) is (outcome is RunOutcome.FAIL)


def test_a_backtest_has_a_column_where_there_is_one_and_the_headline_counts_all() -> None:
    proofs = [
        a_proof("shop-production-a", fires=0, quiet=2),
        a_proof("shop-production-b", fires=1, quiet=2, on=date(2026, 3, 2)),
    ]
    verdicts = proof_verdicts(proofs, proofs, prefix="shop-production", notes=())
    assert verdicts.columns[-1] == "backtest"
    assert [row.cells for row in verdicts.rows] == [
        ("0 tests", "2 tests", "never"),
        ("1 test", "2 tests", "2026-03-02"),
    ]
    assert (
        verdicts.headline == "1 of 2 alarms of shop-production proved (50 %): rule tests show each in ALARM and quiet."
    )
    assert proof_verdicts(proofs, proofs[:1], prefix="shop-production", notes=()).headline == verdicts.headline
