"""What Grafana keeps of a dashboard is the same to `diff`, and a hand-made change of it is seen.

What came of it is made by Grafana's own models (grafana_foundation_sdk), which write it again with all their defaults.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.cog.plugins import register_default_plugins
from grafana_foundation_sdk.models import dashboard as grafana_models
from hypothesis import given, settings
from hypothesis import strategies as st

from alarms.plan import plan_of
from dashboards.all_dashboards import all_dashboards
from dashboards.grafana import grafana_json
from dashboards.grafana_difference import grafana_differences
from dashboards.grafana_variables import grafana_variables
from foundation.cloudwatch.names import Scope
from infra.dashboards import deployment_of
from infra.stage import make_stage
from tests.sre.cli import command_line

STAGE = make_stage("production")
DEPLOYMENT = deployment_of(STAGE, plan_of(STAGE))
BOARDS = all_dashboards(DEPLOYMENT)
SCOPE = Scope(service="t-developer", stage="production")
CODED = {
    board.name: grafana_json(
        board, scope=SCOPE, variables={"region": "us-east-1", **dict.fromkeys(grafana_variables(BOARDS), "")},
        alarm_statistics=DEPLOYMENT.alarm_statistics,
    )
    for board in BOARDS
}  # fmt: skip


def kept(written: dict[str, Any]) -> Any:
    """What Grafana's models make of a dashboard, and what its server adds: an id, a version, its own annotations."""
    register_default_plugins()
    read = json.loads(JSONEncoder().encode(grafana_models.Dashboard.from_json(json.loads(json.dumps(written)))))
    read |= {"id": 7, "version": 3}
    built_in = {"builtIn": 1, "name": "Annotations & Alerts", "enable": True, "hide": True, "type": "dashboard"}
    read["annotations"]["list"].insert(0, built_in)
    for panel in read["panels"]:
        panel["pluginVersion"] = "12.2.0"
    return read


KEPT = {name: kept(written) for name, written in CODED.items()}


def there(name: str) -> Any:
    return json.loads(json.dumps(KEPT[name]))


@pytest.mark.parametrize("name", CODED)
def test_what_grafana_keeps_is_as_the_code_has_it(name: str) -> None:
    assert grafana_differences(there(name), CODED[name]) == ()


def test_a_variable_that_somebody_filled_in_is_no_difference() -> None:
    found = there("api")
    for each in found["templating"]["list"]:
        each["current"] = {"text": "chosen", "value": "chosen"}
        if each["type"] == "textbox":
            each["query"] = "chosen"
    assert grafana_differences(found, CODED["api"]) == ()


def panel(dashboard: Any, title: str) -> Any:
    (found,) = [each for each in dashboard["panels"] if each["title"] == title]
    return found


def with_p50(dashboard: Any) -> None:
    panel(dashboard, "Latency")["targets"][2]["statistic"] = "p50"


def with_second(dashboard: Any) -> None:
    dashboard["panels"].append(json.loads(json.dumps(panel(dashboard, "Latency"))))


def with_other_query(dashboard: Any) -> None:
    panel(dashboard, "Latency")["targets"].pop()


def moved(dashboard: Any) -> None:
    panel(dashboard, "Latency")["gridPos"]["x"] += 1


def with_transformation(dashboard: Any) -> None:
    panel(dashboard, "Latency")["transformations"] = [{"id": "reduce", "options": {}}]


def unmarked(dashboard: Any) -> None:
    for each in dashboard["annotations"]["list"]:
        if each["datasource"]["type"] == "cloudwatch" if "datasource" in each else False:
            each["target"]["actionPrefix"] = ""


@pytest.mark.parametrize(
    ("change", "begins"),
    [
        (with_p50, 'changed: Latency: targets.C.statistic: "p99" in the code, "p50" deployed'),
        (with_second, "only deployed: Latency"),
        (with_other_query, "changed: Latency: targets.C: only in the code, "),
        (moved, "moved: Latency"),
        (with_transformation, "changed: Latency: transformations: only deployed, "),
        (unmarked, "the dashboard's annotations."),
        (lambda dashboard: dashboard.update(refresh="5s"), 'the dashboard\'s refresh: "1m" in the code, "5s" deployed'),
    ],
)
def test_a_hand_made_change_in_grafana_is_seen(change: Callable[[Any], None], begins: str) -> None:
    found = there("api")
    change(found)
    lines = grafana_differences(found, CODED["api"])
    assert lines
    assert all(line.startswith(begins) for line in lines), lines


TARGETS = [
    (name, number, row, key)
    for name, written in CODED.items()
    for number, each in enumerate(written["panels"])
    for row, target in enumerate(each.get("targets", []))
    for key in target
    if key not in ("refId", "datasource")
]


@settings(max_examples=60)
@given(leaf=st.sampled_from(TARGETS), value=st.sampled_from(["x", 7, True, ["x"]]))
def test_no_part_of_a_query_can_be_changed_unseen(leaf: tuple[str, int, int, str], value: Any) -> None:
    name, number, row, key = leaf
    coded, found = CODED[name]["panels"][number], json.loads(json.dumps(KEPT[name]["panels"][number]))
    was, found["targets"][row][key] = coded["targets"][row][key], value
    lines = grafana_differences({"panels": [found]}, {"panels": [coded]})
    assert bool(lines) is (json.dumps(was) != json.dumps(value))


def sre(*arguments: str) -> tuple[int, str, str]:
    done = command_line.sre("dashboards", *arguments)
    return done.returncode, done.stdout, done.stderr


def test_the_command_reads_what_the_api_answers_and_an_export_by_their_uids(tmp_path: Path) -> None:
    for number, (name, _) in enumerate(CODED.items()):
        found = {"meta": {"slug": name}, "dashboard": there(name)} if number % 2 else there(name)
        (tmp_path / f"{number}.json").write_text(json.dumps(found))
    (tmp_path / "other.json").write_text('{"uid": "somebody-elses", "panels": []}')
    assert sre("diff", "--grafana", str(tmp_path)) == (
        0, "The 6 dashboards of t-developer-production are as the code has them.\n", ""
    )  # fmt: skip
    (tmp_path / "1.json").unlink()
    assert sre("diff", "--grafana", str(tmp_path))[:2] == (1, "t-developer-production-api: it is not there\n")


def test_what_build_writes_is_what_diff_compares(tmp_path: Path) -> None:
    assert sre("build", "--region", "eu-west-1", "--out", str(tmp_path))[0] == 0
    assert sre("diff", "--grafana", str(tmp_path / "grafana" / "dashboards"))[0] == 0


@pytest.mark.parametrize(("text", "said"), [("[]", "must be a mapping"), ("{panels", "1.json:1")])
def test_a_file_that_is_no_dashboard_is_refused(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "1.json").write_text(text)
    code, _, err = sre("diff", "--grafana", str(tmp_path))
    assert code == 2
    assert said in err
