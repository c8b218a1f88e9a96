"""`sre status` from a recording and from an account, once and again and again: what it prints, and what it ends with."""

import io
import json
import os
import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from moto import mock_aws

import sre.cli.main as cli
import sre.cli.status.run as work
import sre.jobs.status.sources as of_status
from alarms.evaluation import EvaluatedAlarms
from foundation.cloudwatch.metrics import MetricStat
from foundation.cloudwatch.series import Series
from foundation.errors import InputError, SourceError
from foundation.readings import Reading
from reports.deployments import to_events
from tests.reports.focus_bills import days, written
from tests.reports.weekly_factories import of_quarter, some_operations
from tests.sre.cli.command_line import Done, sre
from tests.sre.cli.status.shop import END, a_recording, a_shop
from tests.sre.cli.status.test_watching import FakeClock
from tests.sre.local.test_local import a_platform

MINUTE = timedelta(minutes=1)
SCREEN = [
    "shop production, 2026-11-16 09:30 UTC: the objective is met; no alarm fires.",
    "",
    "Objectives (recording good.parquet, each over its window)",
    "objective    state     left  burn 1 h  6 h  3 d        known  age",
    "shop-errors  healthy  100 %       0.0  0.0  0.0  7 of 7 days  0 s",
    "Alarms: none of 6 fires (recording good.parquet, 1 d, 0 s old)",
    "Deployments: no objective is on stack operations",
    "Canaries: the service has no canary",
    "Cost: no objective is on cost",
]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("status")
    a_shop(root / "shop")
    a_shop(root / "whole", is_whole=True)
    a_recording(root / "good.parquet")
    a_recording(root / "burning.parquet", bad_minutes=30)
    a_recording(root / "spent.parquet", bad_minutes=180)
    a_recording(root / "old.parquet", hours_unknown=20)
    operations = of_quarter(some_operations())
    (root / "events.json").write_text(
        to_events(operations).replace("t-developer-production-platform", "shop-production")
    )
    written(root, days(date(2026, 9, 1), date(2026, 11, 20)), "costs.csv")
    return root


@pytest.fixture(autouse=True)
def at_its_end(monkeypatch: pytest.MonkeyPatch, place: Path) -> FakeClock:
    """In the directory of the files, when the recordings end; a wait is the second one that is interrupted."""
    monkeypatch.chdir(place)
    clock = FakeClock(rounds=2)
    clock.at = END
    monkeypatch.setattr(work, "CLOCK", clock)
    return clock


def status(*options: str, service: str = "shop", metrics: str | None = "good.parquet") -> Done:
    recorded = () if metrics is None else ("--metrics", metrics)
    return sre("status", "--service", service, *recorded, *options)


def test_a_recording_is_told_as_of_its_end() -> None:
    done = status()
    assert done.stdout.splitlines() == SCREEN
    assert (done.returncode, done.stderr) == (0, "· reading recording good.parquet\n")


def test_an_alarm_that_fires_is_said_and_is_neither_met_nor_missed() -> None:
    done = status(metrics="burning.parquet")
    lines = done.stdout.splitlines()
    assert " ".join(lines[:2]) == (
        "shop production, 2026-11-16 09:30 UTC: the objective is met; 4 alarms fire, 2 pages among them."
    )
    assert "shop-errors  healthy  70.2 %      50.0  8.3  0.7  7 of 7 days  0 s" in lines
    assert "Alarms: 4 of 6 fire (recording burning.parquet, 1 d, 0 s old)" in lines
    assert "  page    shop-errors-page-fast    since 11-16 09:03, 27 min" in lines
    assert any(line.endswith(", and 1 more") for line in lines)
    assert done.returncode == 3


def test_a_budget_that_is_spent_is_missed_and_ends_with_1_whatever_else_is_not_known() -> None:
    done = status(metrics="spent.parquet", service="whole")
    assert "shop-errors is missed" in done.stdout
    assert done.returncode == 1


