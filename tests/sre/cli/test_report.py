"""`sre report`, as a person calls it: from recordings, with its exit codes and its refusals."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, cast

import pandas as pd
import pytest
import vl_convert

import sre.cli.report.asking as asking
from foundation.cloudwatch.frame import STATISTIC_COLUMNS
from foundation.costs.traffic import Profile
from foundation.readings import NoData
from foundation.service.stage import Stage
from infra.service import T_DEVELOPER
from infra.stage import make_stage
from reports.deployments import to_events
from reports.scheduling import DueReport, WeeklySchedule
from sre.cli.report.asking import ReportCommandOptions, traffic_of
from sre.jobs.demo.sample_costs import sample_costs
from tests.reports.weekly.test_page import in_outage
from tests.reports.weekly_factories import LEAN, WEEK, a_month, of_quarter, some_operations
from tests.sre.cli.command_line import Done, sre
from tests.sre.cli.test_stage import opened


def recorded(file: Path, *, outage_minutes: int = 0) -> Path:
    month = a_month(bad_in=in_outage(outage_minutes)) if outage_minutes else a_month()
    rows = [
        pd.DataFrame(
            {
                "namespace": metric.namespace, "metric_name": metric.name,
                "dimensions": json.dumps(dict(metric.dimensions)), "statistic": statistic, "period_seconds": period,
                "timestamp": pd.to_datetime(points.times, unit="s", utc=True), "value": points.values,
            }
        )
        for (metric, statistic, period), points in month.statistics.items()
    ]  # fmt: skip
    pd.concat(rows, ignore_index=True)[list(STATISTIC_COLUMNS)].to_parquet(file, index=False)
    return file


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A good month, a bad one, a bill, and objectives that a recording can tell of."""
    home = tmp_path_factory.mktemp("given")
    (home / "costs.csv").write_text(sample_costs(LEAN, through_on=date(2026, 11, 20)))
    documents = T_DEVELOPER.objectives.read_text().split("\n---\n")
    kept = [each for each in documents if "name: deployments" not in each and "name: agent-turn" not in each]
    (home / "objectives.yaml").write_text("\n---\n".join(kept))
    return {
        "good": recorded(home / "good.parquet"), "bad": recorded(home / "bad.parquet", outage_minutes=60),
        "costs": home / "costs.csv", "objectives": home / "objectives.yaml",
    }  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def each_chart_drawn_once() -> Iterator[None]:
    """The reports here are mostly of the same weeks: half of what they take would be the same charts, drawn again."""
    draw, drawn = vl_convert.vegalite_to_svg, dict[str, str]()

    def draw_once(specification: dict[str, Any]) -> str:
        key = json.dumps(specification, sort_keys=True)
        if key not in drawn:
            drawn[key] = draw(specification)
        return drawn[key]

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(vl_convert, "vegalite_to_svg", draw_once)
        yield


def weekly(out: Path, *options: object) -> Done:
    return sre("report", "weekly", "--week", str(WEEK), "--out", str(out), *(str(each) for each in options))


def test_a_report_opens_the_objectives_once(given: dict[str, Path], tmp_path: Path) -> None:
    with opened() as paths:
        weekly(tmp_path, "--metrics", given["good"], "--costs", given["costs"], "--objectives", given["objectives"])
    assert paths.count(str(given["objectives"])) == 1


def test_a_good_week_is_allowed_and_ends_with_0(given: dict[str, Path], tmp_path: Path) -> None:
    done = weekly(tmp_path, "--metrics", given["good"], "--costs", given["costs"], "--objectives", given["objectives"])
    assert done.returncode == 0
    assert "· reading api-errors since 2026-10-12\n" in done.stderr
    assert "week 2026-W46: allowed. Releases are allowed" in done.stdout
    assert {each.name for each in tmp_path.iterdir()} == {"index.html", "report.md", "report.json"}
    data = json.loads((tmp_path / "report.json").read_text())
    assert data["label"] == "production, from recorded metrics"
    assert "recording good.parquet" in json.dumps(data["values"]["sources"])


def test_the_json_on_the_screen_is_that_of_the_file(given: dict[str, Path], tmp_path: Path) -> None:
    done = weekly(tmp_path, "--metrics", given["good"], "--costs", given["costs"], "--json")
    assert done.stdout == (tmp_path / "report.json").read_text()
    assert json.loads(done.stdout)["values"]["week"] == "2026-W46"


def test_incidents_stand_on_the_page_and_a_file_that_is_none_is_refused(given: dict[str, Path], tmp_path: Path) -> None:
    file = tmp_path / "incidents.csv"
    file.write_text("name,start,end,objective\ndatabase away,2026-11-11T03:00:00Z,2026-11-11T04:00:00Z,api-errors\n")
    weekly(tmp_path / "out", "--metrics", given["bad"], "--costs", given["costs"], "--incidents", file)
    markdown = (tmp_path / "out" / "report.md").read_text()
    assert "| api-errors | incident: database away | 7,200 | 100 % | 148.8 % |" in markdown
    file.write_text("name,start,end\nbackwards,2026-11-11T05:00:00Z,2026-11-11T04:00:00Z\n")
    done = weekly(tmp_path / "none", "--metrics", given["bad"], "--costs", given["costs"], "--incidents", file)
    assert done.returncode == 2
    assert "incidents.csv:2: backwards: end: must be after start" in done.stderr
    assert not (tmp_path / "none").exists()


