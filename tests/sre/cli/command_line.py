"""`sre` in this process, as a test calls it."""

from dataclasses import dataclass

from click.testing import CliRunner

import sre.cli.main as cli
from foundation.errors import SreError


@dataclass(frozen=True)
class Done:
    """How a command ended, as `cli.main` would end it."""

    returncode: int
    stdout: str
    stderr: str


def sre(*arguments: str) -> Done:
    """Run it; that sre/cli/main.py turns our errors into exit code 2 is proved in tests/sre/cli/test_main.py."""
    result = CliRunner().invoke(cli.sre, arguments)
    if isinstance(result.exception, SreError):
        return Done(2, result.stdout, str(result.exception))
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return Done(result.exit_code, result.stdout, result.stderr)
