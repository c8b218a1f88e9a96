"""AWS's limits on names, a row a kind of thing: where a name must be the only one, how long it may be, of which characters.

Patterns mean ASCII and the whole name. Where the API and CloudFormation disagree, the narrower of the two stands here.
"""

import re
from dataclasses import dataclass
from enum import Enum

from foundation.cloudwatch.limits import API, require

_XRAY = "https://docs.aws.amazon.com/xray/latest/api"
_LETTERS = r"[A-Za-z0-9_-]+"


class Unique(Enum):
    """Within what a name may stand once."""

    ACCOUNT_AND_REGION = "an account and Region"
    ACCOUNT = "an account, in all Regions together"
    WORLD = "all of AWS"


@dataclass(frozen=True, slots=True, kw_only=True)
class NameKind:
    """What of a resource is called so, and what AWS takes for its name; `source` is the page that says so."""

    resource_type: str
    key: tuple[str, ...]
    unique: Unique
    most_characters: int
    pattern: str
    source: str
    least_characters: int = 1
    ignores_case: bool = False

    def check(self, name: str) -> None:
        """Raise LimitError unless AWS takes the name."""
        said = name if len(name) <= 80 else f"{name[:80]}…"
        require(
            self.least_characters <= len(name) <= self.most_characters,
            f"{self.resource_type} {said!r}: a name has {self.least_characters} to {self.most_characters} characters, not "
            f"{len(name)}",
            self.source,
        )
        require(
            re.fullmatch(self.pattern, name, re.ASCII) is not None,
            f"{self.resource_type} {said!r}: a name is written as {self.pattern} says",
            self.source,
        )


def _reference(service: str, page: str) -> str:
    return f"https://docs.aws.amazon.com/{service}/{page}.html"


