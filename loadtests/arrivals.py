"""An open-model executor on Locust users: arrivals begin when they are due, however slowly earlier ones are answered.

A user is a Poisson clock, not a client: it starts a greenlet for each arrival, and latency counts from the intended
start. So a stall of the server is seen by every request that was due in it, and not left out ("coordinated omission",
https://github.com/locustio/locust/issues/2347). Superposed Poisson clocks are Poisson: users add up to a rate.
"""

import math
import random
import time
import traceback
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import gevent
from locust import User, task
from locust.env import Environment
from locust.exception import CatchResponseError

from loadtests.answers import judge_answer, whatever
from loadtests.clients import Client
from loadtests.counts import Outcome, Recorder
from loadtests.schedule import Schedule


class Unanswered(gevent.GreenletExit):
    """The run is over and a journey had not ended: thrown into its greenlet to end it, past everything that catches errors."""


@dataclass(slots=True)
class Run:
    """One run of all clocks of this process: when it began, how it goes on, and what is under way.

    `serve` is what an arrival does; `user_rps` is the rate of one user at load 1; `most_under_way` only keeps a dead
    server from eating the generator's memory, and what is not begun because of it is counted. `also_expected` are statuses
    that are good answers of a flow, beside those that its requests are made for.
    """

    environment: Environment
    recorder: Recorder
    schedule: Schedule
    seed: str
    user_rps: float
    flows: dict[str, float]
    serve: Callable[["Journey"], None]
    also_expected: Mapping[str, frozenset[int]] = field(default_factory=dict[str, frozenset[int]])
    most_under_way: int = 20_000
    began: float = field(default_factory=time.monotonic)
    is_closed: bool = False
    user_count: int = 0
    _under_way: set[Any] = field(default_factory=set[Any])

    def elapsed(self) -> float:
        """Seconds since the start of the warm-up."""
        return time.monotonic() - self.began

    @property
    def under_way_count(self) -> int:
        """Journeys that have not ended."""
        return len(self._under_way)

    def launch(self, flow: str, intended_at: float) -> None:
        """Begin a journey in a greenlet of its own."""
        if len(self._under_way) >= self.most_under_way:
            self.recorder.record_unsent()
            return
        self.recorder.record_start(intended_at)
        greenlet = cast("Any", gevent.spawn(self._guard, Journey(run=self, flow=flow, intended_at=intended_at)))
        greenlet.link_exception(self._note_bug)
        self._under_way.add(greenlet)

    def _guard(self, journey: "Journey") -> None:
        try:
            self.serve(journey)
        finally:
            self.recorder.record_journey(
                journey.flow, intended_at=journey.intended_at, outcome=journey.outcome, is_slow=journey.is_slow,
                request_count=journey.request_count,
            )  # fmt: skip
            self._under_way.discard(gevent.getcurrent())

    def _note_bug(self, greenlet: Any) -> None:
        """A bug in a scenario must show in the result, with its place, and not vanish in a greenlet."""
        error = greenlet.exception
        place = traceback.extract_tb(error.__traceback__)[-1]
        file = Path(place.filename)
        self.recorder.record_error(f"{type(error).__name__}: {error} ({file.parent.name}/{file.name}:{place.lineno})")

    def drain(self, patience_seconds: float) -> None:
        """Stop the clocks, wait for what is under way, then end what is still not answered; it is recorded as censored."""
        self.is_closed = True
        gevent.wait(list(self._under_way), timeout=patience_seconds)
        # A greenlet that was not even begun would be ended without its record.
        gevent.sleep(0)
        gevent.killall(list(self._under_way), exception=Unanswered, timeout=5)


_WORST = (Outcome.GOOD, Outcome.CLOSING, Outcome.REFUSED, Outcome.FAULT, Outcome.CENSORED)
_NOTHING: frozenset[int] = frozenset()
_OK = frozenset({200})