def test_whose_charges_of_a_bill_count_is_said_by_account(given: dict[str, Path], tmp_path: Path) -> None:
    ours = given["costs"].read_text().splitlines()
    lines = [f"{ours[0]},SubAccountId", *(f"{line},111111111111" for line in ours[1:]), f"{ours[-1]},222222222222"]
    (tmp_path / "costs.csv").write_text("\n".join(lines) + "\n")
    asked = ("--metrics", given["good"], "--costs", tmp_path / "costs.csv", "--objectives", given["objectives"])
    whole = weekly(tmp_path / "whole", *asked)
    assert (whole.returncode, "has 2 accounts (111111111111, 222222222222)" in whole.stdout) == (3, True)
    one = weekly(tmp_path / "one", *asked, "--account", "111111111111")
    assert (one.returncode, "allowed" in one.stdout) == (0, True)


def test_the_estimate_is_of_the_profile_and_the_model_that_are_asked_for(
    given: dict[str, Path], tmp_path: Path
) -> None:
    asked = (
        "--metrics",
        given["good"],
        "--costs",
        given["costs"],
        "--traffic-profile",
        "naive",
        "--model",
        "haiku-4.5-us",
    )
    weekly(tmp_path, *asked)
    estimate = json.loads((tmp_path / "report.json").read_text())["values"]["estimate"]
    assert (estimate["profile"], estimate["model"]) == ("naive", "haiku-4.5-us")
    refused = weekly(tmp_path / "none", *asked[:-1], "gpt-9")
    assert (refused.returncode, "gpt-9: no model has this name" in refused.stderr) == (2, True)


SHOP = ReportCommandOptions(
    stage="production", service=None, objectives_file=None, metrics=None, costs=None, accounts=(), providers=(), tags=(),
    profile="lean", profiles_file=None, model=None, deployments=None, actions=None, incidents=None, region="us-east-1",
    sns_topic=None, webhook=None, link=None,
)  # fmt: skip


def stage_called(service: str) -> Stage:
    objectives = make_stage("production").objectives
    return Stage(objectives=replace(objectives, service=service), own=None, alarm_rules=None)


def test_another_service_is_not_told_what_t_developers_work_costs() -> None:
    assert traffic_of(stage_called("shop"), T_DEVELOPER, SHOP) == NoData(
        reason="nobody says what the work of shop takes; --traffic-profiles FILE brings its traffic profiles"
    )
    named = cast("ReportCommandOptions", SHOP | {"profiles_file": T_DEVELOPER.traffic_profiles})
    found = traffic_of(stage_called("shop"), T_DEVELOPER, named)
    assert isinstance(found, Profile)
    assert (found.name, found.unit) == ("lean", "unit")
    assert traffic_of(stage_called("t-developer"), T_DEVELOPER, SHOP) == LEAN


def test_a_week_that_is_told_later_keeps_its_own_money(given: dict[str, Path], tmp_path: Path) -> None:
    weekly(tmp_path, "--metrics", given["good"], "--costs", given["costs"])
    cost = json.loads((tmp_path / "report.json").read_text())["values"]["cost"]
    assert cost["through_on"] == "2026-11-15"


def test_a_spent_budget_is_frozen_and_ends_with_1(given: dict[str, Path], tmp_path: Path) -> None:
    done = weekly(tmp_path, "--metrics", given["bad"], "--costs", given["costs"])
    assert done.returncode == 1
    assert "frozen" in done.stdout


def test_what_a_recording_cannot_tell_is_unknown_and_ends_with_3(given: dict[str, Path], tmp_path: Path) -> None:
    done = weekly(tmp_path, "--metrics", given["good"], "--costs", given["costs"])
    assert done.returncode == 3
    assert "a recording has no stack operations" in (tmp_path / "report.md").read_text()


def test_a_recording_with_its_deployments_can_be_allowed(given: dict[str, Path], tmp_path: Path) -> None:
    documents = [each for each in T_DEVELOPER.objectives.read_text().split("\n---\n") if "name: agent-turn" not in each]
    (tmp_path / "objectives.yaml").write_text("\n---\n".join(documents))
    (tmp_path / "events.json").write_text(to_events(of_quarter(some_operations())))
    done = weekly(
        tmp_path / "out", "--metrics", given["good"], "--costs", given["costs"], "--objectives",
        tmp_path / "objectives.yaml", "--deployments", tmp_path / "events.json",
    )  # fmt: skip
    assert (done.returncode, "allowed" in done.stdout) == (0, True)
    values = json.loads((tmp_path / "out" / "report.json").read_text())["values"]
    states = {each["objective"]: each["state"] for each in values["objectives"]}
    assert states["deployments"] == "healthy"