# A rule of a composite alarm quotes the names, so no name of ours has a quotation mark.
ALARM = NameKind(
    resource_type="AWS::CloudWatch::Alarm", key=("AlarmName",), unique=Unique.ACCOUNT_AND_REGION, most_characters=255,
    pattern=r'[^\x00-\x1f\x7f"]+', source=f"{API}/API_PutMetricAlarm.html",
)  # fmt: skip
COMPOSITE_ALARM = NameKind(
    resource_type="AWS::CloudWatch::CompositeAlarm", key=("AlarmName",), unique=Unique.ACCOUNT_AND_REGION,
    most_characters=255, pattern=ALARM.pattern, source=f"{API}/API_PutCompositeAlarm.html",
)  # fmt: skip
DASHBOARD = NameKind(
    resource_type="AWS::CloudWatch::Dashboard", key=("DashboardName",), unique=Unique.ACCOUNT, most_characters=255,
    pattern=_LETTERS, source=f"{API}/API_PutDashboard.html",
)  # fmt: skip
# The function that Synthetics makes is called cwsyn-NAME-ID; it shortens that one itself.
CANARY = NameKind(
    resource_type="AWS::Synthetics::Canary", key=("Name",), unique=Unique.ACCOUNT_AND_REGION, most_characters=255,
    pattern=r"[0-9a-z_-]+",
    source="https://docs.aws.amazon.com/AmazonSynthetics/latest/APIReference/API_CreateCanary.html",
)  # fmt: skip
RULE = NameKind(
    resource_type="AWS::Events::Rule", key=("Name",), unique=Unique.ACCOUNT_AND_REGION, most_characters=64,
    pattern=r"[.A-Za-z0-9_-]+", source=_reference("eventbridge", "latest/APIReference/API_PutRule"),
)  # fmt: skip
SCHEDULE = NameKind(
    resource_type="AWS::Scheduler::Schedule", key=("Name",), unique=Unique.ACCOUNT_AND_REGION, most_characters=64,
    pattern=r"[.A-Za-z0-9_-]+", source=_reference("scheduler", "latest/APIReference/API_CreateSchedule"),
)  # fmt: skip
TOPIC = NameKind(
    resource_type="AWS::SNS::Topic", key=("TopicName",), unique=Unique.ACCOUNT_AND_REGION, most_characters=256,
    pattern=_LETTERS, source=_reference("sns", "latest/api/API_CreateTopic"),
)  # fmt: skip
FUNCTION = NameKind(
    resource_type="AWS::Lambda::Function", key=("FunctionName",), unique=Unique.ACCOUNT_AND_REGION, most_characters=64,
    pattern=_LETTERS, source=_reference("lambda", "latest/api/API_CreateFunction"),
)  # fmt: skip
STATE_MACHINE = NameKind(
    resource_type="AWS::StepFunctions::StateMachine", key=("StateMachineName",), unique=Unique.ACCOUNT_AND_REGION,
    most_characters=80, pattern=_LETTERS, source=_reference("step-functions", "latest/apireference/API_CreateStateMachine"),
)  # fmt: skip
TABLE = NameKind(
    resource_type="AWS::DynamoDB::Table", key=("TableName",), unique=Unique.ACCOUNT_AND_REGION, least_characters=3,
    most_characters=255, pattern=r"[a-zA-Z0-9_.-]+",
    source=_reference("amazondynamodb", "latest/APIReference/API_CreateTable"),
)  # fmt: skip
BUCKET = NameKind(
    resource_type="AWS::S3::Bucket", key=("BucketName",), unique=Unique.WORLD, least_characters=3, most_characters=63,
    pattern=r"[a-z0-9][a-z0-9.-]*[a-z0-9]", source=_reference("AmazonS3", "latest/userguide/bucketnamingrules"),
)  # fmt: skip
TRACE_GROUP = NameKind(
    resource_type="AWS::XRay::Group", key=("GroupName",), unique=Unique.ACCOUNT_AND_REGION, most_characters=32,
    pattern=r"[^\x00-\x1f\x7f]+", source=f"{_XRAY}/API_CreateGroup.html",
)  # fmt: skip
LOG_GROUP = NameKind(
    resource_type="AWS::Logs::LogGroup", key=("LogGroupName",), unique=Unique.ACCOUNT_AND_REGION, most_characters=512,
    pattern=r"(?!aws/)[._/#A-Za-z0-9-]+",
    source=_reference("AmazonCloudWatchLogs", "latest/APIReference/API_CreateLogGroup"),
)  # fmt: skip
ROLE = NameKind(
    resource_type="AWS::IAM::Role", key=("RoleName",), unique=Unique.ACCOUNT, most_characters=64,
    pattern=r"[\w+=,.@-]+", ignores_case=True, source=_reference("IAM", "latest/APIReference/API_CreateRole"),
)  # fmt: skip
BUDGET = NameKind(
    resource_type="AWS::Budgets::Budget", key=("Budget", "BudgetName"), unique=Unique.ACCOUNT, most_characters=100,
    pattern=r"[^:\\\x00-\x1f\x7f]+",
    source=_reference("aws-cost-management", "latest/APIReference/API_budgets_Budget"),
)  # fmt: skip
ANOMALY_MONITOR = NameKind(
    resource_type="AWS::CE::AnomalyMonitor", key=("MonitorName",), unique=Unique.ACCOUNT, most_characters=1_024,
    pattern=r"[^\x00-\x1f\x7f]+",
    source=_reference("aws-cost-management", "latest/APIReference/API_AnomalyMonitor"),
)  # fmt: skip
ANOMALY_SUBSCRIPTION = NameKind(
    resource_type="AWS::CE::AnomalySubscription", key=("SubscriptionName",), unique=Unique.ACCOUNT, most_characters=256,
    pattern=r"[0-9A-Za-z!_.*'()-]+",
    source=_reference("aws-cost-management", "latest/APIReference/API_AnomalySubscription"),
)  # fmt: skip
CLUSTER = NameKind(
    resource_type="AWS::ECS::Cluster", key=("ClusterName",), unique=Unique.ACCOUNT_AND_REGION, most_characters=255,
    pattern=_LETTERS, source=_reference("AmazonECS", "latest/APIReference/API_CreateCluster"),
)  # fmt: skip
TASK_FAMILY = NameKind(
    resource_type="AWS::ECS::TaskDefinition", key=("Family",), unique=Unique.ACCOUNT_AND_REGION, most_characters=255,
    pattern=_LETTERS, source=_reference("AmazonECS", "latest/APIReference/API_RegisterTaskDefinition"),
)  # fmt: skip
REPOSITORY = NameKind(
    resource_type="AWS::ECR::Repository", key=("RepositoryName",), unique=Unique.ACCOUNT_AND_REGION,
    least_characters=2, most_characters=256, pattern=r"[a-z0-9]+(?:(?:[._/]|__|-+)[a-z0-9]+)*",
    source=_reference("AmazonECR", "latest/APIReference/API_CreateRepository"),
)  # fmt: skip
STACK = NameKind(
    resource_type="AWS::CloudFormation::Stack", key=("StackName",), unique=Unique.ACCOUNT_AND_REGION,
    most_characters=128, pattern=r"[a-zA-Z][a-zA-Z0-9-]*",
    source=_reference("AWSCloudFormation", "latest/APIReference/API_CreateStack"),
)  # fmt: skip
# An API may be called as another is; T-Developer's alarms and dashboards find it by this name, so ours may not.
REST_API = NameKind(
    resource_type="AWS::ApiGateway::RestApi", key=("Name",), unique=Unique.ACCOUNT_AND_REGION, most_characters=1_024,
    pattern=r"[\x20-\x7e]+", source=_reference("apigateway", "latest/api/API_CreateRestApi"),
)  # fmt: skip
WEBSOCKET_API = NameKind(
    resource_type="AWS::ApiGatewayV2::Api", key=("Name",), unique=Unique.ACCOUNT_AND_REGION, most_characters=128,
    pattern=r"[\x20-\x7e]+", source="https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis.html",
)  # fmt: skip
CHAT_CHANNEL = NameKind(
    resource_type="AWS::Chatbot::SlackChannelConfiguration", key=("ConfigurationName",), unique=Unique.ACCOUNT,
    most_characters=128, pattern=_LETTERS,
    source=_reference("chatbot", "latest/APIReference/API_CreateSlackChannelConfiguration"),
)  # fmt: skip
KINDS = (
    ALARM, COMPOSITE_ALARM, DASHBOARD, CANARY, RULE, SCHEDULE, TOPIC, FUNCTION, STATE_MACHINE, TABLE, BUCKET, TRACE_GROUP,
    LOG_GROUP, ROLE, BUDGET, ANOMALY_MONITOR, ANOMALY_SUBSCRIPTION, CLUSTER, TASK_FAMILY, REPOSITORY, STACK, REST_API,
    WEBSOCKET_API, CHAT_CHANNEL,
)  # fmt: skip
