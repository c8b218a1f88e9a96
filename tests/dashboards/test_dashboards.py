"""The dashboards: known metrics only, the same queries on CloudWatch and on Grafana, nothing lost, nothing overlapping."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.cog.plugins import register_default_plugins
from grafana_foundation_sdk.models import dashboard as grafana_models

from alarms.plan import plan_of
from dashboards.all_dashboards import all_dashboards
from dashboards.cloudwatch_body import cloudwatch_body
from dashboards.difference import differences
from dashboards.grafana import data_source, grafana_json, provisioning
from dashboards.model import Dashboard, GraphPanel, PlacedPanel, Threshold, in_rows, math, stat
from dashboards.preview import preview_page
from dashboards.simulation import Simulation
from foundation.cloudwatch.dashboard_metrics import read_rows
from foundation.cloudwatch.known_metrics import problem_of
from foundation.cloudwatch.limits import LimitError
from foundation.cloudwatch.metrics import MathExpression, Metric, MetricStat
from foundation.service.panels import Unit
from infra.dashboards import deployment_of
from infra.service import T_DEVELOPER, service_of
from infra.stage import make_stage
from tdeveloper.metrics import EMITTED

OWN = service_of(T_DEVELOPER, stage="production").emitted
STAGE = make_stage("production")
DEPLOYMENT = deployment_of(STAGE, plan_of(STAGE))
BOARDS = all_dashboards(DEPLOYMENT)
by_board = pytest.mark.parametrize("board", BOARDS, ids=[board.name for board in BOARDS])


def grafana(board: Dashboard) -> dict[str, Any]:
    statistics = DEPLOYMENT.alarm_statistics
    return grafana_json(board, scope=DEPLOYMENT.scope, variables={"region": "us-east-1"}, alarm_statistics=statistics)


@by_board
def test_every_metric_is_in_the_catalogue_with_its_dimensions(board: Dashboard) -> None:
    assert [problem for panel in board.graphs for metric in panel.metrics if (problem := problem_of(metric, OWN))] == []


def test_every_metric_that_the_platform_emits_is_on_a_panel() -> None:
    shown = {metric.name for board in BOARDS for panel in board.graphs for metric in panel.metrics}
    assert {emitted.name for emitted in EMITTED} <= shown


Shown = tuple[str, bool, str, tuple[tuple[str, str], ...], str, int | None]


def of_cloudwatch(body: dict[str, Any]) -> Iterator[list[Shown]]:
    for widget in body["widgets"]:
        if widget["type"] != "metric":
            continue
        yield [
            (row.id or "", row.visible is not False, row.source, (), "", None)
            if isinstance(row.source, str)
            else (
                row.id or "",
                row.visible is not False,
                f"{row.source.namespace} {row.source.name}",
                tuple(sorted(row.source.dimensions)),
                row.statistic or "",
                row.period_seconds,
            )
            for row in read_rows(widget["properties"]["metrics"])
        ]


def of_grafana(dashboard: dict[str, Any]) -> Iterator[list[Shown]]:
    for panel in dashboard["panels"]:
        if panel["type"] != "timeseries":
            continue
        yield [
            (target["id"], not target["hide"], target["expression"], (), "", None)
            if target["metricEditorMode"] == 1
            else (
                target["id"],
                not target["hide"],
                f"{target['namespace']} {target['metricName']}",
                tuple(sorted((name, value) for name, (value,) in target["dimensions"].items())),
                target["statistic"],
                int(target["period"]),
            )
            for target in panel["targets"]
        ]


@by_board
def test_cloudwatch_and_grafana_ask_for_the_same(board: Dashboard) -> None:
    cloudwatch, other = list(of_cloudwatch(cloudwatch_body(board))), list(of_grafana(grafana(board)))
    assert cloudwatch == other
    assert len(cloudwatch) == len(board.graphs)


@by_board
def test_no_percentile_becomes_an_average(board: Dashboard) -> None:
    statistics = [
        query.source.statistic
        for panel in board.graphs
        for query in panel.queries
        if isinstance(query.source, MetricStat)
    ]
    asked = [row[4] for panel in of_grafana(grafana(board)) for row in panel if row[4]]
    assert asked == statistics


@by_board
def test_grafanas_own_models_read_it_without_loss(board: Dashboard) -> None:
    register_default_plugins()
    written = grafana(board)
    assert written["schemaVersion"] == 42
    read = grafana_models.Dashboard.from_json(written)
    assert lost(written, json.loads(JSONEncoder().encode(read))) == []


def lost(written: Any, read: Any, path: str = "") -> list[str]:
    match written, read:
        case dict(), dict():
            return [
                each
                for key, value in written.items()
                for each in (lost(value, read[key], f"{path}.{key}") if key in read else [f"{path}.{key}"])
            ]
        case list(), list() if len(written) == len(read):
            return [
                each for index, value in enumerate(written) for each in lost(value, read[index], f"{path}[{index}]")
            ]
        case _:
            return [] if written == read else [f"{path}: {written!r} is {read!r}"]


@by_board
def test_panels_do_not_overlap_and_their_ids_are_unique(board: Dashboard) -> None:
    panels = grafana(board)["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    for places in (
        [(placed.x, placed.y, placed.width, placed.height) for placed in board.panels],
        [
            (panel["gridPos"]["x"], panel["gridPos"]["y"], panel["gridPos"]["w"], panel["gridPos"]["h"])
            for panel in panels
        ],
    ):
        cells = [
            (column, row)
            for x, y, width, height in places
            for column in range(x, x + width)
            for row in range(y, y + height)
        ]
        assert len(set(cells)) == len(cells)
        assert max(x + width for x, _, width, _ in places) <= 24


@by_board
def test_the_body_stays_within_the_grid(board: Dashboard) -> None:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html"""
    for widget in cloudwatch_body(board)["widgets"]:
        assert widget["type"] in ("metric", "text", "log", "alarm")
        assert 0 <= widget["x"] <= 23
        assert 1 <= widget["width"] <= 24
        assert 1 <= widget["height"] <= 1000


