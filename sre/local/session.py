"""The local platform's root key, which its emulator does not check: to deploy with and to look, and for nothing else."""

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from types import MappingProxyType

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from foundation.errors import PlatformError

ROOT_KEY: Mapping[str, str] = MappingProxyType({"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"})


def root_session(region: str) -> boto3.Session:
    """A session with the root key."""
    return boto3.Session(
        aws_access_key_id=ROOT_KEY["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=ROOT_KEY["AWS_SECRET_ACCESS_KEY"],
        region_name=region,
    )


@contextmanager
def answering(endpoint: str) -> Generator[None]:
    """Ask the emulator, as one that is ours and up. Raises PlatformError where it does not answer, or refuses."""
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise PlatformError(
            f"the local platform at {endpoint} did not do what was asked: {error}; `sre local status` says how it stands"
        ) from error
