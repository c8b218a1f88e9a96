"""T-Developer's service.yaml says what its templates have: what is in one and not in the other is told by its name."""

import json
from pathlib import Path
from typing import Any

import pytest

from foundation.cloudformation.stacks import read_templates
from foundation.cloudwatch.parameters import parameters_in
from foundation.costs.completeness import is_whole, without
from foundation.service.from_templates import inventory_of
from foundation.service.resources import Resource
from infra.service import T_DEVELOPER, service_of
from sre.jobs.cost_estimate import EstimateOptions, make_estimate
from sre.jobs.init.update import Update, updated
from tdeveloper.metrics import EMITTED, NAMESPACE

pytestmark = [pytest.mark.cdk, pytest.mark.xdist_group("stacks")]

# A load test tells by its own verdict what went wrong, a report that failed is told to its own topic: nobody is woken by them.
STACKS = ("data", "platform", "canaries")
WHAT_TO_DO = (
    "sre synth --stage production --runbook-url https://runbooks.example.com; sre init --update --out tdeveloper "
    + " ".join(f"--template cdk.out/t-developer-production-{stack}.template.json" for stack in STACKS)
)


def update_by(templates: dict[str, dict[str, Any]], place: Path) -> Update:
    """What `sre init --update` would add to T-Developer's file, and name as gone."""
    files: list[Path] = []
    for stack in STACKS:
        file = place / f"t-developer-production-{stack}.template.json"
        file.write_text(json.dumps(templates[f"t-developer-production-{stack}"]))
        files.append(file)
    there = service_of(T_DEVELOPER, stage="production").resources
    found = inventory_of(read_templates(files, {})).resources
    return updated(T_DEVELOPER.service.read_text(), T_DEVELOPER.service, there, found, stage="production")


def differences(update: Update) -> dict[str, list[str]]:
    kept = [f"{each.label}: {each.key}" for each in update.kept if not each.here.startswith("${")]
    return {
        "new": [each.label for each in update.added],
        "gone": list(update.gone),
        "more": [f"{label}: {key}" for label, key in update.grown],
        "other": kept,
    }


def more(update: Update, *, than: dict[str, list[str]]) -> dict[str, list[str]]:
    return {key: [each for each in told if each not in than[key]] for key, told in differences(update).items()}


def test_its_resources_are_those_of_its_templates(production: dict[str, dict[str, Any]], tmp_path: Path) -> None:
    nothing = {"new": [], "gone": [], "more": [], "other": []}
    assert differences(update_by(production, tmp_path)) == nothing, WHAT_TO_DO


def test_the_lean_profile_says_every_number_that_the_bill_of_its_templates_needs(
    production: dict[str, dict[str, Any]], tmp_path: Path
) -> None:
    files: list[Path] = []
    for name, template in production.items():
        files.append(tmp_path / f"{name}.template.json")
        files[-1].write_text(json.dumps(template))
    service = service_of(T_DEVELOPER, stage="production")
    _, bill = make_estimate(
        EstimateOptions(
            profile="lean",
            profiles_file=T_DEVELOPER.traffic_profiles,
            unit=service.cost_unit or "unit",
            resources=service.resources,
            templates=tuple(files),
        )
    )
    assert (is_whole(bill), without(bill)) == (True, "")


def test_a_function_more_or_less_is_told_by_its_name(production: dict[str, dict[str, Any]], tmp_path: Path) -> None:
    changed = json.loads(json.dumps(production))
    resources = changed["t-developer-production-platform"]["Resources"]
    (name, api) = next(
        (name, each)
        for name, each in resources.items()
        if name.startswith("Api") and each["Type"] == "AWS::Lambda::Function"
    )
    resources["Another"] = {
        "Type": api["Type"],
        "Properties": {**api["Properties"], "FunctionName": "t-developer-production-another"},
    }
    # Whatever the file lacks already is told by the test above.
    before = differences(update_by(production, tmp_path))
    told = more(update_by(changed, tmp_path), than=before)
    assert (told["new"], told["gone"]) == (["another"], [])
    del resources["Another"]
    resources[name]["Properties"]["FunctionName"] = "t-developer-production-renamed"
    resources[name]["Properties"]["MemorySize"] = 2048
    told = more(update_by(changed, tmp_path), than=before)
    assert told["other"] == ["api: memory_mib", "api: name"]


def test_the_names_of_other_stages_are_those_of_theirs(
    production: dict[str, dict[str, Any]], staging: dict[str, dict[str, Any]]
) -> None:
    del production
    named = {each.name for each in service_of(T_DEVELOPER, stage="staging").resources if not parameters_in(each.name)}
    text = json.dumps(staging)
    assert {name for name in named if name not in text} == set()


def test_its_own_metrics_are_those_that_its_code_emits() -> None:
    own = service_of(T_DEVELOPER, stage="production").own
    assert own is not None
    assert set(own.emitted) - set(own.load_test.all) == set(EMITTED)
    assert {each.namespace for each in own.emitted} == {NAMESPACE}


def test_what_its_resources_need_are_resources_of_it() -> None:
    resources: dict[str, Resource] = {
        each.label: each for each in service_of(T_DEVELOPER, stage="production").resources
    }
    assert {needed for each in resources.values() for needed in each.needs} <= resources.keys()
    assert resources["rest-api"].needs == ("api",)
    assert set(resources["api"].needs) == {"pipelines-table", "pipeline"}
