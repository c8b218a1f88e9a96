"""This checkout: where it lies, and which code it holds."""

from pathlib import Path

from foundation.errors import InputError
from foundation.processes.git import ask

ROOT = Path(__file__).resolve().parent.parent


def current_commit() -> str:
    """Which code this is, as `git describe` names it; or that this is none."""
    try:
        done = ask(ROOT, "describe", "--always", "--dirty", "--abbrev=12")
    except (OSError, InputError):
        return "unknown: git does not answer"
    return done.stdout.decode().strip() if done.returncode == 0 else "unknown: not a git checkout"
