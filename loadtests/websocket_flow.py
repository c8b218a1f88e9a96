"""The WebSocket flow: connect, subscribe, submit a pipeline, and time every progress message until it is finished."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import websocket

from foundation.steps.model import Value
from loadtests.arrivals import Journey, Unanswered
from loadtests.counts import Outcome
from loadtests.request_names import WS_CONNECT as CONNECT
from loadtests.request_names import WS_MESSAGE as MESSAGE
from loadtests.signing import Signer
from loadtests.statuses import outcome_of

# An upgrade is the one answer that is none of these (101), and it raises nothing.
_EXPECTED: frozenset[int] = frozenset()
_CONNECT_SECONDS, _MESSAGE_SECONDS, _FOLLOW_SECONDS = 10.0, 30.0, 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """The WebSocket API beside its REST API. Message delays need the clocks of both sides to agree.

    `submit` begins what is followed, and says what it is called by; None where it could not be begun.
    """

    url: str
    signer: Signer
    submit: Callable[[Journey], Value | None]

    def follow(self, journey: Journey) -> None:
        """Connect, submit a pipeline, subscribe to it, and read its events to the last."""
        connection = self._connect(journey)
        if connection is None:
            return
        try:
            pipeline_id = self.submit(journey)
            if pipeline_id is not None:
                self._read(journey, connection, str(pipeline_id))
        finally:
            connection.close(timeout=1)

    def _connect(self, journey: Journey) -> Any | None:
        sent_at = journey.run.elapsed()
        journey.run.recorder.record_lag(sent_at - journey.intended_at)
        outcome, detail, connection = Outcome.GOOD, "", None
        try:
            url = self.signer.websocket_url(self.url)
            connection = websocket.create_connection(url, timeout=_CONNECT_SECONDS)
        except websocket.WebSocketBadStatusException as error:
            outcome = outcome_of(error.status_code, _EXPECTED)
            detail = f"status {error.status_code}"
        except (OSError, websocket.WebSocketException) as error:
            outcome, detail = Outcome.FAULT, f"no connection: {type(error).__name__}"
        except Unanswered:
            journey.step(CONNECT, intended_at=journey.intended_at, sent_at=sent_at, outcome=Outcome.CENSORED)
            raise
        journey.step(
            CONNECT, intended_at=journey.intended_at, sent_at=sent_at, outcome=outcome, detail=detail, method="WS"
        )
        return connection

    def _read(self, journey: Journey, connection: Any, pipeline_id: str) -> None:
        run = journey.run
        seen = "unfinished"
        try:
            began, expected = run.elapsed(), 1
            connection.settimeout(_MESSAGE_SECONDS)
            try:
                connection.send(json.dumps({"action": "subscribe", "pipeline_id": pipeline_id}))
            except (OSError, websocket.WebSocketException) as error:
                self._failed(journey, began, f"connection: {type(error).__name__}")
                return
            subscribed_at = datetime.now(UTC)
            while run.elapsed() - began < _FOLLOW_SECONDS:
                waited_from = run.elapsed()
                try:
                    message = _progress_of(connection.recv())
                except (TimeoutError, websocket.WebSocketTimeoutException):
                    self._failed(journey, waited_from, f"none in {_MESSAGE_SECONDS:.0f} s")
                    return
                except (OSError, websocket.WebSocketException) as error:
                    self._failed(journey, waited_from, f"connection: {type(error).__name__}")
                    return
                except Unanswered:
                    journey.step(MESSAGE, intended_at=waited_from, sent_at=waited_from, outcome=Outcome.CENSORED)
                    raise
                if isinstance(message, str):
                    self._failed(journey, waited_from, f"not a progress message: {message[:80]}")
                    return
                if message.sequence != expected:
                    self._failed(journey, waited_from, "a message is missing or came twice")
                    return
                expected += 1
                # What happened before the subscription is sent again at once, so it counts from then.
                happened_at = max(subscribed_at, message.at)
                delay = max(0.0, (datetime.now(UTC) - happened_at).total_seconds())
                arrived = run.elapsed()
                journey.step(
                    MESSAGE,
                    intended_at=arrived - delay,
                    sent_at=arrived - delay,
                    outcome=Outcome.GOOD,
                    method="WS",
                    took_seconds=delay,
                )
                if message.final:
                    seen = message.status
                    return
        finally:
            run.recorder.record_work(seen)

    def _failed(self, journey: Journey, since: float, detail: str) -> None:
        journey.step(MESSAGE, intended_at=since, sent_at=since, outcome=Outcome.FAULT, detail=detail, method="WS")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Message:
    sequence: int
    at: datetime
    final: bool
    status: str


def _progress_of(received: str | bytes) -> _Message | str:
    """A message of progress, or what came instead: that is the platform's fault, and no bug of the scenario."""
    try:
        read: Any = json.loads(received)
        if read["type"] == "progress":
            return _Message(
                sequence=int(read["sequence"]),
                at=datetime.fromisoformat(read["at"]),
                final=bool(read["final"]),
                status=str(read["detail"]["status"]) if read["final"] else "",
            )
    except (ValueError, KeyError, TypeError):
        pass
    return str(received)
