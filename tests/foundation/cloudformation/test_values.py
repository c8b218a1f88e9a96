from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.cloudformation.values import (
    Attribute,
    Text,
    Unknown,
    Value,
    as_text,
    at,
    attributes_in,
    every,
    is_known,
    items_of,
    name_of,
    only_part,
    text_of,
    texts_in,
    unknown,
    with_known,
)

QUEUE, TABLE = Attribute("Queue", "Arn"), Attribute("Table")
PARTS = st.one_of(st.text("ab", max_size=3), st.sampled_from(["Queue", "Table"]).map(unknown))


@given(st.lists(PARTS))
def test_a_text_is_its_parts_and_no_two_plain_ones_stand_beside_one_another(parts: list[Value]) -> None:
    made = text_of(*parts)
    assert as_text(made) == "".join(map(as_text, parts))
    assert is_known(made) is all(map(is_known, parts))
    kinds = [isinstance(part, str) for part in made.parts] if isinstance(made, Text) else []
    assert (True, True) not in list(pairwise(kinds))


@given(st.lists(PARTS))
def test_a_text_whose_unknown_parts_become_known_is_known(parts: list[Value]) -> None:
    made = with_known(text_of(*parts), lambda part: part.name.lower())
    assert made == "".join(each if isinstance(each, str) else as_text(each)[2:-1].lower() for each in parts)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "true"),
        (False, "false"),
        (12, "12"),
        (Decimal("1.50"), "1.5"),
        (Decimal("1E+3"), "1000"),
        (Decimal(0), "0"),
        (None, ""),
        (("a", "b"), "a,b"),
    ],
)
def test_a_scalar_is_written_as_cloudformation_writes_it(value: Value, text: str) -> None:
    assert as_text(value) == text


def test_a_name_has_letters_and_digits_and_begins_with_a_letter() -> None:
    assert name_of("Import", "network-vpc/id") == "ImportNetworkVpcId"
    assert name_of("2nd-queue") == "Value2ndQueue"
    assert name_of("") == "Value"


def test_what_a_value_asks_of_resources_is_found_in_its_order_also_in_what_is_possible() -> None:
    either = unknown("IsProd", possible=({"a": unknown("Table", of=TABLE)}, "x"))
    value: Value = {"one": (text_of("x-", unknown("QueueArn", of=QUEUE)),), "two": either, "three": either}
    assert attributes_in(value) == (QUEUE, TABLE)
    assert [as_text(each) for each in texts_in(value)] == ["x-${QueueArn}", *2 * ("${IsProd}", "${Table}", "x")]


def test_only_what_is_unknown_as_a_whole_is_one_part() -> None:
    assert only_part(unknown("A")) == Unknown(name="A")
    assert only_part(text_of("a", unknown("A"))) is None
    assert only_part("a") is None


def test_what_is_not_known_stays_and_what_it_is_made_of_may_become_known() -> None:
    made = with_known(unknown("Split", possible=(unknown("A"),)), lambda part: "a" if part.name == "A" else None)
    assert made == unknown("Split", possible=("a",))


def test_a_value_is_found_by_its_path_through_lists() -> None:
    value: Value = {"a": ({"b": 1}, {"b": 2}, {"c": 3})}
    assert at(value, "a", "b") == 1
    assert at(value, "a", "c") == 3
    assert at(value, "a", "d") is None
    assert list(every(value, "a", "b")) == [1, 2]
    assert items_of("x") == ("x",)
    assert items_of(None) == ()
