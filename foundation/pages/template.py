"""Fills a page's template: escaped, and strict about names, so that a page with a hole is an error.

Every page has one stylesheet and one form of tables and pictures (`templates/`), which read at 390 pixels as at 1,440.
"""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

_SHARED = Path(__file__).with_name("templates")
# A chart as SVG for so many pixels of a page.
Drawing = Callable[[int], str]
WIDE_PIXELS, NARROW_PIXELS = 860, 350
# A moment; an amount with its unit, or two, or from one to another, with the sign of what it bounds; a short name with hyphens:
# what is read at one look.
_UNBROKEN = re.compile(
    r"(?<![\w.,:-])(?:"
    r"\d{4}-\d\d-\d\d(?: \d\d:\d\d(?: UTC)?)?"
    r"|(?=[\w-]{1,20}(?![\w-]))[a-z]\w*(?:-\w+)+"
    r"|(?:[<≤>≥] )?[+−]?\$?\d[\d,]*(?:\.\d+)?(?:–\$?\d[\d,]*(?:\.\d+)?)?(?: (?:%|ms|s|min|h|d)(?: \d+ (?:h|min|s))?)?"
    r")(?![\w.,:-]*\w)"
)


def filled(template: Path, **values: Any) -> str:
    """The HTML of a template file."""
    environment = Environment(
        loader=FileSystemLoader([template.parent, _SHARED]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["unbroken"] = unbroken
    return environment.get_template(template.name).render(
        **values, wide_pixels=WIDE_PIXELS, narrow_pixels=NARROW_PIXELS
    )


def unbroken(text: str) -> Markup:
    """A text, escaped, in which no line ends within a number or between it and its unit."""
    made, at = Markup(), 0
    for found in _UNBROKEN.finditer(text):
        if found[0].isdecimal():
            continue
        made += text[at : found.start()]
        made += Markup('<span class="q">{}</span>').format(found[0])
        at = found.end()
    return made + text[at:]
