"""What the machine did beside a load test: recorded while it runs, and laid into its result when it has ended."""

import contextlib
import dataclasses
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from foundation.errors import SreError
from foundation.machine.recording import LocalTarget, Recorded, Recording
from loadtests.result import LoadResult, write_result


@contextmanager
def recorded_machine(
    kept: Callable[[], tuple[LoadResult, Path] | None], target: LocalTarget | None
) -> Generator[None]:  # fmt: skip
    """Record what this machine does, and write it into what this run has `kept` at the end, whatever the end is.

    `target` says what else here is ours, where that which is loaded runs here, too.
    """
    recording = Recording(target)
    try:
        yield
    finally:
        recorded = recording.end()
        # Without it the result is what it was, and excuses nothing.
        with contextlib.suppress(SreError, OSError):
            if (found := kept()) is not None:
                result, file = found
                write_result(with_machine(result, recorded), file)


def with_machine(result: LoadResult, recorded: Recorded) -> LoadResult:
    """The result with what was recorded from the beginning of its warm-up on."""
    machine = recorded.machine(
        datetime.fromisoformat(result.started_at),
        from_seconds=result.warm_up.planned_seconds,
        to_seconds=result.warm_up.planned_seconds + result.measured.actual_seconds,
    )
    return dataclasses.replace(result, machine=machine)
