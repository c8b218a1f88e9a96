"""Flows in Python, for what data cannot say: functions of a file beside the flows, each with one decorator.

from loadtests.python_flow import Visit, flow

@flow
def bulk_order(visit: Visit) -> None:
    answer = visit.request("POST", "/orders", json={"items": [visit.random.randint(1, 9) for _ in range(3)]}, expected=202)
    if answer is not None:
        visit.request("GET", f"/orders/{answer['orderId']}", name="GET /orders/{orderId}", needs="total")
"""

import json as json_text
import runpy
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import gevent

from foundation.errors import InputError
from foundation.files.explaining import with_hint
from foundation.steps.requests import dumped
from loadtests.arrivals import Journey
from loadtests.clients import Client

_MARK = "is_flow_of_load"


@dataclass(slots=True, kw_only=True)
class Visit:
    """One arrival, as a function sees it: `random` follows from the seed, and latency counts from when a request was due."""

    journey: Journey
    client: Client
    base_url: str
    random: Random
    _due: float | None = None

    def request(
        self,
        method: str,
        path: str,
        *,
        name: str | None = None,
        json: Any = None,
        headers: Mapping[str, str] | None = None,
        expected: int = 200,
        needs: str | None = None,
    ) -> Any:
        """Send one request; its answer as JSON, a text where it is none, or None where it was not the one that is expected.

        `needs` is a key that the answer must have: one without it is a fault. `name` is what it is counted under.
        """
        body = None if json is None else dumped(json)
        given = {"content-type": "application/json"} if body is not None else {}
        answer = self.journey.request(
            name or f"{method} {path}", self.client, method, f"{self.base_url}{path}", headers={**given, **(headers or {})},
            body=body, intended_at=self._due, expected=(expected,), demand=lambda found: _problem(found, needs),
        )  # fmt: skip
        self._due = self.journey.run.elapsed()
        if answer is None:
            return None
        try:
            return json_text.loads(answer)
        except (ValueError, RecursionError):
            return answer.decode(errors="replace")

    def pause(self, seconds: float) -> None:
        """Send nothing for so long."""
        run = self.journey.run
        self._due = run.elapsed() + seconds
        gevent.sleep(max(0.0, seconds))


Function = Callable[[Visit], None]


def flow(function: Function) -> Function:
    """Mark a function as a flow, to be named under `python` in a file of flows."""
    setattr(function, _MARK, True)
    return function


def function_of(file: Path, name: str) -> Function:
    """A marked function of a file. Raises InputError for a file that does not run, or has no such function."""
    try:
        found = runpy.run_path(str(file))
    except (OSError, SyntaxError, ImportError) as error:
        raise InputError(f"{file}: it does not run: {type(error).__name__}: {error}") from error
    marked = {each: value for each, value in found.items() if getattr(value, _MARK, False)}
    if name not in marked:
        raise InputError(with_hint(f"{file}: no function {name} is marked with @flow", name, marked))
    function: Function = marked[name]
    return function


def _problem(body: bytes, needs: str | None) -> str | None:
    if needs is None:
        return None
    try:
        found: Any = json_text.loads(body)
    except (ValueError, RecursionError):
        found = None
    return None if isinstance(found, dict) and needs in found else f"an answer without {needs}"
