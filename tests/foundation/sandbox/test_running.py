"""What people run in a sandbox works there, and a run that is cut short leaves nothing, or what the next one removes."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path, PurePosixPath

import psutil
import pytest
import yaml

import foundation.sandbox.running as running
from foundation.errors import InputError
from foundation.sandbox.cgroup import here, make_cgroup, sweep
from foundation.sandbox.model import Absent, Broke, Ending, Exited, Job, Mount, NotStarted, TooMuchOutput, Wanted, Why
from foundation.sandbox.running import Confinement
from infra.checkout import ROOT
from tests.foundation.sandbox.conftest import LIMITS, Here, found

pytestmark = pytest.mark.xdist_group("sandbox")
ORDINARY = """
import multiprocessing, os, socket, subprocess, sys, tempfile, threading
sys.path.insert(0, "/layer")
import yaml
import package
with tempfile.TemporaryFile() as file:
    file.write(b"temporary")
done = []
threads = [threading.Thread(target=done.append, args=(number,)) for number in range(4)]
for each in threads:
    each.start()
for each in threads:
    each.join()
server = socket.create_server(("127.0.0.1", 0))
socket.create_connection(server.getsockname()).close()
lock = multiprocessing.Lock()
inner = subprocess.run([sys.executable, "-c", "print(6 * 7)"], capture_output=True, text=True, check=True)
shell = subprocess.run("echo $GREETING > said; cat said", shell=True, capture_output=True, text=True, check=True)
import getpass, pathlib
print(yaml.safe_load("a: [1, 2]"), package.NAME, sorted(done), inner.stdout.strip(), shell.stdout.strip(), getpass.getuser())
print(os.path.expanduser("~"), pathlib.Path("/box/input/case.txt").read_text(), os.readlink("link"), os.access("run.sh", os.X_OK))
os.makedirs("out/deep")
with open("out/deep/result.json", "w") as file:
    file.write("{}")
