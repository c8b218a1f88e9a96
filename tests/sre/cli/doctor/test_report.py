"""`sre doctor` as a person calls it: exit codes, what is bad input, and the real path through AWS's own API."""

import json
import re
import shutil
from pathlib import Path
from typing import Any

import boto3
import pytest

from infra.checkout import ROOT
from tests.sre.cli.command_line import Done, sre
from tests.sre.jobs.doctor.test_examination import QUEUE, aws, put, refusing

__all__ = ("aws",)

ORDERS = ROOT / "examples" / "orders"
NO_CREDENTIALS = "no credentials"


@pytest.fixture(autouse=True)
def no_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def service(tmp_path: Path) -> Path:
    """The example's files, where they may be broken."""
    shutil.copytree(ORDERS, tmp_path / "orders")
    return Path("orders")


def data(done: Done) -> dict[str, Any]:
    return json.loads(done.stdout)


def state_of(report: dict[str, Any], name: str) -> str:
    (one,) = (each["state"] for each in report["lines"] if each["name"] == name)
    return one


def test_without_credentials_it_ends_with_3_and_tells_what_needs_none(service: Path) -> None:
    done = sre("doctor", "--service", str(service), "--region", "eu-west-1")
    assert done.returncode == 3
    assert done.stderr == ""
    lines = done.stdout.splitlines()
    assert "  missing    credentials: no credentials" in lines
    assert "             → set AWS_PROFILE, or sign in with `aws sso login`" in lines
    assert "  ok         orders/service.yaml: orders: 8 resources, 0 own metrics" in lines
    assert "  not known  54 metrics: no credentials" in lines
    assert "  not known  15 actions: no credentials" in lines
    assert lines[-1].startswith("1 missing, 70 not known: orders, production; AWS in eu-west-1, ")


@pytest.mark.usefixtures("aws")
def test_when_every_metric_was_put_nothing_is_missing_and_it_ends_with_0(service: Path) -> None:
    words = ("doctor", "--service", str(service), "--region", "eu-west-1", "--json")
    before = sre(*words)
    assert before.returncode == 3
    client = boto3.client("cloudwatch", region_name="eu-west-1")
    for each in data(before)["metrics"]:
        put(client, each["namespace"], each["metric"], **{pair["name"]: pair["value"] for pair in each["dimensions"]})
    after = sre(*words)
    assert after.returncode == 0
    report = data(after)
    assert (report["exit_code"], report["missing_count"], report["not_known_count"]) == (0, 0, 0)
    assert report["caller"] == {
        "account": "123456789012", "arn": "arn:aws:sts::123456789012:user/moto", "credentials": "environment variables",
    }  # fmt: skip
    assert [line for line in after.stderr.splitlines() if line] == [
        "· asking AWS in eu-west-1 who asks",
        "· asking AWS in eu-west-1 for the permissions of 15 actions",
        "· asking AWS in eu-west-1 for 54 metrics by 28 names",
    ]


