"""What a supervisor reports, read within bounds and held to what was asked, and what that makes of a job's end."""

import signal
from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from foundation.sandbox.cgroup import Used
from foundation.sandbox.model import (
    Absent,
    Broke,
    Ending,
    Exited,
    Job,
    NotStarted,
    OutOfMemory,
    OutOfProcessorTime,
    Ran,
    Signalled,
    Stream,
    Why,
)

READY = b"ready\n"
_MOST_REASON_CHARACTERS = 2_000
# The kernel ends a process by its ticks, and reports what it used more finely.
_TICKS_SECONDS = 0.1


class _Report(BaseModel):
    """The line that a supervisor writes when all has ended: one of the first three, and what was found."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    status: int | None = Field(default=None, ge=0, le=255)
    signal: int | None = Field(default=None, ge=1, le=64)
    not_started: str | None = None
    left_out_count: int | None = Field(default=None, ge=0)
    cpu_seconds: float | None = Field(default=None, ge=0)
    # Its size, or why it is not there.
    artifacts: list[int | str] = []


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a supervisor told."""

    ending: Ending
    artifacts: Mapping[str, bytes | Absent]
    cpu_seconds: float | None
    left_out_count: int | None


def read_report(content: bytes, job: Job) -> Told | None:
    """The report of a job, None where it is not whole: its supervisor was killed. `Broke` where it says what cannot be."""
    head, newline, rest = content.removeprefix(READY).partition(b"\n")
    if not content.startswith(READY) or not newline:
        return None
    try:
        report = _Report.model_validate_json(head)
        ending = _ending(report)
    except (ValidationError, ValueError) as error:
        return _wrong(f"its report cannot be read: {error}")
    artifacts: dict[str, bytes | Absent] = {}
    for wanted, found in zip(job.artifacts, report.artifacts, strict=False):
        if isinstance(found, str):
            if found not in (each.value for each in Why):
                return _wrong(f"its report says {found[:80]!r} of {wanted.name}")
            artifacts[wanted.name] = Absent(why=Why(found))
            continue
        if not 0 <= found <= wanted.most_bytes:
            return _wrong(f"its report says {found} bytes of {wanted.name}, which may have {wanted.most_bytes}")
        if len(rest) < found:
            return None
        artifacts[wanted.name], rest = rest[:found], rest[found:]
    if rest:
        return _wrong("its report is longer than it says")
    return Told(
        ending=ending, artifacts=artifacts, cpu_seconds=report.cpu_seconds, left_out_count=report.left_out_count
    )


def _wrong(reason: str) -> Told:
    return Told(ending=Broke(reason=reason), artifacts={}, cpu_seconds=None, left_out_count=None)


def ending_of(
    job: Job, told: Told | None, *, stopped: Ending | None, used: Used | None, wall_seconds: float,
    tails: Mapping[str, bytes], totals: Mapping[str, int],
) -> Ran:  # fmt: skip
    """What is known of a run. What we stopped it for comes first, then memory: a program may catch what that does to it."""
    killed_count = 0 if used is None else used.out_of_memory_count
    if stopped is not None:
        ending = stopped
    elif killed_count:
        ending = OutOfMemory(killed_count=killed_count)
    elif told is None:
        began = tails["report"].startswith(READY)
        said = tails["stderr"].decode(errors="replace").strip()[-_MOST_REASON_CHARACTERS:]
        what = "its supervisor ended without a report" if began else "it did not begin"
        ending = Broke(reason=f"{what}: {said or 'no word of why'}")
    else:
        ending = _by_processor_time(told, job)
    not_brought: dict[str, bytes | Absent] = {each.name: Absent(why=Why.NOT_BROUGHT) for each in job.artifacts}
    cpu_seconds = None if used is None else used.cpu_seconds
    return Ran(
        ending=ending,
        stdout=Stream(tail=tails["stdout"], total_bytes=totals["stdout"]),
        stderr=Stream(tail=tails["stderr"], total_bytes=totals["stderr"]),
        artifacts=not_brought | ({} if told is None else dict(told.artifacts)),
        wall_seconds=wall_seconds,
        cpu_seconds=told.cpu_seconds if cpu_seconds is None and told is not None else cpu_seconds,
        peak_memory_bytes=None if used is None else used.peak_memory_bytes,
        left_out_count=None if told is None else told.left_out_count,
    )


def _by_processor_time(told: Told, job: Job) -> Ending:
    """The kernel's bound on one process ends it by SIGXCPU, and a second later by SIGKILL where it ignores that."""
    used_all = told.cpu_seconds is not None and told.cpu_seconds >= job.limits.cpu_seconds - _TICKS_SECONDS
    match told.ending:
        case Signalled(number=signal.SIGXCPU | signal.SIGKILL) if used_all:
            return OutOfProcessorTime()
        case ending:
            return ending


def _ending(report: _Report) -> Ending:
    match report:
        case _Report(status=int(status), signal=None, not_started=None):
            return Exited(status=status)
        case _Report(status=None, signal=int(number), not_started=None):
            return Signalled(number=number)
        case _Report(status=None, signal=None, not_started=str(reason)):
            return NotStarted(reason=reason[:_MOST_REASON_CHARACTERS])
        case _:
            raise ValueError("it says no end, or two")
