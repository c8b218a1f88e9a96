"""What the orders API does wrong on request, what its log says of that, how it ends, and what it refuses to begin with."""

import http.client
import math
import re
import signal
import socket
import threading
import time
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from fractions import Fraction
from itertools import accumulate
from pathlib import Path

import pytest

from tests.examples.playing import ORDER, Playing, call, ended, ordered, playing, started


@pytest.fixture
def log_file(tmp_path: Path) -> Path:
    return tmp_path / "log"


def shown_totals(server: Playing, count: int) -> list[str | None]:
    """The total of one order, shown so often; None where it was not."""
    with server.client() as client:
        order_id = ordered(client)
        answers = [call(client, "GET", f"/orders/{order_id}") for _ in range(count)]
    return [answer.get("total") for _, answer in answers]


def is_share(has_faults: Sequence[bool], share: Fraction) -> bool:
    """Whether of the first n, for each n, it is n times the share, rounded down, or one more."""
    counts = enumerate(accumulate(has_faults), start=1)
    return all(count - math.floor(n * share) in (0, 1) for n, count in counts)


def test_without_faults_the_log_has_none(log_file: Path) -> None:
    before = datetime.now(UTC)
    with playing(log_file) as server:
        assert set(shown_totals(server, 20)) == {"12.60"}
        lines = server.lines()
    assert [(line["method"], line["route"], line["status"], line["fault"]) for line in lines] == [
        ("POST", "POST /orders", 202, None), *[("GET", "GET /orders/{orderId}", 200, None)] * 20,
    ]  # fmt: skip
    assert all(line.keys() == {"time", "method", "route", "status", "fault", "took_ms"} for line in lines)
    times = [datetime.fromisoformat(line["time"]) for line in lines]
    assert times == sorted(times)
    assert before.replace(microsecond=0) <= times[0] <= times[-1] <= datetime.now(UTC)
    assert all(line["took_ms"] > 0 for line in lines)


def test_each_fault_has_its_share_to_one_request(log_file: Path) -> None:
    """With this seed no fault is at the first place, where the order is created."""
    with playing(
        log_file, "--errors", "4%", "--delay", "1ms", "--delayed", "30%", "--wrong-total", "12.5%", "--seed", "2"
    ) as server:
        totals = shown_totals(server, 300)
        errors, delays, wrong = (server.has_faults(fault) for fault in ("errors", "delay", "wrong-total"))
        statuses = [line["status"] for line in server.lines()]
    assert [len(each) for each in (errors, delays, wrong)] == [301] * 3
    assert is_share(errors, Fraction(4, 100))
    assert is_share(delays, Fraction(30, 100))
    assert is_share([each for each, status in zip(wrong, statuses, strict=True) if status == 200], Fraction(1, 8))
    # What a client saw of it.
    assert [status == 500 for status in statuses] == errors
    assert [None if error else "12.61" if each else "12.60" for error, each in zip(errors, wrong, strict=True)][
        1:
    ] == totals
    # Several on one request are told as several.
    assert {"delay+errors", "delay+wrong-total"} <= {line["fault"] for line in server.lines()}


def test_faults_of_one_share_are_drawn_apart(log_file: Path) -> None:
    with (
        playing(log_file, "--errors", "10%", "--delay", "1ms", "--delayed", "10%") as server,
        server.client() as client,
    ):
        for _ in range(100):
            call(client, "GET", "/orders/no")
        errors, delays = server.has_faults("errors"), server.has_faults("delay")
    assert (sum(errors), sum(delays)) == (10, 10)
    assert errors != delays


@pytest.mark.parametrize(("share", "count"), [("100%", 50), ("50%", 25), ("0.5%", 0), ("0%", 0)])
def test_a_share_may_be_all_or_next_to_nothing(share: str, count: int, log_file: Path) -> None:
    with playing(log_file, "--errors", share, "--seed", "1") as server, server.client() as client:
        statuses = [call(client, "GET", "/orders/no")[0] for _ in range(50)]
    assert Counter(statuses) == +Counter({500: count, 404: 50 - count})


