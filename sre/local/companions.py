"""The processes beside the emulator, which end with it: the EMF bridge, the rounds and the TLS front."""

import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from foundation.errors import PlatformError
from foundation.files.writing import remove
from sre.local.processes import Starting, start
from sre.local.session import ROOT_KEY
from sre.local.state import AUTHORITY_NAME

_PATIENCE_SECONDS = 20


def start_bridge(
    endpoint: str, region: str, home: Path, *, ends_with: int, begun: Callable[[Starting], None]
) -> None:  # fmt: skip
    """Start the EMF bridge. Raises PlatformError for one that ended at once."""
    _start("emf-bridge", "sre.local.emf_bridge", (endpoint, region), home, ends_with=ends_with, begun=begun)


def start_rounds(
    endpoint: str, region: str, home: Path, *, ends_with: int, begun: Callable[[Starting], None]
) -> None:  # fmt: skip
    """Start the rounds: metrics of queues, states of alarms. Raises PlatformError for those that ended at once."""
    _start("rounds", "sre.local.rounds", (endpoint, region), home, ends_with=ends_with, begun=begun)


def _start(
    name: str, module: str, given: Sequence[str], home: Path, *, ends_with: int, begun: Callable[[Starting], None]
) -> None:  # fmt: skip
    log = home / f"{name}.log"
    starting = start(
        name,
        [sys.executable, "-m", module, *given],
        environment={"PATH": os.environ.get("PATH", ""), **ROOT_KEY},
        log=log,
        ends_with=ends_with,
    )
    begun(starting)
    if starting.started.find() is None:
        raise PlatformError(f"of the local platform {name} ended at once; see {log}")


def start_tls_front(
    port: int, target_port: int, home: Path, *, ends_with: int, begun: Callable[[Starting], None]
) -> None:  # fmt: skip
    """Start the TLS front; returns when it listens, which the certificate of its authority shows. Raises PlatformError."""
    remove(home / AUTHORITY_NAME)
    log = home / "tls-front.log"
    starting = start(
        "tls-front",
        [sys.executable, "-m", "sre.local.tls_front", str(port), str(target_port), str(home)],
        environment={"PATH": os.environ.get("PATH", "")},
        log=log,
        ends_with=ends_with,
    )
    begun(starting)
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while starting.started.find() is not None and time.monotonic() < deadline:
        if (home / AUTHORITY_NAME).exists():
            return
        time.sleep(0.1)
    raise PlatformError(f"the TLS front did not start; see {log}")
