"""The release check on a quiet machine, beside a busy neighbour, and on a platform that is broken on purpose: its exit codes.

    python -m benchmarks.busy_machine --clone          # in a fresh clone of this commit, set up by its own make
    python -m benchmarks.busy_machine quiet one-core --runs 1

A neighbour is a process that counts, at nice 0, on one core or on each of the first two. It ends with this process, and after
its time at the latest. A run that does not end as it must is named, and the exit code is 1.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from foundation.processes.child import Child
from infra.checkout import ROOT

_MOST_SECONDS = 900
# Ends by itself when its time is over, and when its parent has gone: nobody's machine is kept busy by a run that was killed.
_NEIGHBOUR = """
import os, sys, time
core, parent, ends_at = int(sys.argv[1]), int(sys.argv[2]), time.monotonic() + float(sys.argv[3])
if hasattr(os, "sched_setaffinity"):
    os.sched_setaffinity(0, {core})
while time.monotonic() < ends_at and os.getppid() == parent:
    for number in range(1_000_000):
        number * number
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """How a run is made, how it may end, and how often at the least it must end with 0; `cores` are those of the neighbours."""

    name: str
    run_count: int
    allowed: frozenset[int]
    passed_count: int = 0
    cores: tuple[int, ...] = ()
    fault: str | None = None


