"""How a line of the screen is made: what came from outside cannot move the cursor, and nothing is cut within a number."""

import textwrap
from datetime import datetime, timedelta

from foundation.pages.escapes import terminal
from foundation.pages.numbers import duration

_INDENT = "  "
_CUT = "…"


def clean(text: str) -> str:
    """A text from outside in one line, in which nothing hides."""
    return " ".join(terminal(text).split())


def wrapped(text: str, width: int, *, hanging: str = _INDENT, most: int | None = None) -> list[str]:
    """A text in lines of a width; of more than `most` the rest is left out, at a word, and never after a part of a number."""
    lines = textwrap.wrap(
        text, max(width, 1), subsequent_indent=hanging, break_long_words=False, break_on_hyphens=False
    ) or [""]  # fmt: skip
    if most is None or len(lines) <= most:
        return lines
    words = lines[most - 1].split(" ")
    while len(words) > 1 and (len(" ".join(words)) + 2 > width or _is_of_a_number(words[-1])):
        words.pop()
    return [*lines[: most - 1], f"{' '.join(words)} {_CUT}"]


def aged(age: timedelta | None) -> str:
    """How old an answer is."""
    return "age not known" if age is None else f"{duration(age)} old"


def clock(at: datetime, now: datetime) -> str:
    """A moment in UTC as short as it is clear beside another: with its year only where that is another one."""
    return f"{at:%m-%d %H:%M}" if at.year == now.year else f"{at:%Y-%m-%d %H:%M}"


def _is_of_a_number(word: str) -> bool:
    return any(each.isdigit() for each in word)
