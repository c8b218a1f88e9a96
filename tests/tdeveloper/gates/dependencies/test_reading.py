"""Files as data: what is hostile is said in words, and never read."""

from pathlib import Path

import pytest

from tdeveloper.gates.dependencies.reading import (
    UnreadableError,
    items,
    lines_of_keys,
    lines_of_tables,
    mapping,
    read_json,
    read_text,
    read_toml,
)
from tests.tdeveloper.gates.dependencies.trees import UV_LOCK, a_tree


def test_a_file_is_read_up_to_the_bound_and_not_beyond(tmp_path: Path) -> None:
    tree = a_tree(tmp_path, {"a/uv.lock": b"\xef\xbb\xbfname"})
    assert read_text(tree, "a/uv.lock", 7) == "name"
    with pytest.raises(UnreadableError, match="has more than the 6 bytes that are read"):
        read_text(tree, "a/uv.lock", 6)


def test_fifty_megabytes_are_not_read(tmp_path: Path) -> None:
    tree = a_tree(tmp_path, {"uv.lock": b""})
    with (tree / "uv.lock").open("wb") as file:
        file.truncate(50 << 20)
    with pytest.raises(UnreadableError, match="has more than the 8,388,608 bytes that are read"):
        read_text(tree, "uv.lock", 8 << 20)


def test_links_out_of_the_tree_and_what_is_no_file_are_not_read(tmp_path: Path) -> None:
    tree = a_tree(tmp_path, {"a": b"x", "bad": b"\xff"})
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "file").write_text("secret")
    (tree / "link").symlink_to(tmp_path / "outside" / "file")
    (tree / "directory").symlink_to(tmp_path / "outside")
    for path in ("link", "directory", "directory/file"):
        with pytest.raises(UnreadableError, match="is not a regular file"):
            read_text(tree, path, 100)
    with pytest.raises(UnreadableError, match="is not text in UTF-8"):
        read_text(tree, "bad", 100)
    with pytest.raises(UnreadableError, match="cannot be read"):
        read_text(tree, "none", 100)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a = ", "is not valid TOML"),
        ("a = 1\na = 2", "is not valid TOML"),
        (f"a = {'[' * 100_000}", "nested too deeply"),
        (f"a = {'[' * 300}{']' * 300}", "nested too deeply"),
        (f"a = {'9' * 5_000}", "is not valid TOML"),
        (f"x = 1\n{'a.' * 20}a = 1", "has a key of more than twenty parts"),
        (f"[[ {'a . ' * 20}a]]", "has a key of more than twenty parts"),
        (f"a = {{ b = 1, {'a.' * 20}a = 1 }}", "has a key of more than twenty parts"),
        ("'a'.\"b\"." * 10 + "a = 1", "has a key of more than twenty parts"),
        ("a." * 2_000_000 + "a = 1", "has a key of more than twenty parts"),
    ],
)
def test_what_is_no_toml_is_said(text: str, said: str) -> None:
    with pytest.raises(UnreadableError, match=said):
        read_toml(text)


def test_a_key_of_twenty_parts_is_read_and_a_text_with_dots_is_no_key() -> None:
    assert read_toml(f"{'a.' * 19}a = 1")["a"]["a"] != 1
    assert read_toml(f"a = '{'a.' * 30}'")["a"] == "a." * 30


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "not valid JSON"),
        ("[1]", "the whole is no mapping"),
        ("[" * 100_000, "nested too deeply"),
        ('{"a": 1, "a": 2}', "'a' is given twice"),
    ],
)
def test_what_is_no_object_of_json_is_said(text: str, said: str) -> None:
    with pytest.raises(UnreadableError, match=said):
        read_json(text)


def test_what_is_of_another_shape_is_said_by_its_name() -> None:
    with pytest.raises(UnreadableError, match="packages is no mapping"):
        mapping([], "packages")
    with pytest.raises(UnreadableError, match="package is no list"):
        items({}, "package")


def test_the_lines_of_tables_are_those_of_their_headers() -> None:
    assert lines_of_tables(UV_LOCK, "package", 2) == [4, 10]
    assert lines_of_tables('a = """\n[[package]]\n"""\n[[package]]\n', "package", 1) == [None]


def test_the_lines_of_keys_are_known_where_a_key_is_there_once() -> None:
    text = '{\n  "a": {\n    "b": {}\n  },\n  "c": {"d": {}},\n  "e": 1,\n  "x": {\n    "b": {}}}'
    assert lines_of_keys(text) == {'"a"': 2, '"c"': 5, '"x"': 7}
