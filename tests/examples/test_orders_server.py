"""The orders API as a program plays it: it answers as the template does, and stays whole whatever a client sends."""

import json
import runpy
import socket
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from http.client import HTTPConnection
from types import SimpleNamespace
from typing import Any

import pytest
import yaml

from tests.examples.playing import ORDER, SERVER, Playing, call, ordered, playing


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Playing]:
    """One without faults."""
    with playing(tmp_path_factory.mktemp("plain") / "log") as server:
        yield server


@pytest.fixture(scope="module")
def hasty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Playing]:
    """One whose clients have little time to send a request."""
    with playing(tmp_path_factory.mktemp("hasty") / "log", "--request-time-out", "300ms") as server:
        yield server


@pytest.fixture
def client(plain: Playing) -> Iterator[HTTPConnection]:
    with plain.client() as client:
        yield client


def functions_of_the_template() -> tuple[Callable[..., tuple[int, Any]], Callable[..., tuple[int, Any]]]:
    """What the template deploys for POST and for GET, with a table that is a dictionary; of an event's keys, status and body."""

    class Loader(yaml.SafeLoader):
        pass

    Loader.add_multi_constructor("!", lambda _loader, _tag, _node: None)
    resources = yaml.load((SERVER.parent / "template.yaml").read_text(), Loader)["Resources"]  # noqa: S506 - a SafeLoader
    table: dict[str, Any] = {}
    client = SimpleNamespace(
        put_item=lambda **given: table.update({given["Item"]["orderId"]["S"]: given["Item"]}),
        get_item=lambda **given: {"Item": table.get(given["Key"]["orderId"]["S"])},
        send_message=lambda **_given: None,
    )

    def function(name: str) -> Callable[..., tuple[int, Any]]:
        space: dict[str, Any] = {}
        exec(resources[name]["Properties"]["Code"]["ZipFile"], space)  # noqa: S102 - the code of our own example
        space.update(boto3=SimpleNamespace(client=lambda _service: client), os=SimpleNamespace(environ=Counter()))

        def answer(**event: object) -> tuple[int, Any]:
            answered = space["handler"](event, None)
            return answered["statusCode"], json.loads(answered["body"])

        return answer

    return function("CreateOrder"), function("GetOrder")


@pytest.mark.parametrize("prefix", ["", "/production"])
@pytest.mark.parametrize(
    "order", [ORDER, {"item": "tea", "gift": True, "for": ["a", 1.5, None], "orderId": "mine"}, {"item": ""}, {}]
)
def test_it_answers_what_the_functions_of_the_template_answer(
    order: Mapping[str, object], prefix: str, client: HTTPConnection
) -> None:  # fmt: skip
    create, get = functions_of_the_template()
    status, theirs = create(body=json.dumps(order))
    ours = call(client, "POST", f"{prefix}/orders", order)
    if status == 202:
        assert (ours[0], ours[1].keys()) == (status, theirs.keys())
        _, shown_by_theirs = get(pathParameters=theirs)
        status, shown = call(client, "GET", f"{prefix}/orders/{ours[1]['orderId']}?of=tea")
        assert (status, shown) == (200, {**shown, **shown_by_theirs, **ours[1]})
    else:
        assert ours == (status, theirs) == (400, {"error": "an order has an item"})


def test_an_order_that_it_does_not_have_is_answered_as_the_template_does(client: HTTPConnection) -> None:
    _, get = functions_of_the_template()
    theirs = get(pathParameters={"orderId": "no"})
    assert call(client, "GET", "/orders/no") == theirs == (404, {"error": "there is no such order"})


@pytest.mark.parametrize(
    ("order", "total"),
    [
        ({}, "10.00"),
        ({"quantity": 3, "unitPrice": 4.2}, "12.60"),
        ({"quantity": "2", "unitPrice": "0.05"}, "0.10"),
        ({"quantity": 1_000_000, "unitPrice": 1_000_000}, "1000000000000.00"),
        ({"unitPrice": 0, "total": "7"}, "0.00"),
    ],
)
def test_an_order_has_a_total(order: Mapping[str, object], total: str, client: HTTPConnection) -> None:
    status, shown = call(client, "GET", f"/orders/{ordered(client, {'item': 'tea', **order})}")
    assert (status, shown["total"]) == (200, total)
    assert Decimal(shown["quantity"]) * Decimal(shown["unitPrice"]) == Decimal(total)


