"""Synthetics' runtimes of today, read from AWS (DescribeRuntimeVersions)."""

from dataclasses import dataclass

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from canaries.runtimes import Runtime
from errors import InputError


@dataclass(frozen=True, slots=True, kw_only=True)
class SyntheticsRuntimes:
    """The runtimes of one Region."""

    region: str

    def read(self) -> tuple[Runtime, ...]:
        """Every runtime. Raises InputError when AWS does not tell."""
        client = boto3.client("synthetics", region_name=self.region)
        found: list[Runtime] = []
        token = ""
        try:
            while True:
                page = client.describe_runtime_versions(MaxResults=100, **({"NextToken": token} if token else {}))
                for each in page["RuntimeVersions"]:
                    ends_at = each.get("DeprecationDate")
                    found.append(
                        Runtime(name=each["VersionName"], deprecated_on=None if ends_at is None else ends_at.date())
                    )
                token = page.get("NextToken", "")
                if not token:
                    return tuple(found)
        except (BotoCoreError, ClientError) as error:
            raise InputError(f"Synthetics in {self.region} did not tell its runtimes: {error}") from error
