"""A job that no sandbox could run, or whose limits bound nothing, is bad input."""

from collections.abc import Callable
from pathlib import Path, PurePosixPath

import pytest

from foundation.errors import InputError
from foundation.sandbox.model import Job, Limits, Mount, Stream, Wanted


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Limits(wall_seconds=0), "wall_seconds is 0; give more than 0"),
        (lambda: Limits(wall_seconds=float("nan")), "wall_seconds is nan"),
        (lambda: Limits(cpu_seconds=0), "cpu_seconds is 0"),
        (lambda: Limits(process_count=-1), "process_count is -1"),
        (lambda: Limits(output_bytes=0), "output_bytes is 0"),
        (lambda: Limits(disk_bytes=0), "disk_bytes is 0"),
        (lambda: Limits(open_file_count=0), "open_file_count is 0"),
        (lambda: Limits(memory_bytes=(64 << 20) - 1, disk_bytes=1), "memory_bytes is 67108863; give at least 67108864"),
        (
            lambda: Limits(memory_bytes=64 << 20, disk_bytes=(64 << 20) + 1),
            "disk_bytes is 67108865, above memory_bytes",
        ),
        (lambda: Mount(source=Path("/usr"), at=PurePosixPath("layer")), "mount layer: not a place"),
        (lambda: Mount(source=Path("/usr"), at=PurePosixPath("/a/../etc")), "not a place"),
        (lambda: Mount(source=Path("/usr"), at=PurePosixPath("/")), "not a place"),
        (lambda: Mount(source=Path("/usr"), at=PurePosixPath("/box/work")), "/box is the sandbox's own"),
        (lambda: Mount(source=Path("/usr"), at=PurePosixPath("/proc")), "/proc is the sandbox's own"),
        (lambda: Mount(source=Path("/nowhere"), at=PurePosixPath("/a")), "mount /nowhere: there is no such file"),
        (lambda: Wanted(name="/etc/passwd", most_bytes=1), "artifact '/etc/passwd'"),
        (lambda: Wanted(name="a/../../b", most_bytes=1), "not a relative path"),
        (lambda: Wanted(name="a//b", most_bytes=1), "not a relative path"),
        (lambda: Wanted(name=".", most_bytes=1), "not a relative path"),
        (lambda: Wanted(name="", most_bytes=1), "not a relative path"),
        (lambda: Wanted(name="a", most_bytes=-1), "most_bytes is -1"),
        (lambda: Job(command=()), "its command is empty"),
        (lambda: Job(command=("",)), "its command is empty"),
        (lambda: Job(command=("a\0b",)), "has a NUL in it"),
        (lambda: Job(command=("a",), environment={"A": "\0"}), "has a NUL in it"),
        (lambda: Job(command=("a",), environment={"A=B": ""}), "'A=B' is no name of a variable"),
        (lambda: Job(command=("a",), environment={"": ""}), "'' is no name of a variable"),
        (lambda: Job(command=("a",), tree=Path("/nowhere")), "/nowhere is no directory"),
        (lambda: Job(command=("a",), inputs={"../a": b""}), "input file '../a'"),
        (lambda: Job(command=("a",), inputs={"a": bytes((16 << 20) + 1)}), "input files of a sandbox: 16777217 bytes"),
        (lambda: Job(command=("a",), artifacts=(Wanted(name="a", most_bytes=1),) * 2), "one name twice"),
        (
            lambda: Job(command=("a",), artifacts=tuple(Wanted(name=str(each), most_bytes=1) for each in range(65))),
            "more than 64",
        ),
    ],
)
def test_what_cannot_be_run_is_bad_input(make: Callable[[], object], said: str) -> None:
    with pytest.raises(InputError) as refused:
        make()
    assert said in str(refused.value)


def test_what_is_just_within_the_bounds_is_taken() -> None:
    Limits(memory_bytes=64 << 20, disk_bytes=64 << 20)
    Job(
        command=("a", ""), inputs={"a/b": bytes(16 << 20)}, mounts=(Mount(source=Path("/usr"), at=PurePosixPath("/a")),),
        artifacts=tuple(Wanted(name=str(each), most_bytes=0) for each in range(64)),
    )  # fmt: skip


def test_what_is_no_text_is_replaced() -> None:
    assert Stream(tail=b"caf\xe9", total_bytes=4).text == "caf\ufffd"
