"""Which processes of this machine are a local platform's."""

from foundation.machine.recording import LocalTarget
from sre.local.state import LocalPlatform


def target_of(platform: LocalPlatform) -> LocalTarget:
    """The platform as what is loaded on this machine: each of its processes leads a session, and what it starts runs in that."""
    return LocalTarget(sessions=tuple(process.pid for process in platform.processes))
