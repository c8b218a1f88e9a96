"""Authorisation, from the side of somebody who has none: every unsigned call must be refused."""

import websocket

from canaries.calling import PATIENCE_SECONDS, Caller, again_when_the_network_breaks, caller_from_environment
from canaries.steps import demand, run_steps, setting

_REFUSED = (401, 403)


class Stranger:
    """Calls without a signature, and one whose signature was tampered with."""

    def __init__(self) -> None:
        self._caller: Caller = caller_from_environment()

    def submit(self) -> None:
        """A pipeline cannot be submitted."""
        self._demand_refusal(self._caller.call("POST", "/v1/pipelines", body="{}", is_signed=False).status)

    def read(self) -> None:
        """A pipeline cannot be read."""
        self._demand_refusal(self._caller.call("GET", "/v1/pipelines/none", is_signed=False).status)

    def connect(self) -> None:
        """No connection to the WebSocket API."""
        url = setting("WEBSOCKET_URL")

        def attempt() -> int:
            try:
                websocket.create_connection(url, timeout=PATIENCE_SECONDS).close(timeout=1)
            except websocket.WebSocketBadStatusException as error:
                return int(error.status_code)
            return 101

        status = again_when_the_network_breaks(attempt, retry_count=self._caller.retry_count, what="connect")
        self._demand_refusal(status)

    def _demand_refusal(self, status: int) -> None:
        demand(status in _REFUSED, f"an unsigned call was answered with {status}, where 401 or 403 was expected")


async def handler(_event: object, _context: object) -> None:
    """The canary `authorisation`."""
    stranger = Stranger()
    await run_steps(
        [
            ("unsigned-submit", stranger.submit),
            ("unsigned-read", stranger.read),
            ("unsigned-connect", stranger.connect),
        ]
    )
