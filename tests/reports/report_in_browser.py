"""A weekly report in a real browser: whether it opens in silence, its links lead somewhere, and everybody can read it."""

import re
from pathlib import Path

from tests.browser import assert_readable

CONTRAST = Path(__file__).with_name("contrast.js")
# A telephone, and a desk.
WIDTHS = {"light": 390, "dark": 1_440}


def in_scheme(html: str, scheme: str) -> str:
    """The page as it is where somebody has chosen light or dark, for its styles and for the scripts that draw by it."""
    if scheme == "light":
        return html
    chosen = html.replace("@media (prefers-color-scheme: dark)", "@media all")
    return chosen.replace('matchMedia("(prefers-color-scheme: dark)").matches', "true")


def assert_reads_well(html: str, *, scheme: str, directory: Path) -> None:
    """WCAG 2.2 AA: 4.5 to 1 for text, 3 to 1 for large text; https://www.w3.org/TR/WCAG22/#contrast-minimum"""
    found = assert_readable(in_scheme(html, scheme), directory, width=WIDTHS[scheme], scripts=[CONTRAST])
    assert 'data-low-contrast="none"' in found, found
    targets = re.findall(r'<a[^>]* href="([^"]+)"', html)
    assert len(set(targets)) == 16
    assert {target.removeprefix("#") for target in targets} <= set(re.findall(r'id="([^"]+)"', html))
