"""A tree's lock is the first kind of file that it has, and every kind is read alike."""

import subprocess
from pathlib import Path

import pytest
from packaging.tags import sys_tags

import tdeveloper.gates.testing.locks.find as find
import tdeveloper.gates.testing.locks.requirements as requirements
from foundation.errors import InputError
from infra.checkout import ROOT
from tdeveloper.gates.testing.installing import installing_here
from tdeveloper.gates.testing.locks.find import find_lock
from tdeveloper.gates.testing.locks.model import LeftOut, Lock, Locked, LockError
from tdeveloper.gates.testing.locks.poetry import read_poetry
from tests.tdeveloper.gates.testing.making import a_tree

A, B, C = (f"sha256:{letter * 64}" for letter in "abc")
ONE = Locked(name="one", version="1.0", hashes=(A, B))
TWO = Locked(name="two", version="2.0", hashes=(C,))

REQUIREMENTS = f"""\
# made by a tool
--index-url https://evil.example/simple
one==1.0 ; python_version >= "3.8" \\
    --hash={A} \\
    --hash={B}
    # via two
Two[extra] == 2.0 --hash={C}
never==1 ; sys_platform == "win32" --hash={C}
-e ./here
far @ https://x.org/far-1-py3-none-any.whl --hash={C}
"""
UV = f"""\
version = 1
[[package]]
name = "tree"
source = {{ editable = "." }}
dependencies = [
    {{ name = "two", extra = ["extra"] }},
    {{ name = "never", marker = "sys_platform == 'win32'" }},
    {{ name = "far" }},
]
[package.dev-dependencies]
dev = [{{ name = "member" }}]
[package.optional-dependencies]
all = [{{ name = "many", version = "2", source = {{ registry = "x" }} }}]
[[package]]
name = "member"
version = "1"
source = {{ editable = "packages/member" }}
[[package]]
name = "one"
version = "1.0"
source = {{ registry = "https://evil.example/simple" }}
dependencies = [{{ name = "two" }}]
sdist = {{ url = "https://x.org/one-1.0.tar.gz", hash = "{A}" }}
wheels = [{{ url = "https://x.org/one-1.0-py3-none-any.whl", hash = "{B}" }}]
[[package]]
name = "two"
version = "2.0"
source = {{ registry = "x" }}
dependencies = [{{ name = "one" }}]
wheels = [{{ url = "https://x.org/two-2.0-py3-none-any.whl", hash = "{C}" }}]
[package.optional-dependencies]
extra = [{{ name = "one" }}, {{ name = "two" }}]
other = [{{ name = "unreached" }}]
[[package]]
name = "never"
version = "1"
source = {{ registry = "x" }}
[[package]]
name = "unreached"
version = "1"
source = {{ registry = "x" }}
[[package]]
name = "far"
version = "1"
source = {{ git = "https://x.org/far" }}
[[package]]
name = "many"
version = "1"
source = {{ registry = "x" }}
[[package]]
name = "many"
version = "2"
source = {{ registry = "x" }}
wheels = [{{ path = "many-2-py3-none-any.whl", hash = "{A}" }}]
"""
POETRY = f"""\
[[package]]
name = "one"
version = "1.0"
python-versions = ">=2.7, !=3.0.* || >=3.8"
files = [{{file = "one-1.0-py3-none-any.whl", hash = "{A}"}}, {{file = "one-1.0.tar.gz", hash = "{B}"}}]
[[package]]
name = "two"
version = "2.0"
python-versions = "*"
markers = {{main = "sys_platform == 'win32'", dev = "python_version > '3'"}}
files = [{{file = "two-2.0-py3-none-any.whl", hash = "{C}"}}]
[[package]]
name = "never"
version = "1"
python-versions = "<3"
files = []
[[package]]
name = "neither"
version = "1"
python-versions = "*"
markers = "sys_platform == 'win32'"
files = []
[[package]]
name = "far"
version = "1"
python-versions = "*"
files = []
[package.source]
type = "git"
url = "https://x.org/far"
[[package]]
name = "windows"
version = "1"
python-versions = "*"
files = [{{file = "windows-1-cp311-cp311-win32.whl", hash = "{C}"}}]
[metadata]
lock-version = "2.1"
"""
OLD_POETRY = f"""\
[[package]]
name = "one"
version = "1.0"
optional = true
python-versions = "*"
[metadata]
lock-version = "1.1"
[metadata.files]
one = [{{file = "one-1.0-py3-none-any.whl", hash = "{A}"}}, {{file = "one-1.0.tar.gz", hash = "{B}"}}]
"""
PYLOCK = f"""\
lock-version = "1.0"
created-by = "a test"
extras = ["fast"]
dependency-groups = ["dev"]
[[packages]]
name = "one"
version = "1.0"
wheels = [{{name = "one-1.0-py3-none-any.whl", url = "https://x.org/1", hashes = {{sha256 = "{"a" * 64}", md5 = "0"}}}}]
sdist = {{url = "https://x.org/one-1.0.tar.gz", hashes = {{sha256 = "{"b" * 64}"}}}}
[[packages]]
name = "two"
version = "2.0"
marker = "'dev' in dependency_groups and 'fast' in extras"
wheels = [{{url = "https://x.org/two-2.0-py3-none-any.whl", hashes = {{sha256 = "{"c" * 64}"}}}}]
[[packages]]
name = "never"
version = "1"
marker = "sys_platform == 'win32'"
wheels = [{{url = "https://x.org/never-1-py3-none-any.whl", hashes = {{sha256 = "{"c" * 64}"}}}}]
[[packages]]
name = "newer"
version = "1"
requires-python = ">=9"
wheels = [{{url = "https://x.org/newer-1-py3-none-any.whl", hashes = {{sha256 = "{"c" * 64}"}}}}]
[[packages]]
name = "far"
vcs = {{type = "git", url = "https://x.org/far", commit-id = "1"}}
[[packages]]
name = "tree"
directory = {{path = ".", editable = true}}
"""


