"""A lock has each package once, with digests that no collision is known of, and nothing that has to be built."""

import pytest
from packaging.tags import Tag

import tdeveloper.gates.testing.locks.model as model
from tdeveloper.gates.testing.locks.model import (
    LeftOut,
    Locked,
    LockedFile,
    LockError,
    file_name,
    from_files,
    holds,
    lock_of,
    locked,
)

A, B = (f"sha256:{letter * 64}" for letter in "ab")
HERE = frozenset({Tag("cp311", "cp311", "manylinux_2_17_x86_64"), Tag("py3", "none", "any")})


def package(name: str, version: str = "1.0", *hashes: str) -> Locked:
    return Locked(name=name, version=version, hashes=hashes or (A,))


def test_the_requirements_are_the_same_text_for_the_same_packages() -> None:
    both = lock_of(("f",), [package("b", "2", A), package("a"), package("b", "2", B), LeftOut(name="c", why="git")])
    assert both.requirements() == f"a==1.0 --hash={A}\nb==2 --hash={A} --hash={B}\n"
    assert both.left_out == (LeftOut(name="c", why="git"),)


def test_two_versions_of_one_package_are_no_lock() -> None:
    with pytest.raises(LockError, match=r"f: a is locked as 1\.0 and as 2"):
        lock_of(("f",), [package("a"), package("a", "2")])


def test_more_packages_than_are_read_are_no_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model, "MOST_PACKAGES", 2)
    assert len(lock_of(("f",), [package("a"), LeftOut(name="b", why="")]).packages) == 1
    with pytest.raises(LockError, match="more than 2 packages"):
        lock_of(("f",), [package("a"), package("b"), package("c")])


def test_names_and_versions_are_in_their_plain_form() -> None:
    assert locked("Zope.Interface", "V1.0-RC1", [B, A, "md5:0", A], file="f") == Locked(
        name="zope-interface", version="1.0rc1", hashes=(A, B)
    )


@pytest.mark.parametrize(
    ("name", "version", "digests", "why"),
    [
        ("a b", "1", [A], "no package and version"), ("-r", "1", [A], "no package and version"),
        ("a", "1 --index-url=x", [A], "no package and version"), ("a", "", [A], "no package and version"),
        ("a", "1", [], "no SHA-256"), ("a", "1", ["md5:" + "a" * 32, "sha256:x", A[:-1], A + "a", A.upper()], "no SHA-256"),
    ],
)  # fmt: skip
def test_what_no_index_can_have_is_no_package(name: str, version: str, digests: list[str], why: str) -> None:
    with pytest.raises(LockError, match=why):
        locked(name, version, digests, file="f")


def test_more_hashes_than_are_read_are_no_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model, "_MOST_HASHES", 1)
    assert locked("a", "1", [A], file="f").hashes == (A,)
    with pytest.raises(LockError, match="more than 1 hashes"):
        locked("a", "1", [A, B], file="f")


def files(*names: str) -> list[LockedFile]:
    return [LockedFile(name=name, digest=A) for name in names]


def test_a_wheel_for_this_machine_is_enough() -> None:
    names = ("a-1-cp311-cp311-win32.whl", "a-1-py3-none-any.whl", "a-1.tar.gz")
    assert from_files("a", "1", files(*names), tags=HERE, file="f") == package("a", "1")


def test_wheels_for_other_machines_alone_are_left_out() -> None:
    found = from_files("a", "1", files("a-1-cp311-cp311-win32.whl", "wrong.whl"), tags=HERE, file="f")
    assert found == LeftOut(name="a", why="has wheels for other machines only")


@pytest.mark.parametrize("names", [("a-1.tar.gz",), ("a-1-cp311-cp311-win32.whl", "a-1.tar.gz")])
def test_what_would_have_to_be_built_is_refused_by_its_name(names: tuple[str, ...]) -> None:
    with pytest.raises(LockError, match="f: a 1: has no wheel for this Python"):
        from_files("a", "1", files(*names), tags=HERE, file="f")


@pytest.mark.parametrize(
    ("marker", "does_hold"),
    [(None, True), ("python_version >= '3.8'", True), ("sys_platform == 'win32'", False), ("extra == 'x'", False)],
)
def test_a_marker_is_evaluated_for_the_python_that_runs_us(marker: str | None, does_hold: bool) -> None:
    assert holds(marker, file="f") is does_hold


@pytest.mark.parametrize(
    "marker", ["", "nonsense", "os_name ~= 'abc'", "python_version >>> 3", "(" * 2_000, "os_name == 'a' " * 400]
)
def test_what_is_no_marker_is_no_lock(marker: str) -> None:
    with pytest.raises(LockError):
        holds(marker, file="f")


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://x.org/p/a-1%2Bcpu-py3-none-any.whl#sha256=1", "a-1+cpu-py3-none-any.whl"), ("wheels/a.whl", "a.whl"),
        ("a.whl", "a.whl"), ("", ""),
    ],
)  # fmt: skip
def test_a_file_is_named_by_the_end_of_its_address(url: str, name: str) -> None:
    assert file_name(url) == name


def test_the_longest_marker_is_read_and_one_character_more_is_not() -> None:
    marker = "os_name != 'x'".ljust(4_000)
    assert holds(marker, file="f")
    with pytest.raises(LockError, match=r"a marker of more than 4,000 characters"):
        holds(f"{marker} ", file="f")


def test_as_many_packages_as_are_read_are_a_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model, "MOST_PACKAGES", 2)
    with pytest.raises(LockError, match="more than 2 packages"):
        lock_of(("f",), [package("a"), package("b"), LeftOut(name="c", why="")])
    assert len(lock_of(("f",), [package("a"), package("b"), package("b")]).packages) == 2
