"""Rule tests that would prove nothing are refused with their lines: what is not there, what cannot be, what expects nothing."""

from pathlib import Path

import pytest

from alarms.plan import plan_of
from alarms.rule_test_check import lengths_that_differ, refuse_vain_tests
from alarms.rule_test_file import read_rule_tests
from foundation.errors import InputError
from infra.stage import make_stage

STAGE = make_stage("production")
PLAN = plan_of(STAGE)
GOOD = """\
tests:
- name: an outage
  input:
  - {objective: api-errors, total: 600x90, bad: 0x29 600x59}
  - metric: {namespace: AWS/Lambda, name: Errors, dimensions: {FunctionName: t-developer-production-api}}
    statistic: Sum
    values: 0x90
  expect:
  - {at: 40m, alarms: {api-errors-page-fast: ALARM}}
- name: another
  input: [{objective: api-latency, total: 600x90}]
  expect: [{at: 40m, actions: {t-developer-production-api-latency-page-fast: suppressed}}]
"""


def problems_of(directory: Path, text: str) -> list[str]:
    (directory / "tests.yaml").write_text(text)
    tests = read_rule_tests(directory / "tests.yaml", PLAN)
    with pytest.raises(InputError) as caught:
        refuse_vain_tests(tests, PLAN, STAGE.objectives)
    return [problem.removeprefix(f"{directory}/tests.yaml:") for problem in caught.value.problems]


def test_tests_that_can_fail_pass(tmp_path: Path) -> None:
    (tmp_path / "tests.yaml").write_text(GOOD)
    refuse_vain_tests(read_rule_tests(tmp_path / "tests.yaml", PLAN), PLAN, STAGE.objectives)


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("name: another", "name: an outage", "10: an outage: another test has this name"),
        ("objective: api-errors", "objective: api-erors", "4: an outage: there is no objective 'api-erors' with alarms; did"),
        ("name: Errors", "name: Erors", "5: an outage: no alarm reads AWS/Lambda Erors{FunctionName="),
        ("production-api}", "production-apy}", "5: an outage: no alarm reads AWS/Lambda Errors{"),
        ("api-errors-page-fast", "api-errors-page-fst", "9: an outage: there is no alarm 'api-errors-page-fst'; did you mean"),
        ("alarms: {api-errors-page-fast: ALARM}", "alarms: {}", "9: an outage: it expects nothing; name alarms or actions"),
        ("total: 600x90, bad", "total: -600x90, bad", "4: an outage: events are counted: none are fewer than 0"),
        ("bad: 0x29 600x59", "bad: -1x90", "4: an outage: events are counted: none are fewer than 0"),
        ("bad: 0x29 600x59", "bad: 601", "4: an outage: there are more bad events than events"),
        ("bad: 0x29 600x59", "bad: 0x90 1", "4: an outage: there are more bad events than events"),
        ("  expect:\n  - {at: 40m, alarms", "  - {objective: api-errors, total: 1}\n  expect:\n  - {at: 40m, alarms",
         "8: an outage: an input before it is of the same events or the same statistic"),
    ],
)  # fmt: skip
def test_what_would_prove_nothing_is_refused_with_its_line(tmp_path: Path, old: str, new: str, problem: str) -> None:
    found = problems_of(tmp_path, GOOD.replace(old, new, 1))
    assert any(each.startswith(problem) for each in found), found


def test_bad_events_may_be_all_events_and_longer_by_none(tmp_path: Path) -> None:
    (tmp_path / "tests.yaml").write_text(GOOD.replace("bad: 0x29 600x59", "bad: 600x90 0x5"))
    refuse_vain_tests(read_rule_tests(tmp_path / "tests.yaml", PLAN), PLAN, STAGE.objectives)


@pytest.mark.parametrize(
    ("first", "second", "is_refused"),
    [
        ("agent-first-token", "agent-full-turn", False),
        ("agent-first-token", "agent-first-token", True),
        (None, "agent-full-turn", True),
        ("agent-full-turn", None, True),
    ],
)
def test_two_inputs_may_be_of_two_parts_of_an_objective(
    tmp_path: Path, first: str | None, second: str | None, is_refused: bool
) -> None:
    inputs = "\n".join(
        f"  - {{objective: agent-turn, {'' if part is None else f'part: {part}, '}total: 1x90}}"
        for part in (first, second)
    )
    text = GOOD.replace("  - {objective: api-errors, total: 600x90, bad: 0x29 600x59}", inputs)
    text = text.replace("api-errors-page-fast", "agent-turn-page-fast")
    if is_refused:
        assert problems_of(tmp_path, text) == [
            "5: an outage: an input before it is of the same events or the same statistic"
        ]
    else:
        (tmp_path / "tests.yaml").write_text(text)
        refuse_vain_tests(read_rule_tests(tmp_path / "tests.yaml", PLAN), PLAN, STAGE.objectives)