def sequence_of(log_file: Path, seed: int) -> list[bool]:
    with playing(log_file, "--errors", "25%", "--seed", str(seed)) as server, server.client() as client:
        return [call(client, "GET", "/orders/no")[0] == 500 for _ in range(80)]


def test_a_seed_says_which_requests_have_a_fault_and_another_says_others(log_file: Path) -> None:
    first, again, other = (sequence_of(log_file, seed) for seed in (7, 7, 8))
    assert first == again
    assert first != other
    # One in each four, and not at the same place of each.
    places = [first[each : each + 4].index(True) for each in range(0, 80, 4)]
    assert sum(first) == 20
    assert set(places) == {0, 1, 2, 3}


def test_what_is_delayed_takes_as_long_as_was_asked(log_file: Path) -> None:
    with playing(log_file, "--delay", "60ms", "--delayed", "50%") as server, server.client() as client:
        took_seconds: list[float] = []
        for _ in range(10):
            began = time.monotonic()
            call(client, "GET", "/orders/no")
            took_seconds.append(time.monotonic() - began)
        delayed = [index for index, each in enumerate(server.has_faults("delay")) if each]
        assert len(delayed) == 5
        assert min(took_seconds[index] for index in delayed) >= 0.06
        assert min(server.lines()[index]["took_ms"] for index in delayed) >= 60


def test_a_delay_without_a_share_is_for_all(log_file: Path) -> None:
    with playing(log_file, "--delay", "1ms") as server:
        shown_totals(server, 10)
        assert [line["fault"] for line in server.lines()] == ["delay"] * 11


def ask(server: Playing, count: int, seen: Counter[tuple[str, int, str]]) -> None:
    """Create orders and look at them, and count method, status and total of what was answered, until the server is gone."""
    with server.client() as client:
        order_id = ""
        for number in range(count):
            method, path = ("POST", "/orders") if number % 3 == 0 or not order_id else ("GET", f"/orders/{order_id}")
            try:
                status, answer = call(client, method, path, ORDER if method == "POST" else None)
            except (OSError, http.client.HTTPException, ValueError):
                return
            order_id = answer.get("orderId", order_id)
            seen[method, status, answer.get("total", "")] += 1


