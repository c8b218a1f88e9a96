"""The metrics of queues, which MiniStack does not make: put once a minute, of what its queues hold.

It shows their messages without touching them; to receive them would count towards their dead-letter queue. What is reported of
which queue: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
What was sent, received and deleted is not there, and a message's age in a dead-letter queue is counted from when it was sent.
"""

import json
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, cast
from urllib.error import URLError
from urllib.parse import quote
from urllib.request import urlopen

from botocore.exceptions import EndpointConnectionError, HTTPClientError

from foundation.cloudwatch.putting import PutsMetricData, put_metric_data

_log = logging.getLogger("rounds")
NAMESPACE, DIMENSION = "AWS/SQS", "QueueName"
_MOST_BYTES = 64 * 1024 * 1024
_PATIENCE_SECONDS = 10
# One that was received more often, and is still there, is one that nobody can work on; it is not the oldest any more.
_MOST_RECEIVES = 3
Message = Mapping[str, Any]


class QueueMetrics:
    """Puts the metrics of every queue of a Region, once in each minute; `look` gives the messages by the queue's address."""

    def __init__(
        self, look: Callable[[], Mapping[str, Sequence[Message]]], cloudwatch: PutsMetricData,
        *, now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:  # fmt: skip
        self._look, self._cloudwatch, self._now = look, cloudwatch, now
        self._put_in: datetime | None = None

    def turn(self) -> int:
        """Put them, unless they were put in this minute; the number of metric data put."""
        now = self._now()
        minute = now.replace(second=0, microsecond=0)
        if minute == self._put_in:
            return 0
        data = [each for queue, messages in self._look().items() for each in queue_data(queue, messages, now=now)]
        # Not again, whatever becomes of it: of a put without an answer nobody knows whether it was added.
        self._put_in = minute
        done = put_metric_data(NAMESPACE, data, self._cloudwatch, now=now)
        if done.refused:
            _log.warning("%s", done.sentence)
        return done.put_count


def queue_data(queue: str, messages: Sequence[Message], *, now: datetime) -> Iterator[dict[str, Any]]:
    """The metric data of a queue, by its address, at a moment.

    How many wait is said of every queue; how old the oldest is, how many are worked on or delayed only where there are such.
    """
    at = now.timestamp()
    hidden = [each for each in messages if each["VisibleAt"] > at]
    delayed_count = sum(each["ReceiveCount"] == 0 for each in hidden)
    ages = [max(0.0, at - _sent_at(each)) for each in messages if each["ReceiveCount"] <= _MOST_RECEIVES]
    known = (
        ("ApproximateNumberOfMessagesVisible", "Count", len(messages) - len(hidden), True),
        ("ApproximateNumberOfMessagesNotVisible", "Count", len(hidden) - delayed_count, False),
        ("ApproximateNumberOfMessagesDelayed", "Count", delayed_count, False),
        ("ApproximateAgeOfOldestMessage", "Seconds", max(ages, default=0), bool(ages)),
    )
    for name, unit, value, is_said in known:
        if is_said or value:
            yield {
                "MetricName": name,
                "Dimensions": [{"Name": DIMENSION, "Value": queue.rpartition("/")[2]}],
                "Timestamp": now,
                "Value": float(value),
                "Unit": unit,
            }


def _sent_at(message: Message) -> float:
    """When a message was sent, in Unix seconds."""
    return int(message["Attributes"]["SentTimestamp"]) / 1_000


def messages_at(endpoint: str, region: str) -> Mapping[str, Sequence[Message]]:
    """The messages of every queue of a Region of a MiniStack, by the queue's address, as it shows them.

    Raises EndpointConnectionError where nobody takes a connection, HTTPClientError for an answer that is none.
    """
    url = f"{endpoint}/_ministack/sqs/messages?region={quote(region)}"
    try:
        with urlopen(url, timeout=_PATIENCE_SECONDS) as answer:  # noqa: S310 - the platform's own address
            text = answer.read(_MOST_BYTES + 1)
        if len(text) > _MOST_BYTES:
            raise HTTPClientError(error=f"the queues hold more than {_MOST_BYTES:,} bytes")
        accounts = cast("dict[str, dict[str, dict[str, list[Message]]]]", json.loads(text)["messages"])
    except URLError as error:
        if isinstance(error.reason, ConnectionRefusedError):
            raise EndpointConnectionError(endpoint_url=url, error=error) from error
        raise HTTPClientError(error=error) from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise HTTPClientError(error=error) from error
    return {
        queue: messages for regions in accounts.values() for queue, messages in regions.get(region, {}).items()
    }  # fmt: skip
