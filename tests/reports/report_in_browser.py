"""A weekly report in a real browser: whether it opens in silence, its links lead somewhere, and everybody can read it."""

import re
from pathlib import Path

from tests.browser import opened


def assert_reads_well(html: str, *, scheme: str, directory: Path) -> None:
    """WCAG 2.2 AA: 4.5 to 1 for text, 3 to 1 for large text; https://www.w3.org/TR/WCAG22/#contrast-minimum"""
    if scheme == "dark":
        html = html.replace("@media (prefers-color-scheme: dark)", "@media all")
    script = (Path(__file__).parent / "contrast.js").read_text()
    file = directory / f"{scheme}.html"
    file.write_text(html.replace("</body>", f"<script>{script}</script></body>"))
    dom, complaints = opened(file, directory / f"profile-{scheme}")
    assert complaints == []
    assert 'data-low-contrast="none"' in dom, re.findall(r'data-low-contrast="([^"]*)"', dom)
    targets = re.findall(r'<a[^>]* href="([^"]+)"', dom)
    assert len(set(targets)) == 16
    assert {target.removeprefix("#") for target in targets} <= set(re.findall(r'id="([^"]+)"', dom))
    assert 'data-overflows="false"' in dom
