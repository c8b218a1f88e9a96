"""The stack of the weekly report: what it may, what it tells, and what watches the bill."""

import json
from pathlib import Path
from typing import Any

import pytest

from foundation.slo.model import CostObjective
from foundation.slo.reader import read_objectives
from infra.images import STAGE_NAME
from infra.service import T_DEVELOPER
from infra.settings import Settings
from infra.stacks.reports import ReportsStack
from infra.stage import make_stage
from tests.infra.test_stacks import nagged

pytestmark = [pytest.mark.cdk, pytest.mark.xdist_group("stacks")]

Resources = list[dict[str, Any]]


@pytest.fixture
def stack(production: dict[str, dict[str, Any]]) -> Resources:
    return list(production["t-developer-production-reports"]["Resources"].values())


def of(stack: Resources, kind: str) -> list[dict[str, Any]]:
    return [each["Properties"] for each in stack if each["Type"] == kind]


def the(stack: Resources, kind: str) -> dict[str, Any]:
    (found,) = of(stack, kind)
    return found


def test_it_runs_on_monday_morning_in_utc_and_is_asked_again_when_it_was_not_reached(stack: Resources) -> None:
    weekly = the(stack, "AWS::Scheduler::Schedule")
    assert (weekly["ScheduleExpression"], weekly["ScheduleExpressionTimezone"]) == ("cron(0 7 ? * MON *)", "Etc/UTC")
    assert weekly["Target"]["RetryPolicy"] == {"MaximumEventAgeInSeconds": 3600, "MaximumRetryAttempts": 3}
    assert weekly["Target"]["Input"] == "{}"


def test_the_function_is_an_image_for_graviton_and_a_run_that_fails_is_told_to_the_topic(stack: Resources) -> None:
    function = the(stack, "AWS::Lambda::Function")
    assert function["PackageType"] == "Image"
    assert function["Architectures"] == ["arm64"]
    assert function["Environment"]["Variables"]["CODE_VERSION"].startswith("lambda-weekly-report-")
    assert function["Environment"]["Variables"]["STAGE_FILE"] == STAGE_NAME
    failed = the(stack, "AWS::Lambda::EventInvokeConfig")
    (topic,) = [each for each in stack if each["Type"] == "AWS::SNS::Topic"]
    assert topic["Properties"]["TopicName"] == "t-developer-production-weekly-report"
    assert failed["DestinationConfig"]["OnFailure"]["Destination"]["Ref"].startswith("Topic")


def test_the_function_may_read_everything_that_a_report_tells_and_write_its_pages_alone(stack: Resources) -> None:
    (policy,) = [
        each["PolicyDocument"]["Statement"]
        for each in of(stack, "AWS::IAM::Policy")
        if "ce:GetCostAndUsage" in json.dumps(each)
    ]
    anywhere = {
        action
        for statement in policy
        if statement["Resource"] == "*"
        for action in ([statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"])
    }
    assert anywhere == {
        "ce:GetAnomalies", "ce:GetCostAndUsage", "ce:GetCostForecast", "cloudformation:DescribeStackEvents",
        "cloudformation:DescribeStacks", "cloudformation:ListStacks", "cloudwatch:GetMetricData", "cloudwatch:ListMetrics",
        "sns:ListSubscriptionsByTopic", "sns:ListTopics",
        "xray:PutTelemetryRecords", "xray:PutTraceSegments",
    }  # fmt: skip
    (pages,) = [each for each in policy if "s3:PutObject" in each["Action"]]
    assert sorted(pages["Action"]) == ["s3:GetObject", "s3:PutObject"]
    assert pages["Resource"]["Fn::Join"][1][-1] == "/weekly/*"


def test_a_page_is_kept_a_year_and_a_day(stack: Resources) -> None:
    rules = the(stack, "AWS::S3::Bucket")["LifecycleConfiguration"]["Rules"]
    assert [each["ExpirationInDays"] for each in rules if "ExpirationInDays" in each] == [366]


def test_the_budget_is_the_objectives_limit_and_counts_as_the_report_does(stack: Resources) -> None:
    (objective,) = [
        each for each in read_objectives(T_DEVELOPER.objectives, stage="production") if isinstance(each, CostObjective)
    ]
    budget = the(stack, "AWS::Budgets::Budget")
    assert budget["Budget"]["BudgetLimit"] == {"Amount": float(objective.limit_usd), "Unit": "USD"}
    gross = {"IncludeCredit": False, "IncludeRefund": False, "IncludeTax": False}
    assert budget["Budget"]["CostTypes"] == gross
    told = [each["Notification"] for each in budget["NotificationsWithSubscribers"]]
    assert [(each["NotificationType"], each["Threshold"]) for each in told] == [
        ("ACTUAL", 50), ("ACTUAL", 80), ("ACTUAL", 100), ("FORECASTED", 100),
    ]  # fmt: skip


def test_an_anomaly_of_a_twentieth_of_the_limit_in_what_is_tagged_is_told_at_once(stack: Resources) -> None:
    monitor, told = the(stack, "AWS::CE::AnomalyMonitor"), the(stack, "AWS::CE::AnomalySubscription")
    assert json.loads(monitor["MonitorSpecification"]) == {"Tags": {"Key": "Project", "Values": ["t-developer"]}}
    # Only SNS can be told at once: https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_AnomalySubscription.html
    assert (told["Frequency"], told["Subscribers"][0]["Type"]) == ("IMMEDIATE", "SNS")
    assert json.loads(told["ThresholdExpression"])["Dimensions"]["Values"] == ["25"]


def test_only_this_accounts_budgets_and_anomalies_may_publish_to_the_topic(stack: Resources) -> None:
    statements = the(stack, "AWS::SNS::TopicPolicy")["PolicyDocument"]["Statement"]
    allowed = {each["Principal"]["Service"]: each["Condition"] for each in statements if each["Effect"] == "Allow"}
    assert set(allowed) == {"budgets.amazonaws.com", "costalerts.amazonaws.com"}
    for condition in allowed.values():
        assert condition["StringEquals"] == {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}


def test_cdk_nag_finds_no_more_than_what_is_meant(tmp_path: Path) -> None:
    """S1: nobody needs a log of who read a page of a bucket that is closed. IAM5: these actions know no resource."""

    def make(app: Any) -> None:
        ReportsStack(app, "reports", settings=Settings(stage="production"), stage=make_stage("production"))

    violations = [each for report in nagged(make, tmp_path) for each in report["violations"]]
    assert {each["ruleName"].split("[")[0] for each in violations} == {"AwsSolutions-S1", "AwsSolutions-IAM5"}
