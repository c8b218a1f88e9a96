"""What the machine did beside a load test: recorded while it runs, and laid into its result when it has ended."""

import contextlib
import dataclasses
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from foundation.errors import SreError
from foundation.machine.recording import LocalTarget, Recorded, Recording
from loadtests.result import LoadResult, read_result, write_result


@contextmanager
def recorded_machine(file: Path, target: LocalTarget | None) -> Generator[None]:
    """Record what this machine does, and write it into the result that lies in `file` at the end, whatever the end is.

    `target` says what else here is ours, where that which is loaded runs here, too.
    """
    # A result tells the second in which it began.
    began_at = datetime.now(UTC).replace(microsecond=0)
    recording = Recording(target)
    try:
        yield
    finally:
        recorded = recording.end()
        _write(file, recorded, began_at)


def with_machine(result: LoadResult, recorded: Recorded) -> LoadResult:
    """The result with what was recorded from the beginning of its warm-up on."""
    machine = recorded.machine(
        datetime.fromisoformat(result.started_at),
        from_seconds=result.warm_up.planned_seconds,
        to_seconds=result.warm_up.planned_seconds + result.measured.actual_seconds,
    )
    return dataclasses.replace(result, machine=machine)


def _write(file: Path, recorded: Recorded, began_at: datetime) -> None:
    """Write it into this run's result, and into no earlier one. Without it the result is what it was, and excuses nothing."""
    if not file.exists():
        return
    with contextlib.suppress(SreError, OSError):
        result = read_result(file)
        if datetime.fromisoformat(result.started_at) >= began_at:
            write_result(with_machine(result, recorded), file)