def test_a_refused_action_is_missing_with_the_command_that_needs_it(
    aws: Any, service: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(aws, "AWS/SQS", "NumberOfMessagesSent", **QUEUE)
    refusing(monkeypatch, "GetDashboard")
    monkeypatch.setenv("COLUMNS", "140")
    done = sre("doctor", "--service", str(service), "--region", "eu-west-1")
    assert done.returncode == 3
    lines = done.stdout.splitlines()
    at = lines.index("  missing    cloudwatch:GetDashboard (for sre dashboards diff): refused")
    assert lines[at + 1] == (
        "             → allow cloudwatch:GetDashboard in a policy of arn:aws:sts::123456789012:user/moto"
    )  # fmt: skip
    assert "             → nothing was sent yet, or the name differs: compare with orders/service.yaml:26" in lines


def test_a_broken_objectives_file_is_a_line_and_the_account_is_asked(aws: Any, service: Path) -> None:
    file = service / "objectives.yaml"
    file.write_text(file.read_text().replace("timeWindow:", "timeWindows:", 1))
    done = sre("doctor", "--service", str(service), "--region", "eu-west-1", "--json")
    assert (done.returncode, "Error" in done.stderr) == (3, False)
    report = data(done)
    assert state_of(report, "orders/objectives.yaml") == "missing"
    assert state_of(report, "orders/service.yaml") == "ok"
    assert state_of(report, "metrics of alarms and panels") == "not_known"
    assert report["metrics"] == []
    assert {each["state"] for each in report["permissions"]} == {"ok"}


def test_of_files_that_are_broken_a_parameter_is_not_refused(service: Path) -> None:
    (service / "objectives.yaml").write_text("[")
    assert sre("doctor", "--service", str(service), "--region", "eu-west-1", "--parameter", "A=b").returncode == 3


def test_a_broken_service_file_is_a_line_and_no_bad_input(service: Path) -> None:
    (service / "service.yaml").write_text("service: [\n")
    done = sre("doctor", "--service", str(service), "--region", "eu-west-1", "--json")
    assert done.returncode == 3
    report = data(done)
    assert (report["service"], state_of(report, "orders/service.yaml")) == (None, "missing")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--service", "none"), "none: cannot be read: there is no such file"),
        (("--service", "."), "service.yaml: cannot be read: there is no such file"),
        (("--service", "orders", "--stage", "staging"), "--stage staging: orders has no such stage; "),
        (("--stage", "moon"), "--stage moon: t-developer has no such stage; there are development, local,"),
        (("--local", "--region", "eu-west-1"), "--region: of no use with --local"),
        (("--home", "x", "--region", "eu-west-1"), "--region: of no use with --home"),
        (("--local", "--stage", "staging"), "--stage staging: the local platform has the stage local; leave it out"),
        (("--parameter", "x"), "--parameter"),
        (("--parameter", "ArchivBucket=x"), "--parameter ArchivBucket: no metric has it; did you mean ArchivesBucket?"),
    ],
)
def test_bad_input_is_2(words: tuple[str, ...], said: str, service: Path) -> None:
    done = sre("doctor", *words)
    assert done.returncode == 2
    assert said in done.stderr
    assert done.stdout == ""


def test_a_local_platform_that_is_down_ends_with_3_and_says_how_it_is_started(tmp_path: Path) -> None:
    done = sre("doctor", "--home", "home")
    assert (done.returncode, done.stderr) == (3, "")
    lines = done.stdout.splitlines()
    assert "  missing    the local platform: none is up in home" in lines
    assert "             → `sre local up --home home` starts it" in lines
    assert "  The local platform knows no permissions." in lines
    assert re.match(r"1 missing, \d+ not known: t-developer, local; the local platform, ", lines[-1])
    assert "none is up in .sre/local" in sre("doctor", "--local").stdout


@pytest.mark.usefixtures("aws")
def test_a_parameter_fills_in_what_only_a_deployment_knows() -> None:
    words = ("doctor", "--region", "eu-west-1", "--json")
    (unknown,) = (each for each in data(sre(*words))["metrics"] if each["metric"] == "NumberOfObjects")
    assert (unknown["state"], unknown["to_do"]) == ("not_known", "give --parameter ArchivesBucket=VALUE")
    given = data(sre(*words, "--parameter", "ArchivesBucket=mine"))["metrics"]
    (known,) = (each for each in given if each["metric"] == "NumberOfObjects")
    assert known["state"] == "missing"
    assert {"name": "BucketName", "value": "mine"} in known["dimensions"]


@pytest.fixture
def summary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    file = tmp_path / "summary.md"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(file))
    return file


def test_markdown_and_junit_have_what_is_missing(service: Path, summary: Path) -> None:
    words = ("doctor", "--service", str(service), "--region", "eu-west-1", "--format")
    markdown, junit = sre(*words, "markdown"), sre(*words, "junit")
    assert (markdown.returncode, junit.returncode) == (3, 3)
    first = next(line for line in markdown.stdout.splitlines() if line.startswith("| credentials"))
    assert "| account |" in first
    assert "fail" in first
    assert '<testcase name="credentials" classname="account"' in junit.stdout
    assert "## Doctor: orders, production" in summary.read_text()