@pytest.mark.parametrize(
    "order",
    [
        '{"item": "tea", "quantity": NaN}',
        *(
            {"item": "tea", key: value}
            for key, values in {
                "quantity": (0, 1.5, -1, 1_000_001, "1e999999", "Infinity", True, None, []),
                "unitPrice": (-0.01, 0.001, 1_000_000.01, "sNaN", "ten"),
            }.items()
            for value in values
        ),
    ],
)
def test_what_is_no_amount_is_refused(order: object, client: HTTPConnection) -> None:
    status, answer = call(client, "POST", "/orders", order)
    assert (status, answer["error"][:8]) == (400, "quantity")


DEEP, LONG = "[" * 60_000, '{"item": ' + "9" * 5_000 + "}"


@pytest.mark.parametrize("body", ["[1]", "7", "null", "{", b"\xff", DEEP, LONG], ids=lambda body: repr(body[:9]))
def test_a_body_that_is_no_order_at_all_fails_as_a_function_that_raises_does(
    body: str | bytes, client: HTTPConnection
) -> None:
    assert call(client, "POST", "/orders", body) == (502, {"message": "Internal server error"})


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/"), ("GET", "/orders"), ("GET", "/orders/"), ("PUT", "/orders/a"), ("POST", "/orders/a"), ("BREW", "/orders"),
     ("GET", "/staging/orders/a"), ("GET", "/orders/a/b"), ("GET", "/__truth")],
)  # fmt: skip
def test_what_the_api_lacks_is_forbidden_and_has_no_route(
    method: str, path: str, client: HTTPConnection, plain: Playing
) -> None:
    assert call(client, method, path) == (403, {"message": "Missing Authentication Token"})
    assert {key: plain.lines()[-1][key] for key in ("method", "route", "status", "fault")} == {
        "method": method, "route": None, "status": 403, "fault": None,
    }  # fmt: skip


def test_a_connection_is_kept_for_many_requests(client: HTTPConnection) -> None:
    order_id = ordered(client)
    kept = client.sock
    statuses = [call(client, "GET", f"/orders/{each}")[0] for each in (order_id, "no") * 20]
    assert statuses == [200, 404] * 20
    assert client.sock is kept


@pytest.mark.parametrize(("asked", "expected"), [("close", "close"), ("keep-alive", "keep-alive"), ("", "keep-alive")])
def test_the_head_of_an_answer_says_what_comes(asked: str, expected: str, client: HTTPConnection) -> None:
    client.request("GET", "/orders/no", headers={"Connection": asked})
    answer = client.getresponse()
    assert (answer.headers["connection"], answer.headers["content-type"]) == (expected, "application/json")
    assert int(answer.headers["content-length"]) == len(answer.read())


def test_an_answer_to_head_has_no_body(plain: Playing) -> None:
    with socket.create_connection(("127.0.0.1", plain.port), timeout=20) as asking:
        asking.sendall(b"HEAD /orders/no HTTP/1.1\r\nConnection: close\r\n\r\n")
        head, _, body = read_all(asking).partition(b"\r\n\r\n")
    assert (statuses_of(head), body) == ([403], b"")


def test_requests_that_are_sent_together_are_answered_in_their_order(client: HTTPConnection, plain: Playing) -> None:
    order_id = ordered(client)
    asked = "".join(f"GET /orders/{each} HTTP/1.1\r\n\r\n" for each in (order_id, "no", order_id))
    with socket.create_connection(("127.0.0.1", plain.port), timeout=20) as asking:
        asking.sendall(f"{asked}GET / HTTP/1.1\r\nConnection: close\r\n\r\n".encode())
        assert statuses_of(read_all(asking)) == [200, 404, 200, 403]


@pytest.mark.parametrize(("size_bytes", "status"), [(65_536, 202), (65_537, 413), (3_000_000, 413)])
def test_a_body_is_of_64_kib_at_most(size_bytes: int, status: int, client: HTTPConnection) -> None:
    frame = json.dumps({"item": ""})
    body = frame.replace('""', f'"{"x" * (size_bytes - len(frame))}"')
    assert (len(body), call(client, "POST", "/orders", body)[0]) == (size_bytes, status)


def statuses_of(content: bytes) -> list[int]:
    """Of the answers in what a server sent."""
    return [int(each[:3]) for each in content.split(b"HTTP/1.1 ")[1:]]


def read_all(client: socket.socket) -> bytes:
    """Until the server closes; a client that waits for longer than its time-out fails."""
    return b"".join(iter(lambda: client.recv(65_536), b""))


