"""The offline preview: what a panel shows, what it says without data, and the page in a real browser."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import vl_convert
from hypothesis import given, settings
from hypothesis import strategies as st

from alarms.plan import plan_of
from dashboards.all_dashboards import all_dashboards
from dashboards.annotations import Annotation
from dashboards.charts import chart
from dashboards.model import Dashboard, GraphPanel, Threshold, in_rows, math, stat
from dashboards.panel_data import read_panel
from dashboards.preview import preview_page, write_pngs
from dashboards.simulation import Simulation
from foundation.cloudwatch.metrics import Metric, MetricStat
from foundation.cloudwatch.series import Series
from foundation.errors import SourceError
from foundation.readings import Known, Reading
from foundation.service.panels import Unit
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
def test_a_browser_draws_every_panel_with_a_hostile_label_and_complains_of_nothing(tmp_path: Path) -> None:
    boards = [each for each in all_dashboards(DEPLOYMENT) if each.name in ("overview", "api")]
    # A label that begins a script in a comment would take the rest of the page with it.
    hostile = Annotation(label="<!--<script> </script> \u2028 release", at=END_AT - timedelta(hours=1))
    page = preview_page(
        boards,
        Simulation(),
        label="simulation",
        start_at=END_AT - timedelta(hours=6),
        end_at=END_AT,
        annotations=(hostile,),
    )
    (tmp_path / "index.html").write_text(page)
    graph_count = sum(len(board.graphs) for board in boards)
    dom, complaints = opened(tmp_path / "index.html", tmp_path / "profile")
    assert complaints == []
    assert f'data-drawn="{graph_count}"' in dom
    assert "data-failed" not in dom
    assert len(re.findall(r'<svg[^>]*class="marks"', dom)) == graph_count
    for text in ("api-latency: 1,000 ms", "the budget lasts exactly its window", "UTC", "burn rate (1 = budget lasts"):
        assert text in dom, text


def rows_of(values: str, *, minutes: int | None = None) -> tuple[list[tuple[int, float | None]], dict[str, Any]]:
    """What is drawn of a line over a window of minutes: each minute with its value, and the layer it is in."""
    source = FakeSource({(METRIC, "Sum"): drawn(values)})
    panel = GraphPanel(title="x", queries=(stat("m", METRIC, "Sum", "m"),), unit=Unit.COUNT)
    end_at = minute(len(values.split()) if minutes is None else minutes)
    (lines,) = chart(panel, read_panel(panel, source, start_at=START_AT, end_at=end_at), width=600, height=200)["layer"]
    begin = int(START_AT.timestamp())
    return [((row["at"] // 1000 - begin) // 60, row["value"]) for row in lines["data"]["values"]], lines


def test_a_gap_is_a_gap_and_no_line_is_drawn_over_it() -> None:
    assert rows_of("1 2 " + "- " * 45 + "3")[0] == [(0, 1.0), (1, 2.0), (2, None), (47, 3.0)]


@settings(max_examples=30)
@given(st.lists(st.sampled_from(["-", "1", "2"]), min_size=1, max_size=30).filter(lambda each: set(each) != {"-"}))
def test_two_datapoints_are_joined_only_where_none_is_missing_between_them(values: list[str]) -> None:
    rows, _ = rows_of(" ".join(values))
    joined = {(one, other) for (one, a), (other, b) in pairwise(rows) if a is not None and b is not None}
    assert all(other == one + 1 for one, other in joined)
    assert [at for at, value in rows if value is not None] == [at for at, each in enumerate(values) if each != "-"]


def test_the_time_of_a_graph_is_the_window_that_was_asked_and_not_its_datapoints() -> None:
    _, lines = rows_of("1 2 3", minutes=360)
    begin = int(START_AT.timestamp()) * 1000
    assert lines["encoding"]["x"]["scale"]["domain"] == [begin, begin + 360 * 60_000]


@dataclass(frozen=True, kw_only=True)
class HalfKnown:
    """A source that knows the first minutes only."""

    source: FakeSource
    until_at: datetime

    def read(
        self, wanted: Sequence[MetricStat], *, start_at: datetime, end_at: datetime
    ) -> Sequence[Reading[Series]]:  # fmt: skip
        known = Known.throughout(start_at, self.until_at)
        found = self.source.read(wanted, start_at=start_at, end_at=end_at)
        return [replace(each, known=known) for each in found]


def test_what_is_not_known_of_the_window_is_a_band_and_is_said_beside_the_graph() -> None:
    source = HalfKnown(
        source=FakeSource({(METRIC, "Sum"): drawn("1 2"), (TOTAL, "Sum"): drawn("4 4")}), until_at=minute(2)
    )
    data = read_panel(PANEL, source, start_at=START_AT, end_at=minute(60))
    band, *_ = chart(PANEL, data, width=600, height=200)["layer"]
    begin = int(START_AT.timestamp()) * 1000
    assert band["data"]["values"] == [{"from": begin + 120_000, "to": begin + 3_600_000, "label": "not known"}]
    board = Dashboard(name="x", title="X", panels=in_rows((6, (PANEL,))))
    page = preview_page([board], source, label="a test", start_at=START_AT, end_at=minute(60))
    said = re.sub(r"</?span[^>]*>", "", page)
    assert "no data for 2026-03-02 10:02 to 2026-03-02 11:00" in said


def test_what_math_fills_in_is_not_drawn_where_nothing_is_known() -> None:
    filled = GraphPanel(
        title="x", queries=(stat("m", METRIC, "Sum", "m", shown=False), math("f", "FILL(m, 0)", "f")), unit=Unit.COUNT
    )
    source = HalfKnown(source=FakeSource({(METRIC, "Sum"): drawn("1 - - - 3")}), until_at=minute(2))
    data = read_panel(filled, source, start_at=START_AT, end_at=minute(5))
    np.testing.assert_array_equal(data.lines[0].values, drawn("1 0 - - 3"))


def test_a_stack_ends_where_a_datapoint_is_missing() -> None:
    """Vega would take a missing one for nought, and draw an outage of the metric as a quiet time."""
    source = FakeSource({(METRIC, "Sum"): drawn("1 2 - - 3"), (TOTAL, "Sum"): drawn("1 1 1 1 1")})
    panel = GraphPanel(
        title="x",
        queries=(stat("m", METRIC, "Sum", "m"), stat("t", TOTAL, "Sum", "t")),
        unit=Unit.COUNT,
        is_stacked=True,
    )
    spec = chart(panel, read_panel(panel, source, start_at=START_AT, end_at=minute(5)), width=600, height=200)
    compiled = vl_convert.vegalite_to_vega(spec)
    areas = [mark for mark in marks_of(compiled) if mark["type"] == "area"]
    assert areas
    assert all(
        'datum["value"]' in json.dumps(mark["encode"]["update"].get("defined", "")).replace("\\", "") for mark in areas
    )


def marks_of(part: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for mark in part.get("marks", []):
        found += [mark, *marks_of(mark)]
    return found


def test_a_source_that_answers_for_no_panel_is_no_page() -> None:
    class Refusing:
        def read(self, *_: object, **__: object) -> list[object]:
            raise SourceError("CloudWatch refuses GetMetricData")

    board = Dashboard(name="x", title="X", panels=in_rows((6, (PANEL, PANEL))))
    with pytest.raises(SourceError, match="none of 2 panels could be read: CloudWatch refuses GetMetricData"):
        preview_page([board], Refusing(), label="a test", start_at=START_AT, end_at=minute(60))  # type: ignore[arg-type]


def test_without_credentials_nothing_is_drawn(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    # A session of an earlier test in this process keeps the credentials that it found.
    monkeypatch.setattr("boto3.DEFAULT_SESSION", None)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    code, _, err = sre("preview", "api", "--region", "us-east-1", "--out", str(tmp_path / "out"))
    assert code == 2
    assert "no AWS credentials" in err
    assert not (tmp_path / "out").exists()


def test_an_incident_that_is_still_going_on_is_a_band_to_the_end(tmp_path: Path) -> None:
    file = tmp_path / "incidents.csv"
    file.write_text("name,start,end\noutage,2026-03-02T11:00:00Z,\n")
    assert sre("build", "--out", str(tmp_path), "--incidents", str(file))[0] == 0
    body = json.loads((tmp_path / "cloudwatch" / "t-developer-production-data.json").read_text())
    (widget, *_) = [each for each in body["widgets"] if each["type"] == "metric"]
    assert widget["properties"]["annotations"]["vertical"] == [
        {"label": "outage (still going on)", "value": "2026-03-02T11:00:00+00:00", "fill": "after"}
    ]
    source = FakeSource({(METRIC, "Sum"): drawn("1 2"), (TOTAL, "Sum"): drawn("4 4")})
    data = read_panel(PANEL, source, start_at=START_AT, end_at=minute(2))
    going_on = Annotation(label="outage", at=minute(1), is_going_on=True)
    over = Annotation(label="over", at=START_AT - timedelta(hours=2), until_at=START_AT - timedelta(hours=1))
    spec = chart(PANEL, data, width=600, height=200, annotations=(going_on, over))
    begin = int(START_AT.timestamp()) * 1000
    assert spec["layer"][0]["data"]["values"] == [{"from": begin + 60_000, "to": begin + 120_000, "label": "outage"}]


def test_bodies_are_filled_in_with_parameters_and_else_it_is_said_what_they_lack(tmp_path: Path) -> None:
    code, _, err = sre("build", "--out", str(tmp_path))
    assert code == 0
    assert "${WebSocketApiId} are filled in; give each as --parameter NAME=VALUE" in err
    given = {name: "x" for name in re.findall(r"\$\{([^}]+)\}", err) if name != "AWS::Region"}
    options = [part for name, value in given.items() for part in ("--parameter", f"{name}={value}")]
    code, _, err = sre("build", "--region", "eu-west-1", "--out", str(tmp_path), *options)
    assert (code, err) == (0, "")
    written = "".join(each.read_text() for each in (tmp_path / "cloudwatch").iterdir())
    assert "${" not in written
    assert '"region": "eu-west-1"' in written


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


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("preview", "--metrics", "README.md", "--simulate"), "give one of --metrics, --region and --simulate"),
        (("preview", "--metrics", "gone.parquet"), "gone.parquet"),
        (("preview", "--local", "--home", "nowhere"), "no local platform is up in nowhere"),
        (("preview", "--simulate", "--last", "soon"), "'--last': 'soon' is no duration"),
        (("preview", "--simulate", "--annotation", "yesterday"), "write TIME=LABEL"),
        (("diff",), "give one of --region, --deployed and --grafana"),
        (("diff", "--deployed", "gone"), "gone: cannot be read: there is no such directory"),
        (("diff", "--grafana", "gone"), "gone: cannot be read: there is no such directory"),
        (("diff", "--grafana", ".", "--region", "us-east-1"), "give one of --region, --deployed and --grafana"),
        (("diff", "--grafana", ".", "--parameter", "WebSocketApiId=x"), "--parameter: of no use with --grafana"),
        (("diff", "--deployed", ".", "--parameter", "WebsocketApiId=x"), "did you mean WebSocketApiId?"),
        (("preview", "--simulate", "--home", "x"), "--simulate: of no use with --home"),
        (("preview", "--region", "us-east-1", "--seed", "7"), "--seed: of no use without --simulate"),
        (("build", "--objectives", "gone.yaml"), "gone.yaml"),
    ],
)
def test_a_missing_source_and_a_wrong_option_are_refused(arguments: tuple[str, ...], said: str) -> None:
    code, _, message = sre(*arguments)
    assert code == 2
    assert said in message


def test_another_services_objectives_have_an_overview_and_no_pages_of_somebody_elses(tmp_path: Path) -> None:
    file = tmp_path / "objectives.yaml"
    file.write_text(
        T_DEVELOPER.objectives.read_text().replace("t-developer", "shop").replace("shop/v1", "t-developer/v1")
    )
    code, out, _ = sre("build", "--objectives", str(file), "--out", str(tmp_path / "out"))
    assert code == 0
    assert [line.rpartition("/")[2] for line in out.splitlines() if "/cloudwatch/" in line] == [
        "shop-production-overview.json"
    ]


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
    mark = f"{datetime.now(UTC) - timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}=release 1.2"
    assert sre("preview", "data", "--simulate", "--out", str(tmp_path), "--annotation", mark)[0] == 0
    assert "release 1.2" in (tmp_path / "index.html").read_text()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("preview", "--simulate", "--region", "eu-west-1"), "a preview says where its data is from"),
        (
            ("preview", "--home", "/tmp/nothing-here"),
            "with `sre local up --home /tmp/nothing-here`, or give --metrics, --region or --simulate",
        ),
        (
            ("preview", "--stage", "staging"),
            "--stage staging: the local platform has the stage local; leave it out, or give",
        ),
        (("preview", "--metrics", "none.parquet"), "none.parquet"),
        (("preview", "--local", "--home", "/tmp/nothing-here"), "no local platform is up in /tmp/nothing-here"),
        (("preview", "--simulate", "--last", "long"), "'long' is no duration; write 90s"),
        (("preview", "nothing", "--simulate"), "there is no dashboard 'nothing'; there are"),
        (("build", "--annotation", "release 1.2"), "'release 1.2': write TIME=LABEL"),
        (("preview", "--simulate", "--annotation", "2026-03-02T10:00:00=x"), "has no zone"),
        (("build", "--incidents", "none.csv"), "none.csv: cannot be read"),
        (("diff",), "give one of --region, --deployed and --grafana"),
        (("build", "--objectives", "none.yaml"), "none.yaml: cannot be read"),
        (("preview", "--simulate", "--last", "0m"), "'0m' is not between 1m and 455d"),
        (("preview", "--simulate", "--stage", "nosuch"), "--stage nosuch: t-developer has no such stage; there are"),
        (("build", "--stage", "prodction"), "no such stage; did you mean production?"),
        (("build", "--endpoint", "not a url"), "'not a url' must be an address"),
        (("build", "--endpoint", "http://[::1/x"), "must be an address"),
        (("build", "--parameter", "WebsocketApiId=x"), "no dashboard has it; did you mean WebSocketApiId?"),
        (("build", "--parameter", "WebSocketApiId=x"), "${StateMachineArn} are not given"),
    ],
)
def test_bad_input_ends_with_2_and_says_what_to_do(arguments: tuple[str, ...], said: str) -> None:
    code, _, err = sre(*arguments)
    assert code == 2
    assert said in err
