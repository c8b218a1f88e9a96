"""Progress reaches a subscriber in order and from the first, whoever has news and whenever."""

from dataclasses import dataclass, field
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tdeveloper.gates.event_delivery import deliver
from tdeveloper.gates.outcomes import PipelineStatus
from tdeveloper.gates.pipelines import Pipeline, PipelineRequest, ProgressEvent


@dataclass
class FakePlatform:
    """One pipeline and one subscriber, with a hook that runs in the middle of a delivery."""

    names: list[str] = field(default_factory=lambda: ["accepted"])
    cursor: int | None = 0
    leased_until_ms: int = 0
    received: list[int] = field(default_factory=list[int])
    gone_after: int = 1_000
    interleave: list[Any] = field(default_factory=list[Any])

    def read(self, pipeline_id: str) -> Pipeline:
        return Pipeline(
            pipeline_id=pipeline_id,
            status=PipelineStatus.RUNNING,
            request=PipelineRequest(repository="o/r", commit="0" * 40, archive_key="archives/x"),
            accepted_at="",
            gates={},
            events=tuple(
                ProgressEvent(sequence=number, name=name, at="", detail={})
                for number, name in enumerate(self.names, start=1)
            ),
        )

    def lease(self, pipeline_id: str, connection_id: str, *, now_ms: int, until_ms: int) -> int | None:
        if self.cursor is None or self.leased_until_ms >= now_ms:
            return None
        self.leased_until_ms = until_ms
        return self.cursor

    def release(self, pipeline_id: str, connection_id: str, *, sent: int) -> None:
        self.cursor, self.leased_until_ms = sent, 0

    def unsubscribe(self, pipeline_id: str, connection_id: str) -> None:
        self.cursor = None

    def send(self, connection_id: str, message: dict[str, Any]) -> bool:
        if self.interleave:
            self.interleave.pop(0)()
        if len(self.received) >= self.gone_after:
            return False
        self.received.append(message["sequence"])
        return True

    def deliver(self) -> int:
        return deliver("c", "p", read=self.read, subscriptions=self, sender=self, now_seconds=lambda: 1_000.0)


def test_a_late_subscriber_gets_everything_from_the_first() -> None:
    platform = FakePlatform(names=["accepted", "started", "finished"])
    assert platform.deliver() == 3
    assert platform.received == [1, 2, 3]


def test_nothing_is_sent_twice() -> None:
    platform = FakePlatform()
    platform.deliver()
    platform.names.append("started")
    platform.deliver()
    assert platform.deliver() == 0
    assert platform.received == [1, 2]


def test_an_event_that_arrives_while_another_sends_is_sent_by_that_other() -> None:
    platform = FakePlatform()

    def news() -> None:
        platform.names.append("started")
        assert platform.deliver() == 0  # the lease is taken

    platform.interleave.append(news)
    assert platform.deliver() == 2
    assert platform.received == [1, 2]


def test_a_client_that_has_gone_is_forgotten() -> None:
    platform = FakePlatform(names=["accepted", "started", "finished"], gone_after=1)
    assert platform.deliver() == 1
    assert platform.cursor is None
    assert platform.deliver() == 0


@given(st.lists(st.booleans(), max_size=12))
def test_whatever_interleaves_the_order_holds_and_nothing_is_lost(arrives_during_send: list[bool]) -> None:
    platform = FakePlatform()

    def news() -> None:
        platform.names.append("more")
        platform.deliver()

    for during in arrives_during_send:
        if during:
            platform.interleave.append(news)
        else:
            news()
    platform.deliver()
    while platform.interleave:
        platform.interleave.pop(0)()
    assert platform.received == list(range(1, len(platform.names) + 1))
