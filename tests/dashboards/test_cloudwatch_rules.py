"""CloudWatch's own rules for the widgets of a body, over every dashboard and over panels of any kind.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html, and for numbers
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alarms.plan import plan_of
from dashboards.all_dashboards import all_dashboards
from dashboards.annotations import Annotation
from dashboards.cloudwatch_body import cloudwatch_body
from dashboards.grafana import grafana_json
from dashboards.model import (
    AlarmsPanel,
    Dashboard,
    GraphPanel,
    LogsPanel,
    PlacedPanel,
    Unit,
    in_rows,
    math,
    stat,
)
from dashboards.panel_data import read_panel
from dashboards.preview import preview_page
from dashboards.simulation import Simulation
from foundation.cloudwatch.expressions import ids_in
from foundation.cloudwatch.limits import LimitError
from foundation.cloudwatch.metrics import MathExpression, MetricStat, Query
from foundation.cloudwatch.names import Scope
from infra.dashboards import deployment_of
from infra.stage import make_stage
from tests.dashboards.made_panels import PANELS
from tests.dashboards.test_difference import came_of
from tests.foundation.cloudwatch.factories import METRIC, START_AT, TOTAL, FakeSource, drawn, minute

STAGE = make_stage("production")
BOARDS = all_dashboards(deployment_of(STAGE, plan_of(STAGE)))
_MARKS = (
    Annotation(label="release", at=START_AT),
    Annotation(label="outage", at=START_AT, until_at=minute(5)),
    Annotation(label="still", at=START_AT, is_going_on=True),
)


def broken(body: dict[str, Any]) -> Iterator[str]:
    """Every rule that a body breaks."""
    widgets = body["widgets"]
    if len(widgets) > 500:
        yield "at most 500 widgets"
    if sum(len(each["properties"].get("metrics", [])) for each in widgets) > 2_500:
        yield "at most 2,500 metrics a dashboard"
    for number, each in enumerate(widgets):
        yield from (f"widget {number}: {problem}" for problem in broken_widget(each))


def broken_widget(widget: dict[str, Any]) -> Iterator[str]:
    place = [widget[key] for key in ("x", "y", "width", "height")]
    if not (0 <= place[0] <= 23 and place[1] >= 0 and 1 <= place[2] <= 24 and 1 <= place[3] <= 1_000):
        yield f"placed at {place}"
    if place[0] + place[2] > 24:
        yield "beyond the 24 columns"
    properties = widget["properties"]
    match widget["type"]:
        case "metric":
            yield from broken_metric(properties)
        case "alarm":
            arns = properties["alarms"]
            if not 1 <= len(arns) <= 100:
                yield f"{len(arns)} alarms, 1 to 100"
            yield from (
                f"{arn} is no ARN of an alarm"
                for arn in arns
                if not re.fullmatch(r"arn:[a-z-]+:cloudwatch:[a-z0-9-]+:[0-9]{12}:alarm:.+", arn)
            )
        case "log":
            if not properties["region"] or not properties["query"].startswith("SOURCE '"):
                yield "a log widget has a Region, and names its groups first"
        case "text":
            if not isinstance(properties["markdown"], str):
                yield "a text is Markdown"
        case other:
            yield f"no widget is of type {other}"


def broken_metric(properties: dict[str, Any]) -> Iterator[str]:
    rows = properties["metrics"]
    rendering = [row[-1] for row in rows]
    ids = [each["id"] for each in rendering]
    if not 1 <= len(rows) <= 500:
        yield "1 to 500 metrics a widget"
    if not properties["region"] or properties["view"] not in (
        "timeSeries",
        "singleValue",
        "gauge",
        "bar",
        "pie",
        "table",
    ):
        yield "a Region and a view"
    if len(set(ids)) < len(ids) or not all(re.fullmatch(r"[a-z][A-Za-z0-9_]{0,254}", id_) for id_ in ids):
        yield f"ids: {ids}"
    if not any(each.get("visible", True) for each in rendering):
        yield "nothing is shown"
    for each in rendering:
        if unknown := ids_in(each.get("expression", "")) - set(ids):
            yield f"{each['id']} names {unknown}"
        if "${" in each.get("label", ""):
            yield f"the label {each['label']!r} is filled in"
    periods = [properties["period"], *(each["period"] for each in rendering if "period" in each)]
    if not all(period in (1, 5, 10, 20, 30) or period % 60 == 0 for period in periods):
        yield f"periods: {periods}"
    annotations = properties.get("annotations", {})
    if not all(isinstance(each["value"], int | float) for each in annotations.get("horizontal", [])):
        yield "a horizontal annotation has a number"
    for each in annotations.get("vertical", []):
        pair = each if isinstance(each, list) else [each]
        moments = [datetime.fromisoformat(line["value"]) for line in pair]
        if (
            moments != sorted(moments)
            or any(at.tzinfo is None for at in moments)
            or pair[0].get("fill") not in (None, "after", "before")
        ):
            yield f"vertical annotation {each}"


@pytest.mark.parametrize("board", BOARDS, ids=[board.name for board in BOARDS])
def test_a_dashboard_breaks_no_rule_of_cloudwatchs(board: Dashboard) -> None:
    assert list(broken(came_of(cloudwatch_body(board, annotations=_MARKS)))) == []


@settings(max_examples=40)
@given(panels=st.lists(PANELS, min_size=1, max_size=4))
def test_no_panel_breaks_a_rule_of_cloudwatchs(panels: list[Any]) -> None:
    placed = tuple(PlacedPanel(panel=panel, x=0, y=6 * row, width=24, height=6) for row, panel in enumerate(panels))
    assert list(broken(came_of(cloudwatch_body(Dashboard(name="d", title="d", panels=placed))))) == []


def graph(*queries: Query, title: str = "A") -> GraphPanel:
    return GraphPanel(title=title, queries=queries, unit=Unit.COUNT)


def expression(id_: str, text: str, **more: Any) -> Query:
    return Query(id=id_, source=MathExpression(expression=text, **more), label=None, return_data=True)


M = stat("m", METRIC, "Sum", "m")


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: AlarmsPanel(title="A", alarms=tuple(f"a{n}" for n in range(101))), "101 alarms, 1 to 100"),
        (lambda: AlarmsPanel(title="A", alarms=()), "0 alarms, 1 to 100"),
        (lambda: LogsPanel(title="A", log_groups=tuple(f"/g{n}" for n in range(51)), query="fields"), "51 log groups, 1 to 50"),
        (lambda: LogsPanel(title="A", log_groups=(), query="fields @message"), "0 log groups, 1 to 50"),
        (lambda: LogsPanel(title="A", log_groups=("/a",), query=""), "a query of 0 characters"),
        (lambda: graph(M, math("e", "m + n", "e")), "e names n, and no query of it has that id"),
        (lambda: graph(M, math("e", "IF(m > 1e3, total)", "e")), "e names total"),
        (lambda: graph(M, math("e", "e * 2", "e")), "e names itself"),
        (lambda: graph(M, math("e", "f * 2", "e"), math("f", "e + m", "f")), "e names itself, by way of others or not"),
        (lambda: graph(replace(M, source=MetricStat(metric=METRIC, period_seconds=60, statistic="Sum", unit="Count"))),
         "a graph shows samples of every unit"),
        (lambda: PlacedPanel(panel=graph(M), x=20, y=0, width=6, height=6), "6 columns from column 20 on, of 24"),
        (lambda: PlacedPanel(panel=graph(M), x=0, y=0, width=0, height=6), "0 columns"),
        (lambda: PlacedPanel(panel=graph(M), x=0, y=0, width=6, height=1_001), "1001 rows"),
        (lambda: in_rows((6, [graph(M)] * 25)), "0 columns"),
    ],
)  # fmt: skip
def test_what_cloudwatch_would_refuse_is_refused_where_it_is_made(make: Any, said: str) -> None:
    with pytest.raises(LimitError, match=re.escape(said)):
        make()


def test_the_limits_themselves_are_taken() -> None:
    assert len(AlarmsPanel(title="A", alarms=tuple(f"a{n}" for n in range(100))).alarms) == 100
    assert len(LogsPanel(title="A", log_groups=tuple(f"/g{n}" for n in range(50)), query="x" * 10_000).log_groups) == 50
    assert PlacedPanel(panel=graph(M), x=23, y=0, width=1, height=1_000).x == 23
    assert len(in_rows((6, [graph(M)] * 24))) == 24


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("100 * FILL(faults, 0) / requests", {"faults", "requests"}),
        ("SEARCH('{AWS/Lambda,FunctionName} MetricName=\"errors\" m', 'Sum', 60)", set()),
        ('SUM(METRICS("errors"))', set()),
        ("m1 / PERIOD(m1) + 1e3 - .5e2", {"m1"}),
        ("SELECT AVG(CPUUtilization) FROM SCHEMA(\"AWS/EC2\", InstanceId) WHERE tag = 'x' GROUP BY InstanceId", set()),
        ("select max(a) from b", set()),
        ("IF(e1 > e2 AND NOT_x, REPEAT)", {"e1", "e2"}),
        ("LAMBDA('name', m_2)", {"m_2"}),
    ],
)
def test_the_ids_of_an_expression_are_those_that_math_would_look_up(text: str, ids: set[str]) -> None:
    assert ids_in(text) == ids


def test_the_account_of_a_query_and_the_period_of_math_are_written_in_both() -> None:
    panel = graph(replace(M, account_id="210987654321"), expression("e", "m * 2", period_seconds=300))
    board = Dashboard(name="d", title="d", panels=in_rows((6, [panel])))
    rows = came_of(cloudwatch_body(board))["widgets"][0]["properties"]["metrics"]
    assert rows[0][-1]["accountId"] == "210987654321"
    assert rows[1][-1] == {"expression": "m * 2", "id": "e", "period": 300}
    scope = Scope(service="t-developer", stage="production")
    first, second = grafana_json(board, scope=scope, variables={"region": "x"}, alarm_statistics=())["panels"][0][
        "targets"
    ]
    assert first["accountId"] == "210987654321"
    assert "accountId" not in second
    assert second["period"] == "300"


def a_page(*panels: Any) -> str:
    board = Dashboard(name="d", title="d", panels=in_rows((6, list(panels))))
    return preview_page([board], Simulation(), label="a test", start_at=START_AT, end_at=minute(60))


SEARCH = expression("s", "SEARCH('{AWS/Lambda,FunctionName} MetricName=\"Errors\"', 'Sum', 60)")


def test_a_panel_that_searches_says_in_the_preview_that_only_cloudwatch_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashboards.preview._vega_embed", lambda: "")
    page = a_page(graph(SEARCH))
    assert "No data: it names no metric: what its expressions find, only CloudWatch knows." in page
    page = a_page(graph(SEARCH), graph(M, title="B"))
    assert '<div class="chart" id="d-1"' in page


def test_a_search_beside_metrics_is_no_data_with_the_reason() -> None:
    source = FakeSource({(METRIC, "Sum"): drawn("1 2")})
    data = read_panel(graph(M, SEARCH), source, start_at=START_AT, end_at=minute(2))
    assert data.lines == ()
    assert "finds metrics in an account" in str(data.no_data)


def test_another_accounts_metric_is_not_drawn_with_this_ones_numbers() -> None:
    source = FakeSource({(METRIC, "Sum"): drawn("1 2"), (TOTAL, "Sum"): drawn("1 2")})
    mixed = graph(replace(M, account_id="210987654321"), stat("t", TOTAL, "Sum", "t"))
    data = read_panel(mixed, source, start_at=START_AT, end_at=minute(2))
    assert data.lines == ()
    assert data.no_data == "it reads the account 210987654321, and no source here is asked about another account"
