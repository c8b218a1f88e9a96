"""The caller of a local platform: its key alone, whatever the shell has, and the archive that it submits."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import EndpointConnectionError

from foundation.errors import InputError
from loadtests.sample import sample_archive
from sre.local.caller import SAMPLE_KEY, put_sample, variables_of
from tests.sre.local.test_local import a_platform


@dataclass
class Bucket:
    """A session whose S3 keeps what it is given, or is not there."""

    given: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    is_there: bool = True

    def __call__(self, **key: str) -> "Bucket":
        self.given.append(key)
        return self

    def client(self, _service: str, *, endpoint_url: str) -> "Bucket":
        self.given.append({"endpoint_url": endpoint_url})
        return self

    def put_object(self, **request: Any) -> None:
        if not self.is_there:
            raise EndpointConnectionError(endpoint_url="http://127.0.0.1:1")
        self.given.append(request)


def test_a_session_of_somebody_elses_does_not_go_with_the_callers_key() -> None:
    assert variables_of(a_platform(Path())) == {
        "AWS_ACCESS_KEY_ID": "AKIA", "AWS_SECRET_ACCESS_KEY": "s", "AWS_SESSION_TOKEN": "",
    }  # fmt: skip


def test_the_sample_is_put_as_the_caller(monkeypatch: pytest.MonkeyPatch) -> None:
    bucket = Bucket()
    monkeypatch.setattr(boto3, "Session", bucket)
    assert put_sample(a_platform(Path())) == SAMPLE_KEY
    assert bucket.given == [
        {"aws_access_key_id": "AKIA", "aws_secret_access_key": "s", "region_name": "us-east-1"},
        {"endpoint_url": "http://127.0.0.1:1"},
        {"Bucket": "b", "Key": "archives/sample.zip", "Body": sample_archive()},
    ]


def test_a_platform_that_has_gone_meanwhile_is_an_error_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(boto3, "Session", Bucket(is_there=False))
    with pytest.raises(InputError, match=r"127\.0\.0\.1:1"):
        put_sample(a_platform(Path()))