def test_a_recording_is_not_recorded_again(given: dict[str, Path], tmp_path: Path) -> None:
    done = weekly(tmp_path / "out", "--metrics", given["good"], "--record", tmp_path / "kept")
    assert done.returncode == 2
    assert "is recorded already" in done.stderr


def test_a_bill_that_is_no_export_is_bad_input_and_nothing_is_written(given: dict[str, Path], tmp_path: Path) -> None:
    (tmp_path / "other.csv").write_text("a,b\n1,2\n")
    done = weekly(
        tmp_path / "out",
        "--metrics",
        given["good"],
        "--costs",
        tmp_path / "other.csv",
        "--objectives",
        given["objectives"],
    )
    assert done.returncode == 2
    assert "other.csv: no FOCUS export: it has no column BilledCost" in done.stderr
    assert not (tmp_path / "out").exists()


def test_actions_stand_on_the_page(given: dict[str, Path], tmp_path: Path) -> None:
    (tmp_path / "actions.yaml").write_text(
        "- {what: Cut the logs, owner: platform team, due: 2026-12-01, effect: -$5 a month}\n"
    )
    weekly(
        tmp_path / "out", "--metrics", given["bad"], "--costs", given["costs"], "--actions", tmp_path / "actions.yaml"
    )
    markdown = (tmp_path / "out" / "report.md").read_text()
    assert "| Cut the logs | platform team | 2026-12-01 | -$5 a month | open |" in markdown


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "one document is needed, a list of actions: what, owner"),
        ("what: alone", "must be a list, not a mapping"),
        ("[]\n---\n[]\n", "one document is needed, a list of actions: what, owner"),
        ("- what: a\n  owner: b\n  due: soon\n  effect: c\n", "actions.yaml:3"),
        ("- what: a\n  owner: b\n  due: 2026-12-01\n  effect: c\n  whose: d\n", "actions.yaml:5"),
    ],
)
def test_actions_that_are_none_are_refused_with_their_line(
    text: str, message: str, given: dict[str, Path], tmp_path: Path
) -> None:
    (tmp_path / "actions.yaml").write_text(text)
    done = weekly(tmp_path / "out", "--metrics", given["good"], "--actions", tmp_path / "actions.yaml")
    assert done.returncode == 2
    assert message in done.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--week", "2026-W60"), "its year has no such week"),
        (("--week", "2099-W01"), "it has not begun"),
        (("--metrics", "absent.parquet"), "absent.parquet"),
        (("--objectives", "absent.yaml"), "absent.yaml"),
    ],
)
def test_bad_input_is_told_and_nothing_is_written(options: tuple[str, str], message: str, tmp_path: Path) -> None:
    done = sre("report", "weekly", "--out", str(tmp_path / "out"), *options)
    assert done.returncode == 2
    assert message in done.stderr
    assert not (tmp_path / "out").exists()


def test_metrics_that_are_no_recording_are_told(tmp_path: Path) -> None:
    pd.DataFrame({"a": [1]}).to_parquet(tmp_path / "other.parquet")
    done = weekly(tmp_path / "out", "--metrics", tmp_path / "other.parquet")
    assert done.returncode == 2
    assert "has no column" in done.stderr


def test_a_directory_that_cannot_be_written_to_is_told(given: dict[str, Path], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = weekly(tmp_path / "file" / "out", "--metrics", given["bad"], "--costs", given["costs"])
    assert done.returncode == 2
    assert "cannot be written: " in done.stderr


def test_a_schedule_of_no_time_is_told() -> None:
    done = sre("report", "schedule", "--at", "noon")
    assert done.returncode == 2
    assert "'noon' is no time of the day; write one such as 07:00" in done.stderr


def test_a_schedule_writes_the_week_that_was_over_when_it_was_due_and_notifies_of_what_was_missed(
    given: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[str, Sequence[str]]] = []
    due = DueReport(due_at=datetime(2026, 11, 16, 7, tzinfo=UTC), notes=("it was due, and is made up",))

    def once(self: WeeklySchedule) -> None:
        self.run(due)

    def noted(_page: object, *, written: str, notes: Sequence[str], **_: object) -> None:
        told.append((written, notes))

    monkeypatch.setattr(WeeklySchedule, "forever", once)
    monkeypatch.setattr(asking, "announce", noted)
    done = sre(
        "report", "schedule", "--metrics", str(given["good"]), "--costs", str(given["costs"]), "--out", str(tmp_path)
    )
    assert done.returncode == 0
    assert {each.name for each in (tmp_path / "2026-W46").iterdir()} == {"index.html", "report.md", "report.json"}
    assert told == [(f"{tmp_path}/2026-W46/index.html", due.notes)]


@pytest.mark.parametrize(
    "webhook", ["http://[::1/x", "http://a b.example.com/x", "http://a..b/x", "ftp://a.example.com"]
)
def test_an_address_that_is_none_is_refused_before_anything_is_read(
    webhook: str, given: dict[str, Path], tmp_path: Path
) -> None:
    done = weekly(tmp_path / "out", "--metrics", given["good"], "--webhook", webhook)
    assert done.returncode == 2
    assert "must be an address such as" in done.stderr
    assert "reading" not in done.stderr
    assert not (tmp_path / "out").exists()
