"""What is written as YAML is what every reader of YAML reads, ours and others."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from foundation.files.yaml_tree import read_tree
from foundation.files.yaml_writing import Written, in_one_line, scalar

TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"], exclude_characters="\ufeff"))
VALUES = st.recursive(
    TEXTS
    | st.sampled_from(["a: b", "- a", "null", "Yes", "0x1", "1e3", "1:30", "#a", "a #b", "${X}", "a,b", "{", "]"]),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(TEXTS, below, max_size=3),
    max_leaves=6,
)


@given(VALUES)
def test_what_is_written_is_read_as_it_was_in_a_list_in_a_mapping_and_alone(value: Written) -> None:
    (tree,) = read_tree(f"a: {in_one_line(value)}\nb: [{in_one_line(value)}, x]\n", Path("x.yaml"))
    assert tree.data() == {"a": value, "b": [value, "x"]}


@given(st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), max_size=8))
def test_no_other_reader_takes_a_text_for_anything_else_but_a_number(text: str) -> None:
    read = yaml.safe_load(f"[{scalar(text)}]")[0]
    assert read == text or str(read) == text


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("AWS::SQS::Queue", "AWS::SQS::Queue"),
        ("orders-production", "orders-production"),
        ("python3.12", "python3.12"),
        ("60", "60"),
        ("0123", '"0123"'),
        ("no", '"no"'),
        ("", '""'),
        ("orders-${stage}", '"orders-${stage}"'),
        ("Orders API", "Orders API"),
        ("größer", '"größer"'),
    ],
)
def test_a_text_has_quotes_where_it_needs_them(text: str, written: str) -> None:
    assert scalar(text) == written


def test_flags_and_numbers_are_written_as_such() -> None:
    assert in_one_line({"is_fifo": True, "count": 3, "names": ["a", "b"], "off": False}) == (
        '{is_fifo: true, count: 3, names: [a, b], "off": false}'
    )
