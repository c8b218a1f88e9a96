"""Synthetics' runtimes of today, read from AWS (DescribeRuntimeVersions)."""

from dataclasses import dataclass
from datetime import datetime

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from canaries.runtimes import Runtime
from foundation.errors import InputError


@dataclass(frozen=True, slots=True, kw_only=True)
class SyntheticsRuntimes:
    """The runtimes of one Region."""

    region: str

    def read(self) -> tuple[Runtime, ...]:
        """Every runtime. Raises InputError when AWS does not answer."""
        client = boto3.client("synthetics", region_name=self.region)
        try:
            page = client.describe_runtime_versions(MaxResults=100)
            versions = list(page["RuntimeVersions"])
            while token := page.get("NextToken"):
                page = client.describe_runtime_versions(MaxResults=100, NextToken=token)
                versions += page["RuntimeVersions"]
        except (BotoCoreError, ClientError) as error:
            raise InputError(f"Synthetics in {self.region} did not list its runtimes: {error}") from error
        return tuple(_runtime(each["VersionName"], each.get("DeprecationDate")) for each in versions)


def _runtime(name: str, ends_at: datetime | None) -> Runtime:
    return Runtime(name=name, deprecated_on=None if ends_at is None else ends_at.date())
