"""Expected statuses belong to the flow; the others are told apart one by one, and not by their hundred."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadtests.answers import Answer, judge_answer, whatever
from loadtests.counts import Outcome
from loadtests.statuses import outcome_of

statuses = st.integers(min_value=200, max_value=599)


@pytest.mark.parametrize(
    "status", [408, 425, 429, 500, 502, 503, 504, 201, 204, 206, 301, 302, 304, 307, 308, 418, 499, 460, 599]
)
def test_what_the_flow_does_not_expect_is_a_fault(status: int) -> None:
    assert outcome_of(status, {200}) is Outcome.FAULT


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 409, 413, 415, 422, 431])
def test_what_calls_the_request_itself_wrong_is_a_refusal(status: int) -> None:
    assert outcome_of(status, {200}) is Outcome.REFUSED


@given(statuses, st.frozensets(statuses, max_size=5))
def test_a_status_is_good_where_its_flow_expects_it_and_nowhere_else(status: int, expected: frozenset[int]) -> None:
    assert (outcome_of(status, expected) is Outcome.GOOD) == (status in expected)
    assert outcome_of(status, expected | {status}) is Outcome.GOOD


@given(statuses, statuses, st.frozensets(statuses, max_size=3))
def test_a_flow_goes_on_only_with_the_answer_that_a_request_is_made_for(
    status: int, made_for: int, also_expected: frozenset[int]
) -> None:
    judged = judge_answer(Answer(status, b""), expected={made_for}, also_expected=also_expected, demand=whatever)
    assert judged.is_expected == (status == made_for)
    assert (judged.outcome is Outcome.GOOD) == (status in {made_for} | also_expected)


def has_id(body: bytes) -> str | None:
    return None if body.startswith(b'{"id"') else "no id"


@pytest.mark.parametrize(
    ("answer", "outcome", "detail"),
    [
        (Answer(200, b'{"id": 1}'), Outcome.GOOD, ""),
        (Answer(200, b"{}"), Outcome.FAULT, "no id"),
        (Answer(200, b"[1]"), Outcome.FAULT, "no id"),
        (Answer(200, b"[" * 100_000), Outcome.FAULT, "no id"),
        (Answer(204, b""), Outcome.GOOD, ""),
        (Answer(429, b""), Outcome.FAULT, "status 429"),
        (Answer(403, b""), Outcome.REFUSED, "status 403"),
        (Answer(0, b"", "no answer: timed out"), Outcome.FAULT, "no answer: timed out"),
        (Answer(0, b"", "no answer", None, met_closing=True), Outcome.CLOSING, "the server was closing the connection"),
    ],
)
def test_an_answer_is_judged_by_its_status_its_body_and_its_connection(
    answer: Answer, outcome: Outcome, detail: str
) -> None:
    judged = judge_answer(answer, expected={200}, also_expected={204}, demand=has_id)
    assert (judged.outcome, judged.detail) == (outcome, detail)
