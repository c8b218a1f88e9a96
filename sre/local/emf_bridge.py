"""Turns EMF log lines of the local Lambdas into CloudWatch metrics, which on AWS CloudWatch Logs does by itself.

Run as `python -m sre.local.emf_bridge ENDPOINT REGION`; it ends when it is stopped, or when the platform is gone.
The format: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

import json
import logging
import sys
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any, cast

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from foundation.cloudwatch.putting import put_metric_data

_log = logging.getLogger("emf-bridge")
_PERIOD_SECONDS = 5.0
_OVERLAP_MS = 10_000


def read_emf(message: str) -> list[tuple[str, dict[str, Any]]]:
    """The (namespace, MetricDatum) pairs of one log message; empty when it is not an EMF line."""
    if '"_aws"' not in message:
        return []
    try:
        line = json.loads(message)
        metadata = line["_aws"]
        at = datetime.fromtimestamp(metadata["Timestamp"] / 1000, UTC)
        return [
            (
                directive["Namespace"],
                {
                    "MetricName": metric["Name"],
                    "Unit": metric.get("Unit", "None"),
                    "Timestamp": at,
                    "Dimensions": [{"Name": name, "Value": str(line[name])} for name in dimension_set],
                    "Values": [float(value) for value in _as_list(line[metric["Name"]])],
                },
            )
            for directive in metadata["CloudWatchMetrics"]
            for dimension_set in cast("list[list[str]]", directive.get("Dimensions") or [[]])
            for metric in directive["Metrics"]
        ]
    except (ValueError, KeyError, TypeError) as error:
        _log.warning("an EMF line is malformed and makes no metric: %s: %.200s", error, message)
        return []


class Bridge:
    """Reads the log groups of the Lambdas, each line once."""

    def __init__(self, session: boto3.Session, endpoint: str) -> None:
        config = Config(retries={"mode": "standard", "max_attempts": 1}, connect_timeout=2, read_timeout=10)
        self._logs = session.client("logs", endpoint_url=endpoint, config=config)
        self._cloudwatch = session.client("cloudwatch", endpoint_url=endpoint, config=config)
        self._latest_ms: dict[str, int] = {}
        self._seen: dict[str, dict[tuple[str, int, str], None]] = {}

    def turn(self) -> int:
        """Read what is new in every log group and put its metrics; the number of metric data put."""
        put_count = 0
        for page in self._logs.get_paginator("describe_log_groups").paginate():
            for group in page["logGroups"]:
                put_count += self._put(self._new_messages(group["logGroupName"]))
        return put_count

    def _new_messages(self, group: str) -> Iterator[str]:
        # The local platform opens a stream for each invocation, so lines are looked for by time. Lines of one moment may
        # become visible one after the other: the last seconds are read again, less what was seen of them.
        since = self._latest_ms.get(group, 0) - _OVERLAP_MS
        seen = self._seen.get(group, {})
        again: dict[tuple[str, int, str], None] = {}
        pages = self._logs.get_paginator("filter_log_events").paginate(
            logGroupName=group, startTime=max(0, since), filterPattern='"_aws"'
        )
        for event in (event for page in pages for event in page["events"]):
            identity = (event["logStreamName"], event["timestamp"], event["message"])
            again[identity] = None
            self._latest_ms[group] = max(self._latest_ms.get(group, 0), event["timestamp"])
            if identity not in seen:
                yield event["message"]
        self._seen[group] = again

    def _put(self, messages: Iterable[str]) -> int:
        by_namespace: dict[str, list[dict[str, Any]]] = {}
        for namespace, datum in (pair for message in messages for pair in read_emf(message)):
            by_namespace.setdefault(namespace, []).append(datum)
        for namespace, data in by_namespace.items():
            put_metric_data(namespace, data, self._cloudwatch)
        return sum(map(len, by_namespace.values()))


def run(endpoint: str, region: str) -> None:
    """Turn after turn, until the platform does not answer any more."""
    bridge = Bridge(boto3.Session(region_name=region), endpoint)
    failures = 0
    while failures < 5:
        try:
            bridge.turn()
            failures = 0
        except (BotoCoreError, ClientError):
            failures += 1
            _log.warning("the platform did not answer (%s in a row)", failures, exc_info=True)
        time.sleep(_PERIOD_SECONDS)


def _as_list(value: Any) -> list[Any]:
    return cast("list[Any]", value) if isinstance(value, list) else [value]


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    run(sys.argv[1], sys.argv[2])
