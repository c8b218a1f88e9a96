"""A sandbox holds when a program behind its walls found nothing wrong; else why it does not is said, with what would help."""

import json
import os
import sys
from typing import Any

import pytest

import foundation.sandbox.probing as probing
import foundation.sandbox.syscalls as syscalls
from foundation.sandbox.cgroup import Hierarchies
from foundation.sandbox.model import Broke, Ending, Exited, OutOfTime, Ran, Signalled, Stream
from foundation.sandbox.probing import Holds, NoSandbox, probe, try_out
from tests.foundation.sandbox.conftest import KINDS, found

pytestmark = pytest.mark.xdist_group("sandbox")
GOOD: dict[str, Any] = {
    "uid": 5, "capabilities": 0, "locked": True, "filtered": True, "networks": ["lo"], "writable": [], "pids": 2, "sees": False,
    "environment": [],
}  # fmt: skip
NOWHERE = Hierarchies(v1={}, v2=())


def ran(ending: Ending, stdout: str = "") -> Ran:
    return Ran(
        ending=ending, stdout=Stream(tail=stdout.encode(), total_bytes=len(stdout)), stderr=Stream(tail=b"said", total_bytes=4),
        artifacts={}, wall_seconds=1.0, cpu_seconds=None, peak_memory_bytes=None, left_out_count=0,
    )  # fmt: skip


def test_what_is_asked_for_is_what_holds_first() -> None:
    holding = [which for kind in KINDS if not isinstance(which := found(kind), str)]
    ours = [each for each in holding if (os.geteuid() == 0) == each.holds.has_own_uid]
    answer = probe()
    if ours:
        assert isinstance(answer, Holds)
        assert (answer.name, answer.has_total_memory, answer.has_own_uid) == (
            ours[0].holds.name, ours[0].holds.has_total_memory, ours[0].holds.has_own_uid,
        )  # fmt: skip
    else:
        assert isinstance(answer, NoSandbox)


def test_what_holds_is_said_and_runs_jobs() -> None:
    for kind in KINDS:
        which = found(kind)
        if isinstance(which, str):
            continue
        total = (
            "memory bounded over all processes" if kind.endswith("as root") else "memory bounded for each process alone"
        )
        uid = "a uid of its own" if kind.endswith("as root") else "the uid of who runs it, in a namespace"
        assert which.holds.sentence == (
            f"{which.holds.name}: no network, no files of the host but those mounted, {total}, {uid}"
        )
        assert which.holds.run(which.python_job("raise SystemExit(3)")).ending == Exited(status=3)


def test_a_program_that_finds_nothing_wrong_holds() -> None:
    assert probing._wrong_with(ran(Exited(status=0), json.dumps(GOOD))) is None


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ({"uid": 0}, "it is root"),
        ({"capabilities": 1}, "it has capabilities"),
        ({"locked": False}, "it may gain privileges"),
        ({"filtered": False}, "its system calls are not filtered"),
        ({"networks": ["lo", "eth0"]}, "it has a network"),
        ({"networks": []}, "it has a network"),
        ({"writable": ["/usr"]}, "it writes outside its box"),
        ({"pids": 3}, "it sees other processes"),
        ({"sees": True}, "it sees files of ours"),
        ({"environment": ["HOME"]}, "it has an environment"),
        ({"uid": 0, "sees": True}, "it is root, it sees files of ours"),
    ],
)
def test_each_leak_is_named(found: dict[str, Any], said: str) -> None:
    assert probing._wrong_with(ran(Exited(status=0), json.dumps(GOOD | found))) == said


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        (ran(Broke(reason="no user namespace")), "no user namespace"),
        (ran(Exited(status=1)), "a small program ended with Exited(status=1): said"),
        (ran(Signalled(number=31)), "a small program ended with Signalled(number=31): said"),
        (ran(OutOfTime()), "a small program ended with OutOfTime(): said"),
        (ran(Exited(status=0), "{}"), "a small program printed what it should not: KeyError('uid')"),
        (ran(Exited(status=0), "[]"), "a small program printed what it should not"),
        (ran(Exited(status=0), "hello"), "a small program printed what it should not"),
    ],
)
def test_a_program_that_did_not_say_how_it_is_holds_nothing(outcome: Ran, said: str) -> None:
    wrong = probing._wrong_with(outcome)
    assert wrong is not None
    assert wrong.startswith(said)


def test_root_without_cgroups_is_refused_with_the_remedies(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probing, "here", lambda: NOWHERE)
    monkeypatch.setattr(probing.os, "geteuid", lambda: 0)
    answer = probe()
    assert isinstance(answer, NoSandbox)
    assert answer.reasons
    assert all("root without cgroups is refused" in each for each in answer.reasons)
    assert answer.sentence.startswith("no sandbox here: bubblewrap as root: root without cgroups is refused")
    assert "To have one, give this root a writable cgroup hierarchy with pids and memory" in answer.sentence


def test_a_user_for_whom_nothing_is_here_is_told_what_would_help(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probing.os, "geteuid", lambda: 1000)
    monkeypatch.setattr(probing.bubblewrap, "binaries", lambda: ())
    monkeypatch.setattr(probing.unshared, "binaries", lambda: ())
    answer = probe()
    assert isinstance(answer, NoSandbox)
    assert answer.reasons == ("neither bwrap nor unshare is here",)
    assert any("`bwrap-userns-restrict`" in each for each in answer.remedies)


def test_a_bwrap_that_is_there_and_may_not_work_is_not_trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on Ubuntu 23.10 and newer, for users."""
    monkeypatch.setattr(probing.os, "geteuid", lambda: 1000)
    monkeypatch.setattr(probing.bubblewrap, "binaries", lambda: ("/bin/false",))
    monkeypatch.setattr(probing.unshared, "binaries", lambda: ("/nowhere/unshare",))
    answer = probe()
    assert isinstance(answer, NoSandbox)
    assert answer.reasons[0] == "bubblewrap with a user namespace: it did not begin: no word of why"
    assert answer.reasons[1].startswith("unshare and Landlock with a user namespace: it did not begin: ")


def test_without_the_library_of_filters_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyseccomp", None)
    with pytest.raises(syscalls.NoFilterError, match="libseccomp is not here"):
        syscalls.filter_program()
    (wall, *_) = probing.walls(is_root=False)
    tried = try_out(wall, None)
    assert isinstance(tried, str)
    assert tried.startswith("libseccomp is not here")


def test_another_system_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probing.sys, "platform", "darwin")
    answer = probe()
    assert isinstance(answer, NoSandbox)
    assert answer.sentence == "no sandbox here: darwin has no namespaces. To have one, run on Linux."
