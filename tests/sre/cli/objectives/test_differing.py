"""Of two long texts the words in which they differ are read."""

from sre.cli.objectives.differing import MOST_SHOWN, differing

LONG = " ".join(f"word{number}" for number in range(60))


def test_short_texts_stand_whole() -> None:
    assert differing("lt 1,000", "lt 800") == ("lt 1,000", "lt 800")
    assert differing(None, "a") == ("nothing", "a")
    assert differing("a\nb", "a c") == ("a b", "a c")


def test_of_long_texts_what_they_have_in_common_is_left_out() -> None:
    assert differing(f"{LONG} 1000 {LONG}", f"{LONG} 800 {LONG}") == ("… word59 1000 word0 …", "… word59 800 word0 …")


def test_a_word_more_at_either_end_is_shown() -> None:
    assert differing(LONG, f"{LONG} more") == ("… word59", "… word59 more")
    assert differing(f"first {LONG}", LONG) == ("first word0 …", "word0 …")


def test_what_differs_everywhere_is_cut() -> None:
    old, new = differing(LONG, LONG.replace("word", "term"))
    assert (len(old), len(new)) == (MOST_SHOWN + 1, MOST_SHOWN + 1)
