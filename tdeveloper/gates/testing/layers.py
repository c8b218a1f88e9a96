"""The directories that tests find their libraries in, and how they are made: whole or not at all, read-only, each once.

A layer's name is a digest of all that it was made from, so that it never changes; two makers of one do not meet.
"""

import hashlib
import os
import stat
import sysconfig
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from packaging.tags import sys_tags

from foundation.errors import InputError
from foundation.files.writing import building, make_directory
from foundation.processes.lock import OwnedError, owning
from tdeveloper.gates.testing.claims import shown_message
from tdeveloper.gates.testing.gate_layer import copy_distributions, gate_distributions
from tdeveloper.gates.testing.installing import Installing, install
from tdeveloper.gates.testing.locks.find import find_lock
from tdeveloper.gates.testing.locks.model import LeftOut, Lock, LockError

_PLACE = PurePosixPath("/layers")
_MAKING = ".making"
# As long as the longest making of a layer, and some more.
_WAIT_SECONDS = 900.0
_LOOK_SECONDS = 0.2
# A new number, when layers are made in another way.
_WAY = "1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Layers:
    """What tests find beside the tree. The locked layer, where there is one, is found before our pytest.

    `left_out` are packages of the lock that cannot be brought from an index, such as those from git.
    """

    coverage: Path
    pytest: Path
    locked: Path | None
    left_out: tuple[LeftOut, ...]

    def places(self) -> tuple[tuple[Path, PurePosixPath], ...]:
        """Each layer and where it is mounted, in the order in which modules are looked for."""
        layers = (("coverage", self.coverage), ("locked", self.locked), ("pytest", self.pytest))
        return tuple((layer, _PLACE / name) for name, layer in layers if layer is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoLayers:
    """What the tree's lock names could not be brought, for this reason: nothing can be said of its tests."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerStore:
    """Layers in a directory of their own, which may be shared by any number of processes."""

    directory: Path
    installing: Installing

    def layers_for(self, tree: Path) -> Layers | NoLayers:
        """The layers of a tree, made where they are not there yet. Raises InputError when the store cannot be written to."""
        try:
            lock = find_lock(tree)
        except InputError as error:
            # Where the tree lies here is nobody's concern.
            return NoLayers(reason=shown_message(str(error).replace(f"{tree}/", "")))
        try:
            locked = None if lock is None or not lock.packages else self._locked(lock, tree)
        except LockError as error:
            return NoLayers(reason=str(error))
        return Layers(
            coverage=self._ours("coverage"),
            pytest=self._ours("pytest"),
            locked=locked,
            left_out=() if lock is None else lock.left_out,
        )

    def _ours(self, name: str) -> Path:
        distributions = gate_distributions(name)
        versions = "\n".join(f"{each.name}=={each.version}" for each in distributions)
        return self._made(f"{name}-{_digest(versions)}", lambda directory: copy_distributions(distributions, directory))

    def _locked(self, lock: Lock, tree: Path) -> Path:
        requirements = lock.requirements()
        wheels = tree / "wheels"
        brought = wheels if wheels.is_dir() and not wheels.is_symlink() else None
        return self._made(
            f"locked-{_digest(requirements)}",
            lambda directory: install(requirements, into=directory, wheels=brought, how=self.installing),
        )

    def _made(self, name: str, make: Callable[[Path], None]) -> Path:
        layer = self.directory / name
        if layer.is_dir():
            return layer
        # It stays: to remove one that another maker waits for would take it from under that one.
        making = make_directory(self.directory / _MAKING / name)
        give_up_at = time.monotonic() + _WAIT_SECONDS
        while True:
            try:
                with owning(making, instead="wait until it is made"):
                    if not layer.is_dir():
                        with building(layer) as beside:
                            beside.mkdir()
                            make(beside)
                            _close(beside)
                    return layer
            except OwnedError:
                if time.monotonic() > give_up_at:
                    raise
                time.sleep(_LOOK_SECONDS)


def _digest(text: str) -> str:
    """Of all that decides what is in a layer: also which Python, and which machine, it is for."""
    python = f"{next(iter(sys_tags()))} {sysconfig.get_platform()}"
    return hashlib.sha256(f"{_WAY}\n{python}\n{text}".encode()).hexdigest()


def _close(directory: Path) -> None:
    """Let everybody read and nobody write. Raises InputError for what is neither a file nor a directory."""
    for above, below, names in os.walk(directory, topdown=False):
        for name in (*below, *names):
            path = Path(above, name)
            mode = path.lstat().st_mode
            if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
                raise InputError(f"{path}: is neither a file nor a directory, so it is no part of a layer")
            path.chmod(0o555 if stat.S_ISDIR(mode) or mode & 0o100 else 0o444)
    directory.chmod(0o755)
