"""Ctrl-C ends `sre gates run` in whatever it does, and nothing of it is left: no process, no directory, no cgroup."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from foundation.sandbox.cgroup import here
from foundation.sandbox.probing import NoSandbox, probe
from tests.repositories import committed
from tests.sre.cli.command_line import PROGRAM

# Each is said when a phase begins.
PHASES = ("judging shop", "test: looking at the base", "quality: passed")
TESTS = "import subprocess\n\n\ndef test_without_end():\n    subprocess.run(['sleep', '{seconds}'])\n"

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("phase", PHASES)
def test_an_interrupt_leaves_nothing(phase: str, number: signal.Signals, tmp_path: Path) -> None:
    found = probe()
    if isinstance(found, NoSandbox):
        pytest.skip(found.sentence)
    # A command line that no other process of this machine has.
    seconds = str(1_000_000 + os.getpid())
    committed(
        tmp_path / "shop", {"test_a.py": TESTS.format(seconds=seconds), "a.py": "def f() -> int:\n    return 1\n"}
    )
    place = tmp_path / "temporary"
    place.mkdir()
    out, layers = tmp_path / "out", tmp_path / "layers"
    with subprocess.Popen(
        [
            sys.executable, "-c", PROGRAM, "gates", "run", str(tmp_path / "shop"), "--base", "HEAD", "--out", str(out),
            "--layers", str(layers),
        ],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env={**os.environ, "TMPDIR": str(place)},
    ) as process:  # fmt: skip
        assert process.stderr is not None
        said: list[str] = []
        for line in process.stderr:
            said.append(line)
            if phase in line:
                break
        if phase == PHASES[-1]:
            _wait_for_a_process_with(seconds)
        process.send_signal(number)
        rest = process.communicate(timeout=120)[1]
    assert (process.returncode, rest.splitlines()[-1:]) == (130, ["Interrupted."]), said
    assert list(_processes_with(seconds)) == []
    assert [each.name for each in place.iterdir()] == []
    assert not out.exists()
    where = here()
    assert [
        each.name
        for at in (*where.v1.values(), *where.v2)
        for each in at.iterdir()
        if each.name.startswith(f"sandbox-run-{process.pid}-")
    ] == []


def _processes_with(seconds: str) -> list[psutil.Process]:
    return [each for each in psutil.process_iter(["cmdline"]) if seconds in (each.info["cmdline"] or [])]


def _wait_for_a_process_with(seconds: str) -> None:
    give_up_at = time.monotonic() + 60
    while not _processes_with(seconds) and time.monotonic() < give_up_at:
        time.sleep(0.05)
