"""How a job ended, in words for people."""

import signal
from typing import assert_never

from foundation.sandbox.model import (
    Broke,
    Ending,
    Exited,
    Limits,
    NotStarted,
    OutOfMemory,
    OutOfProcessorTime,
    OutOfTime,
    Signalled,
    TooMuchOutput,
)


def ending_sentence(ending: Ending, limits: Limits) -> str:
    """What became of a job, with the limit that it reached."""
    match ending:
        case Exited(status=status):
            return f"ended with exit code {status}"
        case Signalled(number=number):
            return f"was killed by {_signal_name(number)}"
        case OutOfTime():
            return f"had not ended after {limits.wall_seconds:g} s, and was killed"
        case OutOfProcessorTime():
            return f"had used {limits.cpu_seconds} s of processor time, and was killed"
        case OutOfMemory(killed_count=count):
            return f"reached {limits.memory_bytes >> 20} MiB of memory, for which the kernel killed {count} of its processes"
        case TooMuchOutput():
            return f"printed more than {limits.output_bytes} bytes, and was killed"
        case NotStarted(reason=reason):
            return f"did not begin: {reason}"
        case Broke(reason=reason):
            return f"is not known: the sandbox broke: {reason}"
        case _:
            assert_never(ending)


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
