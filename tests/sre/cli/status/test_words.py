"""Lines of the screen: of a width, at words, and never cut within what a number belongs to."""

from datetime import UTC, datetime, timedelta

import pytest

from sre.cli.status.words import aged, clean, clock, wrapped

AT = datetime(2026, 3, 2, 10, 5, tzinfo=UTC)


def test_a_text_from_outside_is_one_line_in_which_nothing_hides() -> None:
    assert clean("a\x1b[2J\n  b\u202ec\t d") == "a\\x1b[2J b\\u202ec d"


def test_a_text_is_wrapped_at_words_and_further_lines_hang() -> None:
    assert wrapped("one two three", 9) == ["one two", "  three"]
    assert wrapped("one two three", 13) == ["one two three"]
    assert wrapped("", 10) == [""]


def test_a_word_or_a_number_that_is_longer_than_the_width_is_left_whole() -> None:
    assert wrapped("a 12,345,678.90 b", 6) == ["a", "  12,345,678.90", "  b"]


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("one two three four", 9, ["one two …"]),
        ("one two three four", 8, ["one …"]),
        # Half of `1,000 ms` or of `2 of 28 days` is another number.
        ("at most 1,000 ms of it", 14, ["at most …"]),
        ("known 2 of 28 days", 12, ["known 2 of …"]),
        ("one two", 9, ["one two"]),
    ],
)
def test_more_than_is_shown_is_cut_at_a_word_and_not_at_a_number(text: str, width: int, lines: list[str]) -> None:
    assert wrapped(text, width, most=1) == lines


def test_ages_and_moments_are_short() -> None:
    assert aged(timedelta(minutes=3, seconds=5)) == "3 min 5 s old"
    assert aged(None) == "age not known"
    assert clock(AT, AT) == "03-02 10:05"
    assert clock(AT, AT + timedelta(days=365)) == "2026-03-02 10:05"
