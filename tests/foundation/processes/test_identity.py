"""Who a process is: its number, when it was created, and which start of the machine that was in."""

import os
import subprocess
from dataclasses import replace

import psutil

from foundation.processes.identity import Identity, boot_id, created_seconds, identity_of, my_identity


def test_this_process_is_found_by_its_identity() -> None:
    me = my_identity()
    found = me.find()
    assert found is not None
    assert (found.pid, me.pid, me.boot_id) == (os.getpid(), os.getpid(), boot_id())


def test_a_number_alone_is_nobody() -> None:
    me = my_identity()
    for other in (
        replace(me, created_seconds=me.created_seconds - 0.02),
        replace(me, created_seconds=me.created_seconds + 0.02),
        replace(me, boot_id="of an earlier start"),
        Identity(pid=2**22 - 1, created_seconds=1.0, boot_id=me.boot_id),
    ):
        assert other.find() is None
    assert identity_of(2**22 - 1) is None


def test_the_moment_of_creation_is_the_kernels_and_moves_with_no_clock() -> None:
    """Counted from the machine's start, to the tick that psutil has it in, too."""
    created = created_seconds(os.getpid())
    assert created is not None
    assert abs(created + psutil.boot_time() - psutil.Process().create_time()) < 2


def test_one_that_has_ended_and_waits_to_be_noticed_is_not_found() -> None:
    with subprocess.Popen(["true"]) as child:
        who = identity_of(child.pid)
        assert who is not None
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
        assert who.find() is None
