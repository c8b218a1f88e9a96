"""YAML as a tree: what it holds and where, and what is refused before anything is made of it."""

import itertools
import time
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from foundation.errors import InputError
from foundation.files.yaml_tree import (
    MOST_LEVELS,
    MOST_NODES,
    MOST_PROBLEMS,
    node_at,
    read_template_tree,
    read_tree,
    refused,
)

FILE = Path("file.yaml")


def data_of(text: str) -> Any:
    (tree,) = read_tree(text, FILE)
    return tree.data()


def bomb(levels: int) -> str:
    """Nine times nine times nine …, in a few hundred bytes."""
    names = "abcdefghij"[:levels]
    lines = [f"{names[0]}: &{names[0]} [x, x, x, x, x, x, x, x, x]"]
    lines += [f"{name}: &{name} [{', '.join([f'*{below}'] * 9)}]" for below, name in itertools.pairwise(names)]
    return "\n".join(lines)


def test_scalars_stay_the_texts_that_they_are() -> None:
    text = "{a: 99.90, b: on, c: 1:30, d: 007, e: 0x1F, f: 2026-03-02, g: 1_000, h: .inf, i: 'x'}"
    assert data_of(text) == {
        "a": "99.90", "b": "on", "c": "1:30", "d": "007", "e": "0x1F", "f": "2026-03-02", "g": "1_000", "h": ".inf", "i": "x",
    }  # fmt: skip


def test_plain_null_is_none_and_quoted_null_a_text() -> None:
    assert data_of("[null, ~, '', 'null', Null, ]") == [None, None, "", "null", None]
    assert data_of("a:\nb: x") == {"a": None, "b": "x"}


def test_an_alias_stands_for_what_its_anchor_holds() -> None:
    assert data_of("a: &a {x: 1}\nb: *a\nc: [*a, *a]\nd: &d word\ne: *d") == {
        "a": {"x": "1"}, "b": {"x": "1"}, "c": [{"x": "1"}, {"x": "1"}], "d": "word", "e": "word",
    }  # fmt: skip


def test_several_documents_are_several_trees() -> None:
    assert [tree.data() for tree in read_tree("a: 1\n---\n- b\n---\n", FILE)] == [{"a": "1"}, ["b"], None]
    assert read_tree("", FILE) == ()


@pytest.mark.parametrize(
    ("path", "depth", "line"),
    [((), 0, 1), (("a",), 1, 1), (("a", "b"), 2, 2), (("a", "b", 1), 3, 4), (("a", "b", 7), 2, 2), (("x",), 0, 1)],
)
def test_the_line_is_that_of_the_deepest_part_that_exists(path: tuple[str | int, ...], depth: int, line: int) -> None:
    (tree,) = read_tree("a:\n  b:\n  - one\n  - two\n", FILE)
    assert node_at(tree, path)[1:] == (depth, line)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("&a [*a]", "file.yaml:1: *a stands for nothing that ends before it"),
        ("a: 1\nb: *nothing", "file.yaml:2: "),
        ("[" * 3_000, f"file.yaml:1: nested more than {MOST_LEVELS} levels deep"),
        (bomb(8), f"more than {MOST_NODES:,} values, those that aliases stand for counted"),
        ("a: !!python/object/apply:os.system [ls]", "file.yaml:1: the tag "),
        ("a: !mine x", "file.yaml:1: the tag !mine is not read; remove it"),
        ("a: !!str 5", "file.yaml:1: the tag "),
        ("a: &a {x: 1}\nb:\n  <<: *a", "file.yaml:3: merge keys (<<) are not read; write the keys out"),
        ("? [a]\n: b", "file.yaml:1: a key must be a text"),
        ("? {a: b}\n: b", "file.yaml:1: a key must be a text"),
        ("a: [", "file.yaml:2: not valid YAML: "),
        ("a: b: c", "file.yaml:1: not valid YAML: "),
        ("a: \x00", "file.yaml:1: not valid YAML: "),
        ("\tx: y", "file.yaml:1: not valid YAML: "),
    ],
)  # fmt: skip
def test_what_is_not_read_is_refused_with_its_line_and_at_once(text: str, said: str) -> None:
    began = time.process_time()
    with pytest.raises(InputError) as caught:
        read_tree(text, FILE)
    assert said in str(caught.value)
    assert time.process_time() - began < 5


