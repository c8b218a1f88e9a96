import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

import foundation.cloudformation.functions as functions
from foundation.cloudformation.values import Attribute, Text, Unknown, Value, as_text, attributes_in, text_of, unknown

QUEUE = unknown("Queue", of=Attribute("Queue"))
WORDS = st.text("abc-", max_size=6)


@given(st.lists(WORDS, min_size=1), st.sampled_from([",", "::", "/"]))
def test_what_is_joined_is_what_is_split_again(items: list[str], delimiter: str) -> None:
    assert functions.split([delimiter, functions.join([delimiter, tuple(items)])]) == tuple(items)


def test_a_text_that_is_partly_known_is_split_where_it_is() -> None:
    text = text_of("arn:aws:sqs:", QUEUE, ":orders")
    assert functions.split([":", text]) == ("arn", "aws", "sqs", QUEUE, "orders")


def test_what_is_made_of_an_unknown_list_still_says_of_which_resource_it_is() -> None:
    for made in (
        functions.join([",", QUEUE]),
        functions.split(["/", QUEUE]),
        functions.select([1, QUEUE]),
        functions.cidrs([QUEUE, 3, 8]),
        functions.length(QUEUE),
        functions.encoded(text_of("queue=", QUEUE)),
    ):
        assert attributes_in(made) == (Attribute("Queue"),)


def test_an_item_is_selected_by_a_number_or_by_its_text_and_one_beyond_the_end_is_a_mistake() -> None:
    assert functions.select(["1", ("a", "b")]) == "b"
    assert functions.select([0, ("a", "b")]) == "a"
    assert functions.select([2, ("a", "b")]) is None
    assert functions.select([-1, ("a", "b")]) is None


def test_a_block_is_divided_as_the_documentation_of_fn_cidr_has_it() -> None:
    # https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-cidr.html
    assert functions.cidrs(["192.168.0.0/24", 6, 5]) == tuple(f"192.168.0.{32 * each}/27" for each in range(6))
    assert functions.cidrs(["192.168.0.0/24", "2", "5"]) == ("192.168.0.0/27", "192.168.0.32/27")
    assert functions.cidrs(["192.168.0.0/24", 9, 5]) is None
    assert functions.cidrs(["192.168.0.0/24", 257, 5]) is None
    assert functions.cidrs(["no block", 2, 5]) is None


def test_what_stands_in_braces_is_asked_for_and_an_exclamation_mark_keeps_it() -> None:
    asked: list[str] = []

    def value(name: str) -> Value:
        asked.append(name)
        return QUEUE if name == "Queue" else "orders"

    made = functions.substitute("${Name}-${!Name}-${ Queue }", value)
    assert made == Text(("orders-${Name}-", Unknown(name="Queue", of=Attribute("Queue"))))
    assert asked == ["Name", "Queue"]


def test_a_text_is_encoded_as_base_64() -> None:
    assert base64.b64decode(as_text(functions.encoded("#!/bin/sh"))) == b"#!/bin/sh"


@given(
    st.recursive(
        st.one_of(st.none(), st.booleans(), st.integers(-1000, 1000), st.text(max_size=5)),
        lambda below: st.lists(below, max_size=3).map(tuple) | st.dictionaries(st.text(max_size=3), below, max_size=3),
        max_leaves=8,
    )
)
def test_a_value_as_a_text_of_json_is_that_value(value: Value) -> None:
    made = functions.json_string(value)
    assert isinstance(made, str)
    assert json.loads(made) == functions.plain(value)


def test_what_is_unknown_stays_a_part_of_a_text_of_json() -> None:
    made = functions.json_string({"queue": text_of('a"', QUEUE)})
    assert as_text(made) == '{"queue":"a\\"${Queue}"}'
    assert attributes_in(made) == (Attribute("Queue"),)


def test_what_a_deployment_looks_up_is_unknown() -> None:
    assert functions.resolved_later("x-{{resolve:ssm:/shop/name:1}}-y") == text_of("x-", unknown("SsmShopName1"), "-y")
    assert functions.resolved_later("plain") == "plain"


@pytest.mark.parametrize(
    ("value", "number"), [("7", 7), (7, 7), (True, None), ("x", None), ("7.5", None), (None, None)]
)
def test_a_number_may_be_written_as_a_text(value: Value, number: int | None) -> None:
    assert functions.whole(value) == number
