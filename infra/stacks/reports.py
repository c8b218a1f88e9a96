"""The weekly report on AWS: its schedule, its function, its pages, who is notified, and the account's budget and anomalies."""

from collections.abc import Sequence

from aws_cdk import CfnCondition, CfnOutput, CfnParameter, CfnTag, Duration, Fn, RemovalPolicy, Stack, TimeZone
from aws_cdk import aws_budgets as budgets
from aws_cdk import aws_ce as ce
from aws_cdk import aws_ecr_assets as ecr_assets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_destinations as destinations
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_scheduler_targets as targets
from aws_cdk import aws_sns as sns
from constructs import Construct

from alarms.cloudformation import description_of
from alarms.subscriptions import CHANNELS, Channel
from foundation.cloudwatch import name_limits
from foundation.cloudwatch.names import logical_id
from foundation.service.stage import Stage
from foundation.slo.model import CostObjective
from infra.images import STAGE_NAME, WEEKLY_REPORT, build_context
from infra.settings import Settings
from infra.stacks.closed_bucket import closed_bucket
from infra.stacks.environment import environment_of

_PAGES_KEPT_DAYS = 366
_MEMORY_MIB, _PATIENCE = 2048, Duration.minutes(10)
# Of what was spent so far; and of what the month is expected to come to.
_ACTUAL_PERCENT, _FORECASTED_PERCENT = (50, 80, 100), (100,)
# An anomaly is notified from a twentieth of the month's limit on.
_ANOMALY_PART = 20


