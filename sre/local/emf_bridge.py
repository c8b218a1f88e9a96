"""Turns EMF log lines of the local Lambdas into CloudWatch metrics, which on AWS CloudWatch Logs does by itself.

Run as `python -m sre.local.emf_bridge ENDPOINT REGION`; it ends when it is stopped, or when the platform is gone. What it makes
no metric of it counts where AWS does: as EMFValidationErrors of `AWS/Logs`.
"""

import logging
import sys
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Protocol

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, EndpointConnectionError

from foundation.cloudwatch.datum import batches
from foundation.cloudwatch.putting import put_metric_data
from sre.local.emf import read_emf

_log = logging.getLogger("emf-bridge")
_PERIOD_SECONDS = 5.0
_OVERLAP_MS = 10_000
_MOST_REFUSED = 5
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CloudWatch-Logs-Monitoring-CloudWatch-Metrics.html
ERRORS_NAMESPACE, ERRORS_NAME, ERRORS_DIMENSION = "AWS/Logs", "EMFValidationErrors", "LogGroupName"
_Identity = tuple[str, int, str]


class Bridge:
    """Reads the log groups of the Lambdas, each line once; what was read waits here until it is put."""

    def __init__(self, session: boto3.Session, endpoint: str) -> None:
        # Once: of a put without an answer nobody knows whether it was added, and the next turn reads again.
        config = Config(
            retries={"mode": "standard", "total_max_attempts": 1}, connect_timeout=2, read_timeout=10
        )  # fmt: skip
        self._logs = session.client("logs", endpoint_url=endpoint, config=config)
        self._cloudwatch = session.client("cloudwatch", endpoint_url=endpoint, config=config)
        self._latest_ms: dict[str, int] = {}
        self._seen: dict[str, Counter[_Identity]] = {}
        self._waiting: dict[str, list[dict[str, Any]]] = {}

    def turn(self) -> int:
        """Read what is new in every log group and put its metrics; the number of metric data put."""
        for page in self._logs.get_paginator("describe_log_groups").paginate():
            for group in page["logGroups"]:
                self._read(group["logGroupName"])
        return sum(self._put(namespace) for namespace in list(self._waiting))

    def _read(self, group: str) -> None:
        refused: list[str] = []
        for message in self._new_messages(group):
            for namespace, datum in read_emf(message, refuse=refused.append):
                self._waiting.setdefault(namespace, []).append(datum)
        for problem in refused:
            _log.warning("%s: no metric is made: %s", group, problem)
        if refused:
            errors = {
                "MetricName": ERRORS_NAME, "Unit": "Count", "Value": float(len(refused)), "Timestamp": datetime.now(UTC),
                "Dimensions": [{"Name": ERRORS_DIMENSION, "Value": group}],
            }  # fmt: skip
            self._waiting.setdefault(ERRORS_NAMESPACE, []).append(errors)

    def _new_messages(self, group: str) -> list[str]:
        # The local platform opens a stream for each invocation, so lines are looked for by time. Lines of one moment may
        # become visible one after the other: the last seconds are read again, less what was seen of them.
        latest = self._latest_ms.get(group, 0)
        pages = self._logs.get_paginator("filter_log_events").paginate(
            logGroupName=group, startTime=max(0, latest - _OVERLAP_MS), filterPattern='"_aws"'
        )
        # A line may stand twice in one millisecond, and is two lines then: the platform gives its events no names.
        again: Counter[_Identity] = Counter(
            (event["logStreamName"], event["timestamp"], event["message"]) for page in pages for event in page["events"]
        )
        # Not before all of it is read: a page that did not come is asked for again from where this began.
        new = again - self._seen.get(group, Counter())
        self._latest_ms[group] = max((at for _, at, _ in again), default=latest)
        self._seen[group] = again
        return [message for _, _, message in new.elements()]

    def _put(self, namespace: str) -> int:
        put_count = 0
        for batch in batches(list(self._waiting[namespace])):
            done = put_metric_data(namespace, batch, self._cloudwatch)
            # What is put does not wait any more: after a call that fails, the rest is put at the next turn.
            del self._waiting[namespace][: len(batch)]
            put_count += done.put_count
            if done.refused:
                _log.warning("%s", done.sentence)
        return put_count


class Turns(Protocol):
    """What is done again and again."""

    def turn(self) -> int:
        """Do it once."""
        ...


def run(bridge: Turns, *, sleep: Callable[[float], None] = time.sleep) -> None:
    """Turn after turn, until nobody takes a connection any more. A platform that answers late or not at all is a busy one."""
    refused_count = 0
    while refused_count < _MOST_REFUSED:
        try:
            bridge.turn()
            refused_count = 0
        except EndpointConnectionError:
            refused_count += 1
            _log.warning("the platform takes no connection (%s in a row)", refused_count)
        except (BotoCoreError, ClientError) as error:
            # One sentence: its next turn reads the same again. A traceback in the log is a mistake of ours.
            refused_count = 0
            _log.warning("the platform did not do what was asked: %s", error)
        sleep(_PERIOD_SECONDS)


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    run(Bridge(boto3.Session(region_name=sys.argv[2]), sys.argv[1]))
