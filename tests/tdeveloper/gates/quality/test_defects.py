"""The table of defects is one that ruff knows, and the page says why each family is in it."""

import json
import subprocess
from collections import Counter
from functools import cache

import pytest

from foundation.findings.model import Severity
from infra.checkout import ROOT
from tdeveloper.gates.quality.defects import FAMILIES, SEVERITY_BY_RULE, Family
from tdeveloper.gates.tool import find_tool


@cache
def status_by_rule() -> dict[str, str]:
    listing = subprocess.run(
        [str(find_tool("ruff")), "rule", "--all", "--output-format", "json"], capture_output=True, check=True
    ).stdout
    return {rule["code"]: next(iter(rule["status"])) for rule in json.loads(listing)}


@pytest.mark.parametrize("rule", SEVERITY_BY_RULE)
def test_each_rule_is_one_that_ruff_has_and_keeps(rule: str) -> None:
    assert status_by_rule()[rule] == "Stable"


def test_each_rule_is_in_one_family() -> None:
    counted = Counter(rule for family in FAMILIES for rule in family.rules)
    assert [rule for rule, count in counted.items() if count > 1] == []


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_the_page_has_each_family_with_its_severity_reason_and_rules(family: Family) -> None:
    page = (ROOT / "docs/quality-gate.md").read_text()
    assert f"| {family.name} | {family.severity.value.lower()} | {family.reason} | {', '.join(family.rules)} |" in page


@pytest.mark.parametrize(
    ("rule", "severity"),
    [
        ("F821", Severity.HIGH), ("F507", Severity.HIGH), ("PLE0101", Severity.HIGH), ("F706", Severity.HIGH),
        ("B006", Severity.MEDIUM), ("F632", Severity.MEDIUM), ("F811", Severity.MEDIUM), ("PLW0133", Severity.MEDIUM),
        ("F541", Severity.LOW), ("F403", Severity.LOW),
    ],
)  # fmt: skip
def test_what_fails_is_high_what_misleads_is_medium_a_slip_is_low(rule: str, severity: Severity) -> None:
    assert SEVERITY_BY_RULE[rule] is severity


@pytest.mark.parametrize("rule", ["E501", "F401", "F841", "I001", "N801", "UP006", "D100", "B904", "B008"])
def test_style_is_no_defect(rule: str) -> None:
    assert rule not in SEVERITY_BY_RULE