def test_the_threshold_line_follows_the_objectives_file(tmp_path: Path) -> None:
    """Change 1,000 ms to 800 ms there, and the line moves in both, and in the preview."""
    file = tmp_path / "objectives.yaml"
    file.write_text(
        T_DEVELOPER.objectives.read_text().replace(
            "value: 1000\n      targetPercent: 99\n", "value: 800\n      targetPercent: 99\n", 1
        )
    )
    stage = make_stage("production", files=replace(T_DEVELOPER, objectives=file))
    changed = all_dashboards(deployment_of(stage, plan_of(stage)))[1]
    (widget,) = [each for each in cloudwatch_body(changed)["widgets"] if each["properties"].get("title") == "Latency"]
    assert widget["properties"]["annotations"]["horizontal"] == [{"value": 800.0, "label": "api-latency: 800 ms"}]
    (panel,) = [each for each in grafana(changed)["panels"] if each.get("title") == "Latency"]
    assert [step["value"] for step in panel["fieldConfig"]["defaults"]["thresholds"]["steps"]] == [None, 800.0]
    assert panel["fieldConfig"]["defaults"]["custom"]["thresholdsStyle"]["mode"] == "line"
    now = datetime(2026, 3, 2, 12, tzinfo=UTC)
    page = preview_page([changed], Simulation(), label="simulation", start_at=now - timedelta(hours=1), end_at=now)
    assert '{"value": 800.0, "label": "api-latency: 800 ms"}' in page
    assert "api-latency: 1,000 ms" not in page


METRIC = Metric(namespace="N", name="M")


def graph(title: str = "A", statistic: str = "Sum", count: int = 1) -> GraphPanel:
    return GraphPanel(
        title=title, queries=tuple(stat(f"m{n}", METRIC, statistic, "m") for n in range(count)), unit=Unit.COUNT
    )


def board(*rows: tuple[int, list[GraphPanel]]) -> Dashboard:
    return Dashboard(name="d", title="d", panels=in_rows(*rows))


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: graph(count=501), "501 metrics and expressions, 1 to 500"),
        (lambda: GraphPanel(title="A", queries=(), unit=Unit.COUNT), "0 metrics and expressions"),
        (lambda: GraphPanel(title="A", queries=graph().queries * 2, unit=Unit.COUNT), "ids are unique"),
        (lambda: GraphPanel(title="A", queries=(replace(graph().queries[0], return_data=False),), unit=Unit.COUNT), "nothing"),
        (lambda: board(*[(1, [graph()])] * 501), "501 widgets, at most 500"),
        (lambda: board(*[(1, [graph(count=500)])] * 6), "3,000 metrics, at most"),
    ],
)  # fmt: skip
def test_a_limit_is_refused_with_its_source(make: Any, said: str) -> None:
    with pytest.raises(LimitError, match=said) as raised:
        make()
    assert "https://docs.aws.amazon.com/" in str(raised.value)


def body_of(*placed: PlacedPanel) -> dict[str, Any]:
    return cloudwatch_body(Dashboard(name="d", title="d", panels=placed))


