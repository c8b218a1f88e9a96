"""Tables that fit a terminal: columns as wide as their cells, and one, the last, that wraps or moves to a line of its own."""

import shutil
import textwrap
from collections.abc import Sequence

_GAP = "  "
# What the last column needs to be readable beside the others.
_LEAST_WIDTH = 34
# Where stdout is no terminal, and COLUMNS is not set.
_DEFAULT_WIDTH = 120


def terminal_width() -> int:
    """How many characters a line has."""
    return shutil.get_terminal_size(fallback=(_DEFAULT_WIDTH, 24)).columns


def table(head: Sequence[str], rows: Sequence[Sequence[str]], *, width: int) -> list[str]:
    """The lines of a table, its head first; the cells of the last column are wrapped to fit `width`."""
    *fixed, flexible = zip(head, *rows, strict=True)
    widths = [max(map(len, cells)) for cells in fixed]
    used = sum(widths) + len(_GAP) * len(widths)
    if width - used < min(_LEAST_WIDTH, max(map(len, flexible))):
        return [line for row in (head, *rows) for line in _stacked(row, widths, width)]
    lines: list[str] = []
    for *cells, last in (head, *rows):
        first, *more = textwrap.wrap(last, width - used) or [""]
        lines.append(_joined([*cells, first], [*widths, 0]))
        lines += [" " * used + each for each in more]
    return lines


def paragraph(text: str, *, width: int, indent: str = "") -> list[str]:
    """A text, wrapped line by line."""
    return [line for each in text.splitlines() for line in _wrapped(each, width, indent=indent)]


def _stacked(row: Sequence[str], widths: Sequence[int], width: int) -> list[str]:
    """A row whose last cell has a line of its own, and where the others are too wide together, the first one, too."""
    first, *others, last = row
    indent = 2 * _GAP
    if sum(widths) + len(_GAP) * (len(widths) - 1) <= width:
        return [_joined([first, *others], widths), *_wrapped(last, width, indent=indent)]
    return [first, f"{indent}{_joined(others, widths[1:])}".rstrip(), *_wrapped(last, width, indent=indent)]


def _wrapped(text: str, width: int, *, indent: str) -> list[str]:
    # A name or an address is copied: it is never broken.
    return textwrap.wrap(
        text, width, initial_indent=indent, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )


def _joined(cells: Sequence[str], widths: Sequence[int]) -> str:
    return _GAP.join(f"{cell:{length}}" for cell, length in zip(cells, widths, strict=True)).rstrip()
