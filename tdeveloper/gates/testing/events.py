"""What happened in a run, line by line, as our plugin told it: known also of a run that did not come to its end."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from tdeveloper.gates.testing.claims import ClaimedTest, Outcome, each_once, shown_message, shown_name
from tdeveloper.gates.testing.junit import plain_path

# pytest's name of a test may have its parameters in it.
_MOST_LINE_BYTES = 1 << 20
_MOST_LINES = 500_000


class Limit(Enum):
    """What a run can have used up."""

    TIME = "time"
    PROCESSOR_TIME = "processor time"
    MEMORY = "memory"
    OUTPUT = "output"
    PROCESSES = "processes"
    DISK = "disk"
    OPEN_FILES = "open files"


class _Ended(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    event: Literal["ended"]
    test: str
    is_module: bool = False
    file: str = ""
    line: int | None = Field(default=None, ge=0, le=10_000_000)
    outcome: Literal["error", "failed", "skipped", "xfailed", "passed"]
    message: str = ""
    missing: str | None = None
    limit: Literal["memory", "processes", "disk", "open files"] | None = None


class _Collected(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    event: Literal["collected"]
    count: int = Field(ge=0)


_EVENT: TypeAdapter[_Ended | _Collected] = TypeAdapter(_Ended | _Collected)


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """The tests that ended, in one list each once. `missing` and `limits` say of tests, by name, what they met.

    `ended_count` leaves out what is no test but its module; `collected_count` is None where the run did not come so far;
    `wrong_line_count` are lines that are no event.
    """

    tests: tuple[ClaimedTest, ...]
    missing: dict[str, str]
    limits: dict[str, Limit]
    ended_count: int
    collected_count: int | None
    wrong_line_count: int


def read_events(stream: bytes) -> Happened:
    """Read what came on stderr. Raises ClaimError for more tests than are read."""
    wrong = 0
    tests: list[ClaimedTest] = []
    missing: dict[str, str] = {}
    limits: dict[str, Limit] = {}
    collected: int | None = None
    for line in _lines(stream):
        try:
            event = _EVENT.validate_json(line) if len(line) <= _MOST_LINE_BYTES else None
        except ValidationError:
            event = None
        match event:
            case None:
                wrong += 1
            case _Collected(count=count):
                collected = count
            case _Ended():
                test = _test(event)
                tests.append(test)
                if event.missing is not None:
                    missing[test.name] = shown_name(event.missing)
                if event.limit is not None:
                    limits[test.name] = Limit(event.limit)
    once = each_once(tests)
    return Happened(
        tests=once, missing=missing, limits=limits, ended_count=sum(not each.is_module for each in once),
        collected_count=collected, wrong_line_count=wrong,
    )  # fmt: skip


def name_of(node_id: str) -> str:
    """A test's name as JUnit has it, from pytest's own for it.

    https://docs.pytest.org/en/stable/how-to/usage.html#specifying-which-tests-to-run
    """
    path, bracket, parameters = node_id.partition("[")
    module, *inner = path.split("::")
    parts = [module.replace("/", ".").removesuffix(".py"), *inner]
    return shown_name(f"{'.'.join(parts[:-1])}::{parts[-1]}{bracket}{parameters}")


def _lines(stream: bytes) -> Iterator[bytes]:
    for number, line in enumerate(stream.split(b"\n")):
        if number >= _MOST_LINES:
            yield b""
            return
        if line.strip():
            yield line


def _test(event: _Ended) -> ClaimedTest:
    return ClaimedTest(
        name=name_of(event.test),
        outcome=Outcome(event.outcome),
        path=plain_path(event.file),
        line=0 if event.line is None else event.line + 1,
        message=shown_message(event.message),
        is_module=event.is_module,
    )
