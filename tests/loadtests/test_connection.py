"""A connection is known by what it does: every way in which a peer can end it, at every moment, counted as the peer saw it.

A request that the peer answered is good, one that it had and did not answer is a fault, and one that it never had is counted
apart. A reset right after a request looks alike to the client whether the request was read or not, so it may be apart, too.
"""

import contextlib
import random
from pathlib import Path

import gevent
import pytest

from loadtests.answers import judge_answer, whatever
from loadtests.connection import Connection
from loadtests.counts import Outcome
from loadtests.lean_client import LeanClient
from tests.loadtests.peers import (
    ANSWER,
    FAREWELL,
    IDLE,
    PATIENCE_SECONDS,
    UNDER_WAY,
    WITH_ANSWER,
    Peer,
    Transport,
    peer,
    read_path,
    transports,
)

TRANSPORTS = ("plain", "TLS 1.2", "TLS 1.3")


@pytest.fixture(scope="module")
def spoken(certificate: Path) -> dict[str, Transport]:
    return transports(certificate)


def client_of(found: Peer, transport: Transport) -> "contextlib.closing[LeanClient]":
    return contextlib.closing(LeanClient(found.url, context=transport.trusting, answer_seconds=PATIENCE_SECONDS))


def ask(client: LeanClient, path: str) -> tuple[Outcome, bool]:
    """What became of a request, and whether a connection was opened for it."""
    answer = client.request("GET", f"{client.base_url}{path}", headers={})
    judged = judge_answer(answer, expected={200}, also_expected=(), demand=whatever)
    assert judged.outcome is not Outcome.GOOD or answer.body == b"ok"
    return judged.outcome, answer.connect_seconds is not None


def assert_as_seen(found: Peer, outcomes: dict[str, Outcome], *, may_be_apart: bool) -> None:
    """Each request's outcome is what the peer saw of it, and none was sent twice."""
    assert len(set(found.seen)) == len(found.seen)
    for path, outcome in outcomes.items():
        if path in found.answered:
            assert outcome is Outcome.GOOD, path
        elif path in found.seen:
            assert outcome is Outcome.FAULT or (may_be_apart and outcome is Outcome.CLOSING), path
        else:
            assert outcome is Outcome.CLOSING, path


@pytest.mark.parametrize("way", IDLE)
@pytest.mark.parametrize("name", TRANSPORTS)
def test_an_idle_connection_that_has_ended_is_not_used(spoken: dict[str, Transport], name: str, way: str) -> None:
    with peer(spoken[name].serving) as found, client_of(found, spoken[name]) as client:
        assert ask(client, f"/before/{way}/1") == (Outcome.GOOD, True)
        assert found.ended.wait(PATIENCE_SECONDS)
        assert ask(client, f"/before/{way}/2") == (Outcome.GOOD, True)
        assert ask(client, f"/before/{way}/3") == (Outcome.GOOD, False)
    assert found.seen == [f"/before/{way}/{number}" for number in (1, 2, 3)]


