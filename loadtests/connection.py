"""One TCP or TLS connection on gevent's hub: its watcher stays for as long as it lives, and wakes the greenlet that waits.

gevent's own sockets begin every read with one that fails, arm a timer, and start and stop a watcher; at thousands of
requests a second that is most of what a client does. What the peer does is known from the kernel alone: whether it has
ended, and how much of what was sent it has acknowledged.
"""

import contextlib
import os
import socket
import ssl
import struct
from socket import IPPROTO_TCP, SO_ERROR, SOL_SOCKET, TCP_NODELAY
from typing import Any, cast

import gevent
from gevent import get_hub, monkey
from gevent.hub import Waiter
from gevent.socket import wait_write

_BLOCK_BYTES = 65_536
_READ_EVENT = 1
_LOOK_SECONDS = 0.05
# tcpi_bytes_acked of struct tcp_info, which counts the SYN, too: RFC 4898's tcpEStatsAppHCThruOctetsAcked
# (https://github.com/torvalds/linux/blob/master/include/uapi/linux/tcp.h).
_ACKED = struct.Struct("@Q")
_ACKED_AT, _SYN_COUNT = 120, 1
_TCP_INFO: int | None = getattr(socket, "TCP_INFO", None)

# Locust patches the socket module; what is needed here is the socket below it.
_PlainSocket: Any = monkey.get_original("socket", "socket")


class Connection:
    """What is received waits in the kernel until somebody asks; bytes or an end that nobody asked for make it useless."""

    __slots__ = (
        "_incoming", "_is_given_up", "_is_ready", "_message_from", "_outgoing", "_sent_count", "_socket", "_tls", "_waiter",
        "_watcher",
    )  # fmt: skip

    def __init__(self, plain: Any) -> None:
        self._socket = plain
        self._tls: ssl.SSLObject | None = None
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._waiter: Waiter[None] | None = None
        self._is_ready = self._is_given_up = False
        self._sent_count = self._message_from = 0
        self._watcher: Any = cast("Any", get_hub().loop).io(plain.fileno(), _READ_EVENT)
        self._watcher.start(self._readable)

    def send(self, message: bytes) -> None:
        """Send all of it; raises OSError."""
        self._message_from = self._sent_count
        if self._tls is not None:
            self._tls.write(message)
            message = self._outgoing.read()
        self._send_plain(message)

    def receive(self) -> bytes:
        """Wait for some bytes; nothing is the end. Raises OSError, and TimeoutError once somebody has given up."""
        if self._tls is None:
            return self._receive_plain()
        while True:
            try:
                return self._tls.read(_BLOCK_BYTES)
            except ssl.SSLWantReadError:
                self._flush()
                block = self._receive_plain()
                if not block:
                    return b""
                self._incoming.write(block)
            except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
                return b""

    def is_usable(self) -> bool:
        """Whether a request can be sent on it: its peer has neither ended it nor said anything since the last answer.

        The one place that decides it, by what the kernel has at this moment; what TLS says to itself does not count.
        """
        if self._is_given_up:
            return False
        while True:
            if self._tls is not None:
                try:
                    self._tls.read(1)
                except ssl.SSLWantReadError:
                    pass
                except OSError:
                    return False
                else:
                    return False
            try:
                block = self._socket.recv(_BLOCK_BYTES)
            except BlockingIOError:
                self._rest()
                return True
            except OSError:
                return False
            # No bytes are the end: of TLS, too, which a peer may leave without a word (close_notify).
            if not block or self._tls is None:
                return False
            self._incoming.write(block)

    def has_reached_peer(self) -> bool:
        """Whether the peer has acknowledged any part of the last message: then it was there when the message came.

        False is no proof that it was not: an acknowledgement may wait for 40 ms, and a reset that comes before it says nothing.
        A system that does not tell is taken to have been reached, so that nothing is excused.
        """
        if _TCP_INFO is None:
            return True
        info: bytes = self._socket.getsockopt(IPPROTO_TCP, _TCP_INFO, _ACKED_AT + _ACKED.size)
        if len(info) < _ACKED_AT + _ACKED.size:
            return True
        acked_count: int = _ACKED.unpack_from(info, _ACKED_AT)[0]
        return acked_count > self._message_from + _SYN_COUNT

    def shake_hands(self, context: ssl.SSLContext, host: str) -> None:
        """Speak TLS from now on; raises ssl.SSLError for a certificate that does not prove the host."""
        tls = context.wrap_bio(self._incoming, self._outgoing, server_hostname=host)
        while True:
            try:
                tls.do_handshake()
            except ssl.SSLWantReadError:
                self._flush()
                block = self._receive_plain()
                if not block:
                    raise ConnectionResetError("closed in the TLS handshake") from None
                self._incoming.write(block)
            else:
                self._flush()
                self._tls = tls
                return

    def give_up(self) -> None:
        """Let whoever waits for bytes have a TimeoutError, as soon as the hub runs: only it may wake others."""
        self._is_given_up = True
        waiter = self._waiter

        def wake() -> None:
            if waiter is not None and waiter is self._waiter:
                waiter.throw(TimeoutError("timed out"))

        cast("Any", get_hub().loop).run_callback(wake)

    def close(self) -> None:
        """Close it; whoever waits is not told."""
        self._watcher.stop()
        self._watcher.close()
        self._socket.close()

    def _readable(self) -> None:
        """Called by the hub; it goes on calling for as long as there is something to read, so it is told to rest."""
        self._is_ready = True
        if self._waiter is not None:
            self._waiter.switch(None)
        else:
            self._watcher.stop()

    def _rest(self) -> None:
        self._is_ready = False
        if not self._watcher.active:
            self._watcher.start(self._readable)

    def _receive_plain(self) -> bytes:
        while True:
            if self._is_given_up:
                raise TimeoutError("timed out")
            if not self._is_ready:
                self._waiter = Waiter()
                try:
                    self._waiter.get()
                finally:
                    self._waiter = None
            self._rest()
            try:
                return self._socket.recv(_BLOCK_BYTES)
            except BlockingIOError:
                continue

    def _flush(self) -> None:
        if self._outgoing.pending:
            self._send_plain(self._outgoing.read())

    def _send_plain(self, message: bytes) -> None:
        try:
            sent = self._socket.send(message)
        except BlockingIOError:
            sent = 0
        while sent < len(message):
            if self._is_given_up:
                raise TimeoutError("timed out")
            # To look again whether somebody has given up.
            with cast("Any", gevent).Timeout(_LOOK_SECONDS, False):
                wait_write(self._socket.fileno())
            with contextlib.suppress(BlockingIOError):
                sent += self._socket.send(message[sent:])
        self._sent_count += len(message)


def open_connection(address: Any, host: str, *, context: ssl.SSLContext | None, patience_seconds: float) -> Connection:
    """Connect to an address of getaddrinfo, with TLS when there is a context; raises OSError, TimeoutError, SSLError."""
    family, kind, protocol, _, where = address
    plain = _PlainSocket(family, kind, protocol)
    connection: Connection | None = None
    try:
        plain.setblocking(False)
        with gevent.Timeout(patience_seconds, TimeoutError("timed out")):
            try:
                plain.connect(where)
            except BlockingIOError:
                wait_write(plain.fileno())
                if (number := plain.getsockopt(SOL_SOCKET, SO_ERROR)) != 0:
                    raise OSError(number, os.strerror(number)) from None
            plain.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1)
            connection = Connection(plain)
            if context is not None:
                connection.shake_hands(context, host)
    except BaseException:
        if connection is not None:
            connection.close()
        else:
            plain.close()
        raise
    return connection
