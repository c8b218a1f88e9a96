"""The script that looks for text which nobody can read: it looks at what is behind the text, be it the page or a bar."""

from pathlib import Path

import pytest

from tests.browser import MISSING, assert_readable
from tests.reports.report_in_browser import CONTRAST

PAGE = """<!doctype html><html lang="en"><title>Bars</title>
<body style="background: #16181c; color: #e8eaed"><main><h1>Bars</h1>
<svg width="300" height="200" role="img" aria-label="bars" font-size="12">
<g class="mark-rect"><path d="M0,0h200v20h-200Z" fill="#d55e00"/><path d="M0,40h200v20h-200Z" fill="#004070"/></g>
<g class="mark-rect"><path d="M0,80h200v20h-200Z" fill="transparent"/></g>
<text x="20" y="15" fill="#000000">upon orange</text><text x="20" y="55" fill="#000000">upon blue</text>
<text x="20" y="95" fill="#e8eaed">upon nothing</text><text x="20" y="135" fill="#000000">beside</text>
</svg>
<svg style="display: none" role="img" aria-label="others"><text fill="#000000">not drawn</text></svg>
</main></body></html>"""


@pytest.mark.skipif(MISSING, reason="no chromium on this machine (Debian's package chromium)")
def test_a_label_is_read_against_the_bar_that_it_is_upon_and_else_against_the_page(tmp_path: Path) -> None:
    found = assert_readable(PAGE, tmp_path, width=1_440, scripts=[CONTRAST])
    assert 'data-low-contrast="text upon blue rgb(0, 0, 0); text beside rgb(0, 0, 0)"' in found, found