def test_what_a_recording_has_not_is_not_known_and_files_bring_it() -> None:
    without = status(service="whole")
    assert without.returncode == 3
    assert "deployments   not known  a recording has no stack operations; --deployments FILE" in without.stdout
    assert "Cost: not known: there is no bill here; --costs FILE brings one" in without.stdout
    given = status("--deployments", "events.json", "--costs", "costs.csv", service="whole")
    assert "not known: 4 of 10 alarms." in " ".join(given.stdout.splitlines()[:2])
    assert "  11-10 06:05  shop-production  UPDATE_COMPLETE" in given.stdout
    assert "Cost: $70.00 of $500 in November through 2026-11-14, $5.00 a day" in given.stdout
    assert given.returncode == 3


def test_a_bill_is_of_those_charges_that_are_asked_for() -> None:
    files = ("--deployments", "events.json", "--costs", "costs.csv")
    found = json.loads(status(*files, "--account", "111111111111", "--json", service="whole").stdout)
    assert found["cost"]["cost"]["month_to_date_gross_usd"] == 70
    assert found["cost"]["limit_usd"] == 500
    other = json.loads(status(*files, "--account", "222222222222", "--json", service="whole").stdout)
    assert "no charge that was asked for" in other["cost"]["reason"]


def test_the_json_has_the_numbers_and_null_for_what_a_service_has_not() -> None:
    done = status("--json", metrics="burning.parquet")
    found = json.loads(done.stdout)
    assert (found["exit_code"], done.returncode) == (3, 3)
    assert (found["at"], found["asked_at"]) == ("2026-11-16T09:30:00+00:00",) * 2
    (objective,) = found["objectives"]
    assert (objective["outcome"], objective["state"], objective["burn_rate_1h"]) == ("pass", "healthy", 50)
    assert objective["window"] == {"sample_count": 100_800, "bad_count": 300}
    assert found["alarms"]["asked"] == {
        "source": "recording burning.parquet", "window": {"start_at": "2026-11-15T09:30:00+00:00", "end_at": found["at"]},
        "as_of": found["at"], "age_seconds": 0,
    }  # fmt: skip
    fast = next(each for each in found["alarms"]["firing"] if each["alarm"].endswith("page-fast"))
    assert (fast["severity"], fast["began_at"]) == ("page", "2026-11-16T09:03:00+00:00")
    assert (len(found["alarms"]["firing"]), found["alarms"]["quiet_count"], found["alarms"]["unknown"]) == (4, 2, [])
    assert (found["deployments"], found["canaries"], found["cost"]) == (None, None, None)


def test_an_alarm_that_fires_for_longer_than_a_day_has_its_beginning(tmp_path: Path) -> None:
    a_recording(tmp_path / "long.parquet", bad_minutes=60 * 30)
    found = json.loads(status("--json", metrics=str(tmp_path / "long.parquet")).stdout)
    fast = next(each for each in found["alarms"]["firing"] if each["alarm"].endswith("page-fast"))
    assert fast["began_at"].startswith("2026-11-15T03:3")
    assert found["alarms"]["asked"]["window"]["start_at"] > fast["began_at"]


def test_a_recording_of_which_the_end_is_not_known_ends_earlier() -> None:
    done = status(metrics="old.parquet")
    assert done.stdout.startswith("shop production, 2026-11-15 13:30 UTC, 20 h ago: ")


@pytest.mark.parametrize(("form", "begin"), [("markdown", "## Status of shop production"), ("junit", "<testsuites ")])
def test_it_is_verdicts_too_with_what_the_other_blocks_say_as_notes(form: str, begin: str) -> None:
    done = status("--format", form)
    assert done.stdout.startswith(begin)
    assert ("- Alarms: none of 6 fires (recording good.parquet" in done.stdout) is (form == "markdown")
    assert done.returncode == 0


def test_it_is_told_again_until_somebody_interrupts(at_its_end: FakeClock) -> None:
    done = status("--watch", "10s")
    again = [SCREEN[0], *SCREEN[1:]]
    assert done.stdout.splitlines() == [*SCREEN, "", *again]
    assert (done.returncode, at_its_end.slept) == (130, [10, 10])
    assert done.stderr == "· reading recording good.parquet\nInterrupted.\n"


