"""An open-model executor on Locust users: requests arrive when they are due, however slowly earlier ones are answered.

A user is a Poisson clock, not a client: it starts a greenlet for each arrival, and latency counts from the intended
start. So a stall of the server is seen by every request that was due in it, and not left out ("coordinated omission",
https://github.com/locustio/locust/issues/2347). Superposed Poisson clocks are Poisson, so several users add up.
"""

import math
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, cast

import gevent
import geventhttpclient.client
from locust import FastHttpUser, task

from loadtests.recording import Outcome, Recorder


class Unanswered(Exception):  # noqa: N818 - thrown into a greenlet to end it, never an error of ours
    """The run is over and a request was not answered."""


@dataclass(slots=True)
class Run:
    """One run of all clocks: when it began, when it ends, and what is under way."""

    recorder: Recorder
    warm_up_seconds: float
    total_seconds: float
    seed: int
    rates: dict[str, float]
    began: float = field(default_factory=time.monotonic)
    is_closed: bool = False
    launched_count: int = 0
    errors: set[str] = field(default_factory=set[str])
    _under_way: set[Any] = field(default_factory=set[Any])

    def elapsed(self) -> float:
        """Seconds since the start of the warm-up."""
        return time.monotonic() - self.began

    @property
    def under_way_count(self) -> int:
        """Arrivals that are being served."""
        return len(self._under_way)

    def due_after(self, arrivals: float) -> float:
        """When a flow of one arrival a second has had so many: the rate rises evenly in the warm-up, then is full.

        A platform that starts its workers on demand gets them one by one so, and not all in its first second.
        """
        in_warm_up = self.warm_up_seconds / 2
        if arrivals < in_warm_up:
            return math.sqrt(2 * self.warm_up_seconds * arrivals)
        return self.warm_up_seconds + (arrivals - in_warm_up)

    def arrivals_by(self, seconds: float) -> float:
        """The reverse of `due_after`."""
        if seconds < self.warm_up_seconds:
            return seconds**2 / (2 * self.warm_up_seconds)
        return seconds - self.warm_up_seconds / 2

    def launch(self, arrival: Callable[[float], None], intended_at: float) -> None:
        """Begin an arrival in a greenlet of its own."""
        self.launched_count += 1
        greenlet = cast("Any", gevent.spawn(self._guard, arrival, intended_at))
        self._under_way.add(greenlet)
        greenlet.link(self._under_way.discard)

    def _guard(self, arrival: Callable[[float], None], intended_at: float) -> None:
        try:
            arrival(intended_at)
        except Unanswered:
            pass
        except Exception as error:  # noqa: BLE001 - a bug in a scenario must show in the result, not vanish in a greenlet
            self.errors.add(f"{type(error).__name__}: {error}"[:200])

    def drain(self, patience_seconds: float) -> None:
        """Stop the clocks, wait for what is under way, then end what is still not answered; it is recorded as censored."""
        self.is_closed = True
        gevent.wait(list(self._under_way), timeout=patience_seconds)
        gevent.killall(list(self._under_way), exception=Unanswered, timeout=5)


class ArrivalUser(FastHttpUser):
    """A clock for one flow; a subclass names the flow and says in `arrive` what one arrival does."""

    abstract = True
    fixed_count = 1
    flow = ""
    insecure = False
    concurrency = 1_000
    connection_timeout = 5.0
    network_timeout = 10.0
    max_redirects = 0

    @property
    def run_of_load(self) -> Run:
        """The run that this user belongs to."""
        return self.environment.run_of_load  # type: ignore[attr-defined]

    def arrive(self, intended_at: float) -> None:
        """Serve one arrival that was due at `intended_at`, in seconds since the start of the run."""
        raise NotImplementedError

    @task
    def tick(self) -> None:
        """Start every arrival of this flow at its time; returns when the run is over."""
        run = self.run_of_load
        rate = run.rates[self.flow]
        draw = random.Random(f"{run.seed}:{self.flow}")  # noqa: S311 - arrival times, not secrets
        arrivals = 0.0
        while rate and not run.is_closed:
            # The next arrival follows the schedule and never the clock: lateness must not thin the load out.
            arrivals += draw.expovariate(rate)
            due = run.due_after(arrivals)
            if due >= run.total_seconds:
                break
            gevent.sleep(max(0.0, due - run.elapsed()))
            if run.is_closed:
                break
            run.launch(self.arrive, due)
        while True:
            gevent.sleep(3600)

    def send(
        self,
        name: str,
        method: str,
        url: str,
        *,
        headers: dict[str, str],
        body: str | None = None,
        intended_at: float,
        expected_status: int,
    ) -> bytes | None:
        """Send one request and record it; the body of the answer, or None when it was not the expected one."""
        run = self.run_of_load
        run.recorder.record_lag(run.elapsed() - intended_at)
        try:
            response = self.client.request(method, url, data=body, headers=headers, name=name, allow_redirects=False)
        except Unanswered:
            took = run.elapsed() - intended_at
            run.recorder.record(name, intended_at=intended_at, took_seconds=took, outcome=Outcome.CENSORED)
            raise
        status = response.status_code
        if status == expected_status:
            outcome, detail = Outcome.GOOD, ""
        elif 400 <= status < 500:
            outcome, detail = Outcome.REFUSED, f"status {status}"
        else:
            outcome = Outcome.FAULT
            detail = f"status {status}" if status else f"no answer: {type(getattr(response, 'error', None)).__name__}"
        took = run.elapsed() - intended_at
        run.recorder.record(name, intended_at=intended_at, took_seconds=took, outcome=outcome, detail=detail)
        return response.content if outcome is Outcome.GOOD else None


def refuse_silent_retries() -> None:
    """Make geventhttpclient report a broken connection instead of sending the request again, unseen, up to eleven times.

    Raises RuntimeError when the library's private hook is not where it was: measured errors would then be too few.
    """
    if not hasattr(geventhttpclient.client, "_may_retry_after_send_error"):
        raise RuntimeError(
            "geventhttpclient has moved _may_retry_after_send_error; silent re-sends cannot be turned off"
        )
    library = cast("Any", geventhttpclient.client)
    library._may_retry_after_send_error = _never


def _never(_method: str) -> bool:
    return False
