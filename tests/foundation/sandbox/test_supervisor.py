"""Programs that end all that they can, or mount over what is there, do nothing outside of a namespace of their own."""

import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

import foundation.sandbox.landing as landing
import foundation.sandbox.supervisor as supervisor


def test_a_tree_of_too_many_files_is_not_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tree").mkdir()
    (tmp_path / "box" / "work").mkdir(parents=True)
    for name in ("a", "b", "c"):
        (tmp_path / "tree" / name).write_text(name)
    monkeypatch.setattr(supervisor, "TREE", tmp_path / "tree")
    monkeypatch.setattr(supervisor, "BOX", tmp_path / "box")
    monkeypatch.setattr(supervisor, "_MOST_TREE_ENTRIES", 2)
    with pytest.raises(OSError, match="more than 2 files"):
        supervisor._copy_tree(None)
    monkeypatch.setattr(supervisor, "_MOST_TREE_ENTRIES", 3)
    for each in (tmp_path / "box" / "work").iterdir():
        each.unlink()
    assert supervisor._copy_tree(None) == 0
    assert sorted(each.read_text() for each in (tmp_path / "box" / "work").iterdir()) == ["a", "b", "c"]


@pytest.mark.parametrize("program", [supervisor, landing], ids=lambda each: each.__name__)
def test_it_refuses_to_begin_where_it_is_not_the_first_process(program: ModuleType) -> None:
    mounts = Path("/proc/self/mounts").read_text()
    reading, writing = os.pipe()
    assert program.__file__ is not None
    command = [sys.executable, "-I", "-S", program.__file__, str(reading), str(writing), "/bin/true"]
    if program is supervisor:
        command.pop()
    done = subprocess.run(command, pass_fds=(reading, writing), capture_output=True, text=True, check=False, timeout=60)
    os.close(writing)
    assert (done.returncode, done.stderr) == (1, "not the first process of a process namespace\n")
    assert os.read(reading, 1) == b""
    os.close(reading)
    assert Path("/proc/self/mounts").read_text() == mounts
