"""uv is told all that it may do, and is ended within bounds."""

import os
from pathlib import Path

import pytest

from foundation.errors import PlatformError
from tdeveloper.gates.testing.installing import Installing, install, installing_here
from tdeveloper.gates.testing.locks.model import LockError
from tests.tdeveloper.gates.testing.making import a_tree


def a_uv(place: Path, script: str) -> Path:
    """A uv that does this; the directory that it fills is its fourth argument."""
    fake = place / "uv"
    fake.write_text(f"#!/bin/sh\n{script}\n")
    fake.chmod(0o755)
    return fake


def test_what_takes_too_long_is_no_layer(tmp_path: Path) -> None:
    slow = tmp_path / "uv"
    slow.write_text("#!/bin/sh\nsleep 60\n")
    slow.chmod(0o755)
    with pytest.raises(LockError, match=r"was not brought within 0\.1 s"):
        install("", into=tmp_path, wheels=None, how=Installing(uv=slow, seconds=0.1))


def test_uv_gets_the_operators_index_and_nothing_else_of_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = tmp_path / "said"
    fake = tmp_path / "uv"
    fake.write_text(f'#!/bin/sh\nenv >{said}\necho "$@" >>{said}\n')
    fake.chmod(0o755)
    monkeypatch.setenv("UV_CACHE_DIR", "/nowhere")
    monkeypatch.setenv("SECRET_OF_OURS", "1")
    environment = installing_here({**os.environ, "UV_DEFAULT_INDEX": "https://index.example"}).environment
    install("a==1\n", into=tmp_path, wheels=None, how=Installing(uv=fake, environment=environment))
    lines = said.read_text()
    assert "UV_DEFAULT_INDEX=https://index.example" in lines
    assert "SECRET_OF_OURS" not in lines
    assert "UV_CACHE_DIR" not in lines
    assert {"--require-hashes", "--no-deps", "--no-config", "--only-binary"} <= set(lines.split())
    assert "--no-index" not in lines
    install("a==1\n", into=tmp_path, wheels=tmp_path, how=Installing(uv=fake))
    assert f"--find-links {tmp_path} --no-index --offline" in said.read_text()


def test_without_uv_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tdeveloper.gates.testing.installing.sys.executable", "/nowhere/python")
    with pytest.raises(PlatformError, match="install the group gates"):
        installing_here({"PATH": "/nowhere"})


def test_what_uv_says_of_its_trouble_is_the_reason(tmp_path: Path) -> None:
    broken = tmp_path / "uv"
    broken.write_text("#!/bin/sh\necho no such\necho package >&2\nexit 2\n")
    broken.chmod(0o755)
    with pytest.raises(LockError) as raised:
        install("", into=tmp_path, wheels=None, how=Installing(uv=broken))
    assert str(raised.value) == "what is locked could not be brought: no such package"
    broken.write_text("#!/bin/sh\nexit 2\n")
    with pytest.raises(LockError, match="could not be brought: uv said nothing"):
        install("", into=tmp_path, wheels=None, how=Installing(uv=broken))


def test_what_grows_too_large_is_ended(tmp_path: Path) -> None:
    growing = tmp_path / "uv"
    growing.write_text('#!/bin/sh\nhead -c 2000000 /dev/zero >"$4/file"\nsleep 60\n')
    growing.chmod(0o755)
    with pytest.raises(LockError, match="larger than 1 MiB"):
        install("", into=tmp_path, wheels=None, how=Installing(uv=growing, most_bytes=1 << 20))


def test_scripts_of_wheels_are_no_part_of_a_layer(tmp_path: Path) -> None:
    fake = tmp_path / "uv"
    fake.write_text('#!/bin/sh\nmkdir "$4/bin" && touch "$4/bin/run" "$4/.lock" "$4/a.py"\n')
    fake.chmod(0o755)
    (tmp_path / "into").mkdir()
    install("", into=tmp_path / "into", wheels=None, how=Installing(uv=fake))
    assert [each.name for each in (tmp_path / "into").iterdir()] == ["a.py"]


def test_what_uv_leaves_beside_the_modules_is_no_part_of_a_layer(tmp_path: Path) -> None:
    fake = a_uv(tmp_path, 'cd "$4"; mkdir bin; touch bin/run .lock CACHEDIR.TAG .gitignore module.py')
    into = a_tree(tmp_path / "into", {})
    install("", into=into, wheels=None, how=Installing(uv=fake))
    assert [each.name for each in into.iterdir()] == ["module.py"]


@pytest.mark.parametrize(
    ("script", "why"),
    [
        ("echo no such package; exit 1", "no such package"),
        ("echo on stderr >&2; exit 2", "on stderr"),
        ("exit 1", "uv said nothing"),
    ],
)
def test_why_uv_fails_is_what_it_says(tmp_path: Path, script: str, why: str) -> None:
    with pytest.raises(LockError) as raised:
        install("", into=tmp_path, wheels=None, how=Installing(uv=a_uv(tmp_path, script)))
    assert str(raised.value) == f"what is locked could not be brought: {why}"


def test_offline_no_index_is_asked(tmp_path: Path) -> None:
    fake = a_uv(tmp_path, f'echo "$@" >{tmp_path}/said')
    install("a==1\n", into=tmp_path, wheels=None, how=Installing(uv=fake, is_offline=True))
    said = (tmp_path / "said").read_text()
    assert "--no-index --offline -r" in said
    assert "--find-links" not in said
    install("a==1\n", into=tmp_path, wheels=None, how=Installing(uv=fake))
    assert "--no-index" not in (tmp_path / "said").read_text()


def test_a_layer_may_be_as_large_as_it_may_be_and_not_a_byte_more(tmp_path: Path) -> None:
    fake = a_uv(tmp_path, 'printf 0123456789 >"$4/a"; mkdir "$4/b"; printf 0123456789 >"$4/b/c"')
    for most_bytes in (20, 19):
        into = a_tree(tmp_path / str(most_bytes), {})
        how = Installing(uv=fake, most_bytes=most_bytes)
        if most_bytes == 20:
            install("", into=into, wheels=None, how=how)
            continue
        with pytest.raises(LockError, match="what is locked is larger than 0 MiB"):
            install("", into=into, wheels=None, how=how)


def test_what_grows_too_large_is_ended_before_its_time(tmp_path: Path) -> None:
    fake = a_uv(tmp_path, 'printf 0123456789 >"$4/a"; sleep 60')
    into = a_tree(tmp_path / "into", {})
    with pytest.raises(LockError, match="what is locked is larger than 0 MiB"):
        install("", into=into, wheels=None, how=Installing(uv=fake, most_bytes=9))