@dataclass(slots=True)
class Journey:
    """One arrival and what became of it; its outcome is the worst of its steps."""

    run: Run
    flow: str
    intended_at: float
    outcome: Outcome = Outcome.GOOD
    is_slow: bool = False
    request_count: int = 0

    def request(
        self,
        name: str,
        client: Client,
        method: str,
        url: str,
        *,
        headers: dict[str, str],
        body: str | None = None,
        intended_at: float | None = None,
        expected: Collection[int] = _OK,
        demand: Callable[[bytes], str | None] = whatever,
    ) -> bytes | None:
        """Send one request as a step; the body of the answer, or None when it was not the one it is made for.

        `demand` says what is wrong with a body: that is a fault of the platform. Another answer that the flow expects is a good
        one, and a kind of request of its own: the flow does not go on with it.
        """
        intended_at = self.intended_at if intended_at is None else intended_at
        sent_at = self.run.elapsed()
        self.run.recorder.record_lag(sent_at - intended_at)
        try:
            answer = client.request(method, url, headers=headers, body=body)
        except Unanswered:
            self.step(name, intended_at=intended_at, sent_at=sent_at, outcome=Outcome.CENSORED)
            raise
        if answer.connect_seconds is not None:
            self.run.recorder.record_connect(answer.connect_seconds, answer.failures)
        also_expected = self.run.also_expected.get(self.flow, _NOTHING)
        judged = judge_answer(answer, expected=expected, also_expected=also_expected, demand=demand)
        if judged.outcome is Outcome.GOOD and not judged.is_expected:
            name = f"{name} (status {answer.status})"
        self.step(
            name,
            intended_at=intended_at,
            sent_at=sent_at,
            outcome=judged.outcome,
            detail=judged.detail,
            method=method,
            length=len(answer.body),
        )
        return answer.body if judged.is_expected else None

    def fail(self, name: str, problem: str) -> None:
        """Make it a fault, for what is wrong with no single request."""
        self.outcome = max(self.outcome, Outcome.FAULT, key=_WORST.index)
        self.run.recorder.record_problem(name, problem)

    def step(
        self,
        name: str,
        *,
        intended_at: float,
        sent_at: float,
        outcome: Outcome,
        detail: str = "",
        method: str = "",
        length: int = 0,
        slow_after_ms: float | None = None,
        took_seconds: float | None = None,
    ) -> None:
        """Record a step that ended now, and tell Locust's own statistics; `took_seconds` if it ended earlier."""
        self.request_count += 1
        now = self.run.elapsed()
        took = now - intended_at if took_seconds is None else took_seconds
        self.is_slow |= self.run.recorder.record(
            name,
            intended_at=intended_at,
            took_seconds=took,
            service_seconds=max(0.0, took - (sent_at - intended_at)),
            outcome=outcome,
            detail=detail,
            slow_after_ms=slow_after_ms,
        )
        self.outcome = max(self.outcome, outcome, key=_WORST.index)
        self.run.environment.events.request.fire(
            request_type=method,
            name=name.removeprefix(f"{method} "),
            response_time=took * 1000,
            response_length=length,
            exception=None if outcome is Outcome.GOOD else CatchResponseError(detail or outcome.value),
            context={},
        )


class ArrivalUser(User):
    """A clock for all flows of a run."""

    abstract = True

    @property
    def run_of_load(self) -> Run:
        """The run that this user belongs to."""
        return self.environment.run_of_load  # type: ignore[attr-defined]

    @task
    def tick(self) -> None:
        """Start every arrival of this clock at its time; returns when it is stopped."""
        run = self.run_of_load
        draw = random.Random(f"{run.seed}:{run.user_count}")  # noqa: S311 - arrival times, not secrets
        run.user_count += 1
        flows, weights = tuple(run.flows), tuple(run.flows.values())
        # A clock that is started in the middle does not make up for what was before it.
        arrivals = run.schedule.arrivals_by(max(0.0, run.elapsed()))
        while not run.is_closed:
            # The next arrival follows the schedule and never the clock: lateness must not thin the load out.
            arrivals += draw.expovariate(run.user_rps)
            flow = flows[0] if len(flows) == 1 else draw.choices(flows, weights)[0]
            due = run.schedule.due_after(arrivals)
            if math.isinf(due):
                break
            gevent.sleep(max(0.0, due - run.elapsed()))
            if run.is_closed:
                break
            run.launch(flow, due)
        while True:
            gevent.sleep(3600)
