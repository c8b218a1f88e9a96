"""The pages that were code until they became data are what they were, panel by panel; a difference stands in the CHANGELOG.

`before/` holds the dashboards of production as they were written when each panel was Python.
"""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from alarms.plan import plan_of
from dashboards.all_dashboards import all_dashboards
from foundation.service.files import ServiceFiles
from infra.dashboards import deployment_of
from infra.service import T_DEVELOPER, files_of_service
from infra.stage import make_stage
from tests.dashboards.compact import compact

BEFORE = Path(__file__).with_name("before")
# The overview's alarms are in another order in other stages, so it is compared in the one that was written down.
PAGES = ("api", "gates", "agents", "data", "loadtest")


def before(name: str, stage: str) -> dict[str, Any]:
    return json.loads((BEFORE / f"{name}.json").read_text().replace("production", stage))


def as_it_was(place: Path) -> ServiceFiles:
    """T-Developer's files without what it has got since: a resource more has panels of its own, and changes no other."""
    shutil.copytree(T_DEVELOPER.service.parent, place, ignore=shutil.ignore_patterns("*.py*"), dirs_exist_ok=True)
    there_was = yaml.safe_load((BEFORE / "there_was.yaml").read_text())
    service = yaml.safe_load(T_DEVELOPER.service.read_text())
    service["resources"] = [each for each in service["resources"] if each["label"] in there_was["resources"]]
    for each in service["resources"]:
        each["needs"] = [label for label in each.get("needs", ()) if label in there_was["resources"]]
    (place / "service.yaml").write_text(yaml.safe_dump(service))
    documents = yaml.safe_load_all(T_DEVELOPER.objectives.read_text())
    was_there = [
        each for each in documents
        if each["kind"] in ("Service", "DataSource") or each["metadata"]["name"] in there_was["objectives"]
    ]  # fmt: skip
    (place / "objectives.yaml").write_text(yaml.safe_dump_all(was_there))
    return files_of_service(place)


def now(stage: str, place: Path) -> dict[str, dict[str, Any]]:
    made = make_stage(stage, files=as_it_was(place))
    return {board.name: compact(board) for board in all_dashboards(deployment_of(made, plan_of(made)))}


@pytest.mark.parametrize("stage", ["development", "staging", "production", "local"])
def test_every_panel_is_what_it_was_in_every_stage(stage: str, tmp_path: Path) -> None:
    boards = now(stage, tmp_path)
    assert list(boards) == ["overview", *PAGES]
    for name in PAGES:
        for was, panel in zip(before(name, stage)["panels"], boards[name]["panels"], strict=True):
            assert panel == was
        assert boards[name]["title"] == before(name, stage)["title"]


def test_the_overview_is_what_it_was_and_says_which_needs_which(tmp_path: Path) -> None:
    was, overview = before("overview", "production"), now("production", tmp_path)["overview"]
    assert overview["title"] == was["title"]
    assert overview["panels"][:-1] == was["panels"]
    assert overview["panels"][-1]["title"] == "Which needs which"