def lock_in(directory: Path, **files: str) -> Lock | None:
    return find_lock(a_tree(directory / "tree", {name.replace("__", "."): text for name, text in files.items()}))


def names(lock: Lock | None) -> set[str]:
    return set() if lock is None else {each.name for each in lock.left_out}


def test_a_tree_without_a_lock_has_none(tmp_path: Path) -> None:
    assert lock_in(tmp_path, pyproject__toml="[project]\n", requirements__txt="one==1.0\ntwo\n") is None


def test_requirements_with_hashes_are_a_lock(tmp_path: Path) -> None:
    lock = lock_in(tmp_path, requirements__txt=REQUIREMENTS)
    assert lock is not None
    assert (lock.files, lock.packages) == (("requirements.txt",), (ONE, TWO))
    assert names(lock) == {"-e ./here", "far"}


def test_all_requirements_with_hashes_are_one_lock(tmp_path: Path) -> None:
    files = {
        "requirements-dev.txt": f"-r requirements.txt\n-c constraints.txt\ntwo==2.0 --hash={C}\n",
        "requirements.txt": f"one==1.0 --hash={A} --hash={B}\n",
        "requirements-docs.txt": "sphinx\n",
    }
    lock = find_lock(a_tree(tmp_path / "tree", files))
    assert lock is not None
    assert (lock.files, lock.packages) == (("requirements-dev.txt", "requirements.txt"), (ONE, TWO))


def test_uvs_lock_is_walked_from_the_tree_with_every_extra_and_group(tmp_path: Path) -> None:
    lock = lock_in(tmp_path, uv__lock=UV)
    assert lock is not None
    assert lock.packages == (Locked(name="many", version="2", hashes=(A,)), ONE, TWO)
    assert names(lock) == {"member", "far"}


def test_poetrys_lock_is_read(tmp_path: Path) -> None:
    lock = lock_in(tmp_path, poetry__lock=POETRY)
    assert lock is not None
    assert lock.packages == (ONE, TWO)
    assert names(lock) == {"far", "windows"}


def test_poetrys_old_lock_is_read(tmp_path: Path) -> None:
    lock = lock_in(tmp_path, poetry__lock=OLD_POETRY)
    assert lock is not None
    assert lock.packages == (ONE,)


def test_pythons_own_lock_is_read_with_every_extra_and_group(tmp_path: Path) -> None:
    lock = lock_in(tmp_path, pylock__toml=PYLOCK)
    assert lock is not None
    assert lock.packages == (ONE, TWO)
    assert lock.left_out == (LeftOut(name="far", why="comes from a directory, an archive or a version control"),)


