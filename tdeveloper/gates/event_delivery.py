"""Sends a pipeline's events to its subscribers, each exactly in order and from the first.

Several Lambdas may have news for one subscriber at once. One of them holds a short lease and sends
everything that is new; after giving it back it looks again, so an event that arrived while another
held the lease is never left behind.
"""

import time
from collections.abc import Callable
from typing import Any, Protocol

from tdeveloper.gates.pipelines import Pipeline

_LEASE_MS = 10_000


class Subscriptions(Protocol):
    """Who follows a pipeline, and how far each subscriber is."""

    def lease(self, pipeline_id: str, connection_id: str, *, now_ms: int, until_ms: int) -> int | None: ...
    def release(self, pipeline_id: str, connection_id: str, *, sent: int) -> None: ...
    def unsubscribe(self, pipeline_id: str, connection_id: str) -> None: ...


class Sender(Protocol):
    """Sends one message to one connection."""

    def send(self, connection_id: str, message: dict[str, Any]) -> bool:
        """True when sent, False when the connection is gone."""
        ...


def deliver(
    connection_id: str,
    pipeline_id: str,
    *,
    read: Callable[[str], Pipeline | None],
    subscriptions: Subscriptions,
    sender: Sender,
    now_seconds: Callable[[], float] = time.time,
) -> int:
    """Send every event that the subscriber has not had; the number of events sent by this call."""
    sent_count = 0
    while True:
        now_ms = int(now_seconds() * 1000)
        sent = subscriptions.lease(pipeline_id, connection_id, now_ms=now_ms, until_ms=now_ms + _LEASE_MS)
        if sent is None:
            return sent_count
        pipeline = read(pipeline_id)
        for event in pipeline.events[sent:] if pipeline else ():
            if not sender.send(connection_id, event.to_message(pipeline_id)):
                subscriptions.unsubscribe(pipeline_id, connection_id)
                return sent_count
            sent = event.sequence
            sent_count += 1
        subscriptions.release(pipeline_id, connection_id, sent=sent)
        latest = read(pipeline_id)
        if latest is None or len(latest.events) <= sent:
            return sent_count