def test_a_moved_panel_is_moved_and_not_changed() -> None:
    before, after = (PlacedPanel(panel=graph(), x=x, y=0, width=6, height=6) for x in (0, 6))
    assert differences(body_of(before), body_of(after)) == ("moved: A",)
    assert differences(body_of(before), body_of(before)) == ()


def test_a_changed_query_a_new_panel_and_a_missing_one_are_told() -> None:
    place = {"x": 0, "y": 0, "width": 6, "height": 6}
    before = body_of(PlacedPanel(panel=graph(), **place), PlacedPanel(panel=graph("gone"), **place))
    after = body_of(PlacedPanel(panel=graph(statistic="p99"), **place), PlacedPanel(panel=graph("new"), **place))
    assert differences(before, after) == (
        "only deployed: gone",
        "only in the code: new",
        'changed: A: metrics.m0.statistic: "p99" in the code, "Sum" deployed',
    )


@pytest.mark.parametrize(
    ("over", "start", "time_from"), [(timedelta(days=28), "-P28D", "28d"), (timedelta(hours=36), "-PT2160M", "2160m")]
)
def test_a_panel_shows_its_own_time_whether_or_not_that_is_whole_days(
    over: timedelta, start: str, time_from: str
) -> None:
    panel = GraphPanel(title="A", queries=(stat("m", METRIC, "Sum", "m"),), unit=Unit.PERCENT, over=over)
    placed = PlacedPanel(panel=panel, x=0, y=0, width=24, height=6)
    assert body_of(placed)["widgets"][0]["properties"]["start"] == start
    panels = grafana(Dashboard(name="d", title="d", panels=(placed,)))["panels"]
    assert [each["timeFrom"] for each in panels] == [time_from]


def test_abbreviated_rows_are_the_same_metrics() -> None:
    coded = body_of(
        PlacedPanel(
            panel=GraphPanel(
                title="A", queries=(stat("a", METRIC, "Sum", "a"), stat("b", METRIC, "Sum", "b")), unit=Unit.COUNT
            ),
            x=0,
            y=0,
            width=6,
            height=6,
        )
    )
    deployed = json.loads(json.dumps(coded))
    deployed["widgets"][0]["properties"]["metrics"][1][:2] = [".", "."]
    assert differences(deployed, coded) == ()


def test_a_line_and_an_expression_are_written_as_cloudwatch_wants_them() -> None:
    panel = GraphPanel(
        title="A",
        queries=(stat("m", METRIC, "Sum", "m", shown=False), math("e", "m * 2", "twice")),
        unit=Unit.PERCENT,
        thresholds=(Threshold(value=1.0, label="line"),),
        over=timedelta(days=28),
    )
    properties = body_of(PlacedPanel(panel=panel, x=0, y=0, width=24, height=6))["widgets"][0]["properties"]
    assert properties["metrics"] == [
        ["N", "M", {"id": "m", "label": "m", "period": 60, "stat": "Sum", "visible": False}],
        [{"expression": "m * 2", "id": "e", "label": "twice"}],
    ]
    assert properties["start"] == "-P28D"
    assert isinstance(panel.queries[1].source, MathExpression)


def test_the_log_panel_names_the_functions_log_groups_in_both() -> None:
    body = cloudwatch_body(BOARDS[1])
    (widget,) = [each for each in body["widgets"] if each["type"] == "log"]
    assert "SOURCE '/aws/lambda/t-developer-production-api' | SOURCE" in widget["properties"]["query"]
    (panel,) = [each for each in grafana(BOARDS[1])["panels"] if each["type"] == "logs"]
    rules = make_stage("production").alarm_rules
    assert rules is not None
    functions = [each.name for each in rules.resources if each.type == "AWS::Lambda::Function"]
    assert panel["targets"][0]["logGroupNames"] == [f"/aws/lambda/{name}" for name in functions]
    assert [group["name"] for group in panel["targets"][0]["logGroups"]] == panel["targets"][0]["logGroupNames"]


def test_grafana_finds_the_dashboards_and_the_local_platform() -> None:
    (provider,) = provisioning("/d", name="shop", folder="The shop")["providers"]
    assert (provider["options"]["path"], provider["name"], provider["folder"]) == ("/d", "shop", "The shop")
    local = data_source(region="us-east-1", endpoint="http://127.0.0.1:4566")["datasources"][0]
    assert local["jsonData"] == {"authType": "keys", "defaultRegion": "us-east-1", "endpoint": "http://127.0.0.1:4566"}
    assert "secureJsonData" not in data_source(region="us-east-1", endpoint=None)["datasources"][0]
