"""The orders API of template.yaml, played on 127.0.0.1 by the standard library alone, with faults on request.

It answers as its functions and API Gateway do: values come back as texts, a body that is no JSON object is a 502, what the
API lacks a 403. GET adds `total`, `quantity` (else 1) times `unitPrice` (else 10.00); POST refuses what is no amount (400).
"""

import argparse
import hashlib
import io
import json
import math
import os
import re
import signal
import socket
import threading
import time
import uuid
from collections import Counter, OrderedDict
from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from functools import partial
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socketserver import ThreadingTCPServer
from typing import Any

ORDER_COUNT, ORDER_BYTES, HEAD_BYTES, BODY_BYTES, DRAIN_BYTES = 10_000, 2**25, 2**15, 2**16, 2**20
IDLE_SECONDS, SEND_SECONDS, DRAIN_SECONDS, CENT = 75, 10, 1, Decimal("0.01")
PATH = re.compile(r"(?:/production)?/orders(?:/([^/]+))?")
UNITS = {"%": Fraction(1, 100), "ms": Fraction(1, 1000), "s": Fraction(1), "m": Fraction(60), "h": Fraction(3600)}
FAULTS = {"errors": Fraction(1, 100), "delay": Fraction(2, 100), "wrong-total": Fraction(1, 100)}
EPILOG = """Shares are of the requests to the API's two routes, that of --wrong-total of the orders that GET shows. Of each
1/share, as they come, one has the fault, where the seed says: of the first n it is floor(n x share) or one more, in every run
with this seed the same, whichever thread answers. A line of the log has time, method, route (GET /orders/{orderId}; null for
what the API lacks), status, fault (null, errors, delay, wrong-total, or several joined by +) and took_ms, from the request's
first byte; it is there before its answer goes out. With --fault, a first line says what was drawn, and has no status."""


def total_of(quantity_text: str, price_text: str) -> Decimal | None:
    """Quantity times unit price, in cents; None where one of them is no amount."""
    with suppress(InvalidOperation):
        quantity, price = Decimal(quantity_text), Decimal(price_text)
        if 1 <= quantity <= 10**6 and 0 <= price <= 10**6 and quantity % 1 == 0 and price == price.quantize(CENT):
            return (quantity * price).quantize(CENT)
    return None


class Shop(ThreadingTCPServer):
    """What all connections share: orders, faults, the log. Raises OSError where the port or the log cannot be had."""

    daemon_threads, allow_reuse_address, request_queue_size = True, True, 256

    def __init__(self, options: argparse.Namespace) -> None:
        super().__init__(("127.0.0.1", options.port), Connection)
        self.delay_seconds, self.request_seconds = float(options.delay or 1.2), float(options.request_time_out)
        self._orders, self._bytes, self.lock = OrderedDict[str, bytes](), 0, threading.Lock()
        self._log = options.log and options.log.open("w", encoding="utf-8", buffering=1)
        shares = (options.errors, options.delay and options.delayed, options.wrong_total)
        self._shares = dict(zip(FAULTS, shares, strict=True))
        self._counts, self._seed = Counter[str](), options.seed or 0
        if options.fault:
            drawn = list(FAULTS)[hashlib.sha256(str(self._seed).encode()).digest()[0] % len(FAULTS)]
            self._shares[drawn] = FAULTS[drawn]
            self.log(drawn=drawn, seed=self._seed)

    def has_next(self, fault: str) -> bool:
        """Whether the next request has it: by how many were asked about before, and by nothing else."""
        if not (share := self._shares[fault]):
            return False
        with self.lock:
            self._counts[fault] = (place := self._counts[fault]) + 1
        slot = math.floor(place * share)
        first, after = math.ceil(slot / share), math.ceil((slot + 1) / share)
        drawn = int.from_bytes(hashlib.sha256(f"{self._seed} {fault} {slot}".encode()).digest(), "big")
        return place == first + drawn % (after - first)

    def create(self, body: bytes) -> tuple[int, dict[str, str]]:
        """Status and body of POST /orders."""
        try:
            order: dict[str, Any] = {**json.loads(body or b"{}"), "orderId": str(uuid.uuid4())}
            texts = {"quantity": "1", "unitPrice": "10.00", **{key: str(value) for key, value in order.items()}}
        except (ValueError, TypeError, RecursionError):
            return 502, {"message": "Internal server error"}
        if not order.get("item"):
            return 400, {"error": "an order has an item"}
        if (total := total_of(texts["quantity"], texts["unitPrice"])) is None:
            return 400, {"error": "quantity is a whole number from 1, unitPrice an amount from 0, of at most a million"}
        content = json.dumps({**texts, "total": str(total)}).encode()
        with self.lock:
            self._orders[texts["orderId"]] = content
            self._bytes += len(content)
            while len(self._orders) > ORDER_COUNT or self._bytes > ORDER_BYTES:
                self._bytes -= len(self._orders.popitem(last=False)[1])
        return 202, {"orderId": texts["orderId"]}

    def show(self, order_id: str) -> tuple[int, dict[str, str]]:
        """Status and body of GET /orders/{orderId}."""
        content = self._orders.get(order_id)
        return (404, {"error": "there is no such order"}) if content is None else (200, json.loads(content))

    def log(self, **values: object) -> None:
        """One whole line, with its time. The process ends where it cannot be written."""
        with self.lock:
            line = json.dumps({"time": datetime.now(UTC).isoformat(timespec="milliseconds"), **values}) + "\n"
            try:
                _ = self._log and self._log.write(line)
            except OSError as error:
                os.write(2, f"server.py: the log cannot be written: {error.strerror}\n".encode())
                os._exit(1)


