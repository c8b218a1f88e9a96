"""`sre` as a test calls it: in this process, or in one of its own where its streams matter."""

import contextlib
import io
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

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


# As `.venv/bin/sre` does it; a test may put lines before it.
PROGRAM = "from sre.cli.main import main; main()"


def sre_alone(
    *arguments: str, program: str = PROGRAM, stdout: int | IO[bytes] = subprocess.PIPE, cwd: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> Done:  # fmt: skip
    """Run it in a process of its own, in `cwd`, with these variables beside those there are; one that is empty is unset."""
    variables = {name: value for name, value in {**os.environ, **(environment or {})}.items() if value}
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments], stdout=stdout, stderr=subprocess.PIPE, check=False, cwd=cwd,
        env=variables, timeout=60,
    )  # fmt: skip
    return Done(done.returncode, (done.stdout or b"").decode(), done.stderr.decode())
