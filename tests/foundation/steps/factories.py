"""Steps as tests want them."""

from dataclasses import replace
from typing import Any

from foundation.steps.model import AnswerCheck, Place, Relation, Repeat, Step
from foundation.steps.places import read_place

READ = Step(name="GET /orders/{id}", method="GET", path="/orders/{id}")


def step(**changes: Any) -> Step:
    return replace(READ, **changes)


def check(relation: Relation, value: Any = None, *, at: str = "$.total") -> AnswerCheck:
    return AnswerCheck(name="the check", place=place(at), relation=relation, value=value)


def place(text: str) -> Place:
    return read_place(text)


def repeat(until: AnswerCheck, *, every: float = 1.0, longest: float = 3.0) -> Repeat:
    return Repeat(every_seconds=every, for_seconds=longest, until=until)
