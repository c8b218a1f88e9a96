"""The examples of the documentation compute what they say."""

import doctest
import re
from pathlib import Path

import pytest

from alarms.plan import plan_of
from alarms.rule_test_check import refuse_vain_tests
from alarms.rule_test_file import read_rule_tests
from alarms.rule_tests import Outcome, run_rule_test
from infra.checkout import ROOT
from infra.stage import make_stage

DOCS = ROOT / "docs"


@pytest.mark.parametrize("page", ["cloudwatch-engine.md"])
def test_an_example_computes_what_it_says(page: str) -> None:
    result = doctest.testfile(str(DOCS / page), module_relative=False, optionflags=doctest.NORMALIZE_WHITESPACE)
    assert result.attempted > 5
    assert result.failed == 0


def test_the_rule_tests_of_the_alarms_page_hold(tmp_path: Path) -> None:
    page = (DOCS / "alarms.md").read_text()
    (entry,) = re.findall(r"```yaml\n(- of:.*?)```", page, re.DOTALL)
    added = tmp_path / "resources.yaml"
    added.write_text(entry)
    stage = make_stage("production", resource_alarms_file=added)
    plan, objectives = plan_of(stage), stage.objectives
    outcomes: list[Outcome] = []
    for example in re.findall(r"```yaml\n(tests:.*?)```", page, re.DOTALL):
        file = tmp_path / "example.yaml"
        file.write_text(example)
        tests = read_rule_tests(file, plan)
        refuse_vain_tests(tests, plan, objectives)
        outcomes += [run_rule_test(test, plan, objectives) for test in tests]
    assert [failure.lines for outcome in outcomes for failure in outcome.failures] == []
    shown = [(len(each.fired) > 0, len(each.quiet) > 0) for each in outcomes]
    assert shown == [(True, False), (False, True), (True, False), (False, True)]
