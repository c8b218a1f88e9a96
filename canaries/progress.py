"""The WebSocket round trip: connect, submit a pipeline, subscribe to it, and get every message of it in order."""

import json
import time
from typing import Any, cast

import websocket

from canaries import pipeline
from canaries.calling import PATIENCE_SECONDS, Caller, again_when_the_network_breaks, caller_from_environment
from canaries.calling import signed_websocket_url as signed
from canaries.steps import demand, run_steps, setting
from foundation.errors import StepFailedError


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
                received = self._connection.recv()
            except websocket.WebSocketTimeoutException:
                raise StepFailedError(f"message {expected} did not come within {self._message_seconds:g} s") from None
            message = _progress_of(received)
            if message is None:
                raise StepFailedError(f"not a progress message: {received[:120]!r}")
            came = message.get("sequence")
            demand(came == expected, f"message {came} came where {expected} was due")
            if message.get("final"):
                detail: Any = message.get("detail")
                status = cast("dict[str, Any]", detail).get("status") if isinstance(detail, dict) else None
                demand(status == "passed", f"the pipeline ended as {status}, and not as passed")
                return
            expected += 1
        demand(False, "the pipeline's final message did not come within 45 s")

    def close(self) -> None:
        """Hang up."""
        if self._connection is not None:
            self._connection.close(timeout=1)


def _progress_of(received: str | bytes) -> dict[str, Any] | None:
    """The message, if it is one of progress."""
    try:
        message: Any = json.loads(received)
    except ValueError:
        return None
    is_progress = isinstance(message, dict) and cast("dict[str, Any]", message).get("type") == "progress"
    return cast("dict[str, Any]", message) if is_progress else None


async def handler(_event: object, _context: object) -> None:
    """The canary `progress`."""
    trip = RoundTrip()
    try:
        await run_steps([("connect", trip.connect), ("submit", trip.submit), ("messages", trip.messages)])
    finally:
        trip.close()
