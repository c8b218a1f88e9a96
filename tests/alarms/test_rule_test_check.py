"""Rule tests that would prove nothing are refused with their lines: what is not there, what cannot be, what expects nothing."""

from pathlib import Path

import pytest

from alarms.plan import plan_of
from alarms.rule_test_check import refuse_vain_tests
from alarms.rule_test_file import read_rule_tests
from foundation.errors import InputError
from infra.stage import make_stage

PLAN = plan_of(make_stage("production"))
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
  expect: [{at: 40m, actions: {t-developer-production-api-latency-page-fast: held}}]
"""


def problems_of(directory: Path, text: str) -> list[str]:
    (directory / "tests.yaml").write_text(text)
    tests = read_rule_tests(directory / "tests.yaml", PLAN)
    with pytest.raises(InputError) as caught:
        refuse_vain_tests(tests, PLAN)
    return [problem.removeprefix(f"{directory}/tests.yaml:") for problem in caught.value.problems]


def test_tests_that_can_fail_pass(tmp_path: Path) -> None:
    (tmp_path / "tests.yaml").write_text(GOOD)
    refuse_vain_tests(read_rule_tests(tmp_path / "tests.yaml", PLAN), PLAN)


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
    refuse_vain_tests(read_rule_tests(tmp_path / "tests.yaml", PLAN), PLAN)


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
    if is_refused:
        assert problems_of(tmp_path, text) == [
            "5: an outage: an input before it is of the same events or the same statistic"
        ]
    else:
        (tmp_path / "tests.yaml").write_text(text)
        refuse_vain_tests(read_rule_tests(tmp_path / "tests.yaml", PLAN), PLAN)


def test_all_problems_come_at_once(tmp_path: Path) -> None:
    text = GOOD.replace("api-errors-page-fast", "nothing").replace("objective: api-latency", "objective: nobody")
    assert [each.split(":")[0] for each in problems_of(tmp_path, text)] == ["9", "11"]
