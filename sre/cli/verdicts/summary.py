"""The summary of a step of GitHub Actions: Markdown appended to the file that GITHUB_STEP_SUMMARY names.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#adding-a-job-summary: a step has 1 MiB at
most, and of one with more GitHub shows nothing.
"""

import os
from collections.abc import Mapping
from pathlib import Path

import click

VARIABLE = "GITHUB_STEP_SUMMARY"
MOST_BYTES = 1024 * 1024
_CUT = "\n\nThe rest is left out: GitHub takes 1 MiB a step.\n"


def append_summary(text: str, variables: Mapping[str, str] | None = None) -> None:
    """Append it where the variable is set. A file that cannot be written is said to stderr, and changes nothing else."""
    name = (os.environ if variables is None else variables).get(VARIABLE)
    if not name:
        return
    file = Path(name)
    try:
        there = file.stat().st_size if file.exists() else 0
        with file.open("ab") as summary:
            summary.write(fitting(f"{text}\n", MOST_BYTES - there))
    except (OSError, ValueError) as error:
        click.echo(f"· {VARIABLE}: {file} cannot be written: {getattr(error, 'strerror', None) or error}", err=True)


def fitting(text: str, most_bytes: int) -> bytes:
    """All of it, or its whole lines that fit, and that there were more."""
    content = text.encode()
    if len(content) <= most_bytes:
        return content
    room = most_bytes - len(_CUT.encode())
    if room < 0:
        return b""
    return content[: content.rfind(b"\n", 0, room) + 1] + _CUT.encode()
