"""What an edit changes stands in one list, and what it makes blind is marked in it."""

from functools import cache
from pathlib import Path

import pytest

from foundation.errors import InputError
from foundation.service.files import CompleteFiles
from infra.service import T_DEVELOPER
from infra.stage import check_stage, make_stage
from sre.jobs.objectives.blindness import blinded
from sre.jobs.objectives.changes import Change, ChangeKind, changes_between
from sre.jobs.objectives.effects import EffectKind
from sre.jobs.objectives.view import ServiceView, view_of
from tests.sre.jobs.objectives.edits import Edit, edits
from tests.sre.jobs.objectives.slips import with_edit

BLIND, SAFE = edits("blind"), edits("safe")
# What resources are alarmed on is changed where the file that does so begins.
FIRST = "# What T-Developer says of the alarms"
ERRORS = """\
- of: AWS::Lambda::Function
  name: errors
  metric: {namespace: AWS/Lambda, name: Errors, dimensions: {FunctionName: name}, statistic: Sum}
  breach: {above: 0, periodSeconds: 300, datapoints: [2, 3]}
  runbook: lambda
"""


def view(files: CompleteFiles) -> ServiceView:
    elsewhere = check_stage("staging", files=files).stage.objectives
    return view_of(files, check_stage("production", files=files), elsewhere=elsewhere)


@cache
def unchanged() -> ServiceView:
    return view(T_DEVELOPER)


def changed(directory: Path, edit: Edit) -> ServiceView:
    return view(with_edit(directory, edit.old, edit.new, file=edit.file))


def changes(directory: Path, old: str, new: str, *, file: str = "objectives") -> dict[tuple[EffectKind, str], Change]:
    made = changes_between(unchanged(), changed(directory, Edit(what="", old=old, new=new, file=file)))
    return {(each.kind, each.name): each for each in made}


def test_there_are_forty_edits_of_each_kind() -> None:
    assert len(BLIND) >= 40
    assert len(SAFE) >= 40
    assert len({edit.what for edit in (*BLIND, *SAFE)}) == len(BLIND) + len(SAFE)


@pytest.mark.parametrize("edit", BLIND, ids=lambda edit: edit.what)
def test_an_edit_that_makes_something_blind_is_found(edit: Edit, tmp_path: Path) -> None:
    assert blinded(unchanged(), changed(tmp_path, edit))


@pytest.mark.parametrize("edit", SAFE, ids=lambda edit: edit.what)
def test_an_edit_that_makes_nothing_blind_is_not_found(edit: Edit, tmp_path: Path) -> None:
    assert blinded(unchanged(), changed(tmp_path, edit)) == ()


def test_files_that_say_the_same_change_nothing(tmp_path: Path) -> None:
    assert changes(tmp_path, "targetPercent: 99.9\n", "target: 0.999\n") == {}


def test_a_threshold_of_800_ms_is_listed_wherever_it_comes(tmp_path: Path) -> None:
    found = changes(tmp_path, "value: 1000", "value: 800")
    facts = {key: {fact.name: (fact.before, fact.after) for fact in each.facts} for key, each in found.items()}
    assert facts[EffectKind.OBJECTIVE, "api-latency"] == {"threshold": ("1,000", "800")}
    assert facts[EffectKind.REPORT, "api-latency"] == {"threshold": ("1,000", "800")}
    assert facts[EffectKind.LOAD_TEST, "verdict on api-latency"] == {"threshold": ("1,000", "800")}
    assert {name for kind, name in facts if kind is EffectKind.CANARY} == {"api", "progress"}
    assert facts[EffectKind.CANARY, "api"] == {"SLOW_AFTER_MS": ("1000", "800")}
    pairs = ("page-fast", "page-medium", "ticket-slow", "ticket-slowest")
    windows = [f"{pair}-{which}" for pair in pairs for which in ("long", "short")]
    watching = {name for (kind, name), each in facts.items() if kind is EffectKind.ALARM and "watches" in each}
    assert watching == {
        f"t-developer-production-api-latency-{each}" for each in (*windows, "ticket-low-traffic")
    }  # fmt: skip
    assert "PR(:799.999)" in str(facts[EffectKind.ALARM, "t-developer-production-api-latency-page-fast-long"])
    panels = {name for kind, name in facts if kind is EffectKind.PANEL}
    assert {
        "overview: api-latency: error budget left over 28 d",
        "overview: api-latency: burn rate by the hour",
    } <= panels
    assert any(name.startswith("api: ") for name in panels)
    assert not any(each.blind for each in found.values())
    assert not any("agent-turn" in name for _, name in found)


