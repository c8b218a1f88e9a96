"""Brings what a tree has locked from an index, by uv: wheels alone, each with a hash that the lock names. Nothing of them runs.

https://docs.astral.sh/uv/reference/cli/#uv-pip-install
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from foundation.errors import PlatformError
from foundation.files.writing import write_text
from foundation.processes.child import Child
from tdeveloper.gates.testing.claims import shown_message
from tdeveloper.gates.testing.locks.model import LockError

# Whoever operates the gate says where packages come from and how to get there; the tree does not.
OPERATOR_VARIABLES = frozenset(
    {
        "UV_DEFAULT_INDEX", "UV_INDEX", "UV_INDEX_URL", "UV_EXTRA_INDEX_URL", "UV_INDEX_STRATEGY", "UV_NATIVE_TLS",
        "SSL_CERT_FILE", "SSL_CERT_DIR", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "http_proxy", "https_proxy",
        "all_proxy", "no_proxy",
    }
)  # fmt: skip
_LOOK_SECONDS = 0.5
_SAID_BYTES = 64 << 10
# `ulimit -f` counts blocks of 512 bytes in dash: no file of a wheel is larger than 512 MiB.
_LIMITED = ("/bin/sh", "-c", 'ulimit -f 1048576; umask 022; exec "$@"', "uv")


@dataclass(frozen=True, slots=True, kw_only=True)
class Installing:
    """How layers are filled: by which uv, with which variables of the operator, and within which bounds.

    `is_offline`: only what lies in the tree's `wheels/` is taken, whatever index there is.
    """

    uv: Path
    environment: Mapping[str, str] = field(default_factory=dict[str, str])
    seconds: float = 600.0
    most_bytes: int = 2 << 30
    is_offline: bool = False


def installing_here(environment: Mapping[str, str]) -> Installing:
    """By the uv that is installed beside us, with what an environment says of indexes. Raises PlatformError without one."""
    uv = shutil.which("uv", path=str(Path(sys.executable).parent)) or shutil.which("uv", path=environment.get("PATH"))
    if uv is None:
        raise PlatformError(f"uv: is not in {Path(sys.executable).parent}; install the group gates (pyproject.toml)")
    return Installing(
        uv=Path(uv), environment={name: environment[name] for name in sorted(OPERATOR_VARIABLES & environment.keys())}
    )


def install(requirements: str, *, into: Path, wheels: Path | None, how: Installing) -> None:
    """Fill a directory with what a file of requirements names. Raises LockError, with uv's reason, when it cannot be."""
    with tempfile.TemporaryDirectory(prefix="layer-") as scratch:
        home = Path(scratch)
        listed = home / "requirements.txt"
        write_text(listed, requirements)
        command = (
            str(how.uv), "pip", "install", "--target", str(into), "--python", sys.executable, "--only-binary", ":all:",
            "--require-hashes", "--no-deps", "--no-config", "--no-cache", "--no-progress", "--link-mode", "copy",
            *_sources(wheels, how), "-r", str(listed),
        )  # fmt: skip
        environment = {"PATH": os.defpath, "HOME": scratch, "TMPDIR": scratch, "LANG": "C.UTF-8", "NO_COLOR": "1"}
        with tempfile.TemporaryFile() as said:
            child = Child(
                [*_LIMITED, *command], cwd=home, env={**how.environment, **environment}, stdin=subprocess.DEVNULL,
                stdout=said, stderr=subprocess.STDOUT,
            )  # fmt: skip
            with child:
                trouble = _watch(child, (into, home), how)
            said.seek(0)
            words = said.read(_SAID_BYTES).decode(errors="replace")
    if trouble is not None:
        raise LockError(trouble)
    if child.returncode != 0:
        raise LockError(f"what is locked could not be brought: {shown_message(words) or 'uv said nothing'}")
    # Nothing that a wheel puts beside its modules is run by tests, nor are uv's own marks part of the layer.
    shutil.rmtree(into / "bin", ignore_errors=True)
    for mark in (".lock", "CACHEDIR.TAG", ".gitignore"):
        (into / mark).unlink(missing_ok=True)


def _sources(wheels: Path | None, how: Installing) -> Iterator[str]:
    if wheels is not None:
        yield from ("--find-links", str(wheels))
    if how.is_offline or wheels is not None:
        yield from ("--no-index", "--offline")


def _watch(child: Child, places: tuple[Path, ...], how: Installing) -> str | None:
    """Wait for its end within the bounds; why it was ended, if it was."""
    give_up_at = time.monotonic() + how.seconds
    while True:
        try:
            child.wait(_LOOK_SECONDS)
        except subprocess.TimeoutExpired:
            trouble = None
            if time.monotonic() > give_up_at:
                trouble = f"what is locked was not brought within {how.seconds:g} s"
            elif sum(map(_size_bytes, places)) > how.most_bytes:
                trouble = _too_large(how)
            if trouble is not None:
                child.terminate()
                child.wait()
                return trouble
        else:
            return _too_large(how) if sum(map(_size_bytes, places)) > how.most_bytes else None


def _too_large(how: Installing) -> str:
    return f"what is locked is larger than {how.most_bytes >> 20} MiB"


def _size_bytes(directory: Path) -> int:
    total = 0
    for above, _, names in os.walk(directory):
        for name in names:
            try:
                total += os.lstat(os.path.join(above, name)).st_size  # noqa: PTH118 - thousands, twice a second
            except FileNotFoundError:
                continue
    return total
