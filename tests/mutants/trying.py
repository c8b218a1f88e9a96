"""Tries mutants: each in a process of its own, forked from one that has the libraries already, in which one module is another.

The working tree is never touched. A mutant meets the fastest tests of its lines first, then those whose module
imports its file, and then the rest of its lines' and all others of its file and of those that import it. The first test that
fails has killed it; so has a hang.
"""

import importlib
import os
import shutil
import signal
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from tests.mutants.forking import forked
from tests.mutants.mutant import Mutant

# Imported once, before any fork; none of ours, and none that patches the process as gevent does.
_LIBRARIES = (
    "altair", "boto3", "click", "hypothesis.strategies", "jinja2", "junitparser", "moto", "numpy", "pandas", "pyarrow.parquet",
    "pydantic", "rich.table", "scipy.special", "scipy.stats", "yaml",
)  # fmt: skip
_FIRST_COUNT = 20


class Fate(Enum):
    """What became of a mutant."""

    FAILED = "a test failed"
    BROKEN = "its import or the collection of tests broke"
    HUNG = "it ran into the time limit"
    ALIVE = "every test passed"
    UNTESTED = "no test reaches it"

    @property
    def is_killed(self) -> bool:
        """Whether somebody would have noticed."""
        return self in (Fate.FAILED, Fate.BROKEN, Fate.HUNG)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One mutant, and the tests for it in waves: a further wave is run when it has survived the one before."""

    mutant: Mutant
    text: str
    waves: tuple[tuple[str, ...], ...]
    limits_seconds: tuple[float, ...]


def waves_of(first: Sequence[str], importing: Sequence[str], others: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """The fastest tests of the lines, those that import the file, the rest of the lines', the others; none twice, none empty."""
    seen: set[str] = set()
    waves: list[tuple[str, ...]] = []
    for tests in (first[:_FIRST_COUNT], importing, first, others):
        waves.append(tuple(test for test in dict.fromkeys(tests) if test not in seen))
        seen.update(tests)
    return tuple(wave for wave in waves if wave)


def load_libraries() -> None:
    """Import what most tests need, so that no mutant waits for it."""
    for name in _LIBRARIES:
        importlib.import_module(name)


def try_all(
    attempts: Sequence[Attempt],
    root: Path,
    *,
    directory: Path,
    process_count: int,
    done: Callable[[Attempt, Fate], None],
) -> None:
    """Try every mutant, so many at once, and tell each one's fate when it is known."""
    waiting = deque((attempt, 0) for attempt in attempts)
    running: dict[int, tuple[Attempt, int, float]] = {}
    while waiting or running:
        while waiting and len(running) < process_count:
            attempt, place = waiting.popleft()
            if not attempt.waves:
                done(attempt, Fate.UNTESTED)
                continue
            child = forked(attempt.mutant, attempt.text, attempt.waves[place], root=root, directory=directory)
            running[child] = attempt, place, time.monotonic() + attempt.limits_seconds[place]
        time.sleep(0.02)
        for child, fate in list(_ended(running)):
            attempt, place, _ = running.pop(child)
            shutil.rmtree(directory / f"tmp-{child}", ignore_errors=True)
            if fate is Fate.ALIVE and place + 1 < len(attempt.waves):
                waiting.appendleft((attempt, place + 1))
            else:
                done(attempt, fate)


def _ended(running: dict[int, tuple[Attempt, int, float]]) -> Iterator[tuple[int, Fate]]:
    for child, (_, _, until) in running.items():
        pid, status = os.waitpid(child, os.WNOHANG)
        if pid:
            code = os.waitstatus_to_exitcode(status)
            yield child, {0: Fate.ALIVE, 1: Fate.FAILED}.get(code, Fate.BROKEN)
        elif time.monotonic() > until:
            # The group is what the child and its tests have started.
            os.killpg(child, signal.SIGKILL)
            os.waitpid(child, 0)
            yield child, Fate.HUNG
