"""Braces in a text: a name between two is a placeholder, two in a row are one, and one alone is a slip."""

import pytest

from foundation.steps.placeholders import names_in, problem_of_braces, texts_of


def test_the_names_of_a_text_are_those_between_braces() -> None:
    assert names_in("/orders/{id}/{basket.item}?{{no}}") == ("id", "basket.item")


@pytest.mark.parametrize("text", ["", "plain", "{id}", "a{id}b{basket.item}", "{{id}}", "{{{id}}}", "{_a.0-b}"])
def test_a_text_in_order_has_no_problem(text: str) -> None:
    assert problem_of_braces(text) is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a{id", "has a brace that stands alone, at '{id'; write {{ for a brace"),
        ("id}b", "has a brace that stands alone, at '}b'; write }} for a brace"),
        ("{}", "{} is no placeholder"),
        ("{an id}", "{an id} is no placeholder"),
        ("{a.b.c}", "{a.b.c} is no placeholder"),
        ("{é}", "{é} is no placeholder"),
        (f"{{{'a' * 61}}}", "is no placeholder"),
    ],
)
def test_a_slip_is_named(text: str, said: str) -> None:
    assert said in str(problem_of_braces(text))


def test_the_texts_of_json_are_its_values_however_deep() -> None:
    assert list(texts_of({"a": "1", "b": [{"c": "2"}, 3, None, "3"]})) == ["1", "2", "3"]
