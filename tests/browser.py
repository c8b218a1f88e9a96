"""A page in a real browser: its DOM after its scripts have run, and whatever it complained of."""

import re
import shutil
import subprocess
from pathlib import Path

MISSING = shutil.which("chromium") is None


def opened(page: Path | str, profile: Path) -> tuple[str, list[str]]:
    """The DOM, and the lines of the console."""
    done = subprocess.run(
        [
            "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync",
            f"--user-data-dir={profile}", "--enable-logging=stderr", "--virtual-time-budget=20000",
            "--window-size=1400,3000", "--dump-dom", page if isinstance(page, str) else f"file://{page}",
        ],
        capture_output=True, text=True, timeout=100, check=True,
    )  # fmt: skip
    return done.stdout, re.findall(r".*CONSOLE.*", done.stderr)
