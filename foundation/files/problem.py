"""One problem of a file: a line of text for people that knows its parts, so that a program need not take it apart again."""

from pathlib import Path

_MOST_OF_A_NAME = 120


class Problem(str):
    """What is wrong, where, and what to do, as `FILE:LINE: NAMES: KEY: text`.

    `about` names what it is in, the outermost first; `key` is the path of the key there. Either may be empty.
    """

    __slots__ = ("about", "file", "key", "line", "said")
    file: Path
    line: int
    about: tuple[str, ...]
    key: str
    said: str

    def __new__(
        cls, said: str, *, file: Path, line: int, about: tuple[str, ...] = (), key: str = "", plain: bool = False
    ) -> "Problem":
        """The problem; `plain` leaves out what it is about, as of a file that cannot be read at all."""
        # A file may have names as long as itself.
        names = (
            [] if plain else [each[:_MOST_OF_A_NAME] for each in ([*about, *([key] if key else [])] or ["document"])]
        )
        made = super().__new__(cls, ": ".join((f"{file}:{line}", *names, said)))
        made.file, made.line, made.about, made.key, made.said = file, line, about, key, said
        return made
