"""JSON, strictly, and the line of every value in it."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.errors import InputError
from foundation.files.json_text import read_json, tree_of
from foundation.files.yaml_tree import node_at

FILE = Path("file.json")
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=20,
)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "file.json:1: not valid JSON: "),
        ('{"a": 1,\n}', "file.json:2: not valid JSON: "),
        ("[NaN]", "file.json: not valid JSON: NaN is no number"),
        ("[-Infinity]", "-Infinity is no number"),
        ('{"a": 1, "b": {"c": 1, "c": 2}}', "file.json: c: is given twice in one object"),
        ('{"b": 1, "c": 2, "a": 3, "c": 4, "b": 5}', "file.json: b, c: is given twice in one object"),
        ("[" * 100_000, "nested too deeply"),
        ("", "file.json:1: not valid JSON: "),
    ],
)
def test_what_is_no_json_is_refused(text: str, said: str) -> None:
    with pytest.raises(InputError) as caught:
        read_json(text, FILE)
    assert said in str(caught.value)


@given(VALUES, st.sampled_from([None, 1]))
def test_a_tree_holds_what_the_text_holds(value: Any, indent: int | None) -> None:
    text = json.dumps(value, indent=indent)
    assert tree_of(text).data() == json.loads(text) == read_json(text, FILE)


def test_every_value_has_its_line() -> None:
    tree = tree_of('{\n "a": [\n  1,\n  {"b": "x\\"},{"}\n ],\n "c":\n  2}')
    assert [node_at(tree, path)[2] for path in ((), ("a",), ("a", 0), ("a", 1, "b"), ("c",))] == [1, 2, 3, 4, 6]