def test_every_key_that_is_given_twice_is_named_with_its_line_and_path() -> None:
    with pytest.raises(InputError) as caught:
        read_tree("a: 1\na: 2\nb:\n  c: 1\n  c: 2\n---\nd: [{e: 1, e: 2}]\n", FILE)
    assert caught.value.problems == (
        "file.yaml:2: a: is given twice",
        "file.yaml:5: b.c: is given twice",
        "file.yaml:7: d.e: is given twice",
    )


def test_as_deep_as_may_be_is_read_and_one_deeper_is_not() -> None:
    assert read_tree("[" * MOST_LEVELS + "]" * MOST_LEVELS, FILE)
    with pytest.raises(InputError, match="levels deep"):
        read_tree("[" * (MOST_LEVELS + 1) + "]" * (MOST_LEVELS + 1), FILE)


def test_as_many_values_as_may_be_are_read_and_one_more_is_not() -> None:
    hundred = f"[{', '.join('x' * 99)}]"
    assert len(read_tree(f"a: &a {hundred}\nb: [{', '.join(['*a'] * (MOST_NODES // 100 - 2))}]", FILE)) == 1
    with pytest.raises(InputError, match="more than"):
        read_tree(f"a: &a {hundred}\nb: [{', '.join(['*a'] * (MOST_NODES // 100))}]", FILE)


def test_the_bound_of_values_counts_lists_their_items_and_all_that_an_alias_stands_for() -> None:
    """The list itself, an anchored list of two lists with 48 items each, and that 1,999 times more, are 197,981."""
    nested = f"[[{', '.join('x' * 48)}], [{', '.join('x' * 48)}]]"

    def values(besides_count: int) -> str:
        return f"[&a {nested}, {', '.join(['*a'] * 1_998 + ['x'] * besides_count)}]"

    besides = MOST_NODES - 1 - 99 * 1_999
    assert len(read_tree(values(besides), FILE)) == 1
    with pytest.raises(InputError, match="more than 200,000 values"):
        read_tree(values(besides + 1), FILE)


def test_a_file_with_as_many_problems_as_are_named_names_them_all() -> None:
    error = refused(FILE, [f"problem {number}" for number in range(MOST_PROBLEMS)])
    assert str(error).startswith("file.yaml has 100 problems:")
    assert str(error).endswith("problem 99")


def test_a_file_with_very_many_problems_names_the_first_of_them() -> None:
    error = refused(FILE, [f"problem {number}" for number in range(MOST_PROBLEMS + 5)])
    assert str(error).startswith("file.yaml has 105 problems:\n  problem 0\n")
    assert str(error).endswith(f"problem {MOST_PROBLEMS - 1}\n  and 5 more")
    assert str(refused(FILE, ["one"])) == "file.yaml has 1 problem:\n  one"


CHARACTERS = st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufeff\ufffe\uffff")
TEXTS = st.text(CHARACTERS, max_size=8)
TREES = st.recursive(
    st.none() | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=20,
)


@given(TREES)
def test_whatever_yaml_writes_is_read_back(data: Any) -> None:
    """PyYAML's own dumper is the other side; it quotes what would be read as another type."""
    assert data_of(yaml.safe_dump(data, allow_unicode=True)) == data


def test_in_a_template_a_node_keeps_its_tag_and_a_text_whether_it_had_quotes() -> None:
    text = "a: !Ref Queue\nb: !Sub ['${x}', {x: 1}]\nc: '1'\nd: !!str 2\n<<: {e: yes}\n"
    ((root,), twice) = read_template_tree(text, FILE)
    assert twice == ()
    below = root.value
    assert isinstance(below, dict)
    assert {key: (node.tag, node.is_plain) for key, node in below.items()} == {
        "a": ("!Ref", False),
        "b": ("!Sub", False),
        "c": (None, False),
        "d": (None, False),
        "<<": (None, False),
    }
    assert node_at(root, ("<<", "e"))[0].is_plain
    assert root.data()["b"] == ["${x}", {"x": "1"}]


def test_in_a_template_the_last_of_a_key_that_is_given_twice_is_taken_and_told() -> None:
    ((root,), twice) = read_template_tree("a: 1\nb: {c: 2, c: 3}\n", FILE)
    assert root.data() == {"a": "1", "b": {"c": "3"}}
    assert twice == (f"{FILE}:2: b.c: is given twice",)
