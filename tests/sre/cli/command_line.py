"""`sre` in this process, as a test calls it."""

import contextlib
import io
from dataclasses import dataclass

import sre.cli.main as cli


@dataclass(frozen=True)
class Done:
    """How a command ended, as a shell sees it."""

    returncode: int
    stdout: str
    stderr: str


def sre(*arguments: str) -> Done:
    """Run it, with what it prints kept."""
    with contextlib.redirect_stdout(io.StringIO()) as stdout, contextlib.redirect_stderr(io.StringIO()) as stderr:
        code = cli.run(list(arguments))
    return Done(code, stdout.getvalue(), stderr.getvalue())
