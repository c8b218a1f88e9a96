"""Children that end with whoever started them, however that one ended: each is kept by a keeper of its own."""

import contextlib
import os
import subprocess
import sys
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any, Self

from foundation.processes import keeper

_KEEPER = (sys.executable, "-I", "-S", keeper.__file__)


class Child(subprocess.Popen[Any]):
    """A command in a session of its own, which ends with this process, and with this value.

    Its `pid` is the keeper's, which passes SIGTERM, SIGINT and SIGHUP on and ends as the command ends; nothing that the command
    started is left then. It also ends with `ends_with`, the reading end of a pipe; the writing end `holds` is open as long as
    it runs. Both remain the caller's to close. Other options are those of subprocess.Popen.
    """

    def __init__(
        self, command: Sequence[str], *, inherited: Sequence[int] = (), ends_with: int | None = None,
        holds: int | None = None, **options: Any,
    ) -> None:  # fmt: skip
        self._life: int | None = None
        reading, self._life = os.pipe()
        self.token = uuid.uuid4().hex
        descriptors = (reading, ends_with, holds)
        try:
            super().__init__(
                [
                    *_KEEPER, self.token, *("-" if each is None else str(each) for each in descriptors), *command,
                ],
                pass_fds=(*inherited, *(each for each in descriptors if each is not None)),
                start_new_session=True,
                **options,
            )  # fmt: skip
        except BaseException:
            self._let_go()
            raise
        finally:
            os.close(reading)

    def keep(self) -> None:
        """Let it outlive this process."""
        if self._life is not None:
            with contextlib.suppress(BrokenPipeError):  # it has ended
                os.write(self._life, b"k")
            self._let_go()

    def poll(self) -> int | None:
        """As subprocess.Popen has it."""
        code = super().poll()
        if code is not None:
            self._let_go()
        return code

    def wait(self, timeout: float | None = None) -> int:
        """As subprocess.Popen has it."""
        code = super().wait(timeout)
        self._let_go()
        return code

    def __enter__(self) -> Self:
        return self

    def __del__(self, *_more: Any) -> None:
        # One that nobody can end any more ends now.
        self._let_go()
        super().__del__()  # type: ignore[misc]

    def _let_go(self) -> None:
        if self._life is not None:
            os.close(self._life)
            self._life = None


def run_child(
    command: Sequence[str], *, cwd: Path | None = None, env: Mapping[str, str] | None = None,
    stdin: int | IO[Any] | None = None,
) -> "subprocess.CompletedProcess[str]":  # fmt: skip
    """Run a command to its end, with what it printed; it ends with this process, and when this is interrupted."""
    child = Child(
        command, cwd=cwd, env=env, stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )  # fmt: skip
    try:
        stdout, stderr = child.communicate()
    except BaseException:
        child.kill()
        child.wait()
        raise
    return subprocess.CompletedProcess(list(command), child.returncode, stdout, stderr)
