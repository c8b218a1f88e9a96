"""An answer to one request, and what became of the request by it."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from loadtests.counts import Outcome
from loadtests.statuses import outcome_of


@dataclass(frozen=True, slots=True)
class Answer:
    """A status and a body; status 0 is no answer, and `problem` says why. `connect_seconds` is None on a used connection.

    `met_closing` is an end that came before any byte of an answer, on a connection that had been used before, and whose peer
    has not acknowledged the request: most likely it had closed it by then. `failures` are addresses that took no connection.
    """

    status: int
    body: bytes
    problem: str | None = None
    connect_seconds: float | None = None
    met_closing: bool = False
    failures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Judgement:
    """How a request ended, in few words where it is not well; `is_expected` is the answer that its flow goes on with."""

    outcome: Outcome
    detail: str = ""
    is_expected: bool = False


def judge_answer(answer: Answer, *, made_for: int, also_expected: Collection[int], needs: str | None) -> Judgement:
    """What an answer says of a request that is `made_for` a status: its flow may expect others, too.

    `needs` is a key that the body must have: an answer without it is a fault of the platform.
    """
    if answer.met_closing:
        return Judgement(Outcome.CLOSING, "the server was closing the connection")
    if not answer.status:
        return Judgement(Outcome.FAULT, answer.problem or "no answer")
    if answer.status != made_for:
        outcome = outcome_of(answer.status, also_expected)
        return Judgement(outcome, "" if outcome is Outcome.GOOD else f"status {answer.status}")
    if needs is not None and not _has_key(answer.body, needs):
        return Judgement(Outcome.FAULT, f"an answer without {needs}")
    return Judgement(Outcome.GOOD, is_expected=True)


def _has_key(body: bytes, key: str) -> bool:
    try:
        read: Any = json.loads(body)
    except (ValueError, RecursionError):
        return False
    return isinstance(read, dict) and key in read
