"""Walls without bubblewrap: `unshare` of util-linux for the namespaces, and our own first steps in them, with Landlock."""

import json
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from foundation.sandbox import landing
from foundation.sandbox.confining import SUPERVISOR_CAPABILITIES, Confined
from foundation.sandbox.memory_file import memory_file
from foundation.sandbox.view import DEVICES, View, interpreter

_UNSHARED = (
    "--net", "--pid", "--fork", "--kill-child=KILL", "--mount", "--ipc", "--uts", "--cgroup", "--propagation", "private",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Unshared:
    """unshare at `binary`. A user keeps its uid in a user namespace, in which uid 0 is nobody."""

    binary: str
    is_root: bool

    @property
    def name(self) -> str:
        """For people."""
        return f"unshare and Landlock {'as root' if self.is_root else 'with a user namespace'}"

    def confine(self, command: Sequence[str], *, view: View, box_bytes: int, filter_program: bytes) -> Confined:
        """As Wall has it."""
        plan = memory_file(
            "view",
            json.dumps(
                {
                    **asdict(view), "devices": DEVICES, "box_bytes": box_bytes,
                    "capabilities": SUPERVISOR_CAPABILITIES if self.is_root else (),
                }
            ).encode(),
        )  # fmt: skip
        filter_file = memory_file("filter", filter_program)
        land = (interpreter(), "-I", "-S", str(Path(landing.__file__).resolve()), str(plan), str(filter_file), *command)
        return Confined(command=(self.binary, *_UNSHARED, *self._rights(), "--", *land), inherited=(plan, filter_file))

    def _rights(self) -> Iterator[str]:
        if not self.is_root:
            yield from ("--user", "--map-current-user", "--keep-caps")


def binaries() -> tuple[str, ...]:
    """Where unshare may be; whether it works is seen by running it."""
    found = shutil.which("unshare")
    return () if found is None else (found,)
