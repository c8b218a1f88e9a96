"""A proof that an alarm stays quiet looks at the whole time line, and not at an instant; the project's own are such proofs."""

from pathlib import Path

import pytest

from alarms.plan import plan_of
from alarms.rule_test_check import lengths_that_differ, refuse_vain_tests
from alarms.rule_test_file import read_rule_tests
from alarms.rule_tests import Outcome, run_rule_test
from infra.service import T_DEVELOPER
from infra.stage import make_stage

STAGE = make_stage("production")
PLAN = plan_of(STAGE)
FAST = "t-developer-production-api-errors-page-fast"
# What the first rule test of api-errors was while YAML read `0x4400` as a hexadecimal number: 17,408 errors in minute 0.
BURST = """tests:
- name: good traffic alarms nobody
  input:
  - {objective: api-errors, total: 600x4400, bad: 600 0x4399}
  expect:
  - {at: 73h, alarms: {api-errors-page-fast: OK, api-errors-ticket-slowest: OK}}
"""


def outcome_of(directory: Path, text: str) -> Outcome:
    (directory / "tests.yaml").write_text(text)
    (test,) = read_rule_tests(directory / "tests.yaml", PLAN)
    return run_rule_test(test, PLAN, STAGE.objectives)


def said(outcome: Outcome) -> list[str]:
    return [failure.lines[0] for failure in outcome.failures]


def test_an_alarm_that_went_off_days_before_it_was_looked_at_was_not_quiet(tmp_path: Path) -> None:
    outcome = outcome_of(tmp_path, BURST)
    assert said(outcome) == [
        "at 73h: api-errors-page-fast was expected not to be in ALARM until then, and was from 1m to 6m",
        "at 73h: api-errors-ticket-slowest was expected not to be in ALARM until then, and was from 1h to 5h37m",
    ]
    assert (outcome.failures[0].line, outcome.quiet) == (6, frozenset())
    assert outcome.failures[1].lines[3].startswith("  changes: 0s OK, 1h ALARM, 5h37m OK")


def test_good_traffic_is_quiet_from_its_first_minute_to_its_last(tmp_path: Path) -> None:
    outcome = outcome_of(tmp_path, BURST.replace("bad: 600 0x4399", "bad: 0x4400"))
    assert said(outcome) == []
    assert FAST in outcome.quiet


OUTAGE = """tests:
- name: an outage
  input:
  - {objective: api-errors, total: 600x300, bad: 0x59 600x9 0x99 600x9 0x119}
  expect:
  EXPECTED
"""


@pytest.mark.parametrize(
    ("expected", "problems"),
    [
        ("- {at: 60m, alarms: {api-errors-page-fast: OK}}", []),
        ("- {at: 150m, alarms: {api-errors-page-fast: OK}}", ["at 150m"]),
        ("- {at: 65m, alarms: {api-errors-page-fast: ALARM}}\n  - {at: 150m, alarms: {api-errors-page-fast: OK}}", []),
        # In whatever order they stand.
        ("- {at: 150m, alarms: {api-errors-page-fast: OK}}\n  - {at: 65m, alarms: {api-errors-page-fast: ALARM}}", []),
        ("- {at: 65m, alarms: {api-errors-page-fast: ALARM}}\n  - {at: 150m, alarms: {api-errors-page-fast: OK}}\n"
         "  - {at: 4h, alarms: {api-errors-page-fast: OK}}", ["at 4h"]),
        ("- {at: 60m, alarms: {api-errors-page-fast: OK}}\n  - {at: 150m, alarms: {api-errors-page-fast: OK}}", ["at 150m"]),
        ("- {at: 150m, alarms: {api-errors-page-fast: INSUFFICIENT_DATA}}", ["at 150m"]),
    ],
)  # fmt: skip
def test_between_two_expectations_of_quiet_there_is_no_alarm(
    tmp_path: Path, expected: str, problems: list[str]
) -> None:
    outcome = outcome_of(tmp_path, OUTAGE.replace("EXPECTED", expected))
    assert [each.partition(": ")[0] for each in said(outcome)] == problems


def test_an_alarm_that_goes_off_in_a_test_is_not_proved_quiet_by_it(tmp_path: Path) -> None:
    later = "- {at: 60m, alarms: {api-errors-page-fast: OK}}\n  - {at: 70m, alarms: {api-errors-page-medium: ALARM}}"
    outcome = outcome_of(tmp_path, OUTAGE.replace("EXPECTED", later))
    assert (said(outcome), FAST in outcome.quiet) == ([], False)


def test_what_an_alarm_sees_of_the_time_before_a_test_is_not_held_against_it(tmp_path: Path) -> None:
    """Slices before the first are missing, and breach: the page begins in ALARM, and is over with the second slice."""
    outcome = outcome_of(
        tmp_path,
        """tests:
- name: a canary passes
  interval: 5m
  input:
  - metric: {namespace: CloudWatchSynthetics, name: SuccessPercent, dimensions: {CanaryName: '${service}-${stage}-api'}}
    statistic: Average
    values: 100x23
  expect:
  - {at: 0s, alarms: {availability-page-failing: ALARM}}
  - {at: 2h, alarms: {availability-page-failing: OK}}
""",
    )
    assert said(outcome) == []
    assert "t-developer-production-availability-page-failing" in outcome.quiet


@pytest.mark.parametrize(("silent_minutes", "problems"), [(59, []), (120, ["at 4h"])])
def test_silence_at_the_start_that_lasts_longer_than_an_alarm_looks_back_is_the_tests_own(
    tmp_path: Path, silent_minutes: int, problems: list[str]
) -> None:
    """An hour of nothing counted is a ticket, whatever there was before it."""
    outcome = outcome_of(
        tmp_path,
        f"""tests:
- name: silence first
  input:
  - {{objective: api-errors, total: _x{silent_minutes} 600x240}}
  expect:
  - {{at: 4h, alarms: {{api-errors-ticket-no-data: OK}}}}
""",
    )
    assert [each.partition(": ")[0] for each in said(outcome)] == problems
    assert len(outcome.quiet) == (0 if problems else 1)


def test_the_projects_own_tests_prove_something() -> None:
    """That they hold, and that each alarm fires in one and is quiet throughout another, is tried with the rule tests."""
    tests = [
        test for file in sorted(T_DEVELOPER.rule_tests.glob("*.yaml")) for test in read_rule_tests(file, PLAN)
    ]  # fmt: skip
    refuse_vain_tests(tests, PLAN, STAGE.objectives)
    assert lengths_that_differ(tests) == ()
