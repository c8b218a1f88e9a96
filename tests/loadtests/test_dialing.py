"""All addresses of a name are tried, and what failed is said."""

import contextlib
import socket
import ssl
from collections.abc import Mapping
from typing import Any

import gevent.socket
import pytest

import loadtests.dialing as dialing
from loadtests.dialing import Dialer
from loadtests.lean_client import LeanClient
from tests.loadtests.peers import peer

V6, V4 = ("::1", 80, 0, 0), ("127.0.0.1", 80)


def address(where: Any) -> Any:
    return (socket.AF_INET6 if len(where) == 4 else socket.AF_INET, socket.SOCK_STREAM, 6, "", where)


class Network:
    """Addresses of a name, and what each does: None opens, an error does not; `tried` has each with its patience."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, does: Mapping[Any, OSError | None]) -> None:
        self.does = does
        self.tried: list[tuple[str, float]] = []
        self.looked_up_count = 0
        monkeypatch.setattr(gevent.socket, "getaddrinfo", self._look_up)
        monkeypatch.setattr(dialing, "open_connection", self._open)

    def _look_up(self, *_: Any, **__: Any) -> list[Any]:
        self.looked_up_count += 1
        return [address(where) for where in self.does]

    def _open(self, address: Any, _host: str, *, patience_seconds: float, **_: Any) -> str:
        where = address[4]
        self.tried.append((where[0], patience_seconds))
        if (error := self.does[where]) is not None:
            raise error
        return f"to {where[0]}"

    @property
    def hosts(self) -> list[str]:
        return [host for host, _ in self.tried]


def dialer() -> Dialer:
    return Dialer("api.example", 80, context=None, connect_seconds=4.0)


def test_the_next_address_is_tried_and_asked_first_from_then_on(monkeypatch: pytest.MonkeyPatch) -> None:
    network, dialing_ = (
        Network(monkeypatch, {V6: ConnectionRefusedError(111, "Connection refused"), V4: None}),
        dialer(),
    )
    first, second = dialing_.open(), dialing_.open()
    assert first.failures == ("::1: connection refused",)
    assert second.failures == ()
    assert network.hosts == ["::1", "127.0.0.1", "127.0.0.1"]
    network.does = {V4: ConnectionResetError(104, "Connection reset by peer"), V6: None}
    assert dialing_.open().failures == ("127.0.0.1: connection reset by peer",)
    assert network.looked_up_count == 1


def test_an_address_that_is_silent_leaves_its_share_of_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    network = Network(monkeypatch, {V6: TimeoutError("timed out"), V4: None})
    assert dialer().open().failures == ("::1: timed out",)
    (_, first), (_, last) = network.tried
    assert first == pytest.approx(2.0, abs=0.1)
    assert last == pytest.approx(4.0, abs=0.2)


def test_when_none_takes_a_connection_each_is_said_and_the_name_looked_up_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    certificate = ssl.SSLCertVerificationError()
    certificate.verify_message = "self-signed certificate"
    network = Network(monkeypatch, {V6: ConnectionRefusedError(111, "Connection refused"), V4: certificate})
    dialing_ = dialer()
    for _ in range(2):
        with pytest.raises(
            OSError, match=r"^::1: connection refused; 127.0.0.1: certificate: self-signed certificate$"
        ):
            dialing_.open()
    assert network.looked_up_count == 2


def test_a_name_with_one_address_is_said_without_it(monkeypatch: pytest.MonkeyPatch) -> None:
    Network(monkeypatch, {V4: ConnectionRefusedError(111, "Connection refused")})
    with pytest.raises(OSError, match=r"^connection refused$"):
        dialer().open()


def test_a_server_on_one_of_two_addresses_is_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    with peer(None) as found:
        port = int(found.url.rpartition(":")[2])
        both = [address(("::1", port, 0, 0)), address(("127.0.0.1", port))]
        monkeypatch.setattr(gevent.socket, "getaddrinfo", lambda *_, **__: both)
        with contextlib.closing(LeanClient(f"http://localhost:{port}")) as client:
            answer = client.request("GET", f"{client.base_url}/x/y/1", headers={})
    assert (answer.status, len(answer.failures)) == (200, 1)
    assert answer.failures[0].startswith("::1: ")
