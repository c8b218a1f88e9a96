"""A page as values: sections of sentences, tiles, tables and pictures. HTML and Markdown are written from the same."""

from dataclasses import dataclass

from foundation.files.output import Part
from foundation.pages.template import Drawing


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """One paragraph."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """One number that matters: its tone is pass, miss, inconclusive or no-data, and the word says the same."""

    title: str
    word: str
    tone: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tiles:
    """Numbers that matter, beside one another."""

    tiles: tuple[Tile, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column by what stands above it; numbers are set to the right."""

    name: str
    is_number: bool


def text_columns(*names: str) -> tuple[Column, ...]:
    """Columns of texts."""
    return tuple(Column(name=name, is_number=False) for name in names)


def number_columns(*names: str) -> tuple[Column, ...]:
    """Columns of numbers."""
    return tuple(Column(name=name, is_number=True) for name in names)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table of texts."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    empty: str = "nothing in this week"


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A chart, what it shows in words, and its numbers; `draw` is None where there is nothing to draw."""

    about: str
    draw: Drawing | None
    numbers: Table


Block = Text | Tiles | Table | Picture


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One numbered section."""

    number: int
    title: str
    blocks: tuple[Block, ...]

    @property
    def anchor(self) -> str:
        """Its address on the page."""
        return f"section-{self.number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A whole page; `label` says where its numbers come from, and `verdict` is one word.

    `values` are the numbers behind its texts.
    """

    title: str
    label: str
    verdict: str
    sentence: str
    sections: tuple[Section, ...]
    values: Part | None = None
