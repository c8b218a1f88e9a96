"""The platform's table and bucket in moto, and the handlers' environment over them."""

import io
import json
import zipfile
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import boto3
import pytest
from moto import mock_aws

import tdeveloper.entry.environment as surroundings
from tdeveloper.gates.pipelines import Pipeline, PipelineRequest

BUCKET, KEY = "archives-bucket", "archives/x.zip"
REQUEST = PipelineRequest(repository="octo/cat", commit="a" * 40, archive_key=KEY)


class MotoPlatform:
    """One pipeline, accepted; what lies in the bucket; what became of it."""

    def __init__(self, s3: Any) -> None:
        self._s3 = s3
        self.store = surroundings.environment().store
        self.store.create(pipeline_id="p", request=REQUEST, at="2026-11-22T08:30:01.000Z", now_seconds=1_000)

    def put(self, files: dict[str, bytes]) -> None:
        body = io.BytesIO()
        with zipfile.ZipFile(body, "w") as package:
            for name, content in files.items():
                package.writestr(name, content)
        self._s3.put_object(Bucket=BUCKET, Key=KEY, Body=body.getvalue())

    def report(self, key: str) -> dict[str, Any]:
        return json.loads(self._s3.get_object(Bucket=BUCKET, Key=key)["Body"].read())

    @property
    def pipeline(self) -> Pipeline:
        pipeline = self.store.get("p")
        assert pipeline is not None
        return pipeline


@contextmanager
def moto_platform(monkeypatch: pytest.MonkeyPatch) -> Generator[MotoPlatform]:
    """A platform whose handlers find it by their variables; their clients are made anew for it."""
    for name, value in {
        "AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x", "AWS_DEFAULT_REGION": "us-east-1", "STAGE": "local",
        "PIPELINES_TABLE": "pipelines", "ARCHIVES_BUCKET": BUCKET,
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    with mock_aws():
        keys: Any = [("pk", "HASH"), ("sk", "RANGE")]
        boto3.resource("dynamodb", region_name="us-east-1").create_table(
            TableName="pipelines",
            KeySchema=[{"AttributeName": name, "KeyType": kind} for name, kind in keys],
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name, _ in keys],
            BillingMode="PAY_PER_REQUEST",
        )
        s3 = boto3.client("s3", region_name="us-east-1")
        s3.create_bucket(Bucket=BUCKET)
        surroundings.environment.cache_clear()
        surroundings.s3.cache_clear()
        try:
            yield MotoPlatform(s3)
        finally:
            surroundings.environment.cache_clear()
            surroundings.s3.cache_clear()
