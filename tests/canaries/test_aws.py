"""Synthetics' runtimes as AWS tells them: pages, dates, and a refusal."""

from datetime import UTC, date, datetime
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from canaries.aws import SyntheticsRuntimes
from canaries.runtimes import Runtime
from foundation.errors import SourceError


@pytest.fixture
def stubbed(monkeypatch: pytest.MonkeyPatch) -> Stubber:
    client = boto3.client("synthetics", region_name="us-east-1")
    monkeypatch.setattr(boto3, "client", lambda *_, **__: client)
    return Stubber(client)


def page(name: str, **others: Any) -> dict[str, Any]:
    return {"VersionName": name, "Description": "x", "ReleaseDate": datetime(2026, 1, 1, tzinfo=UTC), **others}


def test_every_page_is_read_and_a_deprecation_is_a_date(stubbed: Stubber) -> None:
    ended_at = datetime(2026, 2, 3, tzinfo=UTC)
    stubbed.add_response(
        "describe_runtime_versions",
        {"RuntimeVersions": [page("syn-python-selenium-14.0")], "NextToken": "more"},
        {"MaxResults": 100},
    )
    stubbed.add_response(
        "describe_runtime_versions",
        {"RuntimeVersions": [page("syn-python-selenium-4.0", DeprecationDate=ended_at)]},
        {"MaxResults": 100, "NextToken": "more"},
    )
    with stubbed:
        assert SyntheticsRuntimes(region="us-east-1").read() == (
            Runtime(name="syn-python-selenium-14.0", deprecated_on=None),
            Runtime(name="syn-python-selenium-4.0", deprecated_on=date(2026, 2, 3)),
        )


def test_a_refusal_names_what_was_refused(stubbed: Stubber) -> None:
    stubbed.add_client_error("describe_runtime_versions", "AccessDeniedException", "no")
    with stubbed, pytest.raises(SourceError, match="Synthetics refuses DescribeRuntimeVersions"):
        SyntheticsRuntimes(region="us-east-1").read()