print("to the other stream", file=sys.stderr)
"""
SLEEPER = """
import sys
from foundation.sandbox.model import Job
from foundation.sandbox.probing import Holds, probe
from foundation.sandbox.view import interpreter
holds = probe()
assert isinstance(holds, Holds), holds
print("begins", flush=True)
holds.sandbox.run(Job(command=(interpreter(), "-I", "-S", "-c", "import time; time.sleep(617)")))
"""
as_root = pytest.mark.skipif(
    isinstance(found("bubblewrap as root"), str), reason="bubblewrap as root does not hold here"
)


def test_ordinary_work_works(box: Here, open_directory: Callable[[], Path]) -> None:
    tree = open_directory()
    (tree / "package").mkdir()
    (tree / "package" / "__init__.py").write_text("NAME = 'ours'\n")
    (tree / "link").symlink_to("package/__init__.py")
    (tree / "run.sh").write_text("#!/bin/sh\n")
    (tree / "run.sh").chmod(0o755)
    os.mkfifo(tree / "pipe")
    ran = box.run(
        "import sys; sys.path.insert(0, '')\n" + ORDINARY, tree=tree,
        mounts=(Mount(source=Path(yaml.__file__).parents[1], at=PurePosixPath("/layer")),),
        inputs={"case.txt": b"of the caller"}, environment={"GREETING": "hello", "HOME": "/box/home"},
        artifacts=(Wanted(name="out/deep/result.json", most_bytes=2), Wanted(name="said", most_bytes=5)),
    )  # fmt: skip
    assert (ran.ending, ran.stderr.text) == (Exited(status=0), "to the other stream\n")
    assert ran.stdout.text == (
        "{'a': [1, 2]} ours [0, 1, 2, 3] 42 hello job\n/box/home of the caller package/__init__.py True\n"
    )
    assert ran.artifacts == {"out/deep/result.json": b"{}", "said": Absent(why=Why.TOO_LARGE)}
    assert (ran.stdout.total_bytes, ran.left_out_count) == (len(ran.stdout.tail), 1)
    assert (ran.peak_memory_bytes is not None) == box.holds.has_total_memory
    assert ran.cpu_seconds is not None
    assert 0 < ran.cpu_seconds < ran.wall_seconds * 8


def test_a_tree_that_only_its_owner_may_read_is_copied_all_the_same(box: Here, tmp_path: Path) -> None:
    """Root reads it before the job begins; a user reads what is its own."""
    if not box.holds.has_own_uid:
        pytest.skip("the tree of these tests is not that user's")
    (tmp_path / "closed").mkdir(mode=0o500)
    (tmp_path / "closed" / "text").write_text("read")
    (tmp_path / "closed" / "text").chmod(0o400)
    tmp_path.chmod(0o700)
    ran = box.run(
        "f = open('closed/text', 'a'); f.write('!'); f.close(); print(open('closed/text').read())", tree=tmp_path
    )
    assert (ran.ending, ran.stdout.text) == (Exited(status=0), "read!\n")
    assert (tmp_path / "closed" / "text").read_text() == "read"


def test_a_tree_that_does_not_fit_is_not_begun(box: Here, open_directory: Callable[[], Path]) -> None:
    tree = open_directory()
    (tree / "large").write_bytes(bytes(LIMITS.disk_bytes + 1))
    ran = box.run("print('began')", tree=tree)
    assert isinstance(ran.ending, NotStarted)
    assert "No space left on device" in ran.ending.reason
    assert ran.stdout.total_bytes == 0


def test_a_command_that_cannot_be_executed_is_not_begun(box: Here) -> None:
    ran = box.sandbox.run(Job(command=("/nowhere/at-all",), limits=LIMITS))
    assert ran.ending == NotStarted(reason="/nowhere/at-all: cannot be executed: No such file or directory")


def test_a_program_of_the_path_is_found_by_the_jobs_own_path(box: Here) -> None:
    ran = box.sandbox.run(Job(command=("true",), limits=LIMITS, environment={"PATH": "/usr/bin"}))
    assert ran.ending == Exited(status=0)
    ran = box.sandbox.run(Job(command=("true",), limits=LIMITS, environment={"PATH": "/nowhere"}))
    assert isinstance(ran.ending, NotStarted)


def test_output_up_to_the_bound_is_had_whole(box: Here) -> None:
    program = f"import sys; sys.stdout.write('x' * {LIMITS.output_bytes - 1}); sys.stderr.write('y')"
    ran = box.sandbox.run(box.python_job(program))
    assert ran.ending == Exited(status=0)
    assert (ran.stdout.total_bytes, ran.stderr.tail) == (LIMITS.output_bytes - 1, b"y")


@as_root
def test_runs_at_once_have_uids_of_their_own() -> None:
    box = found("bubblewrap as root")
    assert isinstance(box, Here)
    job = box.python_job("import os, time; print(os.getuid()); time.sleep(0.5)")
    with ThreadPoolExecutor(3) as pool:
        ran = list(pool.map(box.sandbox.run, [job] * 3))
    assert [each.ending for each in ran] == [Exited(status=0)] * 3
    uids = {int(each.stdout.text) for each in ran}
    assert len(uids) == 3
    assert uids <= set(box.uids)


@pytest.mark.parametrize(
    ("blocks", "ending"),
    [
        ([("stdout", 3), ("stderr", 2)], None),
        ([("stdout", 3), ("stderr", 3)], TooMuchOutput()),
        ([("stderr", 6)], TooMuchOutput()),
        ([("report", 9)], None),
        ([("report", 9), ("report", 1)], Broke(reason="its report is longer than what was asked for")),
    ],
)
def test_what_is_heard_is_bounded(blocks: list[tuple[str, int]], ending: Ending | None) -> None:
    heard = running._Heard(most_bytes=5, most_report_bytes=9)
    last: Ending | None = None
    for name, size_bytes in blocks:
        last = heard.add(name, bytes(range(size_bytes)))
    assert last == ending
    assert all(len(heard.tails[name]) <= 5 for name in ("stdout", "stderr"))
    if blocks == [("stderr", 6)]:
        assert (bytes(heard.tails["stderr"]), heard.totals["stderr"]) == (b"\1\2\3\4\5", 6)


@as_root
def test_a_mount_that_a_job_may_not_read_is_bad_input(tmp_path: Path) -> None:
    box = found("bubblewrap as root")
    assert isinstance(box, Here)
    tmp_path.chmod(0o700)
    with pytest.raises(InputError, match=r"a uid of its own; `chmod o\+rx "):
        box.sandbox.run(box.python_job("pass", mounts=(Mount(source=tmp_path, at=PurePosixPath("/layer")),)))
    (tmp_path / "file").write_text("")
    (tmp_path / "file").chmod(0o600)
    with pytest.raises(InputError, match=r"`chmod o\+r "):
        box.sandbox.run(box.python_job("pass", mounts=(Mount(source=tmp_path / "file", at=PurePosixPath("/layer")),)))


@as_root
def test_a_wall_that_does_not_stand_is_said_to_have_broken() -> None:
    box = found("bubblewrap as root")
    assert isinstance(box, Here)
    assert isinstance(box.sandbox, Confinement)
    broken = replace(box.sandbox, wall=replace(box.sandbox.wall, binary="/bin/false"))  # type: ignore[type-var]
    ran = broken.run(box.python_job("print('began')"))
    assert ran.ending == Broke(reason="it did not begin: no word of why")
    assert box.left() == []


def sleeping() -> "subprocess.Popen[str]":
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(SLEEPER)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "begins\n", process.communicate()
    give_up_at = time.monotonic() + 30
    while not sleepers(process) and time.monotonic() < give_up_at:
        time.sleep(0.01)
    assert sleepers(process)
    return process


def sleepers(of: "subprocess.Popen[str]") -> list[psutil.Process]:
    """Who sleeps below a process, or has since been left: they are known by uid, or by what they run."""
    first = 0x6000_0000 + of.pid * 256
    asleep: list[psutil.Process] = []
    for each in psutil.process_iter():
        try:
            if each.uids().real in range(first, first + 256) and "import time; time.sleep(617)" in each.cmdline():
                asleep.append(each)
        except psutil.Error:
            continue
    return asleep


def cgroups_of(process: "subprocess.Popen[str]") -> list[Path]:
    return [each for place in here().v1.values() for each in place.glob(f"sandbox-run-{process.pid}-*")] + [
        each for place in here().v2 for each in place.glob(f"sandbox-run-{process.pid}-*")
    ]


@as_root
def test_a_run_that_is_interrupted_leaves_nothing() -> None:
    process = sleeping()
    assert cgroups_of(process)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert "KeyboardInterrupt" in said
    assert (sleepers(process), cgroups_of(process)) == ([], [])


@as_root
def test_what_a_killed_run_leaves_ends_with_it_and_its_cgroups_are_removed_by_the_next() -> None:
    process = sleeping()
    process.kill()
    process.communicate()
    give_up_at = time.monotonic() + 30
    while sleepers(process) and time.monotonic() < give_up_at:
        time.sleep(0.01)
    assert sleepers(process) == []
    assert cgroups_of(process)
    make_cgroup(LIMITS, here()).remove()
    assert cgroups_of(process) == []


@as_root
def test_a_sweep_leaves_those_alone_whose_owner_runs_and_those_of_other_process_namespaces() -> None:
    mine = make_cgroup(LIMITS, here())
    try:
        foreign = [each.with_name(each.name.replace(f"-{os.getpid()}-", "-4194303-")) for each in mine.directories]
        others = [each.with_name("-".join((*each.name.split("-")[:5], "1", "0"))) for each in foreign]
        for each in (*foreign, *others):
            each.mkdir()
        try:
            sweep(here())
            assert all(each.exists() for each in (*mine.directories, *others))
            assert not any(each.exists() for each in foreign)
        finally:
            for each in (*foreign, *others):
                if each.exists():
                    each.rmdir()
    finally:
        mine.remove()
