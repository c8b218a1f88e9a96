"""JSON by the standard library alone, as strict as all that is read here."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.files.plain_json import demand_flat, read_plain_json

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.text(), below, max_size=3),
    max_leaves=20,
)


@given(VALUES)
def test_what_json_writes_is_what_is_read(value: object) -> None:
    assert read_plain_json(json.dumps(value)) == value


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "not valid JSON in line 1"),
        ("{\n]", "not valid JSON in line 2"),
        ('{"a": 1, "b": {"c": 1, "c": 2}}', "'c' is given twice in one object"),
        ("NaN", "NaN is no number"),
        ("-Infinity", "-Infinity is no number"),
        ("[" * 100_000, "nested too deeply"),
        ("[" * 300 + "]" * 300, "nested too deeply"),
        ('{"a":' * 250 + "1" + "}" * 250, "nested too deeply"),
        ("9" * 5_000, "Exceeds the limit"),
    ],
)
def test_what_is_none_is_refused_in_words(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        read_plain_json(text)


def test_200_levels_are_read_and_201_are_not() -> None:
    deep: list[object] = []
    for _ in range(199):
        deep = [deep]
    demand_flat(deep)
    with pytest.raises(ValueError, match="nested too deeply"):
        demand_flat([deep])
