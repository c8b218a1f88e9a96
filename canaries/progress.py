"""The WebSocket round trip: connect, submit a pipeline, subscribe to it, and get every message of it in order."""

import json
import time
from typing import Any

import websocket

from canaries import pipeline
from canaries.calling import PATIENCE_SECONDS, Caller, again_when_the_network_breaks, caller_from_environment
from canaries.calling import signed_websocket_url as signed
from canaries.steps import StepFailedError, demand, run_steps, setting


class RoundTrip:
    """One connection; a message must come within so many seconds of the one before it."""

    def __init__(self) -> None:
        self._caller: Caller = caller_from_environment()
        self._message_seconds = float(setting("MESSAGE_SECONDS"))
        self._connection: Any = None
        self._pipeline_id = ""

    def connect(self) -> None:
        """The WebSocket API takes a signed connection."""
        url = setting("WEBSOCKET_URL")

        def attempt() -> Any:
            return websocket.create_connection(signed(url, region=self._caller.region), timeout=PATIENCE_SECONDS)

        try:
            self._connection = again_when_the_network_breaks(
                attempt, retry_count=self._caller.retry_count, what="connect"
            )
        except websocket.WebSocketBadStatusException as error:
            raise StepFailedError(f"the connection was answered with status {error.status_code}") from None

    def submit(self) -> None:
        """A pipeline is accepted."""
        pipeline.upload_archive()
        self._pipeline_id, _ = pipeline.submit(self._caller)

    def messages(self) -> None:
        """Every message comes, in order, to the final one."""
        self._connection.settimeout(self._message_seconds)
        self._connection.send(json.dumps({"action": "subscribe", "pipeline_id": self._pipeline_id}))
        expected, give_up = 1, time.monotonic() + 45
        while time.monotonic() < give_up:
            try:
                message = json.loads(self._connection.recv())
            except websocket.WebSocketTimeoutException:
                raise StepFailedError(f"message {expected} did not come within {self._message_seconds:g} s") from None
            demand(message.get("type") == "progress", f"not a progress message: {str(message)[:120]}")
            demand(message["sequence"] == expected, f"message {message['sequence']} came where {expected} was due")
            if message["final"]:
                status = message["detail"]["status"]
                demand(status == "passed", f"the pipeline ended as {status}, and not as passed")
                return
            expected += 1
        demand(False, "the pipeline's final message did not come within 45 s")

    def close(self) -> None:
        """Hang up."""
        if self._connection is not None:
            self._connection.close(timeout=1)


async def handler(_event: object, _context: object) -> None:
    """The canary `progress`."""
    trip = RoundTrip()
    try:
        await run_steps([("connect", trip.connect), ("submit", trip.submit), ("messages", trip.messages)])
    finally:
        trip.close()
