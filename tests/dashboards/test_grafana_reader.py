"""What Grafana's own code asks of a dashboard before it reads it: valid for the schema is not enough.

Each condition is that of Grafana's front end or back end, whose file stands beside it, in the version of `local_grafana.compose`
and its development branch alike.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alarms.plan import plan_of
from dashboards.all_dashboards import all_dashboards
from dashboards.grafana import grafana_json
from dashboards.grafana_variables import grafana_variables
from dashboards.model import Dashboard, PlacedPanel
from foundation.cloudwatch.alarm_writing import to_request
from foundation.cloudwatch.alarms import MetricAlarm
from foundation.cloudwatch.names import Scope
from infra.dashboards import deployment_of
from infra.stage import make_stage
from tests.dashboards.made_panels import PANELS

STAGE = make_stage("production")
PLAN = plan_of(STAGE)
DEPLOYMENT = deployment_of(STAGE, PLAN)
BOARDS = all_dashboards(DEPLOYMENT)
SCOPE = Scope(service="t-developer", stage="production")
SOURCE = "https://github.com/grafana/grafana/blob/main"
PLUGIN = f"{SOURCE}/public/app/plugins/datasource/cloudwatch"
VARIABLES = {"region": "us-east-1", **dict.fromkeys(grafana_variables(BOARDS), "x")}


def written(board: Dashboard) -> dict[str, Any]:
    return grafana_json(board, scope=SCOPE, variables=VARIABLES, alarm_statistics=DEPLOYMENT.alarm_statistics)


def targets(dashboard: dict[str, Any]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    for panel in dashboard["panels"]:
        for target in panel.get("targets", []):
            yield panel, target


def skipped(dashboard: dict[str, Any]) -> Iterator[str]:
    """Every part that Grafana would not read, with the file of Grafana's that says so."""
    for panel, target in targets(dashboard):
        where = f"{panel['title']}, {target['refId']}"
        match target["queryMode"]:
            case "Metrics":
                yield from (f"{where}: {problem}" for problem in skipped_metric(target))
            case "Logs":
                if not target["expression"] or not (target["logGroupNames"] or target["logGroups"]):
                    yield f"{where}: filterQuery, {PLUGIN}/query-runner/CloudWatchLogsQueryRunner.ts"
            case other:
                yield f"{where}: no query mode {other}, {PLUGIN}/guards.ts"
        # What is hidden is asked for only where math can name it.
        if target.get("hide") and (target["queryMode"] != "Metrics" or not target["id"]):
            yield f"{where}: filterQuery, {PLUGIN}/datasource.ts"
    for panel in dashboard["panels"]:
        refs = [target["refId"] for target in panel.get("targets", [])]
        if len(set(refs)) < len(refs):
            yield f"{panel['title']}: refIds are keys, {SOURCE}/pkg/services/query/query.go"
        steps = [
            step["value"]
            for step in panel.get("fieldConfig", {}).get("defaults", {}).get("thresholds", {}).get("steps", [])
        ]
        if steps and (steps[0] is not None or steps[1:] != sorted(set(steps[1:]))):
            yield f"{panel['title']}: {steps}, {SOURCE}/packages/grafana-data/src/field/thresholds.ts"
        if (length := panel.get("timeFrom")) is not None and not re.fullmatch(r"\d+[smhdwMy]", length):
            yield f"{panel['title']}: {length}, {SOURCE}/packages/grafana-data/src/datetime/datemath.ts"
        if panel["type"] == "text" and not (panel["options"]["content"] and panel["options"]["mode"] == "markdown"):
            yield f"{panel['title']}: {SOURCE}/public/app/plugins/panel/text/TextPanel.tsx"
    for each in dashboard["annotations"]["list"]:
        yield from (f"annotation {each['name']}: {problem}" for problem in skipped_annotation(each))
    names = [each["name"] for each in dashboard["annotations"]["list"]]
    if len(set(names)) < len(names):
        yield f"annotations {names}: names are keys, {SOURCE}/public/app/features/dashboard-scene/scene/DashboardDataLayerSet.tsx"
    defined = [each["name"] for each in dashboard["templating"]["list"]]
    for used in sorted(variables_in({**dashboard, "templating": None}) - set(defined)):
        yield f"${used}: no such variable, {SOURCE}/public/app/features/templating/template_srv.ts"