class ReportsStack(Stack):
    """Every Monday at 07:00 UTC a function writes the last week's report, keeps it for a year, and notifies the topic.

    The topic also hears of a run that failed, of the budget (gross, as the report counts), and of anomalies in what is tagged
    as ours.
    """

    def __init__(self, scope: Construct, name: str, *, settings: Settings, stage: Stage) -> None:
        description = description_of(f"{settings.title}: weekly report and budget of {settings.stage}", stage.what_ifs)
        super().__init__(scope, name, description=description, env=environment_of(settings))
        self._settings = settings
        names = settings.scope
        pages = closed_bucket(
            self,
            "Pages",
            settings=settings,
            expiring=[s3.LifecycleRule(expiration=Duration.days(_PAGES_KEPT_DAYS))],
        )
        topic = sns.Topic(self, "Topic", topic_name=names.named(name_limits.TOPIC, "weekly-report"), enforce_ssl=True)
        for channel in CHANNELS:
            self._subscribe(topic, channel)
        function = self._function("weekly-report", pages, topic, stage)
        scheduler.Schedule(
            self,
            "Weekly",
            schedule_name=names.named(name_limits.SCHEDULE, "weekly-report"),
            description="The report of the week that ended",
            schedule=scheduler.ScheduleExpression.cron(
                week_day="MON", hour="7", minute="0", time_zone=TimeZone.ETC_UTC
            ),
            target=targets.LambdaInvoke(
                function,
                input=scheduler.ScheduleTargetInput.from_object({}),
                retry_attempts=3,
                max_event_age=Duration.hours(1),
            ),
        )
        costs = [each for each in stage.objectives if isinstance(each, CostObjective)]
        self._watch_the_bill(topic, costs)
        for output, value in {"PagesBucket": pages.bucket_name, "TopicArn": topic.topic_arn}.items():
            CfnOutput(self, output, value=value)

    def _subscribe(self, topic: sns.Topic, channel: Channel) -> None:
        what = f"{channel.described}, that hears of the weekly report; nobody unless it is given"
        endpoint = CfnParameter(
            self, f"Notify{channel.name}", default="", allowed_pattern=channel.pattern, description=what
        )
        is_given = CfnCondition(
            self,
            f"HasNotify{channel.name}",
            expression=Fn.condition_not(Fn.condition_equals(endpoint.value_as_string, "")),
        )
        subscription = sns.CfnSubscription(
            self,
            f"Subscription{channel.name}",
            topic_arn=topic.topic_arn,
            protocol=channel.protocol,
            endpoint=endpoint.value_as_string,
        )
        subscription.cfn_options.condition = is_given

    def _function(self, name: str, pages: s3.Bucket, topic: sns.Topic, stage: Stage) -> lambda_.Function:
        context = build_context(WEEKLY_REPORT, stage=stage)
        group = logs.LogGroup(
            self,
            "Log",
            log_group_name=self._settings.scope.log_group_of_function(name),
            retention=logs.RetentionDays.ONE_MONTH,
            removal_policy=RemovalPolicy.DESTROY,
        )
        role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        role.add_to_policy(
            iam.PolicyStatement(actions=["logs:CreateLogStream", "logs:PutLogEvents"], resources=[group.log_group_arn])
        )
        # None of these can be given for less than everything; they only read.
        role.add_to_policy(
            iam.PolicyStatement(
                actions=[
                    "ce:GetAnomalies", "ce:GetCostAndUsage", "ce:GetCostForecast", "cloudformation:DescribeStackEvents",
                    "cloudformation:DescribeStacks", "cloudformation:ListStacks", "cloudwatch:GetMetricData",
                    "cloudwatch:ListMetrics", "sns:ListSubscriptionsByTopic", "sns:ListTopics",
                ],
                resources=["*"],
            )
        )  # fmt: skip
        # Reading is for the links, which may do what the one who signs them may.
        role.add_to_policy(
            iam.PolicyStatement(actions=["s3:GetObject", "s3:PutObject"], resources=[pages.arn_for_objects("weekly/*")])
        )
        function = lambda_.DockerImageFunction(
            self,
            "Function",
            function_name=self._settings.scope.named(name_limits.FUNCTION, name),
            description="Writes the weekly report",
            code=lambda_.DockerImageCode.from_image_asset(str(context), platform=ecr_assets.Platform.LINUX_ARM64),
            architecture=lambda_.Architecture.ARM_64,
            memory_size=_MEMORY_MIB,
            timeout=_PATIENCE,
            tracing=lambda_.Tracing.ACTIVE,
            log_group=group,
            role=role,
            retry_attempts=1,
            on_failure=destinations.SnsDestination(topic),
            environment={
                "STAGE": self._settings.stage,
                "STAGE_FILE": STAGE_NAME,
                "PAGES_BUCKET": pages.bucket_name,
                "TOPIC_ARN": topic.topic_arn,
                "CODE_VERSION": context.name,
            },
        )
        topic.grant_publish(role)
        return function

    def _watch_the_bill(self, topic: sns.Topic, costs: Sequence[CostObjective]) -> None:
        for service, condition in {
            "budgets.amazonaws.com": {
                "StringEquals": {"aws:SourceAccount": self.account},
                "ArnLike": {"aws:SourceArn": f"arn:{self.partition}:budgets::{self.account}:*"},
            },
            "costalerts.amazonaws.com": {"StringEquals": {"aws:SourceAccount": self.account}},
        }.items():
            topic.add_to_resource_policy(
                iam.PolicyStatement(
                    actions=["sns:Publish"],
                    principals=[iam.ServicePrincipal(service)],
                    resources=[topic.topic_arn],
                    conditions=condition,
                )
            )
        tags = [CfnTag(key=key, value=value) for key, value in sorted(self._settings.tags.items())]
        for objective in costs:
            limit_usd = objective.limit_usd
            names, id_ = self._settings.scope, logical_id("", objective.name)
            budget = budgets.CfnBudget(
                self,
                f"{id_}Budget",
                budget=budgets.CfnBudget.BudgetDataProperty(
                    budget_name=names.named(name_limits.BUDGET, objective.name),
                    budget_type="COST",
                    time_unit="MONTHLY",
                    budget_limit=budgets.CfnBudget.SpendProperty(amount=float(limit_usd), unit="USD"),
                    # Its defaults would count credits, refunds and tax, which the report leaves out.
                    cost_types=budgets.CfnBudget.CostTypesProperty(
                        include_credit=False, include_refund=False, include_tax=False
                    ),
                ),
                notifications_with_subscribers=[
                    _notification(kind, percent, topic)
                    for kind, percents in (("ACTUAL", _ACTUAL_PERCENT), ("FORECASTED", _FORECASTED_PERCENT))
                    for percent in percents
                ],
                resource_tags=[budgets.CfnBudget.ResourceTagProperty(key=tag.key, value=tag.value) for tag in tags],
            )
            budget.node.add_dependency(topic)
            # An account has one monitor of all services, and may have it already: ours looks at what carries our tag.
            monitor = ce.CfnAnomalyMonitor(
                self,
                f"{id_}Anomalies",
                monitor_name=names.named(name_limits.ANOMALY_MONITOR, objective.name),
                monitor_type="CUSTOM",
                monitor_specification=self.to_json_string(
                    {"Tags": {"Key": "Project", "Values": [self._settings.tags["Project"]]}}
                ),
                resource_tags=[ce.CfnAnomalyMonitor.ResourceTagProperty(key=tag.key, value=tag.value) for tag in tags],
            )
            told = ce.CfnAnomalySubscription(
                self,
                f"{id_}AnomaliesTold",
                subscription_name=names.named(name_limits.ANOMALY_SUBSCRIPTION, objective.name),
                frequency="IMMEDIATE",
                monitor_arn_list=[monitor.attr_monitor_arn],
                subscribers=[ce.CfnAnomalySubscription.SubscriberProperty(address=topic.topic_arn, type="SNS")],
                threshold_expression=self.to_json_string(
                    {
                        "Dimensions": {
                            "Key": "ANOMALY_TOTAL_IMPACT_ABSOLUTE",
                            "MatchOptions": ["GREATER_THAN_OR_EQUAL"],
                            "Values": [str(limit_usd / _ANOMALY_PART)],
                        }
                    }
                ),
                resource_tags=[
                    ce.CfnAnomalySubscription.ResourceTagProperty(key=tag.key, value=tag.value) for tag in tags
                ],
            )
            told.node.add_dependency(topic)


def _notification(
    kind: str, percent: int, topic: sns.Topic
) -> budgets.CfnBudget.NotificationWithSubscribersProperty:  # fmt: skip
    return budgets.CfnBudget.NotificationWithSubscribersProperty(
        notification=budgets.CfnBudget.NotificationProperty(
            notification_type=kind,
            comparison_operator="GREATER_THAN",
            threshold=percent,
            threshold_type="PERCENTAGE",
        ),
        subscribers=[budgets.CfnBudget.SubscriberProperty(subscription_type="SNS", address=topic.topic_arn)],
    )
