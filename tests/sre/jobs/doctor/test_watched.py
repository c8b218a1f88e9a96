"""The metrics that alarms and panels look at: each once, with who looks, and what a deployment knows filled in."""

from collections import Counter

from alarms.plan import plan_of
from dashboards.all_dashboards import all_dashboards
from foundation.cloudwatch.metrics import Metric
from infra.dashboards import deployment_of
from infra.stage import make_stage
from sre.jobs.doctor.watched import Watched, watched_metrics
from tests.sre.jobs.doctor.factories import REGION, a_metric, open_metric, watched

STAGE = make_stage("production")
PLAN = plan_of(STAGE)
BOARDS = all_dashboards(deployment_of(STAGE, PLAN))
ARN = f"arn:aws:states:{REGION}:123456789012:stateMachine:t-developer-production-pipeline"
KNOWN = {
    "AWS::Region": REGION, "AWS::AccountId": "123456789012", "AWS::Partition": "aws", "WebSocketApiId": "w1",
    "ArchivesBucket": "b", "StateMachineArn": ARN,
}  # fmt: skip


def of(metrics: tuple[Watched, ...], name: str) -> Watched:
    (found,) = (each for each in metrics if each.metric.name == name)
    return found


def test_every_metric_of_every_alarm_and_panel_is_there_once() -> None:
    found = watched_metrics(PLAN, BOARDS, {})
    wanted = {stat.metric for alarm in PLAN.metric_alarms for stat in alarm.stats}
    wanted |= {metric for board in BOARDS for graph in board.graphs for metric in graph.metrics}
    assert {each.metric for each in found} == wanted
    assert max(Counter(each.metric for each in found).values()) == 1
    assert [str(each.metric) for each in found] == sorted(map(str, wanted))


def test_a_metric_knows_the_alarms_and_the_panels_that_look_at_it() -> None:
    found = of(watched_metrics(PLAN, BOARDS, {}), "EstimatedCharges")
    assert "t-developer-production-monthly-cost-page-limit" in found.alarms
    assert found.panels
    assert all(": " in each for each in found.panels)
    assert of(watched_metrics(PLAN, (), {}), "EstimatedCharges").panels == ()


def test_what_a_deployment_knows_is_filled_in_and_one_series_by_two_names_is_one() -> None:
    bare, filled = watched_metrics(PLAN, BOARDS, {}), watched_metrics(PLAN, BOARDS, KNOWN)
    assert sum(bool(each.open_names) for each in bare) == 14
    assert [each.open_names for each in filled if each.open_names] == []
    # ExecutionsFailed and ExecutionsTimedOut are named by the alarms as one ARN, by the panels as an output.
    assert len(bare) - len(filled) == 2
    wanted = a_metric("AWS/States", "ExecutionsFailed", StateMachineArn=ARN)
    (one,) = (each for each in filled if each.metric == wanted)
    assert one.alarms
    assert one.panels


def test_a_metric_keeps_how_it_is_written_in_the_files() -> None:
    found = of(watched_metrics(PLAN, BOARDS, KNOWN), "NumberOfObjects")
    assert dict(found.metric.dimensions)["BucketName"] == "b"
    assert dict(found.written.dimensions)["BucketName"] == "${ArchivesBucket}"


def test_the_region_of_a_metric_is_that_of_the_stage_unless_aws_has_it_elsewhere() -> None:
    assert watched(a_metric("AWS/Lambda", "Errors", FunctionName="f")).region(REGION) == REGION
    assert watched(a_metric("AWS/Billing", "EstimatedCharges", Currency="USD")).region(REGION) == "us-east-1"
    assert watched(a_metric("AWS/Lambda", "Errors", FunctionName="f")).region(None) is None


def test_open_names_are_those_of_parameters_alone() -> None:
    assert watched(open_metric()).open_names == ("ArchivesBucket",)
    looks_so = Metric(namespace="N", name="m", dimensions=(("A", "${ArchivesBucket}"),))
    assert watched(looks_so).open_names == ()
