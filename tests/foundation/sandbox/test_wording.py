"""Each end of a job has its own words."""

import pytest

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
from foundation.sandbox.wording import ending_sentence

LIMITS = Limits(wall_seconds=1.5, cpu_seconds=2, memory_bytes=64 << 20, output_bytes=100, disk_bytes=1)


@pytest.mark.parametrize(
    ("ending", "said"),
    [
        (Exited(status=3), "ended with exit code 3"),
        (Signalled(number=11), "was killed by SIGSEGV"),
        (Signalled(number=40), "was killed by signal 40"),
        (OutOfTime(), "had not ended after 1.5 s, and was killed"),
        (OutOfProcessorTime(), "had used 2 s of processor time, and was killed"),
        (OutOfMemory(killed_count=2), "reached 64 MiB of memory, for which the kernel killed 2 of its processes"),
        (TooMuchOutput(), "printed more than 100 bytes, and was killed"),
        (NotStarted(reason="no such file"), "did not begin: no such file"),
        (Broke(reason="no cgroup"), "is not known: the sandbox broke: no cgroup"),
    ],
)
def test_each_end_is_said(ending: Ending, said: str) -> None:
    assert ending_sentence(ending, LIMITS) == said