class Connection(BaseHTTPRequestHandler):
    """One of a client, kept as long as the client keeps it."""

    protocol_version, disable_nagle_algorithm = "HTTP/1.1", True
    server: Shop  # pyright: ignore[reportIncompatibleVariableOverride]
    _received, _began_at = b"", 0.0

    def _receive(self, ends_at: float) -> None:
        """Take what comes next. Raises TimeoutError when it is late, ConnectionError when the client has gone."""
        self.connection.settimeout(max(ends_at - time.monotonic(), 0.001))
        if not (content := self.connection.recv(HEAD_BYTES)):
            raise ConnectionAbortedError
        self._received += content

    def handle_one_request(self) -> None:
        self.close_connection, self.command, body = True, "", None
        try:
            if not self._received:
                self._receive(time.monotonic() + IDLE_SECONDS)
            self._began_at = time.monotonic()
            try:
                body = self._read(self._began_at + self.server.request_seconds)
            except TimeoutError:
                self.send_error(408)
            if body is not None:
                self._answer(body)
        except OSError:  # the client has gone, or takes no answer
            self.close_connection = True

    def _read(self, ends_at: float) -> bytes | None:
        """The body of the next request, whose head is parsed; None where it was refused."""
        while b"\r\n\r\n" not in self._received[:HEAD_BYTES]:
            if len(self._received) >= HEAD_BYTES:
                return self.send_error(431)
            self._receive(ends_at)
        head, _, self._received = self._received.partition(b"\r\n\r\n")
        self.raw_requestline, _, fields = head.partition(b"\r\n")
        self.rfile = io.BytesIO(fields + b"\r\n\r\n")
        if not self.parse_request():
            return None
        lengths: list[str] = self.headers.get_all("content-length", ["0"])
        if "transfer-encoding" in self.headers or len(lengths) > 1 or not re.fullmatch("[0-9]{1,15}", lengths[0]):
            return self.send_error(411 if "transfer-encoding" in self.headers else 400)
        if (length := int(lengths[0])) > BODY_BYTES:
            return self.send_error(413)
        while len(self._received) < length:
            self._receive(ends_at)
        body, self._received = self._received[:length], self._received[length:]
        return body

    def _answer(self, body: bytes) -> None:
        path = PATH.fullmatch(self.path.partition("?")[0])
        if not path or self.command != ("GET" if path[1] else "POST"):
            return self._send(403, {"message": "Missing Authentication Token"})
        faults = [fault for fault in ("delay", "errors") if self.server.has_next(fault)]
        status, answer = 500, {"message": "Internal server error"}
        if "errors" not in faults:
            status, answer = self.server.show(path[1]) if path[1] else self.server.create(body)
        if status == 200 and self.server.has_next("wrong-total"):
            faults.append("wrong-total")
            answer["total"] = str(Decimal(answer["total"]) + CENT)
        time.sleep(self.server.delay_seconds if "delay" in faults else 0)
        route = "GET /orders/{orderId}" if path[1] else "POST /orders"
        return self._send(status, answer, route, "+".join(faults) or None)

    def _send(self, status: int, answer: dict[str, str], route: str | None = None, fault: str | None = None) -> None:
        content = json.dumps(answer).encode()
        head = (
            f"HTTP/1.1 {status} {self.responses[status][0]}\r\nDate: {self.date_time_string()}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n"
            f"Connection: {'close' if self.close_connection else 'keep-alive'}\r\n\r\n"
        ).encode()
        took_ms = round((time.monotonic() - self._began_at) * 1000, 3)
        self.server.log(method=self.command or None, route=route, status=status, fault=fault, took_ms=took_ms)
        self.connection.settimeout(SEND_SECONDS)
        self.connection.sendall(head if self.command == "HEAD" else head + content)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:  # noqa: ARG002
        self.close_connection = True
        with suppress(OSError):
            self._send(code, {"message": self.responses[code][0]})
            # What still comes is taken: closed before, the connection is reset, and the client may lose the answer.
            self.connection.shutdown(socket.SHUT_WR)
            self._received, ends_at = b"", time.monotonic() + DRAIN_SECONDS
            while len(self._received) < DRAIN_BYTES:
                self._receive(ends_at)