def test_the_first_kind_of_lock_decides(tmp_path: Path) -> None:
    tree = a_tree(
        tmp_path / "tree",
        {"pylock.toml": PYLOCK, "uv.lock": UV, "poetry.lock": POETRY, "requirements.txt": REQUIREMENTS},
    )
    found: list[str] = []
    while (lock := find_lock(tree)) is not None:
        found += lock.files
        (tree / lock.files[0]).unlink()
    assert found == ["pylock.toml", "uv.lock", "poetry.lock", "requirements.txt"]


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("requirements.txt", f"one==1.0 --hash={A}\ntwo==2.0\n", "two 2.0: has no SHA-256"),
        ("requirements.txt", f"one>=1.0 --hash={A}\n", "one: is not pinned"),
        ("requirements.txt", f"one==1.* --hash={A}\n", "one: is not pinned"),
        ("requirements.txt", f"one==1,==1.0 --hash={A}\n", "one: is not pinned"),
        ("requirements.txt", f"one --hash={A}\n", "one: is not pinned"),
        ("requirements.txt", f"?? --hash={A}\n", "is no requirement"),
        ("requirements.txt", f"--unknown-option\none==1 --hash={A}\n", "is no requirement"),
        ("requirements.txt", f"-r other.txt\none==1 --hash={A}\n", "includes other.txt"),
        ("requirements.txt", "a" * 300_000, "a line of more than"),
        ("uv.lock", "version = 2\n", "version 2 of its format"),
        ("uv.lock", "version = 'x'\n", "version: Input should be a valid integer"),
        ("uv.lock", "= 1", "no TOML"),
        ("uv.lock", "a = " + "[" * 100_000, "no TOML"),
        ("uv.lock", UV.replace('{ name = "far" }', '{ name = "nobody" }'), "depends on nobody, of which it has 0"),
        ("uv.lock", UV.replace(', version = "2", source', ", source"), "depends on many, of which it has 2"),
        ("uv.lock", UV.replace(f'hash = "{C}"', 'hash = "md5:0"'), "two 2.0: has no SHA-256"),
        ("uv.lock", UV.replace("one-1.0-py3-none-any", "one-1.0-cp99-cp99-any"), "one 1.0: has no wheel for this Python"),
        ("uv.lock", UV.replace("sys_platform ==", "sys_platform"), "is no marker"),
        ("poetry.lock", POETRY.replace('"2.1"', '"3.0"'), "version 3.0 of its format"),
        ("poetry.lock", POETRY.replace('"2.1"', '"x"'), "version x of its format"),
        ("poetry.lock", POETRY.replace('"<3"', '"^3.8"'), "are no versions of Python"),
        ("poetry.lock", "[[package]]\nname = 'a'\n[metadata]\nlock-version = '2.0'\n", "package.0.version: Field required"),
        ("pylock.toml", "lock-version = '1.0'\n", "created-by"),
        ("pylock.toml", PYLOCK.replace('lock-version = "1.0"', 'lock-version = "9.0"'), "pylock.toml"),
        ("pylock.toml", PYLOCK.replace("'fast' in extras", "'fast'"), "pylock.toml"),
        ("pylock.toml", PYLOCK.replace("sys_platform == 'win32'", "os_name ~= 'abc'"), "never: its marker cannot be read"),
    ],
)  # fmt: skip
def test_a_lock_that_cannot_be_read_says_what_is_wrong(tmp_path: Path, name: str, text: str, why: str) -> None:
    tree = a_tree(tmp_path / "tree", {name: text})
    with pytest.raises(InputError) as raised:
        find_lock(tree)
    assert name in str(raised.value)
    assert why in str(raised.value)


def test_a_line_of_requirements_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    line = f"one==1.0 --hash={A}"
    tree = a_tree(tmp_path / "tree", {"requirements.txt": line})
    monkeypatch.setattr("tdeveloper.gates.testing.locks.requirements._MOST_LINE_CHARACTERS", len(line))
    assert find_lock(tree) is not None
    monkeypatch.setattr("tdeveloper.gates.testing.locks.requirements._MOST_LINE_CHARACTERS", len(line) - 1)
    with pytest.raises(LockError, match="a line of more than"):
        find_lock(tree)


