"""The offline preview: what a panel shows, what it says without data, and the page in a real browser."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import boto3
import numpy as np
import pytest
from moto import mock_aws

from alarms.plan import plan_of
from dashboards.all_dashboards import all_dashboards
from dashboards.annotations import Annotation
from dashboards.charts import chart
from dashboards.model import GraphPanel, Threshold, Unit, math, stat
from dashboards.panel_data import read_panel
from dashboards.preview import preview_page, write_pngs
from dashboards.simulation import Simulation
from foundation.cloudwatch.metrics import Metric
from foundation.errors import SourceError
from infra.dashboards import deployment_of
from infra.service import T_DEVELOPER
from infra.stage import make_stage
from tests.browser import MISSING, opened
from tests.foundation.cloudwatch.factories import METRIC, START_AT, TOTAL, FakeSource, drawn, minute
from tests.sre.cli import command_line

END_AT = datetime(2026, 3, 2, 12, tzinfo=UTC)
STAGE = make_stage("production")
DEPLOYMENT = deployment_of(STAGE, plan_of(STAGE))
PANEL = GraphPanel(
    title="Error rate",
    queries=(
        stat("bad", METRIC, "Sum", "bad", shown=False),
        stat("total", TOTAL, "Sum", "total", shown=False),
        math("rate", "100 * bad / total", "rate"),
    ),
    unit=Unit.PERCENT,
    thresholds=(Threshold(value=0.1, label="api-errors: 0.1 %"),),
)


def test_math_is_worked_out_here() -> None:
    source = FakeSource({(METRIC, "Sum"): drawn("1 0 - 2"), (TOTAL, "Sum"): drawn("4 4 - 8")})
    data = read_panel(PANEL, source, start_at=START_AT, end_at=minute(4))
    assert [line.label for line in data.lines] == ["rate"]
    np.testing.assert_array_equal(data.lines[0].values, drawn("25 0 - 25"))


def test_a_panel_without_data_says_why() -> None:
    source = FakeSource({(METRIC, "Sum"): drawn("- -"), (TOTAL, "Sum"): drawn("- -")})
    data = read_panel(PANEL, source, start_at=START_AT, end_at=minute(2))
    assert data.no_data == "none of its 2 metrics has a datapoint in this time"


def test_a_source_that_cannot_answer_is_no_data_with_its_words() -> None:
    class Refusing:
        def read(self, *_: object, **__: object) -> list[object]:
            raise SourceError("the local platform has no such statistic")

    data = read_panel(PANEL, Refusing(), start_at=START_AT, end_at=minute(2))  # type: ignore[arg-type]
    assert data.no_data == "the local platform has no such statistic"


def test_the_axis_has_its_unit_and_the_threshold_its_line() -> None:
    source = FakeSource({(METRIC, "Sum"): drawn("1 2"), (TOTAL, "Sum"): drawn("4 4")})
    spec = chart(PANEL, read_panel(PANEL, source, start_at=START_AT, end_at=minute(2)), width=600, height=200)
    lines, rule, text = spec["layer"]
    assert lines["encoding"]["y"]["title"] == "%"
    assert rule["data"]["values"] == [{"value": 0.1, "label": "api-errors: 0.1 %"}]
    assert text["encoding"]["text"]["field"] == "label"


def test_a_simulation_is_the_same_for_the_same_seed() -> None:
    wanted = [stat("m", Metric(namespace="AWS/ApiGateway", name="Count"), "Sum", "m").source]
    first, again, other = (
        Simulation(seed=seed).read(wanted, start_at=START_AT, end_at=minute(60))[0].answer.values  # type: ignore[arg-type]
        for seed in (1, 1, 2)
    )
    assert first.tolist() == again.tolist() != other.tolist()


def test_every_panel_with_data_is_a_png(tmp_path: Path) -> None:
    (board,) = [each for each in all_dashboards(DEPLOYMENT) if each.name == "data"]
    files = write_pngs([board], Simulation(), tmp_path, start_at=END_AT - timedelta(hours=2), end_at=END_AT)
    assert len(files) == 6
    assert all(file.read_bytes().startswith(b"\x89PNG") for file in files)


@pytest.mark.skipif(MISSING, reason="no chromium on this machine (Debian's package chromium)")
def test_a_browser_draws_every_panel_and_complains_of_nothing(tmp_path: Path) -> None:
    boards = [each for each in all_dashboards(DEPLOYMENT) if each.name in ("overview", "api")]
    page = preview_page(boards, Simulation(), label="simulation", start_at=END_AT - timedelta(hours=6), end_at=END_AT)
    (tmp_path / "index.html").write_text(page)
    graph_count = sum(len(board.graphs) for board in boards)
    dom, complaints = opened(tmp_path / "index.html", tmp_path / "profile")
    assert complaints == []
    assert f'data-drawn="{graph_count}"' in dom
    assert "data-failed" not in dom
    assert len(re.findall(r'<svg[^>]*class="marks"', dom)) == graph_count
    for text in ("api-latency: 1000 ms", "the pace that just keeps the objective", "UTC", "times the budget's pace"):
        assert text in dom, text


def sre(*arguments: str) -> tuple[int, str, str]:
    done = command_line.sre("dashboards", *arguments)
    return done.returncode, done.stdout, done.stderr


def test_what_is_built_is_what_diff_compares(tmp_path: Path) -> None:
    code, out, _ = sre("build", "--out", str(tmp_path))
    assert code == 0
    assert len(out.splitlines()) == 6 + 6 + 3
    bodies = tmp_path / "cloudwatch"
    assert sre("diff", "--deployed", str(bodies))[:2] == (
        0,
        "The 6 dashboards of t-developer-production are as the code has them.\n",
    )
    file = bodies / "t-developer-production-api.json"
    body = json.loads(file.read_text())
    body["widgets"][0]["x"] = 12
    file.write_text(json.dumps(body))
    (bodies / "t-developer-production-data.json").unlink()
    code, out, _ = sre("diff", "--deployed", str(bodies))
    assert code == 1
    assert out.splitlines() == [
        "t-developer-production-api: moved: Requests",
        "t-developer-production-data: it is not deployed",
    ]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ('{"widgets": 5}', ":1: widgets: must be a list, not '5'"),
        ('{"widgets": null}', ":1: widgets: must be a list, not nothing"),
        ("[5]", ":1: document: must be a mapping of keys to values, not a list"),
        ("{}", ":1: widgets: is missing"),
        ('{"widgets": [5]}', ":1: widgets: must be a mapping of keys to values, not '5'"),
        ('{"widgets": [{"properties": 5}]}', ":1: widgets.properties: must be a mapping of keys to values, not '5'"),
    ],
)
def test_a_file_that_is_no_body_is_refused_with_its_key(tmp_path: Path, body: str, said: str) -> None:
    file = tmp_path / "t-developer-production-overview.json"
    for name in ("overview", "api", "gates", "agents", "data", "loadtest"):
        (tmp_path / f"t-developer-production-{name}.json").write_text(body)
    code, _, err = sre("diff", "--deployed", str(tmp_path))
    assert code == 2
    assert f"{file.parent}/t-developer-production-" in err
    assert said in err


@mock_aws
def test_diff_compares_with_what_is_deployed(tmp_path: Path) -> None:
    client = boto3.client("cloudwatch", region_name="us-east-1")
    assert sre("build", "--out", str(tmp_path))[0] == 0
    for file in (tmp_path / "cloudwatch").iterdir():
        if file.stem != "t-developer-production-gates":
            client.put_dashboard(DashboardName=file.stem, DashboardBody=file.read_text().replace("p99", "p50"))
    code, out, _ = sre("diff", "--region", "us-east-1")
    assert code == 1
    assert "t-developer-production-api: changed: Latency: metrics" in out.splitlines()
    assert "t-developer-production-gates: it is not deployed" in out.splitlines()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("preview",), "give one of --metrics, --region, --local and --simulate"),
        (("preview", "--metrics", "gone.parquet"), "gone.parquet"),
        (("preview", "--local", "--home", "nowhere"), "no local platform is up in nowhere"),
        (("preview", "--simulate", "--last", "soon"), "'--last': 'soon' is no duration"),
        (("preview", "--simulate", "--annotation", "yesterday"), "write TIME=LABEL"),
        (("diff",), "give one of --region and --deployed"),
        (("build", "--objectives", "gone.yaml"), "gone.yaml"),
    ],
)
def test_a_missing_source_and_a_wrong_option_are_refused(arguments: tuple[str, ...], said: str) -> None:
    code, _, message = sre(*arguments)
    assert code == 2
    assert said in message


def test_another_services_objectives_have_dashboards_too(tmp_path: Path) -> None:
    file = tmp_path / "objectives.yaml"
    file.write_text(
        T_DEVELOPER.objectives.read_text().replace("t-developer", "shop").replace("shop/v1", "t-developer/v1")
    )
    code, out, _ = sre("build", "--objectives", str(file), "--out", str(tmp_path / "out"))
    assert code == 0
    assert f"{tmp_path}/out/cloudwatch/shop-production-api.json" in out.splitlines()


def test_a_preview_of_one_dashboard_is_written(tmp_path: Path) -> None:
    code, _, _ = sre("preview", "gates", "--simulate", "--seed", "7", "--out", str(tmp_path))
    assert code == 0
    page = (tmp_path / "index.html").read_text()
    assert "simulation with seed 7: made-up metrics" in page
    assert "security gate: findings" in page


def test_deployments_and_incidents_are_marked_on_every_graph(tmp_path: Path) -> None:
    incidents = tmp_path / "incidents.csv"
    incidents.write_text("name,start,end\noutage,2026-03-02T11:00:00Z,2026-03-02T11:20:00Z\n")
    annotations = ("--annotation", "2026-03-02T10:00:00Z=release 1.2", "--incidents", str(incidents))
    assert sre("build", "--out", str(tmp_path), *annotations)[0] == 0
    body = json.loads((tmp_path / "cloudwatch" / "t-developer-production-data.json").read_text())
    for widget in [each for each in body["widgets"] if each["type"] == "metric"]:
        assert widget["properties"]["annotations"]["vertical"] == [
            {"label": "release 1.2", "value": "2026-03-02T10:00:00+00:00"},
            [{"label": "outage", "value": "2026-03-02T11:00:00+00:00"}, {"value": "2026-03-02T11:20:00+00:00"}],
        ]
    source = FakeSource({(METRIC, "Sum"): drawn("1 2"), (TOTAL, "Sum"): drawn("4 4")})
    data = read_panel(PANEL, source, start_at=START_AT, end_at=minute(2))
    spec = chart(PANEL, data, width=600, height=200, annotations=(Annotation(label="release 1.2", at=START_AT),))
    assert spec["layer"][0]["data"]["values"] == [
        {"from": int(START_AT.timestamp()) * 1000, "to": int(START_AT.timestamp()) * 1000, "label": "release 1.2"}
    ]
    assert sre("preview", "data", "--simulate", "--out", str(tmp_path), *annotations)[0] == 0
    assert "release 1.2" in (tmp_path / "index.html").read_text()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("preview",), "a preview says where its data is from"),
        (("preview", "--simulate", "--region", "eu-west-1"), "give one of --metrics"),
        (("preview", "--metrics", "none.parquet"), "none.parquet"),
        (("preview", "--local", "--home", "/tmp/nothing-here"), "no local platform is up in /tmp/nothing-here"),
        (("preview", "--simulate", "--last", "long"), "'long' is no duration; write 90s"),
        (("preview", "nothing", "--simulate"), "'nothing' is not one of"),
        (("build", "--annotation", "release 1.2"), "'release 1.2': write TIME=LABEL"),
        (("preview", "--simulate", "--annotation", "2026-03-02T10:00:00=x"), "has no zone"),
        (("build", "--incidents", "none.csv"), "none.csv: cannot be read"),
        (("diff",), "give one of --region and --deployed"),
        (("build", "--objectives", "none.yaml"), "none.yaml: cannot be read"),
    ],
)
def test_bad_input_ends_with_2_and_says_what_to_do(arguments: tuple[str, ...], said: str) -> None:
    code, _, err = sre(*arguments)
    assert code == 2
    assert said in err