@pytest.mark.parametrize("way", ["fin", "reset", "close-notify", "farewell"])
@pytest.mark.parametrize("name", TRANSPORTS)
def test_a_request_that_meets_a_closing_connection_is_apart_and_the_next_is_good(
    spoken: dict[str, Transport], name: str, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_usable = Connection.is_usable

    def ended_meanwhile(self: Connection) -> bool:
        usable = is_usable(self)
        found.may_end.set()
        assert found.ended.wait(PATIENCE_SECONDS)
        return usable

    with peer(spoken[name].serving) as found, client_of(found, spoken[name]) as client:
        assert ask(client, f"/race/{way}/1") == (Outcome.GOOD, True)
        monkeypatch.setattr(Connection, "is_usable", ended_meanwhile)
        second = f"/race/{way}/2"
        outcomes = {second: ask(client, second)[0]}
        monkeypatch.undo()
        assert ask(client, f"/race/{way}/3") == (Outcome.GOOD, True)
    assert second not in found.seen
    assert_as_seen(found, outcomes, may_be_apart=False)


@pytest.mark.parametrize("way", UNDER_WAY)
@pytest.mark.parametrize("name", TRANSPORTS)
def test_a_request_that_was_read_and_not_answered_is_a_fault(spoken: dict[str, Transport], name: str, way: str) -> None:
    with peer(spoken[name].serving) as found, client_of(found, spoken[name]) as client:
        outcomes = {path: ask(client, path)[0] for path in (f"/while/{way}/{number}" for number in (1, 2, 3))}
    assert outcomes[f"/while/{way}/3"] is Outcome.GOOD
    assert_as_seen(found, outcomes, may_be_apart=way == "reset")


@pytest.mark.parametrize("way", UNDER_WAY)
@pytest.mark.parametrize("name", TRANSPORTS)
def test_on_a_new_connection_nothing_is_apart(spoken: dict[str, Transport], name: str, way: str) -> None:
    with peer(spoken[name].serving) as found, client_of(found, spoken[name]) as client:
        assert ask(client, f"/while/{way}/2") == (Outcome.FAULT, True)


@pytest.mark.parametrize("way", WITH_ANSWER)
@pytest.mark.parametrize("name", TRANSPORTS)
def test_an_end_that_comes_with_an_answer_takes_nothing_from_it(
    spoken: dict[str, Transport], name: str, way: str
) -> None:
    with peer(spoken[name].serving) as found, client_of(found, spoken[name]) as client:
        assert ask(client, f"/after/{way}/1") == (Outcome.GOOD, True)
        assert ask(client, f"/after/{way}/2") == (Outcome.GOOD, False)
        assert found.ended.wait(PATIENCE_SECONDS)
        assert ask(client, f"/after/{way}/3") == (Outcome.GOOD, True)
    assert found.seen == found.answered == [f"/after/{way}/{number}" for number in (1, 2, 3)]


@pytest.mark.parametrize("name", TRANSPORTS)
def test_a_server_that_ends_right_after_accepting_is_at_fault(spoken: dict[str, Transport], name: str) -> None:
    with peer(spoken[name].serving) as found, client_of(found, spoken[name]) as client:
        found.ends_after_accepting = True
        assert ask(client, "/before/fin/1")[0] is Outcome.FAULT
        found.ends_after_accepting = False
        assert ask(client, "/x/y/2") == (Outcome.GOOD, True)


def test_a_408_that_answers_a_request_is_the_platforms_and_none_of_a_connection(spoken: dict[str, Transport]) -> None:
    def serve(connection: object) -> None:
        found.seen.append(read_path(connection))
        connection.sendall(ANSWER)  # type: ignore[attr-defined]
        found.seen.append(read_path(connection))
        connection.sendall(FAREWELL)  # type: ignore[attr-defined]

    with peer(None) as found, client_of(found, spoken["plain"]) as client:
        found.serve = serve  # type: ignore[method-assign]
        assert ask(client, "/1")[0] is Outcome.GOOD
        assert ask(client, "/2") == (Outcome.FAULT, False)


def test_a_connection_that_was_given_up_is_not_used_again(spoken: dict[str, Transport]) -> None:
    with peer(None) as found, client_of(found, spoken["plain"]) as client:
        ask(client, "/x/y/1")
        client._idle[-1].give_up()
        assert ask(client, "/x/y/2") == (Outcome.GOOD, True)


def idle_closing(found: Peer, transport: Transport, *, idle_seconds: float, gaps_seconds: list[float]) -> list[Outcome]:
    """Requests at these distances to a server that closes what was idle for so long."""

    def serve(connection: object) -> None:
        while path := read_path(connection):
            # Idle is what had a request before: on a busy machine the first may be late.
            connection.settimeout(idle_seconds)  # type: ignore[attr-defined]
            found.seen.append(path)
            found.answered.append(path)
            connection.sendall(ANSWER)  # type: ignore[attr-defined]

    def serve_and_close(connection: object) -> None:
        with contextlib.suppress(OSError):
            serve(connection)
        connection.close()  # type: ignore[attr-defined]

    found.serve = serve_and_close  # type: ignore[method-assign]
    outcomes: dict[str, Outcome] = {}
    with client_of(found, transport) as client:
        for number, gap in enumerate(gaps_seconds):
            path = f"/idle/{number}"
            outcomes[path] = ask(client, path)[0]
            gevent.sleep(gap)
    assert_as_seen(found, outcomes, may_be_apart=False)
    return list(outcomes.values())


@pytest.mark.parametrize("name", TRANSPORTS)
def test_a_server_that_closes_what_is_idle_has_no_false_fault(spoken: dict[str, Transport], name: str) -> None:
    draw = random.Random(20261128)
    gaps = [draw.uniform(0, 0.008) for _ in range(40)]
    with peer(spoken[name].serving) as found:
        outcomes = idle_closing(found, spoken[name], idle_seconds=0.004, gaps_seconds=gaps)
    assert Outcome.FAULT not in outcomes
    assert outcomes.count(Outcome.GOOD) == len(found.answered) > 30
    assert found.connection_count > 5


@pytest.mark.slow
def test_the_idle_close_server_has_no_false_fault_of_161_requests(spoken: dict[str, Transport]) -> None:
    """Six Poisson arrivals a second against an idle time-out of 0.3 s, on every transport at once."""

    def run(name: str) -> list[Outcome]:
        draw = random.Random(7)
        with peer(spoken[name].serving) as found:
            return idle_closing(
                found, spoken[name], idle_seconds=0.3, gaps_seconds=[draw.expovariate(6) for _ in range(161)]
            )

    greenlets = [gevent.spawn(run, name) for name in TRANSPORTS]
    gevent.joinall(greenlets, timeout=120, raise_error=True)
    for name, greenlet in zip(TRANSPORTS, greenlets, strict=True):
        outcomes = greenlet.value or []
        counts = {outcome.value: outcomes.count(outcome) for outcome in Outcome}
        print(f"{name}: {counts}")
        assert counts["fault"] == 0
        assert counts["good"] + counts["closing"] == 161