@pytest.mark.parametrize(
    ("old", "new", "fact", "was", "now"),
    [
        ("above: 0", "above: 2", "threshold", "0", "2"),
        ("periodSeconds: 300", "periodSeconds: 60", "period", "5 min", "1 min"),
        ("datapoints: [2, 3]", "datapoints: [1, 3]", "datapoints to alarm", "2", "1"),
        ("datapoints: [2, 3]", "datapoints: [2, 4]", "evaluation periods", "3", "4"),
        ("runbook: lambda", "runbook: dynamodb", "runbook", "lambda", "dynamodb"),
        (
            "name: Errors", "name: Throttles", "watches",
            "AWS/Lambda Errors{FunctionName=t-developer-production-api} Sum",
            "AWS/Lambda Throttles{FunctionName=t-developer-production-api} Sum",
        ),
    ],
)  # fmt: skip
def test_an_edit_of_what_resources_are_alarmed_on_lists_the_alarms_that_it_changes(
    old: str, new: str, fact: str, was: str, now: str, tmp_path: Path
) -> None:
    found = changes(tmp_path, FIRST, ERRORS.replace(old, new) + FIRST, file="resource_alarms")
    change = found[EffectKind.ALARM, "t-developer-production-api-ticket-errors"]
    assert (fact, was, now) in [(each.name, each.before, each.after) for each in change.facts]
    rules = make_stage("production").alarm_rules
    assert rules is not None
    functions = [each.label for each in rules.resources if each.type == "AWS::Lambda::Function"]
    assert {name for kind, name in found if kind is EffectKind.ALARM} == {
        f"t-developer-production-{each}-ticket-errors" for each in functions
    }


def test_an_alarm_that_no_resource_has_any_more_is_blind(tmp_path: Path) -> None:
    gone = "- {of: AWS::Lambda::Function, name: throttles, disabled: true}\n"
    found = changes(tmp_path, FIRST, gone + FIRST, file="resource_alarms")
    gone = found[EffectKind.ALARM, "t-developer-production-api-page-throttles"]
    assert gone.what is ChangeKind.REMOVED
    assert gone.blind


def test_the_text_that_still_says_a_second_is_a_warning(tmp_path: Path) -> None:
    slow, named = "- op: lt\n      value: 1000", "- displayName: under 1,000 ms\n      op: lt\n      value: 800"
    made = changed(tmp_path, Edit(what="", old=slow, new=named))
    assert any("says '1,000 ms', and the threshold is 800 ms" in each.said for each in made.warnings)


def test_an_objective_that_is_gone_takes_its_alarms_panels_and_lines_with_it(tmp_path: Path) -> None:
    gone = next(edit for edit in BLIND if edit.what == "no objective on availability")
    found = changes(tmp_path, gone.old, gone.new)
    removed = {key for key, each in found.items() if each.what is ChangeKind.REMOVED}
    assert {
        (EffectKind.OBJECTIVE, "availability"),
        (EffectKind.ALARM, "t-developer-production-availability-page-failing"),
        (EffectKind.ALARM, "t-developer-production-availability-ticket-failed-once"),
        (EffectKind.REPORT, "availability"),
    } <= removed
    assert found[EffectKind.OBJECTIVE, "availability"].blind == ("the objective is gone",)


def test_what_only_becomes_blind_is_listed_too(tmp_path: Path) -> None:
    """A stage that is written out is the same in that stage, and wrong in every other."""
    (change,) = changes(tmp_path, "Stage: ${stage}", "Stage: production").values()
    assert (change.what, change.facts) == (ChangeKind.UNCHANGED, ())
    assert change.blind == ("Stage production is the same in every stage",)


def test_subscribers_that_are_gone_are_nobody(tmp_path: Path) -> None:
    text = T_DEVELOPER.burn_rate.read_text()
    notify = "exclude: {}\n  notify: [{severity: page, email: a@example.com}]\n"
    heard = with_edit(tmp_path, "exclude: {}\n", notify, file="burn_rate")
    before = view(heard)
    heard.burn_rate.write_text(text)
    found = {(each.kind, each.name): each.blind for each in changes_between(before, view(heard))}
    assert found[EffectKind.NOTIFICATION, "pages"] == ("nobody is subscribed to a page any more",)


def test_the_bill_follows_the_canaries(tmp_path: Path) -> None:
    found = changes(tmp_path, "everyMinutes: 15", "everyMinutes: 10", file="canaries")
    assert {key for key in found if key[0] is EffectKind.BILL} == {(EffectKind.BILL, "canaries")}


def test_a_file_that_is_wrong_cannot_be_compared(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        changed(tmp_path, Edit(what="", old="metricName: Latency\n", new="metricName: Latencies\n"))