POST = b"POST /orders HTTP/1.1\r\nContent-Length: "
HOSTILE: Mapping[str, tuple[bytes, list[int]]] = {
    "a header without end": (b"GET /orders/a HTTP/1.1\r\nA: b", [408]),
    "a header that is too long": (b"GET /orders/a HTTP/1.1\r\nA: " + b"b" * 200_000, [431]),
    "too many headers": (b"GET /orders/a HTTP/1.1\r\n" + b"A: b\r\n" * 200 + b"\r\n", [431]),
    "a request line without end": (b"GET /" + b"a" * 200_000, [431]),
    "lines that end in half": (b"GET /orders/a HTTP/1.1\n\n", [408]),
    "no HTTP": (b"\x16\x03\x01\x02\x00\x01\r\n\r\n", [400]),
    "another HTTP": (b"GET / HTTP/2.0\r\n\r\n", [505]),
    "nothing asked": (b"\r\n\r\n", []),
    "less than it says": (POST + b'20\r\n\r\n{"item": 1}', [408]),
    "more than it says": (POST + b'11\r\n\r\n{"item": 1}{"item": 2}\r\n\r\n', [202, 400]),
    "a negative length": (POST + b"-1\r\n\r\n", [400]),
    "a length in other digits": (POST + "٣".encode() + b"\r\n\r\n", [400]),
    "a length without end": (POST + b"9" * 5_000 + b"\r\n\r\n", [400]),
    "two lengths": (POST + b"2\r\nContent-Length: 3\r\n\r\n{} ", [400]),
    "chunks": (b"POST /orders HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", [411]),
    "chunks and a length": (POST + b"2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", [411]),
}


def test_a_hostile_request_is_refused_and_hangs_nobody(hasty: Playing) -> None:
    """All at once; each of them waits until the server closes."""

    def sent(content: bytes) -> list[int]:
        with socket.create_connection(("127.0.0.1", hasty.port), timeout=20) as client:
            client.sendall(content)
            return statuses_of(read_all(client))

    before = len(hasty.lines())
    with ThreadPoolExecutor(len(HOSTILE)) as pool:
        answered = dict(zip(HOSTILE, pool.map(sent, (content for content, _ in HOSTILE.values())), strict=True))
    assert answered == {name: statuses for name, (_, statuses) in HOSTILE.items()}
    told = Counter(line["status"] for line in hasty.lines()[before:])
    assert told == Counter(status for statuses in answered.values() for status in statuses)
    with hasty.client() as client:
        assert call(client, "GET", "/orders/no")[0] == 404


def test_a_client_that_sends_a_little_now_and_then_has_no_more_time_for_that(hasty: Playing) -> None:
    with socket.create_connection(("127.0.0.1", hasty.port), timeout=0.05) as client:
        content = b""
        client.sendall(b"GET /orders/a HTTP/1.1\r\n")
        for _ in range(100):
            try:
                content = client.recv(1_000)
            except TimeoutError:
                client.sendall(b"a")
            else:
                break
    assert statuses_of(content) == [408]


def test_who_asks_whether_to_continue_is_told_to(plain: Playing) -> None:
    with socket.create_connection(("127.0.0.1", plain.port), timeout=20) as client:
        client.sendall(POST + b"11\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n")
        assert client.recv(1_000) == b"HTTP/1.1 100 Continue\r\n\r\n"
        client.sendall(b'{"item": 1}')
        assert statuses_of(read_all(client)) == [202]


def test_it_keeps_the_last_orders_in_32_mib(client: HTTPConnection) -> None:
    first, *_, second_last, last = [ordered(client, {"item": "x" * 65_000}) for _ in range(520)]
    statuses = [call(client, "GET", f"/orders/{each}")[0] for each in (first, second_last, last)]
    assert statuses == [404, 200, 200]


def test_it_keeps_ten_thousand_orders(monkeypatch: pytest.MonkeyPatch) -> None:
    space = runpy.run_path(str(SERVER))
    assert space["ORDER_COUNT"] == 10_000
    monkeypatch.setitem(space["Shop"].create.__globals__, "ORDER_COUNT", 2)
    options = SimpleNamespace(
        port=0, log=None, errors=0, delay=0, delayed=1, wrong_total=0, request_time_out=1, fault=None, seed=None
    )
    with space["Shop"](options) as shop:
        first, second, third = (shop.create(b'{"item": 1}')[1]["orderId"] for _ in range(3))
        assert [shop.show(each)[0] for each in (first, second, third)] == [404, 200, 200]
