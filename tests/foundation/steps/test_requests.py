"""The request of a step: whatever its values are, it is one request of the path that is meant."""

import json
from decimal import Decimal
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.steps.requests import MOST_BODY_BYTES, UnsendableError, dumped, request_of
from tests.foundation.steps.factories import step


def test_a_step_with_its_values_is_a_target_headers_and_a_body() -> None:
    made = request_of(
        step(
            method="POST", path="/orders/{id}/é", query=(("q", "{id} & more"), ("plain", "1")), has_body=True,
            body={"n": "{count}"}, headers=(("x-id", "{id}"),),
        ),
        {"id": "a/b", "count": 3},
    )  # fmt: skip
    assert made.target == "/orders/a%2Fb/%C3%A9?q=a%2Fb%20%26%20more&plain=1"
    assert made.headers == {"content-type": "application/json", "x-id": "a/b"}
    assert made.body == '{"n": 3}'


def test_a_step_without_a_body_says_nothing_of_its_type() -> None:
    made = request_of(step(), {"id": "1"})
    assert (made.body, made.headers, made.target) == (None, {}, "/orders/1")


def test_null_is_a_body() -> None:
    assert request_of(step(method="POST", path="/", has_body=True), {}).body == "null"


def test_a_content_type_of_ones_own_is_kept() -> None:
    made = request_of(
        step(path="/", has_body=True, body={}, headers=(("content-type", "application/merge-patch+json"),)), {}
    )
    assert made.headers == {"content-type": "application/merge-patch+json"}


@given(st.text(min_size=1).filter(lambda text: set(text) != {"."}))
def test_a_value_in_a_path_is_one_segment_of_it(value: str) -> None:
    try:
        target = request_of(step(), {"id": value}).target
    except UnicodeEncodeError:
        return
    assert target.count("/") == 2
    assert not set(target) & set(" ?#\\\r\n")
    assert unquote(target.removeprefix("/orders/")) == value


@pytest.mark.parametrize("value", ["", ".", ".."])
def test_a_value_that_would_name_another_path_is_not_sent(value: str) -> None:
    with pytest.raises(UnsendableError, match="cannot stand in a path"):
        request_of(step(), {"id": value})


@pytest.mark.parametrize("value", ["a\r\nx: y", "é", "\x00", "\x7f"])
def test_a_value_that_no_header_has_is_not_sent(value: str) -> None:
    with pytest.raises(UnsendableError, match="the header x-id would have a character that no header has"):
        request_of(step(path="/", headers=(("x-id", "{id}"),)), {"id": value})


def test_a_name_without_a_value_is_not_sent() -> None:
    with pytest.raises(UnsendableError, match=r"\{id\} has no value"):
        request_of(step(), {})


def test_a_body_has_an_end() -> None:
    most = "a" * (MOST_BODY_BYTES - 2)
    assert request_of(step(path="/", has_body=True, body="{a}"), {"a": most}).body == f'"{most}"'
    with pytest.raises(UnsendableError, match="more than 262,144 bytes"):
        request_of(step(path="/", has_body=True, body="{a}"), {"a": most + "a"})


def test_decimal_numbers_of_a_body_are_numbers() -> None:
    assert json.loads(dumped({"price": Decimal("24.50")})) == {"price": 24.5}
    with pytest.raises(TypeError):
        dumped({"price": object()})
