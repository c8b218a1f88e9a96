"""A server that ends its connections in every way that there is, and knows of each request whether it had it and answered it.

A request is `GET /moment/way/number`. The moment is that of the second request of a connection: the end comes before it, while
it is under way, or with its answer; `race` is between the client's last look at the connection and its request.
"""

import contextlib
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
FAREWELL = b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
PATIENCE_SECONDS = 5.0

End = Callable[[Any], None]


def fin(connection: Any) -> None:
    """Without close_notify: Python sends none when a TLS socket is closed."""
    connection.close()


def reset(connection: Any) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def close_notify(connection: Any) -> None:
    if isinstance(connection, ssl.SSLSocket):
        connection.setblocking(False)
        with contextlib.suppress(OSError):
            connection.unwrap()  # sends it, and does not wait for the other's
    connection.close()


def half_close(connection: Any) -> None:
    socket.socket.shutdown(connection, socket.SHUT_WR)


def farewell(connection: Any) -> None:
    connection.sendall(FAREWELL)
    connection.close()


def half_an_answer(connection: Any) -> None:
    connection.sendall(ANSWER[:-1])
    connection.close()


def half_an_answer_and_reset(connection: Any) -> None:
    connection.sendall(ANSWER[:20])
    reset(connection)


def nonsense(connection: Any) -> None:
    connection.sendall(b"SSH-2.0-OpenSSH_9.9\r\n")
    connection.close()


def another_answer(connection: Any) -> None:
    """One that nobody asked for."""
    connection.sendall(ANSWER)
    connection.close()


def silent_end(_connection: Any) -> None:
    """Says nothing more and stays: the answer that went before it was longer than its length, or meant to be the last."""


def linger(connection: Any) -> None:
    """Stay until the client has ended it, too."""
    connection.settimeout(0.2)
    with contextlib.suppress(OSError):
        connection.recv(1)


# An idle connection ends: before the next request, or just as it is sent.
IDLE: dict[str, End] = {
    "fin": fin, "reset": reset, "close-notify": close_notify, "half-close": half_close, "farewell": farewell,
    "another-answer": another_answer,
}  # fmt: skip
# A request was read, and its answer never becomes whole.
UNDER_WAY: dict[str, End] = {
    "fin": fin, "reset": reset, "close-notify": close_notify, "half-close": half_close, "half": half_an_answer,
    "half-and-reset": half_an_answer_and_reset, "nonsense": nonsense,
}  # fmt: skip
# The answer is whole, and what comes with it, or after it, ends the connection.
WITH_ANSWER: dict[str, tuple[bytes, End]] = {
    "fin": (ANSWER, fin),
    "reset": (ANSWER, reset),
    "close-notify": (ANSWER, close_notify),
    "half-close": (ANSWER, half_close),
    "longer": (ANSWER + b"surplus", silent_end),
    "two-answers": (ANSWER + ANSWER, silent_end),
    "another-later": (ANSWER, another_answer),
    "says-close": (ANSWER.replace(b"\r\n", b"\r\nConnection: close\r\n", 1), fin),
    "says-close-and-stays": (ANSWER.replace(b"\r\n", b"\r\nConnection: close\r\n", 1), silent_end),
    "until-the-end": (b"HTTP/1.1 200 OK\r\n\r\nok", fin),
    "until-close-notify": (b"HTTP/1.1 200 OK\r\n\r\nok", close_notify),
    "http-1.0": (ANSWER.replace(b"1.1", b"1.0", 1), fin),
}


@dataclass
class Peer:
    """What it saw, in order; `ended` is set when the end of a scenario has come, `may_end` lets that of a race come."""

    url: str = ""
    seen: list[str] = field(default_factory=list[str])
    answered: list[str] = field(default_factory=list[str])
    connection_count: int = 0
    ends_after_accepting: bool = False
    ended: threading.Event = field(default_factory=threading.Event)
    may_end: threading.Event = field(default_factory=threading.Event)

    def serve(self, connection: Any) -> None:
        while path := read_path(connection):
            self.seen.append(path)
            moment, way, number = path.strip("/").split("/")
            if moment == "while" and number == "2":
                self._end(UNDER_WAY[way], connection)
                return
            answer, end = WITH_ANSWER[way] if moment == "after" and number == "2" else (ANSWER, None)
            # Before it is sent: whoever has it may look at once.
            self.answered.append(path)
            connection.sendall(answer)
            if moment == "race" and number == "1":
                self.may_end.wait(PATIENCE_SECONDS)
            if moment in ("race", "before") and number == "1":
                end = IDLE[way]
            if end is not None:
                self._end(end, connection)
                return

    def _end(self, end: End, connection: Any) -> None:
        end(connection)
        self.ended.set()
        if end in (half_close, silent_end):
            linger(connection)


def read_path(connection: Any) -> str:
    """The path of the next request, once all of its head is here; nothing at the end."""
    head = b""
    while b"\r\n\r\n" not in head:
        block = connection.recv(65_536)
        if not block:
            return ""
        head += block
    return head.split(b" ")[1].decode()


@contextlib.contextmanager
def peer(context: ssl.SSLContext | None) -> Generator[Peer]:
    """One that serves until the block ends."""
    found = Peer()
    listener = socket.create_server(("127.0.0.1", 0), backlog=64)
    found.url = f"{'https' if context else 'http'}://127.0.0.1:{listener.getsockname()[1]}"

    def one(connection: socket.socket) -> None:
        with contextlib.suppress(OSError), connection:
            if found.ends_after_accepting:
                return
            connection.settimeout(PATIENCE_SECONDS)
            # An answer that waits behind another packet would be thrown away by a reset, unsent.
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            spoken = context.wrap_socket(connection, server_side=True) if context is not None else connection
            with spoken:
                found.serve(spoken)

    def accept() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            found.connection_count += 1
            threading.Thread(target=one, args=(connection,), daemon=True).start()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        # Closing alone does not wake a thread that accepts.
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(PATIENCE_SECONDS)


@dataclass(frozen=True)
class Transport:
    """Plain, or TLS of one version: the server's context, and one that trusts it."""

    name: str
    serving: ssl.SSLContext | None = None
    trusting: ssl.SSLContext | None = None


def transports(certificate: Path) -> dict[str, Transport]:
    """Plain, TLS 1.2 and TLS 1.3."""
    found = {"plain": Transport("plain")}
    for name, version in (("TLS 1.2", ssl.TLSVersion.TLSv1_2), ("TLS 1.3", ssl.TLSVersion.TLSv1_3)):
        serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        serving.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")
        serving.minimum_version = serving.maximum_version = version
        found[name] = Transport(name, serving, ssl.create_default_context(cafile=str(certificate / "cert.pem")))
    return found
