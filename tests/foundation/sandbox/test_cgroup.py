"""A cgroup has the bounds that it was asked for or is not made; what it says of its use is read, and where it may be made."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from foundation.processes.identity import my_identity
from foundation.sandbox.cgroup import Cgroup, Hierarchies, NoCgroupError, Used, here, hierarchies, make_cgroup, sweep
from foundation.sandbox.model import Limits

LIMITS = Limits(memory_bytes=64 << 20, process_count=10, disk_bytes=1 << 20)
V1_MOUNTS = """\
tmpfs /sys/fs/cgroup tmpfs rw,mode=755 0 0
cgroup /sys/fs/cgroup/cpu,cpuacct cgroup rw,relatime,cpu,cpuacct 0 0
cgroup /sys/fs/cgroup/memory cgroup rw,relatime,memory 0 0
cgroup /sys/fs/cgroup/pids cgroup rw,relatime,pids 0 0
cgroup /sys/fs/cgroup/systemd cgroup rw,relatime,name=systemd 0 0
"""
V2_FILES = ("cgroup.procs", "cgroup.kill", "pids.max", "memory.max", "memory.swap.max")


@pytest.fixture
def v2(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Directories that are made as the kernel makes a cgroup of v2: with its files, which go with it."""
    mkdir, rmdir = Path.mkdir, Path.rmdir

    def made(self: Path, mode: int = 0o777, parents: bool = False, exist_ok: bool = False) -> None:
        mkdir(self, mode, parents, exist_ok)
        for name in V2_FILES:
            (self / name).touch()

    def removed(self: Path) -> None:
        for each in self.iterdir():
            each.unlink()
        rmdir(self)

    root = tmp_path / "cgroup"
    root.mkdir()
    (root / "cgroup.subtree_control").write_text("cpu pids memory")
    monkeypatch.setattr(Path, "mkdir", made)
    monkeypatch.setattr(Path, "rmdir", removed)
    return root


def test_v1_is_found_by_its_controllers() -> None:
    assert hierarchies(V1_MOUNTS, "4:memory:/a\n3:pids:/\n") == Hierarchies(
        v1={
            "cpuacct": Path("/sys/fs/cgroup/cpu,cpuacct"), "memory": Path("/sys/fs/cgroup/memory"),
            "pids": Path("/sys/fs/cgroup/pids"),
        },
        v2=(),
    )  # fmt: skip


def test_v2_is_looked_for_from_our_own_cgroup_up_to_the_mount_point() -> None:
    found = hierarchies("cgroup2 /sys/fs/cgroup cgroup2 rw,nsdelegate 0 0\n", "0::/user.slice/run.scope\n")
    at = Path("/sys/fs/cgroup")
    assert found == Hierarchies(v1={}, v2=(at / "user.slice/run.scope", at / "user.slice", at))


def test_a_cgroup_of_v2_has_its_bounds_and_no_swap(v2: Path) -> None:
    cgroup = make_cgroup(LIMITS, Hierarchies(v1={}, v2=(v2,)))
    (directory,) = cgroup.directories
    assert {name: (directory / name).read_text() for name in V2_FILES[2:]} == {
        "pids.max": "12", "memory.max": str(64 << 20), "memory.swap.max": "0",
    }  # fmt: skip
    assert cgroup.doors == (directory / "cgroup.procs",)
    cgroup.remove()
    assert not directory.exists()


def test_v2_is_asked_for_controllers_that_children_do_not_have_yet(v2: Path) -> None:
    (v2 / "cgroup.subtree_control").write_text("cpu")
    make_cgroup(LIMITS, Hierarchies(v1={}, v2=(v2,))).remove()
    assert (v2 / "cgroup.subtree_control").read_text() == "+pids +memory"


def test_the_next_cgroup_of_v2_is_tried_where_one_may_have_no_children(v2: Path) -> None:
    cgroup = make_cgroup(LIMITS, Hierarchies(v1={}, v2=(v2 / "gone", v2)))
    assert cgroup.directories[0].parent == v2
    cgroup.remove()


