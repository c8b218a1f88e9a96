"""The local platform's root key, which its emulator does not check: to deploy with and to look, and for nothing else."""

from collections.abc import Mapping
from types import MappingProxyType

import boto3

ROOT_KEY: Mapping[str, str] = MappingProxyType({"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"})


def root_session(region: str) -> boto3.Session:
    """A session with the root key."""
    return boto3.Session(
        aws_access_key_id=ROOT_KEY["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=ROOT_KEY["AWS_SECRET_ACCESS_KEY"],
        region_name=region,
    )
