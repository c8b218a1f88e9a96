"""What an answer says: its checks by their names, and what is kept of it."""

import json
from decimal import Decimal
from typing import Any

import pytest

from foundation.steps.judging import Judgement, judge
from foundation.steps.model import Relation
from tests.foundation.steps.factories import check, place, repeat, step


def judged(answer: Any, *, values: dict[str, Any] | None = None, **changes: Any) -> Judgement:
    body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
    return judge(step(**changes), body, values or {})


def holds(answer: Any, relation: Relation, value: Any = None, **values: Any) -> bool:
    return judged(answer, checks=(check(relation, value),), values=values).problem is None


def test_a_step_that_reads_nothing_of_an_answer_takes_any() -> None:
    assert judged(b"\xff") == Judgement()


@pytest.mark.parametrize("body", [b"", b"<html>", b"{", b"[" * 100_000, b"\xff", b'{"total": NaN}', b"1" * 5_000])
def test_an_answer_that_is_no_json_is_a_problem(body: bytes) -> None:
    assert str(judged(body, checks=(check(Relation.EXISTS),)).problem).startswith("an answer that is no JSON: ")


@pytest.mark.parametrize(
    ("total", "relation", "value", "is_so"),
    [
        (3.6, Relation.EQUALS, Decimal("3.60"), True),
        (3.61, Relation.EQUALS, Decimal("3.60"), False),
        (1, Relation.EQUALS, Decimal("1.0"), True),
        (True, Relation.EQUALS, 1, False),
        (1, Relation.EQUALS, True, False),
        ("1", Relation.EQUALS, 1, False),
        (None, Relation.EQUALS, None, True),
        ({"a": [1, 2.0]}, Relation.EQUALS, {"a": [1, 2]}, True),
        ({"a": [1]}, Relation.EQUALS, {"a": [1, 2]}, False),
        ({"a": 1}, Relation.EQUALS, {"b": 1}, False),
        ("b", Relation.ONE_OF, ["a", "b"], True),
        ("c", Relation.ONE_OF, ["a", "b"], False),
        ("c", Relation.NOT_ONE_OF, ["a", "b"], True),
        ("a", Relation.NOT_ONE_OF, ["a", "b"], False),
        (2, Relation.AT_LEAST, 2, True),
        (1.99, Relation.AT_LEAST, 2, False),
        ("3", Relation.AT_LEAST, 2, False),
        (True, Relation.AT_LEAST, 0, False),
        (2, Relation.AT_MOST, 2, True),
        (2.01, Relation.AT_MOST, 2, False),
        (None, Relation.EXISTS, None, True),
    ],
)
def test_a_relation_holds_or_does_not(total: Any, relation: Relation, value: Any, is_so: bool) -> None:
    assert holds({"total": total}, relation, value) is is_so


def test_money_is_compared_as_it_is_written() -> None:
    assert holds(b'{"total": 0.30000000000000004}', Relation.EQUALS, Decimal("0.3")) is False
    assert holds(b'{"total": 0.3}', Relation.EQUALS, Decimal("0.3"))


def test_a_value_of_a_check_may_be_drawn_or_kept() -> None:
    assert holds({"total": 3.6}, Relation.EQUALS, "{sum}", sum=Decimal("3.60"))
    said = judged(
        {"id": "a", "of": "b"}, keeps=(("id", place("$.id")),), checks=(check(Relation.EQUALS, "{id}", at="$.of"),)
    )
    assert said.problem == 'the check: $.of is "b"; it has to be "a"'


@pytest.mark.parametrize(
    ("answer", "at", "said"),
    [
        ({}, "$.total", "the check: there is no $.total"),
        ([], "$.total", "the check: there is no $.total"),
        ({"total": []}, "$.total[0]", "the check: there is no $.total[0]"),
        ({"total": "abc"}, "$.total[0]", "the check: there is no $.total[0]"),
    ],
)
def test_a_place_that_is_not_there_is_a_problem(answer: Any, at: str, said: str) -> None:
    assert judged(answer, checks=(check(Relation.EXISTS, at=at),)).problem == said


def test_a_place_is_found_from_both_ends_of_a_list() -> None:
    for at, found in (("$[0]", 1), ("$[-1]", 3), ("$[2]", 3), ("$[-3]", 1)):
        assert judged([1, 2, 3], checks=(check(Relation.EQUALS, found, at=at),)).problem is None
    for at in ("$[3]", "$[-4]"):
        assert judged([1, 2, 3], checks=(check(Relation.EXISTS, at=at),)).problem is not None


def test_the_first_check_that_does_not_hold_is_told_with_what_was_found() -> None:
    checks = (check(Relation.EXISTS), check(Relation.AT_MOST, 2), check(Relation.EQUALS, 9))
    assert judged({"total": 3}, checks=checks).problem == "the check: $.total is 3; it has to be at most 2"


def test_what_was_found_is_told_in_few_characters() -> None:
    said = str(judged({"total": "x" * 1_000}, checks=(check(Relation.EQUALS, "y"),)).problem)
    assert len(said) < 120
    assert "…" in said


def test_what_is_kept_is_for_the_steps_to_come() -> None:
    said = judged({"id": "o-1", "n": 2.5}, keeps=(("id", place("$.id")), ("n", place("$.n"))))
    assert said.kept == {"id": "o-1", "n": Decimal("2.5")}


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({}, "an answer without $.id"),
        ({"id": None}, "$.id is no text and no number, and is not kept"),
        ({"id": True}, "$.id is no text and no number, and is not kept"),
        ({"id": ["a"]}, "$.id is no text and no number, and is not kept"),
        ({"id": "a\nb"}, "$.id has a character that cannot be seen, and is not kept"),
        ({"id": "a" * 2_001}, "$.id has more than 2,000 characters, and is not kept"),
    ],
)
def test_what_cannot_be_kept_is_a_problem_and_keeps_nothing(answer: Any, said: str) -> None:
    assert judged(answer, keeps=(("id", place("$.id")),)) == Judgement(problem=said)


def test_the_longest_text_is_kept() -> None:
    assert judged({"id": "a" * 2_000}, keeps=(("id", place("$.id")),)).problem is None


@pytest.mark.parametrize(("status", "is_done"), [("running", False), ("passed", True)])
def test_a_step_is_repeated_until_its_answer_is_so(status: str, is_done: bool) -> None:
    until = check(Relation.NOT_ONE_OF, ["running"], at="$.status")
    assert judged({"status": status}, repeat=repeat(until)).is_done is is_done
    assert judged({}, repeat=repeat(until)).is_done is False
