"""The pages that were code until they became data are what they were, panel by panel; a difference stands in the CHANGELOG.

`before/` holds the dashboards of production as they were written when each panel was Python.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from alarms.plan import plan_of
from dashboards.all_dashboards import all_dashboards
from infra.dashboards import deployment_of
from infra.stage import make_stage
from tests.dashboards.compact import compact

BEFORE = Path(__file__).with_name("before")
# The overview's alarms are in another order in other stages, so it is compared in the one that was written down.
PAGES = ("api", "gates", "agents", "data", "loadtest")


def before(name: str, stage: str) -> dict[str, Any]:
    return json.loads((BEFORE / f"{name}.json").read_text().replace("production", stage))


def now(stage: str) -> dict[str, dict[str, Any]]:
    made = make_stage(stage)
    return {board.name: compact(board) for board in all_dashboards(deployment_of(made, plan_of(made)))}


@pytest.mark.parametrize("stage", ["development", "staging", "production", "local"])
def test_every_panel_is_what_it_was_in_every_stage(stage: str) -> None:
    boards = now(stage)
    assert list(boards) == ["overview", *PAGES]
    for name in PAGES:
        for was, panel in zip(before(name, stage)["panels"], boards[name]["panels"], strict=True):
            assert panel == was
        assert boards[name]["title"] == before(name, stage)["title"]


def test_the_overview_is_what_it_was_and_says_which_needs_which() -> None:
    was, overview = before("overview", "production"), now("production")["overview"]
    assert overview["title"] == was["title"]
    assert overview["panels"][:-1] == was["panels"]
    assert overview["panels"][-1]["title"] == "Which needs which"
