"""Starts MiniStack, the AWS emulator, on a port of 127.0.0.1 and waits until it answers."""

import os
import socket
import sys
import time
from collections.abc import Callable
from http.client import HTTPException
from pathlib import Path
from urllib.request import urlopen

from foundation.errors import InputError, PlatformError
from sre.local.lambda_runtime import lambda_runtime
from sre.local.processes import Started, Starting, start
from sre.local.queue_record import RECORD_NAME

DEFAULT_PORT = 4566
# Calls wait for a worker in a queue of their own (`capped_workers.py`), and 0 is no bound beside it: MiniStack would count those
# that wait, and refuse the others.
_ACCOUNT_CONCURRENCY = 0
# It takes a second; beside other work on all cores it has taken more than ten.
_STARTING_SECONDS = 90.0
# No worker is ended for having been idle: those that were warmed are there when a load begins, were it hours later.
_IDLE_SECONDS = 30 * 24 * 3600


def choose_port(wanted: int | None) -> int:
    """The port to use: the wanted one, else MiniStack's own default, else any that is free.

    Raises InputError when the wanted one is taken.
    """
    if wanted is not None:
        if not _is_free(wanted):
            raise InputError(
                f"--port {wanted}: something already listens there; choose another, or leave the option out"
            )
        return wanted
    return DEFAULT_PORT if _is_free(DEFAULT_PORT) else any_free_port()


def start_ministack(
    *, port: int, region: str, home: Path, holds: int, begun: Callable[[Starting], None]
) -> None:  # fmt: skip
    """Start the emulator with signatures and IAM policies enforced; returns when it answers.

    `begun` gets it before it is waited for. The descriptor that it `holds` is open as long as it runs.

    Raises PlatformError with the end of its log when it does not answer within 90 seconds.
    """
    scratch = home / "tmp"
    scratch.mkdir(parents=True, exist_ok=True)
    log = home / "ministack.log"
    starting = start(
        "ministack",
        [sys.executable, "-m", "sre.local.emulator", str(lambda_runtime()), str((home / RECORD_NAME).resolve())],
        log=log,
        holds=holds,
        environment={
            **{name: os.environ[name] for name in ("PATH", "HOME", "LANG", "LD_LIBRARY_PATH") if name in os.environ},
            "GATEWAY_PORT": str(port),
            "BIND_HOST": "127.0.0.1",
            "MINISTACK_HOST": "127.0.0.1",
            "MINISTACK_REGION": region,
            "AUTH": "true",
            "IOT_MTLS_ENABLED": "0",
            "SFTP_ENABLED": "0",
            "LAMBDA_EXECUTOR": "local",
            "LAMBDA_ACCOUNT_CONCURRENCY": str(_ACCOUNT_CONCURRENCY),
            "LAMBDA_WARM_TTL_SECONDS": str(_IDLE_SECONDS),
            "TMPDIR": str(scratch.resolve()),
            # The workers' packages come from their bundles and the runtime; this keeps a person's own site directory out of them.
            "PYTHONNOUSERSITE": "1",
        },
    )
    begun(starting)
    _wait_until_it_answers(starting.started, port, log)


def _wait_until_it_answers(started: Started, port: int, log: Path) -> None:
    deadline = time.monotonic() + _STARTING_SECONDS
    while time.monotonic() < deadline:
        if started.find() is None:
            raise PlatformError(f"MiniStack ended while it started; the end of {log}:\n{_tail(log)}")
        if answers(port):
            return
        time.sleep(0.1)
    raise PlatformError(
        f"MiniStack did not answer on port {port} within {_STARTING_SECONDS:.0f} s; the end of {log}:\n{_tail(log)}"
    )


def answers(port: int) -> bool:
    """Whether MiniStack answers on a port of 127.0.0.1."""
    try:
        with urlopen(f"http://127.0.0.1:{port}/_ministack/health", timeout=1) as answer:
            return answer.status == 200
    except (OSError, HTTPException):
        return False


def _tail(log: Path, lines: int = 15) -> str:
    return "\n".join(f"  {line}" for line in log.read_text(errors="replace").splitlines()[-lines:])


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def any_free_port() -> int:
    """A port of 127.0.0.1 that nothing listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
