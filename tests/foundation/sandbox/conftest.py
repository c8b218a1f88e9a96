"""Every sandbox that holds here, and what is left after a run in it."""

import os
import pickle
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import psutil
import pytest

import foundation.sandbox.bubblewrap as bubblewrap
import foundation.sandbox.unshared as unshared
from foundation.sandbox.cgroup import here
from foundation.sandbox.model import Exited, Job, Limits, Ran, Sandbox
from foundation.sandbox.probing import Holds, try_out
from foundation.sandbox.running import Confinement
from foundation.sandbox.view import interpreter
from infra.checkout import ROOT

KINDS = ("bubblewrap as root", "unshare as root", "bubblewrap as a user", "unshare as a user")
# Of nobody, and of this run of the tests alone.
NOBODY = 0x5000_0000 + os.getpid()
ENDED_SECONDS = 10.0
LIMITS = Limits(
    wall_seconds=30, cpu_seconds=20, memory_bytes=96 << 20, process_count=24, output_bytes=1 << 16, disk_bytes=16 << 20
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Nobody:
    """A sandbox that runs its jobs in a process without rights, which this one has started."""

    sandbox: Sandbox
    process: "subprocess.Popen[bytes]"

    def run(self, job: Job) -> Ran:
        """As Sandbox has it."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        pickle.dump((self.sandbox, job), self.process.stdin)
        self.process.stdin.flush()
        answer = pickle.load(self.process.stdout)  # noqa: S301 - of the process that was started here
        if isinstance(answer, Exception):
            raise answer
        return answer


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Here:
    """One that holds here, and with which Python its jobs run."""

    holds: Holds
    sandbox: Sandbox
    python: str
    uids: range

    def python_job(self, program: str, *arguments: str, **more: object) -> Job:
        """A Python program as a job."""
        options: dict[str, object] = {"limits": LIMITS, **more}
        return Job(command=(self.python, "-I", "-S", "-c", program, *arguments), **options)  # type: ignore[arg-type]

    def run(self, program: str, *arguments: str, **more: object) -> Ran:
        """Run a Python program; nothing of it is left, and the next one finds all as it should be."""
        open_before = len(list(Path("/proc/self/fd").iterdir()))
        ran = self.sandbox.run(self.python_job(program, *arguments, **more))
        # Who kept it outlives it by a moment.
        give_up_at = time.monotonic() + ENDED_SECONDS
        while self.left() and time.monotonic() < give_up_at:
            time.sleep(0.01)
        assert self.left() == []
        assert len(list(Path("/proc/self/fd").iterdir())) <= open_before
        after = self.sandbox.run(self.python_job("import os; print(os.listdir('/box/work'), os.listdir('/tmp'))"))
        assert (after.ending, after.stdout.text) == (Exited(status=0), "[] []\n")
        return ran

    def left(self) -> list[str]:
        """Processes with a uid of such a run, and its cgroups."""
        found: list[str] = []
        for process in psutil.process_iter():
            with suppress(psutil.Error):
                is_running = process.status() != psutil.STATUS_ZOMBIE
                if is_running and process.uids().real in self.uids and not is_the_helper(process):
                    found.append(str(process))
        places = dict.fromkeys((*here().v1.values(), *here().v2))
        return found + [str(each) for place in places for each in place.glob(f"sandbox-run-{os.getpid()}-*")]


def is_the_helper(process: psutil.Process) -> bool:
    return "tests.foundation.sandbox.as_nobody" in process.cmdline()


@cache
def nobody() -> "subprocess.Popen[bytes] | str":
    """The helper, or why there is none."""
    packages = str(Path(psutil.__file__).parents[1])
    for python in (interpreter(), f"/usr/bin/python3.{sys.version_info.minor}", "/usr/bin/python3"):
        try:
            helper = subprocess.Popen(
                [python, "-m", "tests.foundation.sandbox.as_nobody"], cwd=ROOT,
                env={"PYTHONPATH": f"{ROOT}:{packages}", "PYTHONDONTWRITEBYTECODE": "1"},
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, user=NOBODY, group=NOBODY, extra_groups=[],
            )  # fmt: skip
        except OSError:
            continue
        try:
            assert helper.stdin is not None
            assert helper.stdout is not None
            pickle.dump((ANSWERING, helper.args), helper.stdin)
            helper.stdin.flush()
            assert pickle.load(helper.stdout) == helper.args  # noqa: S301 - as above
        except (EOFError, BrokenPipeError):
            helper.communicate()
            continue
        return helper
    return "no Python of this version that a user without rights may run, with this checkout"


@dataclass(frozen=True, slots=True)
class Answering:
    """Answers with what it was asked, so that a helper is known to work."""

    def run(self, job: object) -> object:
        """As Sandbox has it, of anything."""
        return job


ANSWERING = Answering()


@cache
def found(kind: str) -> Here | str:
    """A sandbox of a kind, or why it does not hold here."""
    is_root = os.geteuid() == 0
    as_root = kind.endswith("as root")
    if as_root and not is_root:
        return "not root here"
    room = bubblewrap if kind.startswith("bubblewrap") else unshared
    wall_type = bubblewrap.Bubblewrap if room is bubblewrap else unshared.Unshared
    if not room.binaries():
        return "its program is not here"
    wall = wall_type(binary=room.binaries()[0], is_root=as_root)
    where = here() if as_root else None
    if as_root or not is_root:
        tried = try_out(wall, where)
        if isinstance(tried, str):
            return tried
        first = 0x6000_0000 + os.getpid() * 256
        uids = range(first, first + 256) if as_root else range(0)
        return Here(holds=tried, sandbox=tried.sandbox, python=interpreter(), uids=uids)
    helper = nobody()
    if isinstance(helper, str):
        return helper
    sandbox = Nobody(sandbox=Confinement(wall=wall, where=None), process=helper)
    assert isinstance(helper.args, list)
    holds = Holds(sandbox=sandbox, name=wall.name, has_total_memory=False, has_own_uid=False)
    return Here(
        holds=holds, sandbox=sandbox, python=os.path.realpath(str(helper.args[0])), uids=range(NOBODY, NOBODY + 1)
    )


# What bubblewrap holds back, the kernel does; the other walls, which are built of the same parts, are tried in the slow run.
@pytest.fixture(
    params=[pytest.param(each, marks=pytest.mark.slow) if each.startswith("unshare") else each for each in KINDS]
)
def box(request: pytest.FixtureRequest) -> Here:
    """Each that holds here; the others are skipped, with the reason."""
    which = found(request.param)
    if isinstance(which, str):
        pytest.skip(f"{request.param}: {which}")
    return which


@pytest.fixture(scope="session", autouse=True)
def no_helper_is_left() -> Iterator[None]:
    """End who ran jobs without rights."""
    yield
    if nobody.cache_info().currsize and not isinstance(helper := nobody(), str):
        helper.communicate()


@pytest.fixture(scope="session")
def open_directory() -> Iterator[Callable[[], Path]]:
    """Makes directories that everybody may read."""
    made: list[Path] = []

    def make() -> Path:
        made.append(Path(tempfile.mkdtemp(prefix="sandbox-test-")))
        made[-1].chmod(0o755)
        return made[-1]

    yield make
    for each in made:
        shutil.rmtree(each)