def test_two_at_once_have_two_slots(v2: Path) -> None:
    where = Hierarchies(v1={}, v2=(v2,))
    first, second = make_cgroup(LIMITS, where), make_cgroup(LIMITS, where)
    assert (first.slot, second.slot) == (0, 1)
    first.remove()
    third = make_cgroup(LIMITS, where)
    assert third.slot == 0


def test_one_without_a_bound_on_memory_is_refused_and_nothing_is_left(
    v2: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(globals(), "V2_FILES", ("cgroup.procs", "pids.max"))
    with pytest.raises(NoCgroupError, match=r"v2: No such file or directory \(.*memory\.max\)"):
        make_cgroup(LIMITS, Hierarchies(v1={}, v2=(v2,)))
    assert [each.name for each in v2.iterdir()] == ["cgroup.subtree_control"]


def test_v1_without_both_controllers_is_none() -> None:
    with pytest.raises(NoCgroupError, match="no hierarchy is mounted that has both pids and memory"):
        make_cgroup(LIMITS, Hierarchies(v1={"pids": Path("/nowhere")}, v2=()))


@pytest.mark.parametrize(
    ("files", "used"),
    [
        (
            {"memory.max_usage_in_bytes": "4096\n", "memory.oom_control": "oom_kill_disable 0\nunder_oom 0\noom_kill 3\n",
             "cpuacct.usage": "1500000000\n"},
            Used(cpu_seconds=1.5, peak_memory_bytes=4096, out_of_memory_count=3),
        ),
        (
            {"memory.peak": "8192\n", "memory.events": "low 0\noom 4\noom_kill 2\n", "cpu.stat": "usage_usec 250000"},
            Used(cpu_seconds=0.25, peak_memory_bytes=8192, out_of_memory_count=2),
        ),
        ({}, Used(cpu_seconds=None, peak_memory_bytes=None, out_of_memory_count=0)),
    ],
    ids=["v1", "v2", "a kernel that does not say"],
)  # fmt: skip
def test_what_was_used_is_read_as_each_version_writes_it(tmp_path: Path, files: dict[str, str], used: Used) -> None:
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    assert Cgroup(directories=(tmp_path,), slot=0).used() == used


def test_names_of_others_are_not_swept(v2: Path) -> None:
    me = my_identity()
    ticks, boot = round(me.created_seconds * os.sysconf("SC_CLK_TCK")), (me.boot_id or "")[:8]
    space = Path("/proc/self/ns/pid").stat().st_ino
    kept = (
        f"sandbox-run-{me.pid}-{ticks}-{boot}-{space}-0", f"sandbox-run-{me.pid}-1-{boot}-{space + 1}-0",
        "sandbox-run-1", "user.slice",
    )  # fmt: skip
    left = (
        f"sandbox-run-{me.pid}-{ticks + 5}-{boot}-{space}-0", f"sandbox-run-{me.pid}-{ticks}-00000000-{space}-1",
        f"sandbox-run-4194303-1-{boot}-{space}-9",
    )  # fmt: skip
    for name in (*kept, *left):
        (v2 / name).mkdir()
    sweep(Hierarchies(v1={}, v2=(v2,)))
    assert {each.name for each in v2.iterdir() if each.is_dir()} == set(kept)


@pytest.mark.skipif(os.geteuid() != 0 or "memory" not in here().v1, reason="no root with cgroups of v1 here")
def test_v1_has_its_bounds_in_the_kernel_and_is_removed() -> None:
    cgroup = make_cgroup(LIMITS, replace(here(), v2=()))
    names = ("pids.max", "memory.limit_in_bytes", "memory.memsw.limit_in_bytes")
    files = [each / name for each in cgroup.directories for name in names if (each / name).exists()]
    found = {file.name: file.read_text().strip() for file in files}
    cgroup.remove()
    assert (found.pop("pids.max"), set(found.values())) == ("12", {str(64 << 20)})
    assert not any(each.exists() for each in cgroup.directories)
    cgroup.remove()
