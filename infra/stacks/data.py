"""The stateful part of the platform: the pipelines table and the archives bucket."""

from aws_cdk import Duration, RemovalPolicy, Stack
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.settings import Settings


class DataStack(Stack):
    """Table and bucket outlive the platform stack; in production they outlive their own stack too."""

    def __init__(self, scope: Construct, name: str, *, settings: Settings) -> None:
        super().__init__(scope, name, description="T-Developer: pipelines table and archives bucket")
        removal = RemovalPolicy.RETAIN if settings.stage == "production" else RemovalPolicy.DESTROY
        self.pipelines = dynamodb.Table(
            self,
            "Pipelines",
            table_name=f"t-developer-{settings.stage}-pipelines",
            partition_key=dynamodb.Attribute(name="pk", type=dynamodb.AttributeType.STRING),
            sort_key=dynamodb.Attribute(name="sk", type=dynamodb.AttributeType.STRING),
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            time_to_live_attribute="expires_at",
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True
            ),
            removal_policy=removal,
        )
        self.archives = s3.Bucket(
            self,
            "Archives",
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            encryption=s3.BucketEncryption.S3_MANAGED,
            # The local platform speaks plain HTTP on 127.0.0.1 and enforces this policy, so it would refuse everything.
            enforce_ssl=settings.stage != "local",
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            removal_policy=removal,
            lifecycle_rules=[
                s3.LifecycleRule(prefix="archives/", expiration=Duration.days(7)),
                s3.LifecycleRule(prefix="results/", expiration=Duration.days(30)),
                s3.LifecycleRule(abort_incomplete_multipart_upload_after=Duration.days(1)),
            ],
        )