def test_all_problems_come_at_once(tmp_path: Path) -> None:
    text = GOOD.replace("api-errors-page-fast", "nothing").replace("objective: api-latency", "objective: nobody")
    assert [each.split(":")[0] for each in problems_of(tmp_path, text)] == ["9", "11", "12"]


UNTIL_THEN = "write what api-errors-page-fast sees until then, _ where nothing is counted"


@pytest.mark.parametrize(
    ("old", "new", "problems"),
    [
        # The series end, and what is expected lies beyond.
        (
            "at: 40m, alarms",
            "at: 60h, alarms",
            [f"9: an outage: at 2d12h is beyond the end of total of line 4, 1h31m; {UNTIL_THEN}"],
        ),
        (
            "at: 40m, alarms",
            "at: 92m, alarms",
            [f"9: an outage: at 1h32m is beyond the end of total of line 4, 1h31m; {UNTIL_THEN}"],
        ),
        ("at: 40m, alarms", "at: 91m, alarms", []),
        (
            "at: 40m, alarms",
            "at: 0m, alarms",
            ["9: an outage: at 0s no alarm has seen anything of the test; expect something later"],
        ),
        ("at: 40m, alarms", "at: 1s, alarms", []),
        ("bad: 0x29 600x59", "bad: 0x9", []),
        (", bad: 0x29 600x59", "", []),
        # What is asked of an alarm that nothing is said of.
        ("api-errors-page-fast: ALARM", "api-page-throttles: OK", [
            "9: an outage: no input feeds api-page-throttles, so that this proves nothing; give values of AWS/Lambda "
            "Throttles{FunctionName=t-developer-production-api}",
        ]),
        ("api-errors-page-fast: ALARM", "api-ticket-errors: OK", []),
        ("objective: api-latency", "objective: api-errors", [
            "12: another: no input feeds t-developer-production-api-latency-page-fast, so that this proves nothing; give values "
            "of AWS/ApiGateway Latency{ApiName=t-developer-production,Stage=production}",
        ]),
    ],
)  # fmt: skip
def test_an_expectation_that_proves_nothing_is_refused(tmp_path: Path, old: str, new: str, problems: list[str]) -> None:
    text = GOOD.replace(old, new, 1)
    if problems:
        assert problems_of(tmp_path, text) == problems
    else:
        (tmp_path / "tests.yaml").write_text(text)
        refuse_vain_tests(read_rule_tests(tmp_path / "tests.yaml", PLAN), PLAN, STAGE.objectives)


def test_a_series_ends_by_its_interval(tmp_path: Path) -> None:
    slow = GOOD.replace("name: another", "name: another\n  interval: 5m").replace(
        "at: 40m, actions", "at: 455m, actions"
    )
    (tmp_path / "tests.yaml").write_text(slow)
    refuse_vain_tests(read_rule_tests(tmp_path / "tests.yaml", PLAN), PLAN, STAGE.objectives)
    (problem,) = problems_of(tmp_path, slow.replace("455m", "456m"))
    assert problem.startswith("13: another: at 7h36m is beyond the end of total of line 12, 7h35m")


def test_a_part_that_is_to_be_silent_is_said_to_be(tmp_path: Path) -> None:
    text = """tests:
- name: a part alone
  input:
  - {objective: agent-turn, part: agent-first-token, total: 60x90}
  expect:
  - {at: 1h, alarms: {agent-turn-page-fast: OK, agent-turn-ticket-no-data-agent-full-turn: ALARM}}
"""
    (problem,) = problems_of(tmp_path, text)
    assert problem.startswith(
        "6: a part alone: no input feeds agent-turn-ticket-no-data-agent-full-turn, so that this proves nothing"
    )
    other = "  - {objective: agent-turn, part: agent-full-turn, total: _x60}\n  expect"
    (tmp_path / "tests.yaml").write_text(text.replace("  expect", other))
    refuse_vain_tests(read_rule_tests(tmp_path / "tests.yaml", PLAN), PLAN, STAGE.objectives)


def test_bad_events_that_end_before_all_events_or_after_them_are_named(tmp_path: Path) -> None:
    for bad, said in (
        ("0x29 600x60", []),
        ("600x10", ["4: an outage: total has 91 values, and bad 11: after the shorter one nothing is bad"]),
        ("0x100", ["4: an outage: total has 91 values, and bad 101: after the shorter one nothing is bad"]),
    ):
        file = tmp_path / "tests.yaml"
        file.write_text(GOOD.replace("0x29 600x59", bad))
        found = lengths_that_differ(read_rule_tests(file, PLAN))
        assert [each.removeprefix(f"{file}:") for each in found] == said
