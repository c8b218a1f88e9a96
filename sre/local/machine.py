"""Which processes of this machine are a local platform's, and what its emulator tells of itself."""

from datetime import datetime

from foundation.machine.model import Emulator
from foundation.machine.recording import LocalTarget
from sre.local.queue_record import read_queue
from sre.local.state import LocalPlatform


def target_of(platform: LocalPlatform) -> LocalTarget:
    """The platform as what is loaded on this machine: each of its processes leads a session, and what it starts runs in that."""

    def emulator(start_at: datetime, end_at: datetime) -> Emulator | None:
        seen = read_queue(platform.home, start_at=start_at, end_at=end_at)
        if seen is None:
            return None
        return Emulator(
            most_worker_count=sum(seen.worker_counts.values()),
            most_waiting_count=seen.waiting_count,
            longest_wait_ms=seen.longest_ms,
        )

    return LocalTarget(sessions=tuple(process.pid for process in platform.processes), emulator=emulator)
