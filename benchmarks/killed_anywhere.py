"""Kills parts of a run at moments that a seed draws, and looks what is left two seconds later.

`python -m benchmarks.killed_anywhere [--seed N] [--moments 5] [--only check up …]`. Victims are `sre check`, `sre local up`, and
of a check its emulator, that one's keeper, Locust and a Lambda worker. Whatever a command starts is known by a mark in its PATH,
which all of it inherits. After the last moment of each victim the command is run to its end.
"""

import argparse
import contextlib
import os
import random
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

_SRE = (sys.executable, "-c", "from sre.cli.main import main; main()")
_CHECK = ("check", "--profile", "smoke", "--duration", "15s")
_LEFT_AFTER_SECONDS = 2.0
_LONGEST_SECONDS = 400
# Exit codes of a run that came to its end: a smoke test is too short to be a pass.
_ENDED = (0, 3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Victim:
    """What is killed: the command itself, or the process of it that `is_it` knows by its command line."""

    name: str
    command: tuple[str, ...]
    directory_option: str
    is_it: Callable[[Sequence[str]], bool] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What came of one moment."""

    victim: str
    moment_seconds: float
    said: str
    exit_code: int
    left: tuple[str, ...]
    ports: tuple[int, ...]

    @property
    def is_clean(self) -> bool:
        """Whether nothing was left."""
        return not self.left and not self.ports and not self.said.endswith("broken")


def _runs_module(name: str) -> Callable[[Sequence[str]], bool]:
    """The command itself: a keeper has it in its own command line, further behind."""
    return lambda line: list(line[1:3]) == ["-m", name]


VICTIMS = (
    Victim(name="check", command=_CHECK, directory_option="--out"),
    Victim(name="up", command=("local", "up"), directory_option="--home"),
    Victim(name="emulator", command=_CHECK, directory_option="--out", is_it=_runs_module("sre.local.emulator")),
    Victim(
        name="keeper", command=_CHECK, directory_option="--out",
        is_it=lambda line: line[3:4] != [] and line[3].endswith("keeper.py") and "sre.local.emulator" in line,
    ),
    Victim(name="locust", command=_CHECK, directory_option="--out", is_it=_runs_module("locust")),
    Victim(
        name="worker", command=_CHECK, directory_option="--out",
        is_it=lambda line: len(line) == 2 and line[1].endswith("_worker.py"),
    ),
)  # fmt: skip


class Marked:
    """A command and all that it starts, by a mark that no other process has."""

    def __init__(self, arguments: Sequence[str], log: Path) -> None:
        self._mark = f"/killed-anywhere-{secrets.token_hex(8)}"
        self._log = log
        path = f"{os.environ.get('PATH', '')}{os.pathsep}{self._mark}"
        with log.open("wb") as output:
            self.process = subprocess.Popen(
                [*_SRE, *arguments],
                stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, env={**os.environ, "PATH": path},
            )  # fmt: skip

    def members(self) -> Iterator[tuple[psutil.Process, list[str]]]:
        """Every process with the mark, and its command line."""
        for each in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                if self._mark in each.environ().get("PATH", "") and each.status() != psutil.STATUS_ZOMBIE:
                    yield each, each.cmdline()

    def ports(self) -> tuple[int, ...]:
        """The ports of 127.0.0.1 that they listen on."""
        pids = {each.pid for each, _ in self.members()}
        listening = (
            each.laddr.port
            for each in psutil.net_connections("tcp")
            if each.laddr and each.status == "LISTEN" and each.pid in pids
        )
        return tuple(sorted(set(listening)))

    def said(self) -> str:
        """The last thing that it said."""
        lines = [line for line in self._log.read_text(errors="replace").splitlines() if line.strip()]
        return lines[-1].strip()[:60] if lines else "nothing yet"


def kill_at(victim: Victim, moment_seconds: float, directory: Path) -> Row:
    """Run the command, kill the victim at a moment, or as soon as there is one after it, and look what is left."""
    marked = Marked((*victim.command, victim.directory_option, str(directory)), directory.with_suffix(".log"))
    time.sleep(moment_seconds)
    ports, said = marked.ports(), marked.said()
    if victim.is_it is None:
        marked.process.kill()
    else:
        found: list[psutil.Process] = []
        while marked.process.poll() is None and not found:
            time.sleep(0.05)
            found = [each for each, line in marked.members() if victim.is_it(line)]
        ports, said = marked.ports(), marked.said()
        for each in found[:1]:
            with contextlib.suppress(psutil.NoSuchProcess):
                each.kill()
    exit_code = marked.process.wait(_LONGEST_SECONDS)
    if victim.command[:1] == ("local",):
        # It may have been up before its moment came: a whole platform is as good as none, and is taken down.
        is_whole = _local("status", directory) == 0
        if is_whole:
            _local("down", directory)
        if is_whole or exit_code == 0:
            said = "it is up and whole" if is_whole else "it said that it is up, and is broken"
    time.sleep(_LEFT_AFTER_SECONDS)
    return Row(
        victim=victim.name, moment_seconds=moment_seconds, said=said, exit_code=exit_code,
        left=tuple(" ".join(line)[:100] for _, line in marked.members()),
        ports=tuple(port for port in ports if _is_listened_on(port)),
    )  # fmt: skip


def _local(command: str, home: Path) -> int:
    return Marked(("local", command, "--home", str(home)), home.with_suffix(f".{command}.log")).process.wait(60)


def run_whole(victim: Victim, directory: Path) -> float | None:
    """Run the command to its end, and down again what stays up; the seconds that it took, None where it failed."""
    began = time.monotonic()
    marked = Marked((*victim.command, victim.directory_option, str(directory)), directory.with_suffix(".log"))
    code = marked.process.wait(_LONGEST_SECONDS)
    seconds = time.monotonic() - began
    if victim.command[:1] == ("local",):
        _local("down", directory)
    time.sleep(_LEFT_AFTER_SECONDS)
    is_gone = not list(marked.members())
    if code not in _ENDED or not is_gone:
        print(f"  {victim.name}: exit code {code}, {marked.said()}")
    return seconds if code in _ENDED and is_gone else None


def run(victims: Sequence[Victim], *, seed: int, moment_count: int) -> bool:
    """Print a row for each moment; whether all were clean and every next run worked."""
    drawn = random.Random(seed)
    print(f"seed {seed}, {moment_count} moments each\n")
    print(f"{'victim':9} {'at':>7}  {'exit':>5}  {'left':28} last words before")
    is_clean = True
    for victim in victims:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
            directory = Path(scratch) / victim.name
            whole_seconds = run_whole(victim, directory)
            if whole_seconds is None:
                return False
            for _ in range(moment_count):
                row = kill_at(victim, drawn.uniform(0, whole_seconds), directory)
                left = "nothing" if row.is_clean else f"{len(row.left)} processes, ports {row.ports}"
                print(f"{row.victim:9} {row.moment_seconds:6.1f}s  {row.exit_code:5}  {left:28} {row.said}", flush=True)
                for line in row.left:
                    print(f"          {line}")
                is_clean = is_clean and row.is_clean
            worked = run_whole(victim, directory) is not None
            print(f"{victim.name:9} the next run {'works' if worked else 'FAILS'}", flush=True)
            is_clean = is_clean and worked
    return is_clean


def _is_listened_on(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def main() -> None:
    """Run it; the exit code is 1 where anything was left."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seed", type=int, default=secrets.randbelow(10_000))
    options.add_argument("--moments", type=int, default=5)
    options.add_argument("--only", nargs="*", choices=[each.name for each in VICTIMS])
    given = options.parse_args()
    chosen = [each for each in VICTIMS if given.only is None or each.name in given.only]
    sys.exit(0 if run(chosen, seed=given.seed, moment_count=given.moments) else 1)


if __name__ == "__main__":
    main()