def test_a_round_of_json_is_an_object_each() -> None:
    decoder, text = json.JSONDecoder(), status("--watch", "10s", "--json").stdout
    first, end = decoder.raw_decode(text)
    second, _ = decoder.raw_decode(text[end:].lstrip())
    assert (first["at"], second["at"]) == ("2026-11-16T09:30:00+00:00",) * 2
    assert (first["asked_at"], second["asked_at"]) == ("2026-11-16T09:30:00+00:00", "2026-11-16T09:30:10+00:00")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def on_a_terminal(monkeypatch: pytest.MonkeyPatch, size: tuple[int, int], *options: str) -> tuple[int, str]:
    monkeypatch.setattr("shutil.get_terminal_size", lambda _usual: os.terminal_size(size))
    terminal = Terminal()
    monkeypatch.setattr(sys, "stdout", terminal)
    code = cli.run(["status", "--service", "shop", "--metrics", "good.parquet", *options])
    return code, terminal.getvalue()


def test_on_a_terminal_a_round_is_drawn_over_the_last_and_fits_it(
    at_its_end: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, drawn = on_a_terminal(monkeypatch, (80, 24), "--watch", "10s")
    assert code == 130
    first, second = drawn.removesuffix("\x1b[?25h").split("\x1b[H")[1:]
    assert first == second == "".join(f"{line}\x1b[K\n" for line in SCREEN) + "\x1b[J"
    assert drawn.count("\x1b[2J") == 1
    at_its_end.slept.clear()
    _, low = on_a_terminal(monkeypatch, (80, 6), "--watch", "10s")
    assert low.split("\x1b[H")[1].count("\n") == 5
    assert "and 5 more lines; a taller window has them" in low


def test_a_narrow_terminal_has_sentences_in_the_place_of_a_table(monkeypatch: pytest.MonkeyPatch) -> None:
    code, text = on_a_terminal(monkeypatch, (40, 24))
    assert code == 0
    assert (
        "shop-errors: healthy, left 100 %, burn 1\n  h 0.0, 6 h 0.0, 3 d 0.0, known 7 of 7\n  days, age 0 s\n" in text
    )
    assert max(map(len, text.splitlines())) <= 40


def test_a_recording_that_goes_meanwhile_is_not_known_and_ends_nothing(
    place: Path, tmp_path: Path, at_its_end: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "gone.parquet"
    file.write_bytes((place / "good.parquet").read_bytes())
    sleep = at_its_end.sleep

    def remove(seconds: float) -> None:
        file.unlink(missing_ok=True)
        sleep(seconds)

    monkeypatch.setattr(at_its_end, "sleep", remove)
    done = status("--watch", "10s", metrics=str(file))
    first, second = done.stdout.split("\n\nshop production, ")
    assert "the objective is met; no alarm fires." in first
    assert "whether the objective is met is not known; whether an alarm fires is not known" in " ".join(second.split())
    assert "Alarms: not known: " in second
    assert done.returncode == 130


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--metrics", "good.parquet", "--region", "eu-west-1"), "--region: of no use with --metrics"),
        (("--metrics", "good.parquet", "--local"), "--metrics: of no use with --local"),
        (("--region", "eu-west-1", "--home", "here"), "--region: of no use with --home"),
        (("--stage", "staging"), "leave it out, or give --metrics or --region"),
        (("--region", "eu-west-1", "--watch", "59s"), "with --region give 1m or more, not 59s"),
        (("--region", "eu-west-1", "--parameter", "A=b"), "--parameter: of no use without --metrics"),
        (("--metrics", "good.parquet", "--account", "111111111111"), "--account: of no use without --costs"),
        (("--metrics", "good.parquet", "--watch", "10s", "--format", "junit"), "--watch prints text or JSON"),
        (("--metrics", "good.parquet", "--watch", "500ms"), "'500ms' is no duration"),
        (("--metrics", "costs.csv"), "costs.csv"),
        (("--metrics", "good.parquet", "--deployments", "costs.csv"), "costs.csv"),
        (("--metrics", "good.parquet", "--costs", "events.json"), "events.json"),
        (("--home", "nowhere"), "no local platform is up in nowhere; start one with `sre local up --home nowhere`"),
    ],
)
def test_bad_input_is_told_and_ends_with_2(options: tuple[str, ...], said: str) -> None:
    done = sre("status", "--service", "whole", *options)
    assert (done.returncode, done.stdout) == (2, ""), done.stderr
    assert said in done.stderr


