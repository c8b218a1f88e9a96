"""Authorisation, from the side of somebody who has none: every unsigned call must be refused."""

import websocket

from canaries.calling import (
    PATIENCE_SECONDS,
    Caller,
    again_when_the_network_breaks,
    caller_from_environment,
    signed_headers,
)
from canaries.steps import demand, run_steps, setting

_REFUSED = (401, 403)
_PATH = "/v1/pipelines/none"


class Stranger:
    """Calls without a signature, and one whose signature was tampered with."""

    def __init__(self) -> None:
        self._caller: Caller = caller_from_environment()

    def submit(self) -> None:
        """A pipeline cannot be submitted."""
        self._demand_refusal(self._caller.call("POST", "/v1/pipelines", body="{}", is_signed=False).status)

    def read(self) -> None:
        """A pipeline cannot be read."""
        self._demand_refusal(self._caller.call("GET", _PATH, is_signed=False).status)

    def read_signed(self) -> None:
        """One with a right signature is not refused: what is refused below is refused for its signature."""
        status = self._caller.call("GET", _PATH).status
        demand(status not in _REFUSED, f"a signed call was answered with {status}, as if it had no signature")

    def read_tampered(self) -> None:
        """One whose signature was tampered with is."""
        url = f"{self._caller.base_url.rstrip('/')}{_PATH}"
        headers = signed_headers("GET", url, None, {}, region=self._caller.region)
        authorization = headers["Authorization"]
        # Its last digit is one of the signature's.
        headers["Authorization"] = authorization[:-1] + ("0" if authorization[-1] != "0" else "1")
        self._demand_refusal(self._caller.call("GET", _PATH, headers=headers, is_signed=False).status)

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
        demand(
            status in _REFUSED,
            f"a call without a right signature was answered with {status}, where 401 or 403 was expected",
        )


async def handler(_event: object, _context: object) -> None:
    """The canary `authorisation`."""
    stranger = Stranger()
    await run_steps(
        [
            ("unsigned-submit", stranger.submit),
            ("unsigned-read", stranger.read),
            ("signed-read", stranger.read_signed),
            ("tampered-read", stranger.read_tampered),
            ("unsigned-connect", stranger.connect),
        ]
    )
