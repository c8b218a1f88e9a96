"""What is said of a finding beyond its message: where its rule is explained, or what to do."""

import pytest

from sre.jobs.judge.advice import advice
from tests.sre.jobs.judge.fakes import a_finding


@pytest.mark.parametrize(
    ("tool", "rule", "said"),
    [
        ("bandit", "B602", "why, and what instead: https://bandit.readthedocs.io/en/"),
        ("detect-secrets", "AWS Access Key", "revoke it where it was given out, then take it from the environment"),
        ("ruff", "F821", "`ruff rule F821` explains it"),
        ("osv", "GHSA-1", "why: https://osv.dev/vulnerability/GHSA-1"),
        ("zizmor", "unpinned-uses", "why, and what instead: https://docs.zizmor.sh/audits/#unpinned-uses"),
    ],
)
def test_each_tool_has_an_advice_of_its_own(tool: str, rule: str, said: str) -> None:
    assert advice(a_finding(rule, tool=tool)).startswith(said)


def test_where_the_message_says_it_all_there_is_none() -> None:
    assert advice(a_finding(tool="jscpd")) == ""
