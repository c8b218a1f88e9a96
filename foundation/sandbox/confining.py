"""How a command is put behind walls: what every backend makes of a view, and for whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from foundation.sandbox.view import View

# What the supervisor needs as root, to copy a tree, to own it to another uid, and to end what that uid runs. The job has none.
SUPERVISOR_CAPABILITIES = ("CHOWN", "DAC_READ_SEARCH", "KILL", "SETGID", "SETPCAP", "SETUID")


@dataclass(frozen=True, slots=True, kw_only=True)
class Confined:
    """A command that begins with the walls, and the descriptors that it inherits, which are the caller's to close."""

    command: tuple[str, ...]
    inherited: tuple[int, ...]


class Wall(Protocol):
    """One way to confine a command."""

    @property
    def name(self) -> str:
        """For people."""
        ...

    def confine(self, command: Sequence[str], *, view: View, box_bytes: int, filter_program: bytes) -> Confined:
        """The command that runs `command` as the first process of its own namespaces, with this view and this filter."""
        ...
