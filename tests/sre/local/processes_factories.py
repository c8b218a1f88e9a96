"""Processes of a platform as a state file has them."""

from foundation.processes.identity import Identity, boot_id, my_identity
from sre.local.processes import Started


def this_process(name: str = "ministack") -> Started:
    """One that runs: this very process."""
    return Started(name=name, process=my_identity(), token="a-token")


def an_ended_process(name: str = "ministack") -> Started:
    """One that has ended, whose number nobody has: Linux gives none as high."""
    return Started(name=name, process=Identity(pid=2**22 - 1, created_seconds=1.0, boot_id=boot_id()), token="a-token")
