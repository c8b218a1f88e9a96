"""To which address of a name a connection is opened: every one is tried, in the system's order, and what failed is said.

The one that answered is asked first from then on. They are tried one after the other, each with its share of the time, so
that one that is silent leaves some to the next.
"""

import ssl
import time
from dataclasses import dataclass
from typing import Any, cast

import gevent.socket

from loadtests.connection import Connection, open_connection

_ADDRESSES_SECONDS = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialed:
    """A connection, and for each address that failed before it: which, and why."""

    connection: Connection
    failures: tuple[str, ...]


class Dialer:
    """Opens connections to one host and port, with TLS when there is a context, each within `connect_seconds`."""

    def __init__(self, host: str, port: int, *, context: ssl.SSLContext | None, connect_seconds: float) -> None:
        self._host, self._port = host, port
        self._context = context
        self._connect_seconds = connect_seconds
        self._resolved_at, self._addresses = 0.0, list[Any]()

    def open(self) -> Dialed:
        """Open one to the first address that takes it; raises OSError that says what each of them did."""
        addresses = self._resolve()
        deadline = time.monotonic() + self._connect_seconds
        failures: list[str] = []
        for number, address in enumerate(addresses):
            patience = (deadline - time.monotonic()) / (len(addresses) - number)
            try:
                connection = open_connection(
                    address, self._host, context=self._context, patience_seconds=max(0.01, patience)
                )
            except OSError as error:
                failures.append(reason_of(error) if len(addresses) == 1 else f"{address[4][0]}: {reason_of(error)}")
                continue
            # Others may have resolved it again while this one waited.
            if number and addresses is self._addresses:
                self._addresses = [address, *(each for each in addresses if each is not address)]
            return Dialed(connection=connection, failures=tuple(failures))
        self._addresses = []
        raise ConnectionError("; ".join(failures))

    def _resolve(self) -> list[Any]:
        if not self._addresses or time.monotonic() - self._resolved_at > _ADDRESSES_SECONDS:
            found = gevent.socket.getaddrinfo(self._host, self._port, type=cast("Any", gevent.socket).SOCK_STREAM)
            first = self._addresses[:1]
            self._addresses = [
                *(each for each in found if each in first),
                *(each for each in found if each not in first),
            ]
            self._resolved_at = time.monotonic()
        return self._addresses


def reason_of(error: OSError) -> str:
    """Why a connection failed, in a few words."""
    match error:
        case TimeoutError():
            return "timed out"
        case ssl.SSLCertVerificationError():
            return f"certificate: {error.verify_message}"
        case _:
            return (error.strerror or str(error) or type(error).__name__).lower()
