"""What is wrong, in one voice: pydantic's findings in words, and what was meant."""

from decimal import Decimal
from typing import Annotated, Any, Literal

import pytest
from pydantic import Field, TypeAdapter, ValidationError

from foundation.files.explaining import did_you_mean, explain, keys_around, keys_of, models_of, shown
from foundation.files.forms import Day, Flag, Form, Number, Real, Whole


class Inner(Form):
    above: Number
    below: Number


class Outer(Form):
    name: str
    inner: Inner | None = None


def said(of: Any, given: Any, known: tuple[str, ...] = ()) -> str:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(of).validate_python(given)
    return explain(caught.value.errors()[0], known)


@pytest.mark.parametrize(
    ("of", "given", "text"),
    [
        (Literal["a", "b"], "c", "must be a or b, not 'c'"),
        (Annotated[Whole, Field(gt=1)], "1", "must be greater than 1, not '1'"),
        (Annotated[Whole, Field(ge=2)], "1", "must be at least 2, not '1'"),
        (Annotated[Whole, Field(lt=1)], "1", "must be less than 1, not '1'"),
        (Annotated[Whole, Field(le=0)], "1", "must be at most 0, not '1'"),
        (Annotated[Whole, Field(multiple_of=64)], "65", "must be a multiple of 64, not '65'"),
        (Annotated[list[str], Field(min_length=1)], [], "needs at least 1, and has 0"),
        (Annotated[list[str], Field(max_length=1)], ["a", "b"], "takes at most 1, and has 2"),
        (Annotated[str, Field(min_length=3)], "ab", "needs at least 3 characters, and is 'ab'"),
        (Annotated[str, Field(max_length=3)], "abcd", "takes at most 3 characters"),
        (Annotated[str, Field(pattern="^x$")], "y", "must match ^x$, not 'y'"),
        (Outer, "text", "must be a mapping of keys to values, not 'text'"),
        (dict[str, str], ["a"], "must be a mapping of keys to values, not a list"),
        (list[str], {"a": "b"}, "must be a list, not a mapping"),
        (str, None, "must be a text, not nothing"),
        (Whole, "1.0", "must be a whole number, such as 5, not '1.0'"),
        (Number, "1,5", "must be a number, such as 99.9, not '1,5'"),
        (Real, "0x1", "must be a number, such as 99.9, not '0x1'"),
        (Flag, "yes", "must be true or false, not 'yes'"),
        (Day, "2026-02-30", "must be a day, such as 2026-03-02, not '2026-02-30'"),
        (Day, "20260302", "must be a day, such as 2026-03-02, not '20260302'"),
        (Inner, {"above": "1"}, "is missing"),
        (Whole, [1], "must be a whole number, not a list"),
        (Inner, {"above": float("nan"), "below": 1}, "must be a finite number, not 'nan'"),
        (bytes, 5, "input should be a valid bytes, not '5'"),
    ],
)  # fmt: skip
def test_every_finding_has_words(of: Any, given: Any, text: str) -> None:
    assert said(of, given) == text


def test_values_that_have_their_type_already_stay_as_they_are() -> None:
    """As JSON has them."""
    forms: dict[Any, Any] = {Whole: 5, Number: Decimal("1.5"), Real: 1.5, Flag: True}
    for of, given in forms.items():
        assert TypeAdapter[Any](of).validate_python(given) == given


def test_a_key_that_is_not_known_is_said_with_what_was_meant() -> None:
    assert said(Inner, {"abov": "1", "below": "1", "above": "2"}, ("above",)) == "unknown key; did you mean above?"
    assert said(Inner, {"colour": "1", "below": "1", "above": "2"}, ("x",)) == "unknown key; there are x"
    assert said(Inner, {"colour": "1", "below": "1", "above": "2"}) == "unknown key; remove it or correct its spelling"


@pytest.mark.parametrize(
    ("given", "known", "meant"),
    [
        ("limitUSD", {"limitUsd", "service"}, "did you mean limitUsd?"),
        ("pge", {"page", "ticket"}, "did you mean page?"),
        ("wholly-other", {"a", "b"}, "there are a, b"),
        ("x", set[str](), ""),
        ("zzz", {f"name{number}" for number in range(21)}, ""),
        ("zzz", {f"n{number:02}" for number in range(20)}, "there are n00, "),
    ],
)
def test_what_was_meant_is_the_closest_else_all_that_there_is(given: str, known: set[str], meant: str) -> None:
    assert did_you_mean(given, known).startswith(meant)
    assert bool(did_you_mean(given, known)) is bool(meant)


def test_the_keys_around_are_those_of_the_form_that_fits_best() -> None:
    assert keys_around(Outer, {"above", "blow"}) == {"above", "below"}
    assert keys_around(list[Outer], {"name", "iner"}) == {"name", "inner"}
    assert keys_around(str, {"a"}) == frozenset()
    assert keys_around(Outer, {"name"}, "inner") == {"above", "below"}
    assert keys_around(Outer, {"name"}, "somebody") == {"name", "inner"}


def test_one_key_in_common_is_enough_and_without_any_the_outermost_form_is_meant() -> None:
    assert keys_around(Outer, {"above"}) == {"above", "below"}
    assert keys_around(Outer, {"colour"}) == keys_around(Outer, set()) == {"name", "inner"}


class Branch(Form):
    below: "list[Branch]"
    leaf: Inner | None = None
    other: Inner | None = None


def test_every_model_of_a_form_is_named_once_even_where_it_holds_itself() -> None:
    assert models_of(Branch) == (Branch, Inner)
    assert models_of(dict[str, Annotated[list[Inner], Field(min_length=1)]]) == (Inner,)
    assert models_of(int) == ()


def test_a_form_that_was_read_stays_as_it_is() -> None:
    inner = Inner(above=Decimal(1), below=Decimal(2))
    with pytest.raises(ValidationError, match="frozen"):
        inner.above = Decimal(3)  # type: ignore[misc]


def test_a_name_is_close_from_six_letters_of_ten() -> None:
    assert did_you_mean("abcde", ["abcxy"]) == "did you mean abcxy?"
    assert did_you_mean("ab12", ["abxy"]) == "there are abxy"


def test_a_value_is_shown_short() -> None:
    assert shown("x" * 60) == repr("x" * 60)
    assert shown("x" * 61) == repr("x" * 60 + "…")
    assert (shown(None), shown({}), shown([]), shown(5)) == ("nothing", "a mapping", "a list", "'5'")


def test_what_must_be_a_mapping_is_told_with_its_keys_and_never_by_the_name_of_its_form() -> None:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(Outer).validate_python({"name": "n", "inner": "text"})
    own = keys_of(Outer, "Inner")
    assert own == ("above", "below")
    assert (
        explain(caught.value.errors()[0], (), own)
        == "must be a mapping of keys to values, not 'text'; its keys are above, below"
    )
    assert keys_of(Outer, "Nothing") == ()
