"""The weekly report's function: what it writes, keeps and tells, and that its image has everything that it needs."""

import json
import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import parse_qs, urlsplit

import boto3
import numpy as np
import pandas as pd
import pytest
from moto import mock_aws

import sre.jobs.weekly_report.handler as handler
from foundation.errors import InputError
from foundation.service.stage_file import write_stage
from foundation.service.what_if import what_if
from infra.images import WEEKLY_REPORT, build_context
from infra.stage import make_stage
from sre.jobs.demo.sample_costs import sample_costs
from sre.jobs.weekly_report.handler import LINK_SECONDS, handle
from sre.jobs.weekly_report.preparing import ReportOptions
from tests.reports.weekly_factories import LEAN

REGION = "eu-west-1"


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "AWS_REGION": REGION, "AWS_DEFAULT_REGION": REGION, "STAGE": "production", "PAGES_BUCKET": "pages",
        "TOPIC_ARN": f"arn:aws:sns:{REGION}:123456789012:reports", "CODE_VERSION": "lambda-weekly-report-0123",
        "AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing", "AWS_SESSION_TOKEN": "testing",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)


@mock_aws
@pytest.mark.usefixtures("environment")
def test_it_keeps_three_pages_of_a_week_and_notifies_the_topic_of_a_link_that_ends(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Against moto, whose Cost Explorer has charges of nobody and no forecast: the verdict says so, and the page is there."""
    s3 = boto3.client("s3", region_name=REGION)
    s3.create_bucket(Bucket="pages", CreateBucketConfiguration={"LocationConstraint": REGION})
    sns, sqs = boto3.client("sns", region_name=REGION), boto3.client("sqs", region_name=REGION)
    topic = sns.create_topic(Name="reports")["TopicArn"]
    queue = sqs.create_queue(QueueName="reports")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)

    done = handle({"week": "2026-W46"}, None)

    assert ": undecided. " in capsys.readouterr().out.splitlines()[-1]  # the function's log says what came of it
    assert done == {"week": "2026-W46", "verdict": "undecided", "pages": "s3://pages/weekly/2026-W46/"}
    kept = {each["Key"]: each for each in s3.list_objects_v2(Bucket="pages")["Contents"]}
    assert sorted(kept) == [f"weekly/2026-W46/{name}" for name in ("index.html", "report.json", "report.md")]
    html = s3.get_object(Bucket="pages", Key="weekly/2026-W46/index.html")
    assert html["ContentType"] == "text/html; charset=utf-8"
    assert "lambda-weekly-report-0123" in html["Body"].read().decode()
    (received,) = sqs.receive_message(QueueUrl=queue)["Messages"]
    told = json.loads(json.loads(received["Body"])["Message"])
    assert told["content"]["title"].endswith("undecided")
    link = urlsplit(told["content"]["nextSteps"][0].rsplit(" ", 1)[1])
    asked = parse_qs(link.query)
    assert (link.hostname, link.path) == (f"pages.s3.{REGION}.amazonaws.com", "/weekly/2026-W46/index.html")
    assert asked["X-Amz-Expires"] == [str(LINK_SECONDS)] == ["43200"]
    assert asked["X-Amz-Algorithm"] == ["AWS4-HMAC-SHA256"]


@mock_aws
@pytest.mark.usefixtures("environment")
def test_a_week_that_is_none_fails_the_run_before_anything_is_written() -> None:
    with pytest.raises(InputError, match="2026-W60"):
        handle({"week": "2026-W60"}, None)


@pytest.mark.usefixtures("environment")
@pytest.mark.parametrize(
    ("event", "said"),
    [
        ({"week": 20}, "event:1: week: must be a text, not '20'"),
        ({"week": "0001-W01"}, "'0001-W01' is no ISO week of these years"),
        ({"week": "２０２６-W46"}, "is no ISO week"),
        ({"week": ["2026-W46"]}, "must be a text"),
        ({"weak": "2026-W46"}, "unknown key; did you mean week?"),
        ([1], "must be a mapping of keys to values"),
        ("2026-W46", "must be a mapping of keys to values"),
        (None, "must be a mapping of keys to values"),
    ],
)
def test_an_event_that_is_none_is_refused_before_anything_is_read(event: Any, said: str) -> None:
    with pytest.raises(InputError) as raised:
        handle(event, None)
    assert said in str(raised.value)


@pytest.mark.usefixtures("environment")
@pytest.mark.parametrize(
    ("name", "value"), [("TOPIC_ARN", "reports"), ("TOPIC_ARN", "arn:aws:sns:eu-west-1:1:x y"), ("PAGES_BUCKET", "a/b")]
)
def test_a_destination_that_is_none_is_refused_before_anything_is_read(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(InputError, match=name):
        handle({}, None)


@pytest.mark.usefixtures("environment")
def test_a_function_reports_on_the_stage_that_it_was_synthesized_with_and_on_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LAMBDA_TASK_ROOT", str(tmp_path))
    monkeypatch.setenv("STAGE_FILE", "stage.json")
    prepared: list[ReportOptions] = []

    def noted(options: ReportOptions, **_: object) -> NoReturn:
        prepared.append(options)
        raise InputError("enough")

    monkeypatch.setattr(handler, "prepare", noted)
    asked = what_if(make_stage("production"), targets=[("api-errors", Decimal("0.99"))])
    write_stage(asked, tmp_path / "stage.json")
    with pytest.raises(InputError, match="enough"):
        handle({}, None)
    assert [each.stage for each in prepared] == [asked]
    write_stage(make_stage("staging"), tmp_path / "stage.json")
    with pytest.raises(InputError, match=r"stage\.json: is the stage staging, and this function is that of production"):
        handle({}, None)


def test_an_environment_that_is_none_fails_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PAGES_BUCKET", raising=False)
    with pytest.raises(InputError, match="PAGES_BUCKET"):
        handle({}, None)


# Runs as in the image: our code is the context's, and a library that the image does not list cannot be imported.
_PROGRAM = """
import importlib.metadata, re, sys
from datetime import UTC, datetime
from pathlib import Path
code, site, metrics, costs, out = sys.argv[1:]
sys.path[:0] = [code, site]
listed = {line.split("==")[0] for line in Path(code).with_name("requirements.txt").read_text().splitlines()}
owners = importlib.metadata.packages_distributions()

class OnlyListed:
    def find_spec(self, name, path=None, target=None):
        by = {re.sub("[-_.]+", "-", each).lower() for each in owners.get(name.split(".")[0], ())}
        if by and not by & listed:
            raise ModuleNotFoundError(f"{name} is of {by}, which the image does not list", name=name)

sys.meta_path.insert(0, OnlyListed())
import sre.jobs.weekly_report.handler
from canaries.definitions import read_canaries
from infra.service import T_DEVELOPER
from infra.stage import make_stage
from infra.traffic import expected_traffic
from sre.jobs.weekly_report.preparing import ReportOptions, prepare
from sre.jobs.weekly_report.writing import write_report
make_stage("production")
from foundation.service.stage_file import read_stage
options = ReportOptions(stage=read_stage(Path(code) / "stage.json"), canaries=read_canaries(T_DEVELOPER.canaries),
    traffic=expected_traffic(T_DEVELOPER), week="2026-W46", region="us-east-1", metrics=Path(metrics), costs=Path(costs),
    commit="of the image")
request, sources = prepare(options, now=datetime(2026, 11, 17, tzinfo=UTC))
write_report(request, sources, Path(out), say=print)
import reports
print(reports.__file__)
"""


@pytest.mark.slow
@pytest.mark.cdk
def test_the_image_has_all_that_a_report_needs(tmp_path: Path) -> None:
    """The image cannot be built here: its code directory writes a report, and takes only the libraries that it lists."""
    stage = what_if(make_stage("production"), targets=[("api-errors", Decimal("0.99"))])
    context = build_context(WEEKLY_REPORT, tmp_path / "images", stage=stage)
    times = pd.date_range("2026-11-09", "2026-11-16", freq="1min", tz="UTC", inclusive="left")
    frame = pd.DataFrame(
        {
            "namespace": "AWS/ApiGateway", "metric_name": "5XXError", "statistic": "Sum", "period_seconds": 60,
            "dimensions": '{"ApiName": "t-developer-production-api", "Stage": "production"}',
            "timestamp": times, "value": np.zeros(len(times)),
        }
    )  # fmt: skip
    frame.to_parquet(tmp_path / "metrics.parquet")
    (tmp_path / "costs.csv").write_text(sample_costs(LEAN, through_on=date(2026, 11, 15)))
    site = str(Path(boto3.__file__).parent.parent)
    given = [str(tmp_path / name) for name in ("metrics.parquet", "costs.csv", "out")]
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", _PROGRAM, str(context / "code"), site, *given],
        cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    page = (tmp_path / "out" / "index.html").read_text()
    assert "of the image" in page
    assert "what if: api-errors at 99 % instead of 99.9 %" in page
    assert done.stdout.splitlines()[-1] == str(context / "code" / "reports" / "__init__.py")