def test_a_lock_that_is_a_link_is_not_followed(tmp_path: Path) -> None:
    tree = a_tree(tmp_path / "tree", {"real": REQUIREMENTS})
    (tree / "uv.lock").symlink_to(tree / "real")
    with pytest.raises(LockError, match="is a link"):
        find_lock(tree)


def test_more_files_than_are_read_are_no_lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tree = a_tree(tmp_path / "tree", {"requirements-a.txt": "", "requirements-b.txt": ""})
    monkeypatch.setattr(find, "_MOST_FILES", 2)
    assert find_lock(tree) is None
    monkeypatch.setattr(find, "_MOST_FILES", 1)
    with pytest.raises(LockError, match="more than 1 files"):
        find_lock(tree)


def test_our_own_lock_is_read_as_uv_itself_reads_it(tmp_path: Path) -> None:
    """uv writes what it would install as requirements with markers; both readings have the same packages and hashes."""
    tree = a_tree(tmp_path / "tree", {"uv.lock": (ROOT / "uv.lock").read_text()})
    exported = subprocess.run(
        [
            installing_here({}).uv, "export", "--frozen", "--offline", "--all-groups", "--all-extras", "--no-emit-project",
            "--no-header", "--no-annotate", "--no-cache",
        ],
        cwd=ROOT, env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path)}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    by_uv = find_lock(a_tree(tmp_path / "exported", {"requirements.txt": exported.stdout}))
    by_us = find_lock(tree)
    assert by_us is not None
    assert by_uv is not None
    assert len(by_us.packages) > 100
    assert {each.name: each.version for each in by_us.packages} == {each.name: each.version for each in by_uv.packages}
    assert [each.hashes for each in by_us.packages] == [each.hashes for each in by_uv.packages]


def test_the_longest_line_of_requirements_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    line = f"one==1.0 --hash={A}"
    monkeypatch.setattr(requirements, "_MOST_LINE_CHARACTERS", len(line))
    lock = lock_in(tmp_path, requirements__txt=line)
    assert lock is not None
    assert [each.name for each in lock.packages] == ["one"]
    with pytest.raises(LockError, match="a line of more than"):
        lock_in(tmp_path, requirements__txt=f"{line}0")


def test_a_file_that_is_included_with_its_directory_is_beside(tmp_path: Path) -> None:
    files = {
        "requirements.txt": f"one==1.0 --hash={A}\n",
        "requirements-dev.txt": f"-r ./requirements.txt\ntwo==2.0 --hash={C}\n",
    }
    lock = find_lock(a_tree(tmp_path / "tree", files))
    assert lock is not None
    assert [each.name for each in lock.packages] == ["one", "two"]


def test_what_is_local_is_named_in_few_characters(tmp_path: Path) -> None:
    lock = lock_in(tmp_path, requirements__txt=f"one==1.0 --hash={A}\n./{'x' * 200}\n")
    assert lock is not None
    assert [len(each.name) for each in lock.left_out] == [100]


@pytest.mark.parametrize(("version", "is_known"), [("0.9", False), ("1.0", True), ("2.99", True), ("3", False)])
def test_the_formats_of_poetry_that_are_known(tmp_path: Path, version: str, is_known: bool) -> None:
    text = f'[metadata]\nlock-version = "{version}"\n'
    if is_known:
        assert lock_in(tmp_path, poetry__lock=text) is not None
        return
    with pytest.raises(LockError, match=f"version {version} of its format is not known here"):
        lock_in(tmp_path, poetry__lock=text)


def test_a_pre_release_of_python_is_taken_by_what_takes_its_release(tmp_path: Path) -> None:
    files = f'files = [{{file = "one-1.0-py3-none-any.whl", hash = "{A}"}}]'
    text = f'[[package]]\nname = "one"\nversion = "1.0"\npython-versions = ">=3.11"\n{files}\n[metadata]\nlock-version = "2.1"\n'
    file = a_tree(tmp_path / "tree", {"poetry.lock": text}) / "poetry.lock"
    here = frozenset(sys_tags())
    assert [each.name for each in read_poetry(file, here, "3.12.0rc1").packages] == ["one"]
    assert read_poetry(file, here, "3.10.9").packages == ()
