"""A bucket that nobody but its account reads, encrypted, by TLS alone; production keeps it when its stack goes."""

from collections.abc import Sequence

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.settings import Settings


def closed_bucket(
    scope: Construct, name: str, *, settings: Settings, expiring: Sequence[s3.LifecycleRule]
) -> s3.Bucket:  # fmt: skip
    """The bucket, with these rules on what expires; parts of broken uploads go after a day."""
    is_kept = settings.stage == "production"
    return s3.Bucket(
        scope,
        name,
        block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
        encryption=s3.BucketEncryption.S3_MANAGED,
        # The local platform speaks plain HTTP on 127.0.0.1 and enforces this policy, so it would refuse everything.
        enforce_ssl=settings.stage != "local",
        object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
        removal_policy=RemovalPolicy.RETAIN if is_kept else RemovalPolicy.DESTROY,
        lifecycle_rules=[*expiring, s3.LifecycleRule(abort_incomplete_multipart_upload_after=Duration.days(1))],
    )
