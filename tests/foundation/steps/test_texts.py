"""Values in the place of their names."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.steps.texts import fill, fill_json, written


def test_a_value_stands_where_its_name_was_and_braces_stay_one() -> None:
    assert fill("/o/{id}/{{x}}", {"id": 7}) == "/o/7/{x}"
    assert fill("{a}{b}", {"a": "{b}", "b": "2"}) == "{b}2"


def test_each_value_is_quoted_by_itself() -> None:
    assert fill("/{a}/{b}", {"a": "x", "b": "y"}, str.upper) == "/X/Y"


def test_a_text_that_is_one_placeholder_is_the_value_itself() -> None:
    values = {"count": 2, "price": Decimal("1.50"), "gift": True}
    assert fill_json({"n": "{count}", "p": ["{price}"], "g": "{gift}", "t": "{count} of"}, values) == {
        "n": 2, "p": [Decimal("1.50")], "g": True, "t": "2 of",
    }  # fmt: skip


def test_what_is_no_text_stays_as_it_is() -> None:
    assert fill_json([1, None, True, Decimal(2)], {}) == [1, None, True, Decimal(2)]


@pytest.mark.parametrize(
    ("value", "text"), [(True, "true"), (False, "false"), (Decimal("1E+3"), "1000"), (5, "5"), ("a", "a")]
)
def test_a_value_is_written_as_json_would_and_without_an_exponent(value: object, text: str) -> None:
    assert written(value) == text  # type: ignore[arg-type]


def test_a_name_without_a_value_is_an_error() -> None:
    with pytest.raises(KeyError):
        fill("{id}", {})


@given(st.text(st.characters(exclude_characters="{}")))
def test_a_text_without_braces_is_filled_with_nothing(text: str) -> None:
    assert fill(text, {}) == text
