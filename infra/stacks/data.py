"""The stateful part of the platform: the pipelines table and the archives bucket."""

from aws_cdk import Duration, RemovalPolicy, Stack
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_s3 as s3
from constructs import Construct

from foundation.cloudwatch import name_limits
from infra.settings import Settings
from infra.stacks.closed_bucket import closed_bucket
from infra.stacks.environment import environment_of


class DataStack(Stack):
    """Table and bucket outlive the platform stack; in production they outlive their own stack too."""

    def __init__(self, scope: Construct, name: str, *, settings: Settings) -> None:
        description = "T-Developer: pipelines table and archives bucket"
        super().__init__(scope, name, description=description, env=environment_of(settings))
        removal = RemovalPolicy.RETAIN if settings.stage == "production" else RemovalPolicy.DESTROY
        self.pipelines = dynamodb.Table(
            self,
            "Pipelines",
            table_name=settings.scope.named(name_limits.TABLE, "pipelines"),
            partition_key=dynamodb.Attribute(name="pk", type=dynamodb.AttributeType.STRING),
            sort_key=dynamodb.Attribute(name="sk", type=dynamodb.AttributeType.STRING),
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            time_to_live_attribute="expires_at",
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True
            ),
            removal_policy=removal,
        )
        self.archives = closed_bucket(
            self,
            "Archives",
            settings=settings,
            expiring=[
                s3.LifecycleRule(prefix="archives/", expiration=Duration.days(7)),
                s3.LifecycleRule(prefix="results/", expiration=Duration.days(30)),
            ],
        )