_SOUND, _FAULTY = frozenset({0}), frozenset({1})
FAULTS = {"errors": "errors=1%", "delay": "delay=1.2s@2%", "cpu": "cpu=300ms"}
CONDITIONS = (
    Condition(name="quiet", run_count=3, allowed=_SOUND, passed_count=3),
    Condition(name="one-core", run_count=4, allowed=frozenset({0, 3}), passed_count=2, cores=(0,)),
    Condition(name="both-cores", run_count=4, allowed=frozenset({0, 3}), cores=(0, 1)),
    *(Condition(name=name, run_count=2, allowed=_FAULTY, fault=fault) for name, fault in FAULTS.items()),
    *(
        Condition(name=f"{name}-one-core", run_count=2, allowed=frozenset({1, 3}), cores=(0,), fault=fault)
        for name, fault in FAULTS.items()
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run: how it ended, how long it took, and the JSON that it wrote, empty where there is none."""

    condition: Condition
    number: int
    exit_code: int
    took_seconds: float
    written: dict[str, Any]

    @property
    def cells(self) -> tuple[str, ...]:
        """Its row of the table."""
        verdicts = [
            f"{each['objective']} {each['outcome']}"
            for each in self.written.get("objectives", ())
            if each["outcome"] != "no_data" and each.get("sample_count") is not None
        ]
        load: dict[str, Any] = self.written.get("load") or {}
        machine: dict[str, Any] = self.written.get("machine") or {}
        return (
            self.condition.name, str(self.number), str(self.exit_code), ", ".join(verdicts) or "–",
            f"{self.took_seconds:.0f}", _figure(machine.get("others_cores"), " cores", digits=2),
            _figure(machine.get("late_p99_ms"), " ms"), _figure(load.get("lag_p99_ms"), " ms"),
        )  # fmt: skip


COLUMNS = (
    "condition",
    "run",
    "exit code",
    "verdicts",
    "seconds",
    "CPU of others",
    "sleeper late, p99",
    "begun late, p99",
)


def table(runs: Sequence[Run]) -> str:
    """All runs in Markdown, a row each."""
    rows = [COLUMNS, tuple("---" for _ in COLUMNS), *(run.cells for run in runs)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def unmet(runs: Sequence[Run]) -> tuple[str, ...]:
    """What did not end as it must, a sentence each."""
    said: list[str] = []
    for condition in dict.fromkeys(run.condition for run in runs):
        codes = [run.exit_code for run in runs if run.condition == condition]
        if wrong := sorted({code for code in codes if code not in condition.allowed}):
            allowed = " or ".join(map(str, sorted(condition.allowed)))
            said.append(f"{condition.name}: ended with {', '.join(map(str, wrong))}, and may with {allowed}")
        # Of fewer runs than the condition has, as many less must pass.
        needed = max(0, condition.passed_count - max(0, condition.run_count - len(codes)))
        if codes.count(0) < needed:
            said.append(f"{condition.name}: {codes.count(0)} of {len(codes)} ended with 0, and at least {needed} must")
    return tuple(said)


@contextmanager
def neighbours(cores: Sequence[int], *, most_seconds: float = _MOST_SECONDS) -> Generator[tuple[int, ...]]:
    """A busy process on each of the cores; their process ids. They are ended, and would end by themselves."""
    there = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else list(range(os.cpu_count() or 1))
    started = [
        subprocess.Popen(
            [sys.executable, "-c", _NEIGHBOUR, str(there[core % len(there)]), str(os.getpid()), str(most_seconds)]
        )
        for core in cores
    ]
    try:
        yield tuple(each.pid for each in started)
    finally:
        for each in started:
            each.kill()
            each.wait()


def run_check(condition: Condition, number: int, *, directory: Path, out: Path, options: Sequence[str]) -> Run:
    """Make one check in a checkout that is set up; its log lies in `out`."""
    out.mkdir(parents=True, exist_ok=True)
    command = [str(directory / ".venv/bin/sre"), "check", "--out", str(out), *options]
    if condition.fault is not None:
        command += ["--fault-switch", condition.fault]
    file = out / "release-check.json"
    # What an earlier run of this condition has left is not this one's.
    file.unlink(missing_ok=True)
    began = time.monotonic()
    with neighbours(condition.cores), (out / "check.log").open("wb") as log:
        process = Child(command, cwd=directory, stdout=log, stderr=subprocess.STDOUT)
        try:
            process.wait(_MOST_SECONDS)
        except subprocess.TimeoutExpired:
            pass
        finally:
            # SIGTERM ends it in order, with 130: it takes its platform down.
            code = _ended(process)
    written: dict[str, Any] = json.loads(file.read_text()) if file.exists() else {}
    return Run(
        condition=condition, number=number, exit_code=code, took_seconds=time.monotonic() - began, written=written
    )  # fmt: skip


def _ended(process: Child) -> int:
    process.terminate()
    try:
        return process.wait(120)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()


def _figure(number: float | None, unit: str, *, digits: int = 1) -> str:
    return "–" if number is None else f"{number:,.{digits}f}{unit}"


def _cloned(into: Path) -> Path:
    """A fresh clone of this commit, set up by its own `make`; what that took is printed."""
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(into)], check=True)
    subprocess.run(["make", "setup-run"], cwd=into, check=True)
    return into


def _asked(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    names = [condition.name for condition in CONDITIONS]
    parser.add_argument("conditions", nargs="*", metavar="condition", help=f"all, or some of: {', '.join(names)}")
    parser.add_argument("--runs", type=int, default=0, help="so many of each, instead of as many as are promised")
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--clone", action="store_true", help="in a fresh clone of this commit")
    where.add_argument("--directory", type=Path, default=ROOT, help="in a checkout that is set up; this one")
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "busy-machine", help="pages, JSON and logs")
    parser.add_argument("--profile", default="release", help="the load profile")
    asked = parser.parse_args(arguments)
    if unknown := set(asked.conditions) - set(names):
        parser.error(f"no such condition: {', '.join(sorted(unknown))}; there are {', '.join(names)}")
    return asked


def main(arguments: Sequence[str]) -> int:
    """Make the runs, print the table after each, and what was not met; 1 where anything was not."""
    asked = _asked(arguments)
    chosen = [each for each in CONDITIONS if not asked.conditions or each.name in asked.conditions]
    runs: list[Run] = []
    with tempfile.TemporaryDirectory() as scratch:
        directory = _cloned(Path(scratch) / "clone") if asked.clone else asked.directory
        for condition in chosen:
            for number in range(1, (asked.runs or condition.run_count) + 1):
                out = asked.out.resolve() / f"{condition.name}-{number}"
                options = ("--profile", asked.profile)
                runs.append(run_check(condition, number, directory=directory, out=out, options=options))
                print(f"{' · '.join(runs[-1].cells)}", file=sys.stderr, flush=True)
    print(table(runs))
    failed = unmet(runs)
    for each in failed:
        print(f"not met: {each}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
