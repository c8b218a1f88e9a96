"""Where a weekly report's alarms come from: the plan filled with what the stack knows, evaluated, and held against incidents."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

import boto3
import numpy as np
import pytest
from botocore.stub import Stubber
from moto import mock_aws

from alarms.evaluation import CombinedSource, Part
from alarms.placeholders import fill_placeholders, placeholders_in
from alarms.plan import plan_of
from canaries.definitions import read_canaries
from foundation.cloudwatch.frame import FrameSource, Points
from foundation.cloudwatch.metrics import Metric
from foundation.cloudwatch.names import Scope
from foundation.cloudwatch.suppression import Notified
from foundation.errors import SourceError
from foundation.slo.incidents import Incident
from infra.outputs import deployed_parameters
from infra.service import T_DEVELOPER
from infra.stage import make_stage
from reports.weekly.inputs import AlarmsWeek
from reports.weekly.output import report_output
from reports.weekly.week import last_complete_week
from sre.jobs.demo.sample_costs import sample_costs
from sre.jobs.weekly_report.preparing import ReportOptions, prepare
from sre.jobs.weekly_report.sources import evaluated_alarms
from sre.jobs.weekly_report.writing import record, write_report
from tests.foundation.readings_factories import HELD
from tests.reports.weekly_factories import LEAN

STAGE = make_stage("production")
PLAN, OBJECTIVES = plan_of(STAGE), STAGE.objectives
START_AT = datetime(2026, 11, 9, tzinfo=UTC)
OUTAGE_AT = START_AT + timedelta(hours=6)


@pytest.fixture
def stacks() -> Any:
    return boto3.client("cloudformation", region_name="us-east-1")


def test_a_deployed_stack_fills_every_placeholder_of_the_plan(stacks: Any) -> None:
    outputs = [
        {"OutputKey": "WebSocketApiId", "OutputValue": "abc123"},
        {"OutputKey": "ApiUrl", "OutputValue": "https://a"},
    ]
    described = {
        "StackName": "t-developer-production-platform", "CreationTime": START_AT, "StackStatus": "UPDATE_COMPLETE",
        "StackId": "arn:aws:cloudformation:us-east-1:123456789012:stack/t-developer-production-platform/0",
        "Outputs": outputs,
    }  # fmt: skip
    with Stubber(stacks) as stubber:
        stubber.add_response(
            "describe_stacks", {"Stacks": [described]}, {"StackName": "t-developer-production-platform"}
        )
        facts = deployed_parameters(stacks, stack="t-developer-production-platform")
    assert any(placeholders_in(alarm) for alarm in PLAN.metric_alarms)
    assert not any(placeholders_in(alarm) for alarm in fill_placeholders(PLAN, facts).metric_alarms)


def test_a_stack_that_is_not_there_tells_nothing_and_one_that_may_not_be_read_is_not_known(stacks: Any) -> None:
    with Stubber(stacks) as stubber:
        stubber.add_client_error("describe_stacks", "ValidationError", "Stack with id any does not exist")
        assert deployed_parameters(stacks, stack="any") == {}
        stubber.add_client_error("describe_stacks", "AccessDenied", "no")
        with pytest.raises(SourceError, match="CloudFormation refuses DescribeStacks"):
            deployed_parameters(stacks, stack="any")


def faults(*, minutes: int) -> FrameSource:
    """A day of 100 requests a minute as X-Ray's groups count them, all of them faults in the outage."""
    times = np.arange(int(START_AT.timestamp()), int(START_AT.timestamp()) + 86_400, 60, dtype=np.int64)
    first = int(OUTAGE_AT.timestamp())
    bad = np.where((times >= first) & (times < first + 60 * minutes), 100.0, 0.0)
    statistics: dict[tuple[Metric, str, int], Points] = {}
    for group, values in (("bad", bad), ("total", np.full(times.size, 100.0))):
        dimensions = (("GroupName", Scope(service="t-developer", stage="production").trace_group("api-errors", group)),)
        metric = Metric(namespace="AWS/X-Ray", name="ApproximateTraceCount", dimensions=dimensions)
        statistics[metric, "Sum", 60] = Points(times=times, values=values)
    return FrameSource(statistics=MappingProxyType(statistics), samples=MappingProxyType({}), held=HELD)


