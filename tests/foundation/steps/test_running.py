"""A conversation without a network: requests and pauses in their order, and what came of them."""

from collections.abc import Sequence
from typing import Any

import pytest

from foundation.steps.judging import Judgement
from foundation.steps.model import Relation, Step
from foundation.steps.requests import Request
from foundation.steps.running import Ending, HowEnded, Pause, Since, converse
from tests.foundation.steps.factories import check, repeat, step

FIRST = step(name="first", method="POST", path="/orders", has_body=True, body={"item": "{item}"})
SECOND = step(name="second", pause_seconds=2.0)
UNTIL = check(Relation.EQUALS, "done", at="$.status")
WELL = Judgement()


def had(steps: Sequence[Step], answers: Sequence[Judgement | None], **values: Any) -> tuple[list[Any], Ending]:
    """What a conversation does when it is answered so, and how it ends."""
    talk, did, waiting = converse(steps, values), [], list(answers)
    try:
        action = next(talk)
        while True:
            did.append(action.target if isinstance(action, Request) else action)
            action = talk.send(waiting.pop(0)) if isinstance(action, Request) else next(talk)
    except StopIteration as stopped:
        assert not waiting
        return did, stopped.value


def test_steps_come_in_their_order_with_what_was_kept_and_the_pause_between() -> None:
    did, ending = had([FIRST, SECOND], [Judgement(kept={"id": "o-1"}), WELL], item="pen")
    assert did == ["/orders", Pause(seconds=2.0, since=Since.ANSWER), "/orders/o-1"]
    assert ending == Ending(how=HowEnded.WHOLE, values={"item": "pen", "id": "o-1"})


@pytest.mark.parametrize("judged", [None, Judgement(problem="it is wrong")])
def test_it_breaks_off_at_an_answer_that_is_not_as_it_has_to_be(judged: Judgement | None) -> None:
    did, ending = had([FIRST, SECOND], [judged], item="pen")
    assert did == ["/orders"]
    assert (ending.how, ending.step, ending.problem) == (
        HowEnded.BROKEN_OFF,
        FIRST,
        None if judged is None else "it is wrong",
    )


def test_a_step_is_repeated_from_when_it_was_due_until_it_is_so() -> None:
    step_ = step(name="r", path="/s", repeat=repeat(UNTIL, every=1, longest=3))
    again = Pause(seconds=1, since=Since.DUE)
    did, ending = had([step_], [Judgement(is_done=False), Judgement(is_done=False), Judgement(kept={"n": 1})])
    assert did == ["/s", again, "/s", again, "/s"]
    assert ending == Ending(how=HowEnded.WHOLE, values={"n": 1})


@pytest.mark.parametrize(("longest", "asked_count"), [(0.9, 1), (1, 1), (1.1, 2), (3, 3), (3.5, 4)])
def test_a_repeated_step_has_an_end_which_is_told(longest: float, asked_count: int) -> None:
    step_ = step(name="r", path="/s", repeat=repeat(UNTIL, every=1, longest=longest))
    did, ending = had([step_], [Judgement(is_done=False)] * asked_count)
    assert did.count("/s") == asked_count
    assert (ending.how, ending.step) == (HowEnded.UNFINISHED, step_)
    assert ending.problem == f"the check: not so within {longest:g} s"


@pytest.mark.parametrize("wrong", [None, Judgement(problem="it is wrong", kept={"n": 0})])
def test_a_wrong_answer_is_no_end_of_what_is_waited_for(wrong: Judgement | None) -> None:
    step_ = step(name="r", path="/s", repeat=repeat(UNTIL, every=1, longest=3))
    again = Pause(seconds=1, since=Since.DUE)
    did, ending = had([step_], [wrong, Judgement(kept={"n": 1})])
    assert did == ["/s", again, "/s"]
    assert ending == Ending(how=HowEnded.WHOLE, values={"n": 1})
    did, ending = had([step_], [wrong] * 3)
    assert (did.count("/s"), ending.how, ending.values) == (3, HowEnded.UNFINISHED, {})


def test_a_request_that_its_values_make_none_of_ends_it_before_it_is_sent() -> None:
    did, ending = had([FIRST, step(name="second")], [Judgement(kept={"id": ".."})], item="pen")
    assert did == ["/orders"]
    assert (ending.how, ending.problem) == (HowEnded.UNSENDABLE, "'..' cannot stand in a path")


def test_the_values_that_it_was_given_stay_as_they_were() -> None:
    values: dict[str, Any] = {"item": "pen"}
    talk = converse([FIRST], values)
    next(talk)
    with pytest.raises(StopIteration):
        talk.send(Judgement(kept={"id": "o-1"}))
    assert values == {"item": "pen"}
