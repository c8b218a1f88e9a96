"""A page in a real browser: its DOM after its scripts have run, and whatever it complained of."""

import re
import shutil
import subprocess
from collections.abc import Sequence
from html import escape
from pathlib import Path

MISSING = shutil.which("chromium") is None


def opened(page: Path | str, profile: Path) -> tuple[str, list[str]]:
    """The DOM, and the lines of the console."""
    done = subprocess.run(
        [
            "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync",
            f"--user-data-dir={profile}", "--enable-logging=stderr", "--virtual-time-budget=20000",
            "--window-size=1500,3000", "--hide-scrollbars", "--dump-dom", page if isinstance(page, str) else f"file://{page}",
        ],
        capture_output=True, text=True, timeout=100, check=True,
    )  # fmt: skip
    return done.stdout, re.findall(r".*CONSOLE.*", done.stderr)


def assert_readable(html: str, directory: Path, *, width: int, scripts: Sequence[Path] = ()) -> str:
    """A page at a width: nothing overflows or is broken, and what `readable.js` looks for is there. What the scripts found.

    A window of a browser has at least 500 pixels, so the page is in a frame of its width.
    """
    of = [Path(__file__).with_name("readable.js"), *scripts]
    # Charts that a script draws are there by then.
    inserted = "".join(f"<script>setTimeout(() => {{{each.read_text()}}}, 2000)</script>" for each in of)
    before, end, after = html.rpartition("</body>")
    framed = escape(f"{before}{inserted}{end}{after}")
    file = directory / f"at-{width}.html"
    file.write_text(
        f"<!doctype html><html lang=en><title>At {width}</title><body style='margin:0'>"
        f'<iframe title=page style="border:0;width:{width}px;height:3000px" srcdoc="{framed}"></iframe>'
    )
    dom, complaints = opened(file, directory / f"profile-{width}")
    assert complaints == [], complaints
    (root,) = re.findall(r"<html[^>]*>", dom[:10_000])
    (wrong,) = re.findall(r'data-wrong="([^"]*)"', root)
    assert wrong == "nothing", wrong
    assert f'data-width="{width}"' in root
    return root
