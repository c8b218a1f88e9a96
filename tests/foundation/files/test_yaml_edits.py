"""What is added to a YAML file stands where it belongs, and no other byte of it is changed."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.errors import InputError
from foundation.files.yaml_edits import YamlEdits, block
from foundation.files.yaml_tree import read_tree

FILE = Path("file.yaml")


def edits_of(text: str) -> YamlEdits:
    return YamlEdits(text=text, file=FILE)


def data_of(text: str) -> Any:
    (tree,) = read_tree(text, FILE)
    return tree.data()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("needs: [a]\n", "needs: [a, x]\n"),
        ("needs: []\n", "needs: [x]\n"),
        ("needs: [ ]  # none\n", "needs: [ x]  # none\n"),
        ("needs: &n []\n", "needs: &n [x]\n"),
        ("needs: &n  # of it\n  - a\n", "needs: &n  # of it\n  - a\n  - x\n"),
        ("needs: [a,  # first\n  b,\n]\n", "needs: [a,  # first\n  b, x,\n]\n"),
        ("needs:\n- a\n- b  # why\n", "needs:\n- a\n- b  # why\n- x\n"),
        ("needs:\n    - a\n", "needs:\n    - a\n    - x\n"),
        ("needs:\n- a", "needs:\n- a\n- x\n"),
        ("needs:\n- a\nmore: 1\n", "needs:\n- a\n- x\nmore: 1\n"),
        ("needs:\n- a\n  # of a\n# of more\nmore: 1\n", "needs:\n- a\n  # of a\n- x\n# of more\nmore: 1\n"),
        ("needs:\n- a\n\n# of more\nmore: 1\n", "needs:\n- a\n- x\n\n# of more\nmore: 1\n"),
        ("needs:\n- |\n  text\n  text\nmore: 1\n", "needs:\n- |\n  text\n  text\n- x\nmore: 1\n"),
        ("needs:\nmore: 1\n", "needs: [x]\nmore: 1\n"),
        ("needs:  # none yet\n", "needs: [x]  # none yet\n"),
        ("more: 1\n", "more: 1\nneeds: [x]\n"),
        ("{more: 1}\n", "{more: 1, needs: [x]}\n"),
        ("needs:\r\n- a\r\nmore: 1\r\n", "needs:\r\n- a\r\n- x\r\nmore: 1\r\n"),
        ("größe: '…'\nneeds: [ä]\n", "größe: '…'\nneeds: [ä, x]\n"),
    ],
)
def test_an_item_is_added_to_the_end_of_its_list_in_the_style_of_the_list(before: str, after: str) -> None:
    edits = edits_of(before)
    edits.add_items(("needs",), ["x"])
    assert edits.result == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a:\n  one: 1\n", "a:\n  one: 1\n  two: [x]\n"),
        ("a:\n  one:\n  - 1\n", "a:\n  one:\n  - 1\n  two: [x]\n"),
        ("a: {one: 1}\n", "a: {one: 1, two: [x]}\n"),
        ("a: {}\n", "a: {two: [x]}\n"),
        ("a:\n", "a: {two: [x]}\n"),
        ("a:\n  one: 1\n  # of it\n\nb: 2\n", "a:\n  one: 1\n  two: [x]\n  # of it\n\nb: 2\n"),
        ("a:\n  one:\nb: 2\n", "a:\n  one:\n  two: [x]\nb: 2\n"),
    ],
)
def test_a_key_is_added_to_the_end_of_its_mapping(before: str, after: str) -> None:
    edits = edits_of(before)
    edits.add_key(("a",), "two", ["x"])
    assert edits.result == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("all:\n- {label: a}\nmore: 1\n", "all:\n- {label: a}\n- label: x\n  name: z\nmore: 1\n"),
        ("all:\n  - label: a\n    name: b\n", "all:\n  - label: a\n    name: b\n  - label: x\n    name: z\n"),
        ("all: []\n", "all: [{label: x, name: z}]\n"),
        ("all: [{label: a}]\n", "all: [{label: a}, {label: x, name: z}]\n"),
        ("more: 1\n", "more: 1\nall: [{label: x, name: z}]\n"),
    ],
)
def test_a_mapping_is_added_to_a_list_over_several_lines_where_the_list_is(before: str, after: str) -> None:
    edits = edits_of(before)
    edits.add_mappings(("all",), [{"label": "x", "name": "z"}])
    assert edits.result == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a: {}\n", "a: {one: x, two: z}\n"),
        ("a: {b: c}\n", "a: {b: c, one: x, two: z}\n"),
        ("a: &m\n  b: c\n", "a: &m\n  b: c\n  one: x\n  two: z\n"),
    ],
)
def test_two_keys_are_added_one_after_the_other(before: str, after: str) -> None:
    edits = edits_of(before)
    edits.add_key(("a",), "one", "x")
    edits.add_key(("a",), "two", "z")
    assert edits.result == after


def test_several_additions_at_one_place_stand_in_their_order() -> None:
    edits = edits_of("all:\n- label: a\n  needs:\n  - b\n")
    edits.add_items(("all", 0, "needs"), ["x"])
    edits.add_key(("all", 0), "facts", {"timeout_seconds": "10"})
    edits.add_mappings(("all",), [{"label": "c"}, {"label": "d"}])
    assert edits.result == (
        "all:\n- label: a\n  needs:\n  - b\n  - x\n  facts: {timeout_seconds: 10}\n- label: c\n- label: d\n"
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: &x [b]\nneeds: *x\n", "file.yaml:1: needs: is an alias of what stands elsewhere; write it out"),
        ("needs: null\n", "file.yaml:1: needs: is null; take it away, or write what it is"),
        ("\nneeds: word\n", "file.yaml:2: needs: is no list; write one"),
        ("\nneeds: {a: b}\n", "file.yaml:2: needs: is no list; write one"),
    ],
)
def test_what_cannot_grow_without_changing_something_else_is_refused(text: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        edits_of(text).add_items(("needs",), ["x"])


def test_what_is_no_mapping_has_no_keys() -> None:
    with pytest.raises(InputError, match="a: is no mapping; write one"):
        edits_of("a: [b]\n").add_key(("a",), "two", "x")


def test_a_mapping_over_several_lines_begins_with_a_dash() -> None:
    assert block({"label": "a", "needs": ["b"]}) == ["- label: a", "  needs: [b]"]


WORDS = st.text("abc", min_size=1, max_size=3)
COMMENTS = st.sampled_from(["", "  # why", " # ${x}: y"])
LINES = st.sampled_from(["", "# a comment", "  # a deeper comment", "\n"])


@st.composite
def lists_of_mappings(draw: st.DrawFn) -> str:
    """A file as a person might write it, with comments and blank lines where they may stand."""
    lines = ["service: s" + draw(COMMENTS), "all:" + draw(COMMENTS)]
    indent = draw(st.sampled_from(["", "  "]))
    for number in range(draw(st.integers(1, 3))):
        lines += [f"{indent}- label: l{number}{draw(COMMENTS)}", draw(LINES)]
        style = draw(st.sampled_from(["none", "flow", "block", "empty"]))
        items = draw(st.lists(WORDS, min_size=1, max_size=3))
        if style == "flow":
            lines.append(f"{indent}  needs: [{', '.join(items)}]{draw(COMMENTS)}")
        elif style == "block":
            lines += [f"{indent}  needs:{draw(COMMENTS)}", *(f"{indent}  - {item}{draw(COMMENTS)}" for item in items)]
        elif style == "empty":
            lines.append(f"{indent}  needs: []")
        lines.append(draw(LINES))
    lines += [f"more: 1{draw(COMMENTS)}"] if draw(st.booleans()) else []
    return draw(st.sampled_from(["\n", "\r\n"])).join(lines) + draw(st.sampled_from(["", "\n"]))


@given(lists_of_mappings(), st.lists(WORDS, min_size=1, max_size=2), st.booleans())
def test_all_that_stood_there_stands_there_still_and_only_what_is_new_is_more(
    text: str, new: list[str], with_mapping: bool
) -> None:
    before = data_of(text)
    edits = edits_of(text)
    for number, item in enumerate(before["all"]):
        edits.add_items(("all", number, "needs"), new)
        item["needs"] = [*item.get("needs", []), *new]
    if with_mapping:
        edits.add_mappings(("all",), [{"label": "x"}])
        before["all"].append({"label": "x"})
    assert data_of(edits.result) == before
    left = iter(edits.result)
    assert all(letter in left for letter in text)


@given(lists_of_mappings())
def test_without_an_addition_no_byte_is_another(text: str) -> None:
    assert edits_of(text).result == text