def asked_together(server: Playing, count: int) -> tuple[list[threading.Thread], list[Counter[tuple[str, int, str]]]]:
    """Six clients that are begun, and what each has seen so far."""
    seen: list[Counter[tuple[str, int, str]]] = [Counter() for _ in range(6)]
    clients = [threading.Thread(target=ask, args=(server, count // 6, each)) for each in seen]
    for each in clients:
        each.start()
    return clients, seen


def told(server: Playing) -> Counter[tuple[str, int]]:
    return Counter((line["method"], line["status"]) for line in server.lines())


def test_the_log_has_what_its_clients_have_counted(log_file: Path) -> None:
    with playing(log_file, "--errors", "10%", "--wrong-total", "10%", "--seed", "3") as server:
        clients, seen_by_each = asked_together(server, 300)
        for each in clients:
            each.join(20)
        seen = sum(seen_by_each, Counter[tuple[str, int, str]]())
        assert seen.total() == 300
        assert told(server) == sum((Counter({key[:2]: n}) for key, n in seen.items()), Counter[tuple[str, int]]())
        assert sum(server.has_faults("errors")) == 30
        assert sum(server.has_faults("wrong-total")) == seen["GET", 200, "12.61"]
        shown_count = seen["GET", 200, "12.61"] + seen["GET", 200, "12.60"]
        assert seen["GET", 200, "12.61"] - shown_count // 10 in (0, 1)


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_at_once_and_leaves_a_whole_log(sent: signal.Signals, log_file: Path) -> None:
    with playing(log_file) as server:
        clients, seen_by_each = asked_together(server, 1_000_000)
        while told(server).total() < 100:
            time.sleep(0.01)
        server.process.send_signal(sent)
        assert server.process.wait(20) == 0
        for each in clients:
            each.join(20)
        seen = sum(seen_by_each, Counter[tuple[str, int, str]]())
        # Who has an answer finds its line; whose answer was on its way may find one, too.
        assert 0 <= told(server).total() - seen.total() <= len(clients)
        assert server.process.communicate(timeout=20) == ("", "")


def test_neither_another_client_nor_a_signal_waits_for_what_is_delayed(log_file: Path) -> None:
    with playing(log_file, "--delay", "1h") as server, server.client() as waiting, server.client() as client:
        waiting.request("GET", "/orders/no")
        assert call(client, "GET", "/no-route")[0] == 403
        server.process.terminate()
        assert server.process.wait(20) == 0
        assert [line["status"] for line in server.lines()] == [403]


@pytest.mark.parametrize(("seed", "fault"), [("1", "wrong-total"), ("3", "errors"), ("7", "delay")])
def test_a_random_fault_is_told_in_the_log_alone(seed: str, fault: str, log_file: Path) -> None:
    with playing(log_file, "--fault", "random", "--seed", seed) as server:
        totals = Counter(shown_totals(server, 50 if fault == "delay" else 100))
        first, *lines = server.lines()
        server.process.terminate()
        assert server.process.communicate(timeout=20) == ("", "")
    assert (first["drawn"], first["seed"], "status" in first) == (fault, int(seed), False)
    assert {line["fault"] for line in lines} == {None, fault}
    assert (totals["12.61"] > 0, totals[None] > 0) == (fault == "wrong-total", fault == "errors")
    assert all(line["took_ms"] >= 1_200 for line in lines if line["fault"] == "delay")


def test_it_ends_by_itself(log_file: Path) -> None:
    code, stdout, stderr = ended("--for", "50ms", "--log", str(log_file))
    assert (code, stderr, log_file.read_text()) == (0, "", "")
    assert re.fullmatch(r"http://127\.0\.0\.1:[0-9]+\n", stdout)


def test_its_help_explains_each_option() -> None:
    code, stdout, _ = ended("--help")
    assert code == 0
    options = re.findall(r"^  (--[a-z-]+) \S+\s+(\S.+)", stdout, re.MULTILINE)
    assert [name for name, _ in options] == [
        "--port", "--log", "--errors", "--delay", "--delayed", "--wrong-total", "--fault", "--seed", "--request-time-out",
        "--for",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ("--errors 1", "argument --errors: '1' is not a share such as 1% or 0.5%, up to 100%"),
        ("--wrong-total 100.1%", "argument --wrong-total: '100.1%' is not a share"),
        ("--delay -1s", "argument --delay: expected one argument"),
        ("--delay 1", "argument --delay: '1' is not a duration such as 500ms, 1.2s, 5m or 1h, up to 24h"),
        ("--for 25h", "argument --for: '25h' is not a duration"),
        ("--delayed 2%", "--delayed is a share of --delay, which is not given"),
        ("--fault random", "--fault random needs --seed, and no other fault beside it"),
        ("--fault random --seed 1 --errors 1%", "--fault random needs --seed, and no other fault beside it"),
        ("--port 65536", "with --port 65536"),
        ("--log /nowhere/log", "No such file or directory: '/nowhere/log'"),
        ("--error 1%", "unrecognized arguments: --error 1%"),
    ],
)
def test_bad_options_are_one_line(options: str, problem: str) -> None:
    code, stdout, stderr = ended(*options.split())
    assert (code, stdout, stderr.count("\n")) == (2, "", 1)
    assert stderr.startswith("server.py: error: ")
    assert problem in stderr


def test_a_port_that_is_taken_is_told_and_the_log_of_who_has_it_stays(log_file: Path) -> None:
    log_file.write_text("its own\n")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        code, _, stderr = ended("--port", str(taken.getsockname()[1]), "--log", str(log_file))
    assert (code, stderr.count("\n"), log_file.read_text()) == (2, 1, "its own\n")
    assert "Address already in use" in stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
def test_a_log_that_cannot_be_written_ends_it() -> None:
    with started("--log", "/dev/full") as process:
        assert process.stdout is not None
        port = int(process.stdout.readline().rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port), timeout=20) as client:
            client.sendall(b"GET / HTTP/1.1\r\n\r\n")
            assert client.recv(100) == b""
        assert (process.wait(20), process.stderr and process.stderr.read()) == (
            1, "server.py: the log cannot be written: No space left on device\n",
        )  # fmt: skip
