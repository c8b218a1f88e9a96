"""Where a path of the tree leads: inside, or nowhere."""

import pytest

from tdeveloper.gates.dependencies.places import directory_of, inside


@pytest.mark.parametrize(
    ("directory", "target", "found"),
    [
        ("", ".", ""), ("", "a", "a"), ("a/b", "../c", "a/c"), ("a", "..", ""), ("a", "./b/", "a/b"), ("a", "../..", None),
        ("", "..", None), ("", "../etc/passwd", None), ("a", "b/../../../c", None), ("", "/etc/passwd", None), ("", "", None),
        ("", "~/x", None), ("", "a\0b", None), ("", "..\\x", None), ("", "c:x", None), ("", "git+https://x/a", None),
        ("", "https://x/a", None), ("", "..a", "..a"), ("", "a/../b", "b"),
    ],
)  # fmt: skip
def test_a_target_is_in_the_tree_or_nowhere(directory: str, target: str, found: str | None) -> None:
    assert inside(directory, target) == found


def test_the_directory_of_a_file_at_the_top_is_the_tree() -> None:
    assert (directory_of("uv.lock"), directory_of("a/b/uv.lock")) == ("", "a/b")
