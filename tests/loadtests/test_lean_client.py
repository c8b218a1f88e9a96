"""The lean client against servers that behave badly, and well in every way that HTTP allows."""

import contextlib
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Generator
from pathlib import Path
from urllib.parse import unquote

import gevent
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.errors import InputError
from loadtests.lean_client import LeanClient

Behaviour = Callable[[socket.socket, int], None]


@contextlib.contextmanager
def server(behave: Behaviour, *, context: ssl.SSLContext | None = None) -> Generator[str]:
    """Serve raw bytes: `behave` gets each connection, and its number; ended with the block."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(0.1)
    ended = threading.Event()

    def serve() -> None:
        number = 0
        while not ended.is_set():
            with contextlib.suppress(TimeoutError):
                connection, _ = listener.accept()
                threading.Thread(target=one, args=(connection, number), daemon=True).start()
                number += 1

    def one(connection: socket.socket, number: int) -> None:
        with contextlib.suppress(OSError):
            connection.settimeout(5)
            spoken = context.wrap_socket(connection, server_side=True) if context is not None else connection
            with spoken:
                behave(spoken, number)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"{'https' if context else 'http'}://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        ended.set()
        thread.join(5)
        listener.close()


def always(*parts: bytes, pause_seconds: float = 0.0) -> Behaviour:
    """Answer every request of a connection with these bytes."""

    def behave(connection: socket.socket, _number: int) -> None:
        while connection.recv(65_536):
            for part in parts:
                connection.sendall(part)
                time.sleep(pause_seconds)

    return behave


def get(client: LeanClient) -> tuple[int, bytes, str | None]:
    answer = client.request("GET", f"{client.base_url}/x", headers={})
    return answer.status, answer.body, answer.problem


def get_once(url: str, **options: float) -> tuple[int, bytes, str | None]:
    with contextlib.closing(LeanClient(url, **options)) as client:  # type: ignore[arg-type]
        return get(client)


PLAIN = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@pytest.mark.parametrize(
    ("answer", "body"),
    [
        ((PLAIN,), b"ok"),
        ((PLAIN[:20], PLAIN[20:]), b"ok"),
        ((b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n", b"3\r\nay!\r\n0\r\n\r\n"), b"okay!"),
        ((b"HTTP/1.1 100 Continue\r\n\r\n", PLAIN), b"ok"),
        ((b"HTTP/1.1 204 No Content\r\n\r\n",), b""),
    ],
)
def test_every_form_of_an_answer_is_understood_and_the_connection_used_again(
    answer: tuple[bytes, ...], body: bytes
) -> None:
    with server(always(*answer)) as url:
        client = LeanClient(url)
        first = client.request("GET", f"{url}/x", headers={})
        again = client.request("GET", f"{url}/x", headers={})
        client.close()
    assert (first.body, again.body, again.problem) == (body, body, None)
    assert first.connect_seconds is not None
    assert again.connect_seconds is None


def test_an_answer_that_ends_with_its_connection_is_whole() -> None:
    def behave(connection: socket.socket, _number: int) -> None:
        connection.recv(65_536)
        connection.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nuntil the end")

    with server(behave) as url:
        assert get_once(url) == (200, b"until the end", None)


def test_half_an_answer_is_none() -> None:
    def behave(connection: socket.socket, _number: int) -> None:
        connection.recv(65_536)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")

    with server(behave) as url:
        status, _, problem = get_once(url)
    assert status == 0
    assert problem == "no answer: closed before the end of the answer"


def test_a_connection_that_was_closed_meanwhile_is_not_used_and_nothing_is_sent_twice() -> None:
    seen: list[int] = []

    def behave(connection: socket.socket, number: int) -> None:
        connection.recv(65_536)
        seen.append(number)
        connection.sendall(PLAIN)

    with server(behave) as url, contextlib.closing(LeanClient(url)) as client:
        for _ in range(3):
            assert get(client)[0] == 200
            gevent.sleep(0.1)
    assert seen == [0, 1, 2]


def test_a_connection_that_breaks_under_a_request_is_a_fault_and_not_another_request() -> None:
    seen: list[int] = []

    def behave(connection: socket.socket, number: int) -> None:
        while connection.recv(65_536):
            seen.append(number)
            if len(seen) == 2:
                return
            connection.sendall(PLAIN)

    with server(behave) as url, contextlib.closing(LeanClient(url)) as client:
        assert [get(client)[0] for _ in range(3)] == [200, 0, 200]
    assert len(seen) == 3


def test_a_server_that_drips_does_not_outlast_the_deadline() -> None:
    drops = [b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n", *[b"x"] * 100]
    with server(always(*drops, pause_seconds=0.05)) as url:
        status, _, problem = get_once(url, answer_seconds=0.5)
    assert (status, problem) == (0, "no answer: timed out")


def test_a_server_that_takes_no_request_does_not_outlast_the_deadline() -> None:
    def behave(connection: socket.socket, _number: int) -> None:
        ended.wait(5)

    ended = threading.Event()
    with server(behave) as url, contextlib.closing(LeanClient(url, answer_seconds=0.2)) as client:
        answer = client.request("POST", f"{url}/x", headers={}, body="x" * 20_000_000)
        ended.set()
    assert (answer.status, answer.problem) == (0, "no answer: timed out")


def test_nobody_there_is_no_connection() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    status, _, problem = get_once(f"http://127.0.0.1:{port}")
    assert (status, problem) == (0, "no connection: connection refused")


def test_nonsense_is_no_answer() -> None:
    with server(always(b"SSH-2.0-OpenSSH_9.9\r\n")) as url:
        status, _, problem = get_once(url)
    assert (status, problem) == (0, "no answer: not HTTP")


def test_what_is_sent_is_what_was_asked_for() -> None:
    seen: list[bytes] = []

    def behave(connection: socket.socket, _number: int) -> None:
        seen.append(connection.recv(65_536))
        connection.sendall(PLAIN)

    with server(behave) as url, contextlib.closing(LeanClient(f"{url}/stage/")) as client:
        client.request("POST", f"{client.base_url}/a?b=c", headers={"content-type": "application/json"}, body='{"ü":1}')
    head, _, body = seen[0].partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    assert lines[0] == "POST /stage/a?b=c HTTP/1.1"
    assert lines[1] == f"Host: {url.removeprefix('http://')}"
    assert {"content-type: application/json", "Content-Length: 8"} <= set(lines)
    assert body.decode() == '{"ü":1}'


def test_another_host_is_refused_and_an_address_that_is_none() -> None:
    client = LeanClient("http://127.0.0.1:1")
    for url in (
        "http://127.0.0.2:1/x",
        "http://127.0.0.1:11/x",
        "http://127.0.0.1:1.example.com/x",
        "http://127.0.0.1:1@x/",
    ):
        with pytest.raises(ValueError, match="not on"):
            client.request("GET", url, headers={})
    for address in ("127.0.0.1:80", "http://a:b@127.0.0.1", "http://127.0.0.1/?x=1", "http://127.0.0.1/é"):
        with pytest.raises(InputError, match="--host"):
            LeanClient(address)


@pytest.mark.parametrize(
    ("headers", "said"),
    [
        ({"a": "b\r\nc: d"}, "the header a has a line break in it, at character 2"),
        ({"a": "b\nc"}, "the header a has a line break in it, at character 2"),
        ({"a": "caf\xe9"}, "the header a has a character that is not ASCII, or none in it, at character 4"),
        ({"a": "\u65e5\u672c"}, "the header a has a character that is not ASCII, or none in it, at character 1"),
        ({"a": "b\0"}, "the header a has a character that is not ASCII, or none in it, at character 2"),
        ({"a\r\nb": "c"}, "has a character in its name that no header has"),
        ({"a b": "c"}, "has a character in its name that no header has"),
        ({"a:": "c"}, "has a character in its name that no header has"),
        ({"\xe9": "c"}, "has a character in its name that no header has"),
        ({"": "c"}, "has a character in its name that no header has"),
    ],
)
def test_a_header_that_would_be_another_is_refused_with_its_place(headers: dict[str, str], said: str) -> None:
    with pytest.raises(ValueError, match=re.escape(said)):
        LeanClient("http://127.0.0.1:1").request("GET", "http://127.0.0.1:1/x", headers=headers)


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("", "/"),
        ("?a=b", "/?a=b"),
        ("/a b", "/a%20b"),
        ("/caf\xe9?x=\u65e5", "/caf%C3%A9?x=%E6%97%A5"),
        ("/a%20b?c=%C3%A9&d=[1]", "/a%20b?c=%C3%A9&d=[1]"),
        ('/a"<>\\^`{|}', "/a%22%3C%3E%5C%5E%60%7B%7C%7D"),
    ],
)
def test_what_no_first_line_may_have_is_encoded(written: str, sent: str) -> None:
    client = LeanClient("http://127.0.0.1:1")
    line = client._message("GET", client._target(f"http://127.0.0.1:1{written}"), {}, None).split(b"\r\n")[0]
    assert line == f"GET {sent} HTTP/1.1".encode()


@pytest.mark.parametrize("written", ["/a\r\nX: y", "/a\nb", "/a\tb", "/\0", "/a#b", "/\x7f"])
def test_what_would_end_a_first_line_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="which no request has"):
        LeanClient("http://127.0.0.1:1").request("GET", f"http://127.0.0.1:1{written}", headers={})


@given(st.text(max_size=40), st.dictionaries(st.text(max_size=10), st.text(max_size=20), max_size=2))
def test_whatever_is_asked_for_one_request_is_sent_or_none(path: str, headers: dict[str, str]) -> None:
    client = LeanClient("http://127.0.0.1:1")
    try:
        message = client._message("GET", client._target(f"http://127.0.0.1:1/{path}"), headers, None)
    except ValueError:
        return
    first, *lines, end, body = message.decode("ascii").split("\r\n")
    assert re.fullmatch(r"GET /[\x21-\x7e]* HTTP/1\.1", first)
    assert unquote(first.split(" ")[1][1:], errors="surrogateescape") == unquote(path, errors="surrogateescape")
    kept = {name: value for name, value in headers.items() if name.lower() != "host"}
    assert lines == ["Host: 127.0.0.1:1", *(f"{name}: {value}" for name, value in kept.items())]
    assert (end, body) == ("", "")


def test_a_certificate_is_verified_and_a_tls_connection_used_again(certificate: Path) -> None:
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")
    trusting = ssl.create_default_context(cafile=str(certificate / "cert.pem"))
    with server(always(PLAIN), context=serving) as url:
        status, _, problem = get_once(url)
        assert status == 0
        assert problem is not None
        assert problem.startswith("no connection: certificate: self")
        with contextlib.closing(LeanClient(url, context=trusting)) as client:
            assert get(client) == (200, b"ok", None)
            assert client.request("GET", f"{url}/x", headers={}).connect_seconds is None
