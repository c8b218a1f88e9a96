"""An answer to one request, and what became of the request by it."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

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


def whatever(_body: bytes) -> str | None:
    """Demand nothing of the body of an answer."""
    return None


def judge_answer(
    answer: Answer, *, expected: Collection[int], also_expected: Collection[int], demand: Callable[[bytes], str | None]
) -> Judgement:
    """What an answer says of a request that is made for some statuses: its flow may expect others, too.

    `demand` says what is wrong with a body of such a status, None where nothing is: what is wrong is a fault of the platform.
    """
    if answer.met_closing:
        return Judgement(Outcome.CLOSING, "the server was closing the connection")
    if not answer.status:
        return Judgement(Outcome.FAULT, answer.problem or "no answer")
    if answer.status not in expected:
        outcome = outcome_of(answer.status, also_expected)
        return Judgement(outcome, "" if outcome is Outcome.GOOD else f"status {answer.status}")
    if (problem := demand(answer.body)) is not None:
        return Judgement(Outcome.FAULT, problem)
    return Judgement(Outcome.GOOD, is_expected=True)
