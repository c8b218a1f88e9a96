"""Files that change what resources are alarmed on: what an entry may leave out, what it makes, and what is refused."""

from pathlib import Path

import pytest

from alarms.resource_alarm_file import read_resource_alarms
from foundation.cloudwatch.evaluation import MissingData
from foundation.errors import InputError
from foundation.service.resource_alarms import Comparison, ResourceAlarm
from foundation.service.resource_type_file import known_types
from foundation.service.resources import Resource
from foundation.slo.burn_rate import Severity

FUNCTION = Resource(type="AWS::Lambda::Function", label="api", name="f", arn="arn:f")
ERRORS = """\
- of: AWS::Lambda::Function
  name: errors
  metric: {namespace: AWS/Lambda, name: Errors, dimensions: {FunctionName: name}, statistic: Sum}
  breach: {above: 0, periodSeconds: 300, datapoints: [2, 3]}
  severity: ticket
  impact: The function has errors.
  runbook: lambda
"""
OWN = ERRORS.replace("name: errors", "name: own")


def read(directory: Path, *texts: str) -> dict[str, ResourceAlarm]:
    """The alarms of functions by name, with files of these texts laid over one another."""
    files = [directory / f"mine-{number}.yaml" for number in range(len(texts))]
    for file, text in zip(files, texts, strict=True):
        file.write_text(text)
    return {each.name: each for each in read_resource_alarms([FUNCTION], files)}


DEFAULTS = {each.name: each for each in read_resource_alarms([FUNCTION])}


def problems(directory: Path, *texts: str) -> tuple[str, ...]:
    with pytest.raises(InputError) as raised:
        read(directory, *texts)
    return raised.value.problems


def test_an_entry_changes_what_it_says_and_leaves_the_rest(tmp_path: Path) -> None:
    text = "- {of: AWS::Lambda::Function, name: errors, severity: page, impact: Nobody can order.}"
    changed = read(tmp_path, text)
    assert (changed["errors"].severity, changed["errors"].impact) == (Severity.PAGE, "Nobody can order.")
    assert changed["errors"].proofs == DEFAULTS["errors"].proofs
    assert changed | {"errors": DEFAULTS["errors"]} == DEFAULTS


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("above: 0", "above: 7"),
        ("above: 0", "below: 0"),
        ("periodSeconds: 300", "periodSeconds: 60"),
        ("[2, 3]", "[1, 3]"),
        ("[2, 3]", "[2, 4]"),
        ("statistic: Sum", "statistic: Maximum"),
        ("name: Errors", "name: Throttles"),
        ("FunctionName: name", "FunctionName: arn"),
        ("runbook: lambda", "runbook: lambda\n  missing: breaching"),
    ],
)
def test_what_decides_otherwise_is_no_longer_proved_by_the_proofs_of_before(tmp_path: Path, old: str, new: str) -> None:
    assert read(tmp_path, ERRORS)["errors"] == DEFAULTS["errors"]
    changed = read(tmp_path, ERRORS.replace(old, new))["errors"]
    assert changed != DEFAULTS["errors"]
    assert changed.proofs is None


def test_an_entry_of_another_name_is_an_alarm_more(tmp_path: Path) -> None:
    found = read(tmp_path, OWN)
    assert found.keys() - DEFAULTS.keys() == {"own"}
    own = found["own"]
    assert (own.kind, own.comparison, own.threshold) == (None, Comparison.ABOVE, 0)
    assert (own.missing_data, own.source, own.proofs) == (MissingData.NOT_BREACHING, "ours", None)


def test_one_that_is_taken_away_is_gone_and_a_file_above_may_make_it_again(tmp_path: Path) -> None:
    gone = "- {of: AWS::Lambda::Function, name: errors, disabled: true}"
    assert DEFAULTS.keys() - read(tmp_path, gone).keys() == {"errors"}
    assert read(tmp_path, gone, ERRORS).keys() == DEFAULTS.keys()
    assert "errors: severity: is missing" in problems(tmp_path, gone, ERRORS.replace("  severity: ticket\n", ""))[0]


def test_a_type_that_no_resource_is_of_may_be_changed_too(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text("- {of: AWS::SQS::Queue, name: age, disabled: true}")
    names = {each.name for each in read_resource_alarms([], [file])}
    assert names == {"in-flight", "messages"}


def test_a_type_that_is_unknown_is_refused_with_those_that_there_are(tmp_path: Path) -> None:
    (near,) = problems(tmp_path, OWN.replace("Lambda::Function", "Lambda::Functions"))
    said = "no type of resource is called AWS::Lambda::Functions; did you mean AWS::Lambda::Function? known are AWS::"
    assert f"mine-0.yaml:1: own: of: {said}" in near
    (far,) = problems(tmp_path, OWN.replace("AWS::Lambda::Function", "Shop::Till"))
    assert all(each in far for each in known_types())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- {of: AWS::Lambda::Function, name: erors, disabled: true}", "has no alarm of this name to take away; did you mean e"),
        ("- {of: AWS::Lambda::Function, name: errors, disabled: yes}", "errors: disabled: must be true or false"),
        (ERRORS + ERRORS, "AWS::Lambda::Function has an alarm of this name already"),
        (ERRORS.replace("name: Errors,", "name: Faults,"), "AWS/Lambda Faults{FunctionName=any}: no such metric is known"),
        (ERRORS.replace("{FunctionName: name}", "{Function: name}"), "it has the dimensions Function, and is published with"),
        (ERRORS.replace("severity: ticket", "severity: email"), ":5: errors: severity: must be page or ticket, not 'email'"),
        (ERRORS.replace("impact: The", "impakt: The"), "errors: impakt: unknown key; did you mean impact?"),
        (ERRORS.replace("above: 0, ", ""), ":4: errors: breach: write above or below, and one of them"),
        (ERRORS.replace("above: 0", "above: 0, below: 1"), ":4: errors: breach: write above or below, and one of them"),
        (OWN.replace("above: 0, ", ""), ":4: own: breach: write above or below, and one of them"),
    ],
)  # fmt: skip
def test_a_wrong_entry_is_named_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    assert any(said in each for each in problems(tmp_path, text)), problems(tmp_path, text)


@pytest.mark.parametrize("key", ["metric", "breach", "severity", "impact", "runbook"])
def test_an_alarm_more_needs_what_no_other_says(tmp_path: Path, key: str) -> None:
    text = "\n".join(line for line in OWN.splitlines() if not line.startswith(f"  {key}:"))
    (problem,) = problems(tmp_path, text)
    assert f"own: {key}: is missing, and there is no alarm of this name that says it" in problem
