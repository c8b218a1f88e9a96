"""Commands that read the local platform, or judge it: by name, and where no other place is named by themselves."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

import sre.cli.alarms.record as of_record
import sre.cli.check.run as of_check
import sre.cli.dashboards.preview as of_preview
import sre.jobs.release_check.targets as targets
from alarms.plan import plan_of
from dashboards.simulation import Simulation
from foundation.cloudwatch.alarms import MetricAlarm
from foundation.cloudwatch.frame import read_parquet
from foundation.cloudwatch.metrics import Metric, MetricStat
from foundation.cloudwatch.series import Series
from foundation.readings import Reading
from infra.stage import make_stage
from sre.jobs.release_check.run import CheckPlan
from sre.local.state import LocalPlatform
from tests.sre.cli.command_line import sre

GATE = "t-developer-local-security-gate-ticket-failed"


class Metrics:
    """The metric of one alarm, made up; whoever asks for another is told so."""

    def __init__(self) -> None:
        alarm = plan_of(make_stage("local"))[GATE].alarm
        assert isinstance(alarm, MetricAlarm)
        (stat,) = alarm.stats
        self.metric, self.asked = stat.metric, list[MetricStat]()

    def published(self) -> frozenset[Metric]:
        return frozenset({self.metric})

    def read(self, wanted: Sequence[MetricStat], *, start_at: datetime, end_at: datetime) -> Sequence[Reading[Series]]:
        self.asked += wanted
        return Simulation().read(wanted, start_at=start_at, end_at=end_at)


@pytest.mark.parametrize("named", [("--home", "home"), ("--local", "--home", "home")])
def test_the_metrics_of_the_platform_are_recorded_and_of_no_more_than_it_has(
    running: LocalPlatform, named: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    metrics = Metrics()
    monkeypatch.setattr(of_record, "local_metrics", lambda platform: metrics if platform == running else None)
    done = sre("alarms", "record", *named, "--last", "30m", "--out", "recorded.parquet")
    assert done.returncode == 0, done.stderr
    assert "· reading 30m of metrics from the local platform\n" in done.stderr
    assert {stat.metric for stat in metrics.asked} == {metrics.metric}
    recorded = read_parquet(Path("recorded.parquet"))
    assert recorded.first_at is not None
    assert recorded.ends_at is not None


@pytest.mark.usefixtures("running")
@pytest.mark.parametrize(
    ("command", "others"),
    [
        ("alarms record", "--region"),
        ("canaries run", "--url"),
        ("dashboards preview", "--metrics, --region or --simulate"),
        ("loadtest run", "--url"),
    ],
)
def test_where_none_is_up_each_says_how_to_start_one_or_what_else_to_name(command: str, others: str) -> None:
    said = f"Error: no local platform is up in .sre/local; start one with `sre local up`, or give {others}\n"
    done = sre(*command.split())
    assert (done.returncode, done.stderr) == (2, said)
    named = sre(*command.split(), "--local")
    assert (named.returncode, named.stderr) == (2, said)


def test_the_preview_draws_the_platform_that_is_up(running: LocalPlatform, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(of_preview, "local_metrics", lambda platform: Simulation() if platform == running else None)
    done = sre("dashboards", "preview", "data", "--home", "home", "--out", "drawn")
    assert (done.returncode, done.stdout) == (0, "drawn/index.html\n"), done.stderr
    page = Path("drawn/index.html").read_text()
    assert "local: it is no evidence for production" in page
    assert "t-developer-local" in page


@pytest.fixture
def plans(monkeypatch: pytest.MonkeyPatch) -> list[CheckPlan]:
    """The checks that would have been made."""
    made: list[CheckPlan] = []

    class Stopped(Exception):  # noqa: N818 - nothing is wrong
        """The check is not made."""

    def check(plan: CheckPlan, **_: Any) -> None:
        made.append(plan)
        raise Stopped

    monkeypatch.setattr(of_check, "run_check", check)
    return made


def test_a_check_of_the_platform_that_is_up_leaves_it_up(
    running: LocalPlatform, plans: list[CheckPlan], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(targets, "put_sample", lambda _platform: "archives/sample.zip")
    sre("check", "--local", "--home", "home")
    (plan,) = plans
    assert (plan.target_name, plan.stage.name) == (running.api_url, "local")
    with plan.open_target() as target:
        assert target.url == running.api_url
        assert dict(target.credentials) == {
            "AWS_ACCESS_KEY_ID": "AKIA", "AWS_SECRET_ACCESS_KEY": "s", "AWS_SESSION_TOKEN": "",
        }  # fmt: skip
        assert dict(target.facts)["fault switch"] == "errors=5%"
        assert dict(target.facts)["platform"] == f"MiniStack on this machine, up since {running.started_at}"
    assert running.file.exists()


@pytest.mark.usefixtures("running")
def test_a_check_brings_its_own_platform_up_where_nothing_is_named(plans: list[CheckPlan]) -> None:
    sre("check", "--fault-switch", "errors=1%")
    assert [plan.target_name for plan in plans] == ["a local platform"]
