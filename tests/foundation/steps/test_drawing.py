"""What placeholders stand for: the same by the same seed, and each within its bounds."""

import uuid
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.steps.drawing import (
    FromEnvironment,
    Given,
    OneOf,
    Recent,
    Rows,
    Source,
    Unique,
    WholeNumber,
    draw,
    names_of,
)

ROWS = Rows(columns=("item", "total"), rows=(("pen", Decimal("3.60")), ("lamp", Decimal("24.50"))))
SOURCES: dict[str, Source] = {
    "colour": OneOf(values=("red", "blue")), "count": WholeNumber(least=1, most=3), "key": Unique(), "basket": ROWS,
    "placed": Recent(kept="orderId"), "customer": Given(otherwise="c-1"), "password": FromEnvironment(variable="PASSWORD"),
}  # fmt: skip


def drawn(seed: object, **given_values: Any) -> dict[str, Any]:
    return draw(
        SOURCES,
        Random(str(seed)),
        recent=lambda name: f"recent {name}",
        given=given_values,
        environment={"PASSWORD": "x"},
    )


def test_the_same_seed_draws_the_same() -> None:
    assert drawn(1) == drawn(1)
    assert drawn(1) != drawn(2)


@given(st.integers())
def test_every_value_is_one_that_its_source_may_give(seed: int) -> None:
    values = drawn(seed)
    assert values["colour"] in ("red", "blue")
    assert 1 <= values["count"] <= 3
    assert uuid.UUID(values["key"]).version == 4
    assert (values["basket.item"], values["basket.total"]) in ROWS.rows
    assert (values["placed"], values["customer"], values["password"]) == ("recent orderId", "c-1", "x")


def test_all_that_may_be_drawn_is_drawn_by_some_seed() -> None:
    many = [drawn(seed) for seed in range(60)]
    assert {each["count"] for each in many} == {1, 2, 3}
    assert {each["basket.item"] for each in many} == {"pen", "lamp"}
    assert {each["colour"] for each in many} == {"red", "blue"}
    assert len({each["key"] for each in many}) == 60


def test_what_is_given_comes_before_what_is_written() -> None:
    assert drawn(1, customer="c-2")["customer"] == "c-2"


def test_a_row_fills_its_columns_and_everything_else_its_own_name() -> None:
    assert names_of("basket", ROWS) == ("basket.item", "basket.total")
    assert names_of("key", Unique()) == ("key",)


def test_a_variable_that_is_not_set_is_an_error() -> None:
    with pytest.raises(KeyError, match="PASSWORD"):
        draw({"p": FromEnvironment(variable="PASSWORD")}, Random(1), recent=str, given={}, environment={})
