"""A lean HTTP/1.1 client for plain JSON APIs: pooled connections, geventhttpclient's C parser, and nothing it does not need.

It follows no redirect, keeps no cookie, asks for no compression, and never sends a request twice. Certificates are
verified unless a context says otherwise. The greenlet of a request sleeps until its answer is whole.
"""

import re
import ssl
import time
from collections import deque
from urllib.parse import quote, urlsplit

import gevent
from geventhttpclient._parser import (  # pyright: ignore[reportPrivateUsage] - the parser has no other name
    HTTPParseError,
    HTTPResponseParser,
)

from loadtests.addresses import check_base
from loadtests.answers import Answer
from loadtests.connection import Connection
from loadtests.dialing import Dialer, reason_of

# An answer that is larger is none that a JSON API gives, and must not fill the generator's memory.
_LARGEST_BYTES = 64 * 1024 * 1024
_DEADLINE_CHECK_SECONDS = 0.05
_REQUEST_TIMEOUT = 408
# Names and values of headers, and what may stand in a request's first line (https://www.rfc-editor.org/rfc/rfc9110#section-5.6.2,
# https://www.rfc-editor.org/rfc/rfc3986#section-2).
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE = re.compile(r"[\t\x20-\x7e]*")
_TARGET = re.compile(r"[/?][A-Za-z0-9/?:@!$&'()*+,;=%._~\[\]-]*")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f#]")
_KEPT = "/?:@!$&'()*+,;=%-._~[]"


