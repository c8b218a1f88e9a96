"""A JSONPath here names one place; one that may name many is refused, however harmless it looks."""

import pytest

from foundation.errors import InputError
from foundation.steps.places import read_place


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("$", ()),
        ("$.order.total", ("order", "total")),
        ("$.items[0].id", ("items", 0, "id")),
        ("$['a b'][-1]", ("a b", -1)),
        ("$.é", ("é",)),
    ],
)
def test_a_singular_path_is_its_names_and_indexes(text: str, parts: tuple[str | int, ...]) -> None:
    assert (read_place(text).text, read_place(text).parts) == (text, parts)


@pytest.mark.parametrize("text", ["$..a", "$.a[*]", "$.*", "$.a[?@.b == 1]", "$.a[1:2]", "$['a','b']", "$..[?@..a]"])
def test_a_path_that_may_name_many_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="may name many places"):
        read_place(text)


@pytest.mark.parametrize(
    "text", ["", "a.b", "$.", "$.a[", "$.a b", "$.a[99999999999999999999]", "$.a | $.b", "(" * 400]
)
def test_what_is_no_path_is_refused_in_a_line(text: str) -> None:
    with pytest.raises(InputError) as caught:
        read_place(text)
    assert "is no JSONPath, such as $.order.total" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_path_has_an_end() -> None:
    with pytest.raises(InputError, match="has 602 characters, and a JSONPath here has at most 500"):
        read_place("$" + ".a" * 300 + "b")
    with pytest.raises(InputError, match="has 51 parts, and at most 50"):
        read_place("$" + ".a" * 51)
    assert len(read_place("$" + ".a" * 50).parts) == 50
