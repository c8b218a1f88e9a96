"""Rule tests, and what they prove of alarms, as verdicts: one a test, and one an alarm."""

from collections.abc import Sequence

from alarms.coverage import Proof
from alarms.rule_tests import Outcome
from foundation.pages.numbers import count, counted, percent, quantity
from foundation.slo.outcome import RunOutcome
from sre.cli.verdicts.model import VerdictRow, Verdicts

_FIRES, _QUIET, _BACKTEST = "shown firing by", "shown quiet by", "backtest"


def rule_test_verdicts(outcomes: Sequence[Outcome], what_ifs: Sequence[str], *, is_in_full: bool = False) -> Verdicts:
    """A row a test, grouped by its file. The reason of a failure is its first line, or in full all lines with their place."""
    return Verdicts(
        title="Rule tests",
        of="test",
        columns=("file", "expectations", "seconds"),
        number_columns=frozenset({"expectations", "seconds"}),
        rows=tuple(
            VerdictRow(
                name=each.test.name,
                outcome=RunOutcome.FAIL if each.failures else RunOutcome.PASS,
                reason=_in_full(each) if is_in_full else _in_a_line(each),
                cells=(str(each.test.file), count(each.test.expectation_count), quantity(each.took_seconds)),
                group=str(each.test.file),
                took_seconds=round(each.took_seconds, 6),
            )
            for each in outcomes
        ),
        headline=f"{counts_of(outcomes)}.",
        notes=tuple(f"What if: {each}." for each in what_ifs),
    )


def counts_of(outcomes: Sequence[Outcome]) -> str:
    """How many tests and expectations, and how many are not met."""
    failed_count = sum(len(outcome.failures) for outcome in outcomes)
    failing_count = sum(bool(outcome.failures) for outcome in outcomes)
    asked = sum(outcome.test.expectation_count for outcome in outcomes)
    met = f"{failed_count} not met in {counted(failing_count, 'test')}" if failed_count else "all met"
    return f"{counted(len(outcomes), 'test')}, {counted(asked, 'expectation')}, {met}"


def proof_verdicts(proofs: Sequence[Proof], shown: Sequence[Proof], *, prefix: str, notes: Sequence[str]) -> Verdicts:
    """A row an alarm of those that are shown, without the `prefix` of their stage; one that is not proved fails."""
    has_backtests = any(proof.backtested_on for proof in shown)
    return Verdicts(
        title="Alarms and the rule tests that prove them",
        of="alarm",
        columns=(_FIRES, _QUIET, *((_BACKTEST,) if has_backtests else ())),
        rows=tuple(
            VerdictRow(
                name=proof.alarm.removeprefix(f"{prefix}-"),
                outcome=RunOutcome.PASS if proof.holds else RunOutcome.FAIL,
                reason="" if proof.holds else f"no rule test shows {proof.missing}",
                cells=(
                    counted(len(proof.fires_in), "test"),
                    counted(len(proof.quiet_in), "test"),
                    *((proof.backtested_on.isoformat() if proof.backtested_on else "never",) if has_backtests else ()),
                ),
            )
            for proof in shown
        ),
        headline=proved_of(proofs, prefix),
        notes=tuple(notes),
    )


def proved_of(proofs: Sequence[Proof], prefix: str) -> str:
    """How many of all alarms of a stage are proved; `prefix` is what it is called."""
    proved_count = sum(proof.holds for proof in proofs)
    return (
        f"{count(proved_count)} of {counted(len(proofs), 'alarm')} of {prefix} proved ({percent(proved_count / len(proofs))}): "
        "rule tests show each in ALARM and quiet."
    )


def _in_a_line(outcome: Outcome) -> str:
    return "; ".join(failure.lines[0] for failure in outcome.failures)


def _in_full(outcome: Outcome) -> str:
    if not outcome.failures:
        return ""
    each = ("\n".join((f"{outcome.test.file}:{one.line}", *one.lines)) for one in outcome.failures)
    return "\n".join((f"{counted(len(outcome.failures), 'expectation')} not met", *each))