class _Parser(HTTPResponseParser):
    """Collects one answer; the C parser calls what begins with _on_, and wants all of it to be there.

    A method of an empty set is the cheapest thing to call with a text that nobody needs: there is no Python in it.
    `status` is 0 until the answer is whole. What comes after it is of no request: it is left alone, and the connection with it.
    """

    _on_status = _on_header_field = _on_header_value = set[str]().discard

    def __init__(self, *, has_body: bool) -> None:
        super().__init__()
        self.chunks: list[bytes] = []
        self.size_bytes = 0
        self.status = 0
        self.has_begun = self.may_stay = False
        self._has_body = has_body

    def _on_message_begin(self) -> None:
        # Nobody asked for a second answer.
        self.may_stay = False

    def _on_headers_complete(self) -> bool:
        return not self._has_body

    def _on_body(self, chunk: bytes) -> None:
        if not self.status:
            self.chunks.append(bytes(chunk))
            self.size_bytes += len(chunk)

    def _on_message_complete(self) -> None:
        # What follows an interim answer (1xx) is the real one.
        if not self.status and (code := self.get_code()) >= 200:
            self.status = code
            self.may_stay = self.should_keep_alive()


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
        parts = urlsplit(check_base("--host", base_url))
        self.base_url = base_url.rstrip("/")
        self._origin = f"{parts.scheme}://{parts.netloc}"
        is_tls = parts.scheme == "https"
        self._dialer = Dialer(
            str(parts.hostname),
            parts.port or (443 if is_tls else 80),
            context=(context or ssl.create_default_context()) if is_tls else None,
            connect_seconds=connect_seconds,
        )
        self._host_line = f"Host: {parts.netloc}\r\n"
        self._answer_seconds = answer_seconds
        self._idle: deque[Connection] = deque()
        self._deadlines: dict[Connection, float] = {}
        self._is_watched = False

    def request(self, method: str, url: str, *, headers: dict[str, str], body: str | None = None) -> Answer:
        """Send one request to a URL of this host and wait for the whole answer; a failure is an answer with status 0."""
        message = self._message(method, self._target(url), headers, body)
        connection, connected, failures = self._reusable(), None, ()
        is_reused = connection is not None
        if connection is None:
            began = time.perf_counter()
            try:
                dialed = self._dialer.open()
            except OSError as error:
                return Answer(0, b"", f"no connection: {reason_of(error)}")
            connection, failures = dialed.connection, dialed.failures
            connected = time.perf_counter() - began
        self._deadlines[connection] = time.monotonic() + self._answer_seconds
        if not self._is_watched:
            self._is_watched = True
            gevent.spawn(self._watch)
        parser = _Parser(has_body=method != "HEAD")
        try:
            connection.send(message)
            _receive(connection, parser)
        except (OSError, HTTPParseError) as error:
            is_end = is_reused and not parser.has_begun and not isinstance(error, TimeoutError)
            met_closing = is_end and not connection.has_reached_peer()
            return Answer(0, b"", f"no answer: {_reason(error)}", connected, met_closing, failures)
        else:
            # A server may say so when it ends an idle connection; a request that was under way then is not what it speaks of
            # (https://www.rfc-editor.org/rfc/rfc9110#section-15.5.9).
            is_farewell = is_reused and parser.status == _REQUEST_TIMEOUT and not parser.may_stay
            if is_farewell and not connection.has_reached_peer():
                return Answer(0, b"", "no answer: status 408 as a farewell", connected, met_closing=True)
            return Answer(parser.status, b"".join(parser.chunks), None, connected, failures=failures)
        finally:
            del self._deadlines[connection]
            if parser.may_stay:
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
            if not _NAME.fullmatch(name):
                raise ValueError(f"the header {name!r} has a character in its name that no header has")
            if not _VALUE.fullmatch(value):
                place = next(place for place, each in enumerate(value) if not _VALUE.fullmatch(each))
                what = "a line break" if value[place] in "\r\n" else "a character that is not ASCII, or none"
                raise ValueError(f"the header {name} has {what} in it, at character {place + 1}")
            if name.lower() != "host":
                lines.append(f"{name}: {value}\r\n")
        content = b"" if body is None else body.encode()
        if body is not None:
            lines.append(f"Content-Length: {len(content)}\r\n")
        lines.append("\r\n")
        return "".join(lines).encode("ascii") + content

    def _target(self, url: str) -> str:
        """What stands in the request's first line; spaces and what is not ASCII are encoded as UTF-8 in %-escapes."""
        if not url.startswith(self._origin) or (rest := url[len(self._origin) :] or "/")[0] not in "/?":
            raise ValueError(f"{url} is not on {self._origin}")
        if not _TARGET.fullmatch(rest):
            if found := _CONTROL.search(rest):
                raise ValueError(f"{self._origin}{rest!r} has {found[0]!r} in it, which no request has")
            rest = quote(rest, safe=_KEPT)
        return f"/{rest}" if rest.startswith("?") else rest

    def _reusable(self) -> Connection | None:
        """A connection that waits for work, unless its server has closed it meanwhile."""
        while self._idle:
            connection = self._idle.pop()
            if connection.is_usable():
                return connection
            connection.close()
        return None

    def _watch(self) -> None:
        """End what is past its deadline; one greenlet for all of them, while there are any."""
        while self._deadlines:
            now = time.monotonic()
            for connection in [each for each, deadline in self._deadlines.items() if deadline < now]:
                connection.give_up()
            gevent.sleep(_DEADLINE_CHECK_SECONDS)
        self._is_watched = False


def _receive(connection: Connection, parser: _Parser) -> None:
    """Read until the answer is whole; raises OSError and HTTPParseError when it never is."""
    while True:
        block = connection.receive()
        parser.has_begun = parser.has_begun or bool(block)
        try:
            parser.feed(block)  # an empty block tells the parser of the end, which may be that of the answer
        except HTTPParseError:
            # What is no HTTP after a whole answer takes nothing from it: it only ends the connection.
            parser.may_stay = False
            if block and not parser.status:
                raise
        if parser.status:
            return
        if not block:
            raise ConnectionResetError("closed before the end of the answer")
        if parser.size_bytes > _LARGEST_BYTES:
            raise ConnectionAbortedError("larger than a JSON answer")


def _reason(error: OSError | HTTPParseError) -> str:
    return reason_of(error) if isinstance(error, OSError) else "not HTTP"