def test_a_recording_of_nothing_has_no_moment(tmp_path: Path) -> None:
    a_recording(tmp_path / "empty.parquet", hours_unknown=24 * 15)
    done = status(metrics=str(tmp_path / "empty.parquet"))
    assert done.returncode == 2
    assert "nothing is known of any time" in done.stderr


@mock_aws
def test_an_account_is_asked_for_its_metrics_and_its_stacks(
    place: Path, at_its_end: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.setenv(name, "testing")
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    client = boto3.client("cloudwatch", region_name="us-east-1")
    for hours in (1, 2, 30):
        for name, value in (("Requests", 1_000.0), ("Faults", 2.0)):
            datum: Any = {
                "MetricName": name, "Dimensions": [{"Name": "Stage", "Value": "production"}],
                "Timestamp": now - timedelta(hours=hours), "Value": value,
            }  # fmt: skip
            client.put_metric_data(Namespace="Shop", MetricData=[datum])
    template = json.dumps({"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}})
    boto3.client("cloudformation", region_name="us-east-1").create_stack(
        StackName="shop-production", TemplateBody=template
    )
    # The minute in which the stack was made is over then.
    at_its_end.at = datetime.now(UTC).replace(second=0, microsecond=0) + MINUTE
    done = status("--region", "us-east-1", "--json", service="whole", metrics=None)
    found = json.loads(done.stdout)
    objectives = {each["objective"]: each for each in found["objectives"]}
    errors = objectives["shop-errors"]
    assert (errors["outcome"], errors["window"]) == ("pass", {"sample_count": 3_000, "bad_count": 6})
    assert objectives["deployments"]["window"] == {"sample_count": 1, "bad_count": 0}
    (operation,) = found["deployments"]["operations"]
    assert (operation["stack"], operation["outcome"]) == ("shop-production", "pass")
    assert found["deployments"]["asked"]["source"] == "CloudFormation events of 90 days, deleted stacks too"
    assert found["alarms"]["asked"]["source"] == found["source"] == "CloudWatch in us-east-1"
    assert found["alarms"]["quiet_count"] >= 6
    # Whoever has no bill at Cost Explorer is told so.
    assert (objectives["monthly-cost"]["outcome"], done.returncode) == ("no_data", 3)
    assert found["cost"]["reason"].startswith("Cost Explorer answered")


def test_an_account_that_nobody_may_ask_is_not_known_in_every_block(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
    done = status("--region", "us-east-1", service="whole", metrics=None)
    assert done.returncode == 3
    assert done.stdout.startswith("shop production, 2026-11-16 09:30 UTC: none of 3 objectives is known to be met;")
    for block in ("Alarms", "Deployments", "Cost"):
        assert f"{block}: not known: no AWS credentials" in done.stdout


class Broken:
    """The platform's metrics, which do not answer."""

    def read(
        self, wanted: Sequence[MetricStat], *, start_at: datetime, end_at: datetime
    ) -> Sequence[Reading[Series]]:  # fmt: skip
        raise SourceError("the local platform did not answer")


def test_the_local_platform_that_is_up_is_meant_where_nothing_else_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    platform = a_platform(tmp_path)
    asked: list[Any] = []
    monkeypatch.setattr("sre.cli.status.place.running_platform", lambda home, **_: asked.append(home) or platform)
    monkeypatch.setattr(of_status, "local_metrics", lambda _platform: Broken())
    stacks = SimpleNamespace(client=lambda _name, **given: asked.append(given["endpoint_url"]) or None)
    monkeypatch.setattr(of_status, "root_session", lambda _region: stacks)

    def refuse(*_: object, **__: object) -> EvaluatedAlarms:
        raise InputError("the local platform cannot be reached")

    monkeypatch.setattr(of_status, "evaluate_on_platform", refuse)
    monkeypatch.setattr(of_status, "read_operations", lambda *_, **__: of_quarter(some_operations()))
    done = sre("status")
    assert asked[:2] == [Path(".sre/local"), platform.endpoint]
    text = " ".join(done.stdout.split())
    assert text.startswith("t-developer local, 2026-11-16 09:30 UTC: 1 of 6 objectives is met;")
    assert "Alarms: not known: the local platform cannot be reached" in text
    assert "Cost: not known: there is no bill here" in text
    assert "Canaries: not known: the local platform did not answer" in text
    assert done.returncode == 3