def amount(units: str, most: int, example: str, text: str) -> Fraction:
    """A ratio, or a duration in seconds."""
    found = re.fullmatch(rf"([0-9]{{1,6}}(?:\.[0-9]{{1,6}})?)({units})", text)
    if not found or (value := Fraction(found[1]) * UNITS[found[2]]) > most:
        raise argparse.ArgumentTypeError(f"{text[:40]!r} is not {example}")
    return value


def main() -> None:
    """Serve until a signal comes or --for is over. No usage is shown, so that what is wrong is one line."""
    ratio = partial(amount, "%", 1, "a share such as 1% or 0.5%, up to 100%")
    seconds = partial(amount, "ms|s|m|h", 86_400, "a duration such as 500ms, 1.2s, 5m or 1h, up to 24h")
    parser = argparse.ArgumentParser(usage=argparse.SUPPRESS, description=__doc__, epilog=EPILOG, allow_abbrev=False)
    add = parser.add_argument
    add("--port", type=int, default=0, metavar="N", help="the port on 127.0.0.1; 0, the default: any free one")
    add("--log", type=Path, metavar="FILE", help="a JSON line for each answer; a file that is there is written anew")
    add("--errors", type=ratio, default=0, metavar="1%", help="answer this share with 500")
    add("--delay", type=seconds, default=0, metavar="1.2s", help="answer so much later: all, or a share")
    add("--delayed", type=ratio, default=1, metavar="2%", help="the share that --delay is for; without it, all")
    add("--wrong-total", type=ratio, default=0, metavar="1%", help="show this share of orders with a cent too much")
    add("--fault", choices=["random"], help="one of 1%% errors, 2%% delayed 1.2s, 1%% wrong totals: the seed draws it")
    add("--seed", type=int, metavar="N", help="draws which requests have a fault; without it, 0")
    add("--request-time-out", type=seconds, default=10, metavar="10s", help="how long a request may take to arrive")
    add("--for", type=seconds, default=3600, dest="up_seconds", metavar="1h", help="end after so long")
    options = parser.parse_args()
    if options.delayed != 1 and not options.delay:
        parser.error("--delayed is a share of --delay, which is not given")
    if options.fault and (options.seed is None or options.errors or options.delay or options.wrong_total):
        parser.error("--fault random needs --seed, and no other fault beside it")
    try:
        shop = Shop(options)
    except (OSError, OverflowError) as error:
        parser.error(f"with --port {options.port} and --log {options.log}: {error}")

    def end(*_: object) -> None:
        shop.lock.acquire(timeout=0.5)  # a line that is begun is ended, and none begins
        os._exit(0)

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    threading.Thread(target=shop.serve_forever, daemon=True).start()
    print(f"http://127.0.0.1:{shop.server_address[1]}", flush=True)
    time.sleep(float(options.up_seconds))
    end()


if __name__ == "__main__":
    main()
