"""The comments by which one of the tools, or a checker of types, would look away. They are shown, and silence nothing."""

import re
from collections.abc import Iterator

from foundation.findings.model import Suppression

# What each tool recognises, without regard to what the comment names: it would look away from something.
_ASKS = (
    ("ruff", re.compile(r"#\s*(?:(?:ruff|flake8)\s*:\s*)?noqa\b", re.IGNORECASE)),
    ("ruff", re.compile(r"#\s*ruff\s*:\s*(?:file-)?(?:ignore|disable)\b", re.IGNORECASE)),
    ("complexipy", re.compile(r"#\s*(?:noqa\s*:\s*complexipy|complexipy\s*:\s*ignore)\b", re.IGNORECASE)),
    ("jscpd", re.compile(r"jscpd:ignore-start", re.IGNORECASE)),
    ("types", re.compile(r"#\s*(?:type|pyright)\s*:\s*ignore\b")),
    ("types", re.compile(r"#\s*(?:mypy\s*:\s*ignore-errors|pyright\s*:\s*(?:basic|off|standard))\b")),
)
# Lines without these hold none of them, and most lines do not.
_PERHAPS = re.compile("noqa|ignore|disable|pyright", re.IGNORECASE)
_JSCPD = re.compile("jscpd:", re.IGNORECASE)


def suppressions_in(name: str, lines: list[str]) -> Iterator[Suppression]:
    """The comments in a file, at most one a line for each tool."""
    for number, line in enumerate(lines, start=1):
        if _PERHAPS.search(line):
            for tool in dict.fromkeys(tool for tool, pattern in _ASKS if pattern.search(line)):
                yield Suppression(tool=tool, path=name, line=number)


def without_marks(text: str) -> str:
    """The text with jscpd's marks made unreadable to it, which has no option to look at what they hide; as long as before."""
    return _JSCPD.sub("jscpd-", text)
