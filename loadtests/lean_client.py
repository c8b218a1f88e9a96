"""A lean HTTP/1.1 client for plain JSON APIs: pooled connections, geventhttpclient's C parser, and nothing it does not need.

It follows no redirect, keeps no cookie, asks for no compression, and never sends a request twice. Certificates are
verified unless a context says otherwise. The greenlet of a request sleeps until its answer is whole.
"""

import contextlib
import ssl
import time
from collections import deque
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlsplit

import gevent
import gevent.socket
from geventhttpclient._parser import (  # pyright: ignore[reportPrivateUsage] - the parser has no other name
    HTTPParseError,
    HTTPResponseParser,
)

from foundation.errors import InputError
from loadtests.connection import Connection, open_connection

# An answer that is larger is none that a JSON API gives, and must not fill the generator's memory.
_LARGEST_BYTES = 64 * 1024 * 1024
_ADDRESS_SECONDS = 60.0
_DEADLINE_CHECK_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Answer:
    """A status and a body; status 0 is no answer, and `problem` says why. `connect_seconds` is None on a used connection."""

    status: int
    body: bytes
    problem: str | None = None
    connect_seconds: float | None = None


class _Parser(HTTPResponseParser):
    """Collects one answer; the C parser calls what begins with _on_, and wants all of it to be there.

    A method of an empty set is the cheapest thing to call with a text that nobody needs: there is no Python in it.
    """

    _on_status = _on_header_field = _on_header_value = set[str]().discard

    def __init__(self, *, has_body: bool) -> None:
        super().__init__()
        self.chunks: list[bytes] = []
        self.size_bytes = 0
        self.is_complete = False
        self._has_body = has_body

    def _on_message_begin(self) -> None:
        # What follows an interim answer (1xx) is the real one.
        self.is_complete = False

    def _on_headers_complete(self) -> bool:
        return not self._has_body

    def _on_body(self, chunk: bytes) -> None:
        self.chunks.append(bytes(chunk))
        self.size_bytes += len(chunk)

    def _on_message_complete(self) -> None:
        self.is_complete = True


class LeanClient:
    """Speaks to one host. `connect_seconds` bounds a connection's opening, `answer_seconds` the whole rest of a request.

    Raises InputError for an address that is none.
    """

    def __init__(
        self,
        base_url: str,
        *,
        connect_seconds: float = 5.0,
        answer_seconds: float = 10.0,
        context: ssl.SSLContext | None = None,
    ) -> None:
        parts = urlsplit(base_url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise InputError(f"--host {base_url}: must be an address such as https://api.example.com/production")
        self.base_url = base_url.rstrip("/")
        self._origin = f"{parts.scheme}://{parts.netloc}"
        self._host = parts.hostname
        self._port = parts.port or (443 if parts.scheme == "https" else 80)
        self._context = (context or ssl.create_default_context()) if parts.scheme == "https" else None
        self._host_line = f"Host: {parts.netloc.rpartition('@')[2]}\r\n"
        self._connect_seconds = connect_seconds
        self._answer_seconds = answer_seconds
        self._idle: deque[Connection] = deque()
        self._address: tuple[float, Any] = (0.0, None)
        self._deadlines: dict[Connection, float] = {}
        self._is_watched = False

    def request(self, method: str, url: str, *, headers: dict[str, str], body: str | None = None) -> Answer:
        """Send one request to a URL of this host and wait for the whole answer; a failure is an answer with status 0."""
        if not url.startswith(self._origin):
            raise ValueError(f"{url} is not on {self._origin}")
        message = self._message(method, url[len(self._origin) :] or "/", headers, body)
        connected: float | None = None
        connection = self._reusable()
        if connection is None:
            began = time.perf_counter()
            try:
                connection = self._open()
            except (OSError, ssl.SSLError) as error:
                return Answer(0, b"", f"no connection: {_name(error)}")
            connected = time.perf_counter() - began
        self._deadlines[connection] = time.monotonic() + self._answer_seconds
        if not self._is_watched:
            self._is_watched = True
            gevent.spawn(self._watch)
        may_stay = False
        try:
            connection.send(message)
            parser = _receive(connection, has_body=method != "HEAD")
            may_stay = parser.should_keep_alive()
            return Answer(parser.get_code(), b"".join(parser.chunks), None, connected)
        except (OSError, HTTPParseError) as error:
            return Answer(0, b"", f"no answer: {_name(error)}", connected)
        finally:
            del self._deadlines[connection]
            if may_stay:
                self._idle.append(connection)
            else:
                connection.close()

    def close(self) -> None:
        """Close the connections that wait for work."""
        while self._idle:
            self._idle.pop().close()

    def _message(self, method: str, target: str, headers: dict[str, str], body: str | None) -> bytes:
        lines = [f"{method} {target} HTTP/1.1\r\n", self._host_line]
        for name, value in headers.items():
            if "\n" in value or "\r" in value:
                raise ValueError(f"the header {name} has a line break in it")
            if name.lower() != "host":
                lines.append(f"{name}: {value}\r\n")
        content = b"" if body is None else body.encode()
        if body is not None:
            lines.append(f"Content-Length: {len(content)}\r\n")
        lines.append("\r\n")
        return "".join(lines).encode("latin-1") + content

    def _reusable(self) -> Connection | None:
        """A connection that waits for work, unless its server has closed it meanwhile."""
        while self._idle:
            connection = self._idle.pop()
            if connection.is_quiet():
                return connection
            connection.close()
        return None

    def _open(self) -> Connection:
        resolved_at, address = self._address
        if address is None or time.monotonic() - resolved_at > _ADDRESS_SECONDS:
            found = gevent.socket.getaddrinfo(self._host, self._port, type=cast("Any", gevent.socket).SOCK_STREAM)
            address = found[0]
            self._address = (time.monotonic(), address)
        try:
            return open_connection(address, self._host, context=self._context, patience_seconds=self._connect_seconds)
        except BaseException:
            self._address = (0.0, None)
            raise

    def _watch(self) -> None:
        """End what is past its deadline; one greenlet for all of them, while there are any."""
        while self._deadlines:
            now = time.monotonic()
            for connection in [each for each, deadline in self._deadlines.items() if deadline < now]:
                connection.give_up()
            gevent.sleep(_DEADLINE_CHECK_SECONDS)
        self._is_watched = False


def _receive(connection: Connection, *, has_body: bool) -> _Parser:
    parser = _Parser(has_body=has_body)
    while True:
        block = connection.receive()
        with contextlib.nullcontext() if block else contextlib.suppress(HTTPParseError):
            parser.feed(block)  # an empty block tells the parser of the end, which may be that of the answer
        if parser.is_complete and parser.get_code() >= 200:
            return parser
        if not block:
            raise ConnectionResetError("closed before the end of the answer")
        if parser.size_bytes > _LARGEST_BYTES:
            raise ConnectionAbortedError("larger than a JSON answer")


def _name(error: BaseException) -> str:
    match error:
        case TimeoutError():
            return "timed out"
        case ssl.SSLCertVerificationError():
            return f"certificate: {error.verify_message}"
        case OSError():
            return (error.strerror or str(error) or type(error).__name__).lower()
        case _:
            return "not HTTP"
