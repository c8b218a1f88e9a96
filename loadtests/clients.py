"""The HTTP clients that a scenario may choose: our lean one, and Locust's own."""

from dataclasses import dataclass
from typing import Any, Protocol, cast

import geventhttpclient.client
from locust.contrib.fasthttp import FastHttpSession
from locust.event import EventHook

from loadtests.answers import Answer
from loadtests.lean_client import LeanClient

CLIENTS = ("lean", "fast")


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long a connection may take to open, and the whole answer to come."""

    connect_seconds: float
    answer_seconds: float


class Client(Protocol):
    """Sends one request and waits for its answer; it never raises for a server that fails."""

    def request(self, method: str, url: str, *, headers: dict[str, str], body: str | None = None) -> Answer:
        """Send one request to a URL of its host; a failure is an answer with status 0."""
        ...


class FastClient:
    """Locust's FastHttpSession, with certificates verified and without silent re-sends."""

    def __init__(self, base_url: str, patience: Patience) -> None:
        refuse_silent_retries()
        self._session = FastHttpSession(
            base_url, EventHook(), None, insecure=False, concurrency=1_000, max_redirects=0,
            connection_timeout=patience.connect_seconds, network_timeout=patience.answer_seconds,
        )  # fmt: skip

    def request(self, method: str, url: str, *, headers: dict[str, str], body: str | None = None) -> Answer:
        """Send one request to a URL of its host; a failure is an answer with status 0."""
        response = self._session.request(method, url, data=body, headers=headers, allow_redirects=False)
        if response.status_code:
            return Answer(response.status_code, response.content or b"")
        return Answer(0, b"", f"no answer: {type(getattr(response, 'error', None)).__name__}")


def make_client(kind: str, base_url: str, patience: Patience) -> Client:
    """The client of that kind for a host."""
    if kind == "fast":
        return FastClient(base_url, patience)
    return LeanClient(base_url, connect_seconds=patience.connect_seconds, answer_seconds=patience.answer_seconds)


def refuse_silent_retries() -> None:
    """Make geventhttpclient report a broken connection instead of sending the request again, unseen, up to eleven times.

    Raises RuntimeError when the library's private hook is not where it was: measured errors would then be too few.
    """
    if not hasattr(geventhttpclient.client, "_may_retry_after_send_error"):
        raise RuntimeError(
            "geventhttpclient has moved _may_retry_after_send_error; silent re-sends cannot be turned off"
        )
    library = cast("Any", geventhttpclient.client)
    library._may_retry_after_send_error = _never


def _never(_method: str) -> bool:
    return False
