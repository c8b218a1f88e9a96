"""Asks git about a repository: nothing that it configures is run, nothing is fetched, and whatever a caller's environment says of
another repository is not heard.
"""

import os
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from foundation.errors import InputError

_SECONDS = 60
# A monitor of the file system is a program that the repository's configuration names.
_COMMAND = ("git", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "core.quotePath=false")
# What an operator says of git as a whole. All else that begins so is of one repository or of one command: git itself gives its
# hooks the directory and the index of theirs, which is not the one that is asked about.
_OPERATORS = re.compile(
    r"GIT_(?:CONFIG_(?:GLOBAL|SYSTEM|NOSYSTEM|COUNT|KEY_\d+|VALUE_\d+)|EXEC_PATH|CEILING_DIRECTORIES)"
)
_OURS: Mapping[str, str] = MappingProxyType(
    {
        # What a commit has is told as it is, and not as somebody has it replaced here.
        "GIT_NO_REPLACE_OBJECTS": "1",
        # A clone without all contents fetches what is missing, by a program that its configuration names. No transport is
        # called so; an older git knows this one alone.
        "GIT_NO_LAZY_FETCH": "1", "GIT_ALLOW_PROTOCOL": "none",
        "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C",
    }
)  # fmt: skip
_COMMIT = re.compile(rb"[0-9a-f]{40}(?:[0-9a-f]{24})?\n")


def command(directory: Path, *arguments: str) -> list[str]:
    """The command that asks; it needs `environment`, too."""
    return [*_COMMAND, "-C", str(directory), *arguments]


def environment() -> dict[str, str]:
    """What git is started with."""
    kept = (each for each in os.environ if not each.startswith("GIT_") or _OPERATORS.fullmatch(each))
    return {**{name: os.environ[name] for name in kept}, **_OURS}


def ask(directory: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    """How git ended, and what it said. Raises FileNotFoundError where it is not installed, InputError where it hangs."""
    try:
        return subprocess.run(
            command(directory, *arguments),
            capture_output=True, check=False, timeout=_SECONDS, stdin=subprocess.DEVNULL, env=environment(),
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise InputError(f"{directory}: git did not answer within {_SECONDS} s") from error


def answer(directory: Path, *arguments: str) -> bytes | None:
    """What git answers; None where it refuses. Raises InputError where it does not run."""
    try:
        done = ask(directory, *arguments)
    except FileNotFoundError as error:
        raise InputError("git is not installed") from error
    return done.stdout if done.returncode == 0 else None


def find_commit(directory: Path, revision: str) -> str | None:
    """The commit of a revision, in hexadecimal digits, or None."""
    # In two steps: some revisions, such as `:/words of a message`, take what follows for a part of them.
    named = answer(directory, "rev-parse", "--verify", "--quiet", "--end-of-options", revision)
    if named is None or _COMMIT.fullmatch(named) is None:
        return None
    said = answer(directory, "rev-parse", "--verify", "--quiet", f"{named.decode().strip()}^{{commit}}")
    return None if said is None or _COMMIT.fullmatch(said) is None else said.decode().strip()