def skipped_metric(target: dict[str, Any]) -> Iterator[str]:
    """filterMetricsQuery, and what makes a search of a metric that is named whole."""
    filtered = f"filterMetricsQuery, {PLUGIN}/utils/utils.ts"
    if not target["region"]:
        yield filtered
    match target["metricQueryType"], target["metricEditorMode"]:
        case 0, 0:
            if not (target["namespace"] and target["metricName"] and target["statistic"]):
                yield filtered
        case 0, 1:
            if not target["expression"]:
                yield filtered
        case _:
            yield filtered
    # isInferredSearchExpression: several values of a dimension, a star, or no exact match
    for values in target["dimensions"].values():
        if len(values) != 1 or "*" in values or not target["matchExact"]:
            yield f"becomes a search, {SOURCE}/pkg/tsdb/cloudwatch/models/cloudwatch_query.go"
    if not re.fullmatch(r"[a-z][a-zA-Z0-9_]*", target["id"]):
        yield f"validMetricDataID, {SOURCE}/pkg/tsdb/cloudwatch/models/cloudwatch_query.go"
    if not re.fullmatch(r"[1-9][0-9]*", target["period"]):
        yield f"parsePeriod, {SOURCE}/pkg/tsdb/cloudwatch/models/cloudwatch_query.go"


def skipped_annotation(each: dict[str, Any]) -> Iterator[str]:
    target = each["target"]
    if each["datasource"]["type"] == "grafana":
        if target["type"] != "tags" or not target["tags"]:
            yield f"{SOURCE}/public/app/plugins/datasource/grafana/datasource.ts"
        return
    is_prefix = bool(target["prefixMatching"] and target.get("actionPrefix") and target.get("alarmNamePrefix"))
    is_metric = not target["prefixMatching"] and bool(
        target.get("namespace") and target.get("metricName") and target.get("statistic")
    )
    if target["queryMode"] != "Annotations" or not (is_prefix or is_metric):
        yield f"prepareQuery, {PLUGIN}/annotationSupport.ts"
    if not each["enable"]:
        yield "it is off"


def variables_in(value: Any) -> set[str]:
    match value:
        case str():
            return {one or other for one, other in re.findall(r"\$(?:\{(\w+)\}|([A-Za-z]\w*))", value)}
        case dict():
            return set[str]().union(*map(variables_in, value.values()))
        case list():
            return set[str]().union(*map(variables_in, value))
        case _:
            return set()


@pytest.mark.parametrize("board", BOARDS, ids=[board.name for board in BOARDS])
def test_grafana_skips_nothing_of_a_dashboard(board: Dashboard) -> None:
    assert list(skipped(written(board))) == []


def marked(dashboard: dict[str, Any], requests: Sequence[dict[str, Any]]) -> set[str]:
    """Which alarms Grafana marks, by what its back end does with DescribeAlarms: composites are not asked for.

    filterAlarms: https://github.com/grafana/grafana/blob/main/pkg/tsdb/cloudwatch/annotation_query.go
    """
    found: set[str] = set()
    for each in dashboard["annotations"]["list"]:
        target = each["target"]
        if each["datasource"]["type"] != "cloudwatch" or list(skipped_annotation(each)):
            continue
        found |= {
            request["AlarmName"]
            for request in requests
            if "AlarmRule" not in request
            and request["AlarmName"].startswith(target["alarmNamePrefix"])
            and any(action.startswith(target["actionPrefix"]) for action in request.get("AlarmActions", []))
            and request.get("Statistic", "") == target["statistic"]
            and target["namespace"] in ("", request.get("Namespace"))
        }
    return found


def test_every_metric_alarm_that_notifies_somebody_is_marked_and_no_other() -> None:
    requests = [to_request(planned.alarm) for planned in PLAN]
    notifying = {
        planned.name for planned in PLAN.notifying if planned.region is None and isinstance(planned.alarm, MetricAlarm)
    }
    for board in BOARDS:
        here = [
            each
            for each in requests
            if each["AlarmName"] in {planned.name for planned in PLAN if planned.region is None}
        ]
        assert marked(written(board), here) == notifying
    assert notifying


def test_which_alarms_grafana_cannot_mark_is_said_where_they_are_listed() -> None:
    texts = [
        each["options"]["content"]
        for each in written(BOARDS[0])["panels"]
        if (each.get("title") or "").startswith("Alarms")
    ]
    composites = {
        planned.name
        for planned in PLAN.notifying
        if planned.region is None and not isinstance(planned.alarm, MetricAlarm)
    }
    not_marked = [line for text in texts for line in text.split("Composite alarms, whose changes")[1:][:1]]
    assert composites
    assert {name for text in not_marked for name in re.findall(r"`(.+?)`", text)} == composites
    listed = [name for text in texts for name in re.findall(r"`(.+?)`", text)]
    assert sorted(listed) == sorted(DEPLOYMENT.alarms)


@settings(max_examples=40)
@given(panels=st.lists(PANELS, min_size=1, max_size=4))
def test_grafana_skips_nothing_of_any_panel(panels: list[Any]) -> None:
    placed = tuple(PlacedPanel(panel=panel, x=0, y=6 * row, width=24, height=6) for row, panel in enumerate(panels))
    board = Dashboard(name="d", title="d", panels=placed)
    # The query of a log panel is Logs Insights' own language, whose texts are the owner's.
    found = [each for each in skipped(written(board)) if "no such variable" not in each]
    assert found == []
