"""The caller of a local platform: who may call its API and put archives, and nothing else; and what it submits."""

from collections.abc import Mapping

import boto3
from botocore.credentials import Credentials

from foundation.aws_errors import asking
from loadtests.sample import sample_archive
from loadtests.signing import Signer
from sre.local.state import LocalPlatform

SAMPLE_KEY = "archives/sample.zip"


def variables_of(platform: LocalPlatform) -> Mapping[str, str]:
    """The caller's key as AWS_* variables; a session's token that is there is none of this key's."""
    return {**platform.caller, "AWS_SESSION_TOKEN": ""}


def signer_of(platform: LocalPlatform) -> Signer:
    """Signs requests of the platform's APIs as its caller."""
    key = platform.caller
    return Signer(Credentials(key["AWS_ACCESS_KEY_ID"], key["AWS_SECRET_ACCESS_KEY"]), platform.region)


def put_sample(platform: LocalPlatform) -> str:
    """Put the sample archive into the platform's bucket, as the caller; its key. Raises SourceError."""
    session = boto3.Session(
        aws_access_key_id=platform.caller["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=platform.caller["AWS_SECRET_ACCESS_KEY"],
        region_name=platform.region,
    )
    with asking("the local platform"):
        session.client("s3", endpoint_url=platform.endpoint).put_object(
            Bucket=platform.outputs["ArchivesBucket"], Key=SAMPLE_KEY, Body=sample_archive()
        )
    return SAMPLE_KEY
