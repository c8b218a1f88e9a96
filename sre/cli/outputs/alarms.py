"""`sre alarms`: the JSON of one alarm, of what proves them, and of rule tests."""

from collections.abc import Sequence
from datetime import date
from typing import Literal

from alarms.coverage import Proof
from alarms.rule_tests import Outcome
from foundation.cloudwatch.evaluation import MissingData
from sre.cli.outputs.alarm_list import AlarmRow
from sre.cli.outputs.model import Output, Part


class AlarmProof(Part):
    """Which rule tests show an alarm in ALARM and which show it quiet; `backtested_on` is the day that one fired it last."""

    alarm: str
    is_proved: bool
    fires_in: tuple[str, ...]
    quiet_in: tuple[str, ...]
    backtested_on: date | None


class AlarmDetail(Output):
    """One alarm, its inputs, and what proves it.

    `source` says who chose what an alarm on a resource compares with: a URL, or that it is ours; null of one on an objective.
    """

    alarm: AlarmRow
    inputs: tuple[AlarmRow, ...]
    source: str | None
    missing_data: tuple[MissingData, ...]
    suppressed_by: str | None
    subscribers: tuple[str, ...]
    proof: AlarmProof


class Coverage(Output):
    """How each alarm is proved, those that are not first; with --unproved only these."""

    alarm_count: int
    proved_count: int
    alarms: tuple[AlarmProof, ...]


class FailedExpectation(Part):
    """One expectation that is not met; `reason` is for people, line by line."""

    line: int
    reason: str


class RuleTestRow(Part):
    """One rule test."""

    file: str
    line: int
    name: str
    outcome: Literal["pass", "fail"]
    expectation_count: int
    took_seconds: float
    failures: tuple[FailedExpectation, ...]


class RuleTestResults(Output):
    """What became of rule tests."""

    outcome: Literal["pass", "fail"]
    test_count: int
    expectation_count: int
    failed_test_count: int
    failed_expectation_count: int
    took_seconds: float
    what_ifs: tuple[str, ...]
    tests: tuple[RuleTestRow, ...]


def alarm_proof(proof: Proof) -> AlarmProof:
    """One proof."""
    return AlarmProof(
        alarm=proof.alarm,
        is_proved=proof.holds,
        fires_in=proof.fires_in,
        quiet_in=proof.quiet_in,
        backtested_on=proof.backtested_on,
    )


def coverage_output(proofs: Sequence[Proof], shown: Sequence[Proof]) -> Coverage:
    """The proofs that are shown, in their order, and how many there are of all."""
    return Coverage(
        alarm_count=len(proofs),
        proved_count=sum(each.holds for each in proofs),
        alarms=tuple(map(alarm_proof, shown)),
    )


def rule_test_results(outcomes: Sequence[Outcome], what_ifs: Sequence[str]) -> RuleTestResults:
    """The outcomes of rule tests, in their order."""
    failed = [each for each in outcomes if each.failures]
    return RuleTestResults(
        outcome="fail" if failed else "pass",
        test_count=len(outcomes),
        expectation_count=sum(each.test.expectation_count for each in outcomes),
        failed_test_count=len(failed),
        failed_expectation_count=sum(len(each.failures) for each in failed),
        took_seconds=round(sum(each.took_seconds for each in outcomes), 6),
        what_ifs=tuple(what_ifs),
        tests=tuple(
            RuleTestRow(
                file=str(each.test.file),
                line=each.test.line,
                name=each.test.name,
                outcome="fail" if each.failures else "pass",
                expectation_count=each.test.expectation_count,
                took_seconds=round(each.took_seconds, 6),
                failures=tuple(FailedExpectation(line=one.line, reason="\n".join(one.lines)) for one in each.failures),
            )
            for each in outcomes
        ),
    )
