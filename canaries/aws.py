"""Synthetics' runtimes of today, read from AWS (DescribeRuntimeVersions)."""

from dataclasses import dataclass
from datetime import datetime

import boto3

from canaries.runtimes import Runtime
from foundation.aws_errors import asking, connecting, patient


@dataclass(frozen=True, slots=True, kw_only=True)
class SyntheticsRuntimes:
    """The runtimes of one Region."""

    region: str

    def read(self) -> tuple[Runtime, ...]:
        """Every runtime. Raises SourceError when AWS does not answer, InputError when it could not be asked."""
        with connecting():
            client = boto3.client("synthetics", region_name=self.region, config=patient())
        with asking("Synthetics"):
            page = client.describe_runtime_versions(MaxResults=100)
            versions = list(page["RuntimeVersions"])
            while token := page.get("NextToken"):
                page = client.describe_runtime_versions(MaxResults=100, NextToken=token)
                versions += page["RuntimeVersions"]
        return tuple(_runtime(each["VersionName"], each.get("DeprecationDate")) for each in versions)


def _runtime(name: str, ends_at: datetime | None) -> Runtime:
    return Runtime(name=name, deprecated_on=None if ends_at is None else ends_at.date())