def evaluated(incidents: Sequence[Incident] = ()) -> AlarmsWeek:
    source = faults(minutes=20)
    combined = CombinedSource(parts=(Part(source=source, metrics=source.metrics),))
    found = evaluated_alarms(PLAN, combined, START_AT, START_AT + timedelta(days=1), incidents=incidents)
    assert isinstance(found, AlarmsWeek)
    return found


def test_an_outage_pages_once_and_the_slower_alarms_are_held_back() -> None:
    alarms = evaluated()
    pages = [each for each in alarms.fired if each.severity == "page"]
    told = [each for each in pages if isinstance(each.notification, Notified)]
    assert [each.name for each in told] == ["t-developer-production-api-errors-page-fast"]
    assert len(pages) > len(told)
    assert OUTAGE_AT < told[0].seen_from < OUTAGE_AT + timedelta(minutes=5)
    assert told[0].began_at == told[0].seen_from


def test_alarms_without_a_metric_are_counted_by_their_reason() -> None:
    alarms = evaluated()
    assert sum(count for _, count in alarms.without_count) + alarms.evaluated_count == len(PLAN.notifying)
    assert dict(alarms.without_count)["none of its metrics is here"] > 10


def test_alarms_that_cannot_be_evaluated_are_told_together_whatever_metric_each_lacks() -> None:
    source = faults(minutes=0)
    coarse = {(metric, statistic, 300): points for (metric, statistic, _), points in source.statistics.items()}
    hours = FrameSource(statistics=MappingProxyType(coarse), samples=MappingProxyType({}), held=HELD)
    combined = CombinedSource(parts=(Part(source=hours, metrics=hours.metrics),))
    found = evaluated_alarms(PLAN, combined, START_AT, START_AT + timedelta(days=1))
    assert isinstance(found, AlarmsWeek)
    assert dict(found.without_count)["it was not recorded and does not follow from what was"] == 6


@pytest.mark.parametrize(("objective", "belongs"), [(None, True), ("api-errors", True), ("api-latency", False)])
def test_a_page_belongs_to_a_labelled_incident_of_its_objective(objective: str | None, belongs: bool) -> None:
    incident = Incident(
        name="outage", start_at=OUTAGE_AT, end_at=OUTAGE_AT + timedelta(minutes=20), objective=objective
    )
    (told,) = [
        each
        for each in evaluated([incident]).fired
        if each.severity == "page" and isinstance(each.notification, Notified)
    ]
    assert told.incidents == ((incident,) if belongs else ())


@mock_aws
def test_what_was_read_of_aws_is_kept_and_writes_the_same_week_again_without_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.setenv(name, "testing")
    now = datetime.now(UTC)
    week = last_complete_week(now)
    (tmp_path / "costs.csv").write_text(sample_costs(LEAN, through_on=week.first_on + timedelta(days=6)))
    client = boto3.client("cloudwatch", region_name="us-east-1")
    for hour in (5, 29):
        datum: Any = {
            "MetricName": "PipelinesAccepted", "Dimensions": [{"Name": "Stage", "Value": "production"}],
            "Timestamp": week.start_at + timedelta(hours=hour), "Value": 21.0, "Unit": "Count",
        }  # fmt: skip
        client.put_metric_data(Namespace="TDeveloper", MetricData=[datum])
    template = json.dumps({"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}})
    boto3.client("cloudformation", region_name="us-east-1").create_stack(
        StackName="t-developer-production-platform", TemplateBody=template
    )

    def values(out: str, *, metrics: Path | None = None, deployments: Path | None = None) -> dict[str, Any]:
        options = ReportOptions(
            stage=STAGE, canaries=read_canaries(T_DEVELOPER.canaries), traffic=LEAN, week=str(week), region="us-east-1",
            commit="x", keeps_what_it_reads=True, costs=tmp_path / "costs.csv", metrics=metrics, deployments=deployments,
        )  # fmt: skip
        request, read_from = prepare(options, now=now)
        page = write_report(request, read_from, tmp_path / out, say=lambda _line: None)
        if metrics is None:
            record(read_from, request, tmp_path / "kept")
        found = report_output(page).values.model_dump()
        return {name: found[name] for name in ("accepted_count", "objectives", "cost", "estimate")}

    live = values("live")
    assert live["accepted_count"] == 42
    kept = tmp_path / "kept"
    assert {each.name for each in kept.iterdir()} == {"metrics.parquet", "stack-events.json"}
    assert values("again", metrics=kept / "metrics.parquet", deployments=kept / "stack-events.json") == live
