"""All that a tree says of its dependencies: no lock file is passed over, and no manifest without one."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from tdeveloper.gates.dependencies.model import Bounds
from tdeveloper.gates.dependencies.tree import TreeDependencies, read_tree
from tests.tdeveloper.gates.dependencies.trees import UV_LOCK, a_package_lock, a_tree

BOUNDS = Bounds()
SHOP = '[project]\nname = "tree"\ndependencies = ["shop"]\n'
NO_LOCK = "dependencies are not checked: no lock file that is read here is beside it"


def read(root: Path, files: Mapping[str, str | bytes], bounds: Bounds = BOUNDS) -> TreeDependencies:
    return read_tree(a_tree(root, files), bounds, lambda: True)


def names(found: TreeDependencies) -> list[tuple[str, str]]:
    return [(each.path, each.name) for each in found.packages]


def gaps(found: TreeDependencies) -> list[tuple[str, str]]:
    return [(each.path, each.why) for each in found.unread]


def test_lock_files_of_every_kind_are_found_anywhere(tmp_path: Path) -> None:
    files = {
        "uv.lock": UV_LOCK,
        "a/poetry.lock": '[[package]]\nname = "a"\nversion = "1"\n[metadata]\n',
        "b/c/Pipfile.lock": '{"_meta": {}, "default": {"b": {"version": "==1"}}}',
        "d/pylock.toml": 'lock-version = "1.0"\n[[packages]]\nname = "d"\nversion = "1"\n',
        "d/pylock.dev.toml": 'lock-version = "1.0"\n[[packages]]\nname = "dd"\nversion = "1"\n',
        "requirements.txt": "e==1",
        "Requirements-dev.txt": "f==1",
        "dev-requirements.txt": "g==1",
        "requirements/prod.txt": "h==1",
        "web/package-lock.json": a_package_lock({"node_modules/i": {"version": "1.0.0"}}),
        "web/npm-shrinkwrap.json": a_package_lock({"node_modules/j": {"version": "1.0.0"}}),
        "docs/notes.txt": "not==1",
        "web/node_modules/x/package-lock.json": "{",
        "web/node_modules/x/package.json": '{"dependencies": {"y": "1"}}',
    }
    found = read(tmp_path, files)
    assert found.unread == ()
    assert sorted(name for _, name in names(found)) == sorted(["shop", "a", "b", "d", "dd", *"efghij"])


def test_a_tree_without_dependencies_has_nothing_to_say(tmp_path: Path) -> None:
    files = {
        "pyproject.toml": '[project]\nname = "a"\ndependencies = []\n',
        "package.json": '{"name": "a"}',
        "setup.py": "from setuptools import setup\nsetup()\n",
        "main.py": "import this\n",
    }
    assert read(tmp_path, files) == TreeDependencies(packages=(), unread=())


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("pyproject.toml", SHOP),
        ("sub/pyproject.toml", SHOP),
        ("Pipfile", "[packages]\nshop = '*'\n"),
        ("setup.py", "setup(install_requires=['shop'])"),
        ("setup.cfg", "[options]\ninstall_requires = shop\n"),
        ("package.json", '{"devDependencies": {"shop": "1"}}'),
    ],
)
def test_a_manifest_without_a_lock_file_beside_it_is_named(name: str, content: str, tmp_path: Path) -> None:
    assert gaps(read(tmp_path, {name: content, "other/uv.lock": UV_LOCK})) == [(name, NO_LOCK)]


@pytest.mark.parametrize(
    "name",
    ["yarn.lock", "pnpm-lock.yaml", "a/go.sum", "Cargo.lock", "Gemfile.lock", "composer.lock", "environment.yml", "pom.xml"],
)  # fmt: skip
def test_formats_that_are_known_and_not_read_are_named(name: str, tmp_path: Path) -> None:
    why = "dependencies are not checked: a format that is not read here"
    assert gaps(read(tmp_path, {name: "anything", "main.py": ""})) == [(name, why)]


def test_a_manifest_is_held_name_by_name_against_the_lock_files_of_its_directory(tmp_path: Path) -> None:
    assert read(tmp_path, {"pyproject.toml": SHOP, "uv.lock": UV_LOCK}).unread == ()
    more = SHOP.replace('["shop"]', '["shop", "Not_There", "a", "b", "c", "d", "e"]')
    assert gaps(read(tmp_path, {"pyproject.toml": more, "uv.lock": UV_LOCK})) == [
        ("pyproject.toml", "dependencies are not checked: no lock file beside it has a, b, c, d, e and 1 more")
    ]
    two = SHOP.replace('["shop"]', '["shop", "x"]')
    assert read(tmp_path, {"pyproject.toml": two, "uv.lock": UV_LOCK, "requirements.txt": "x==1"}).unread == ()


def test_a_lock_file_of_the_other_ecosystem_is_none(tmp_path: Path) -> None:
    files = {"package.json": '{"dependencies": {"shop": "1"}}', "uv.lock": UV_LOCK}
    assert gaps(read(tmp_path, files)) == [("package.json", NO_LOCK)]


def test_members_of_a_workspace_have_the_lock_file_of_the_whole(tmp_path: Path) -> None:
    lock = a_package_lock(
        {
            "packages/a": {"name": "a"},
            "node_modules/a": {"resolved": "packages/a", "link": True},
            "node_modules/x": {"version": "1.0.0"},
        }
    )
    member = json.dumps({"dependencies": {"x": "1", "a": "*"}})
    files = {"package-lock.json": lock, "packages/a/package.json": member, "examples/package.json": member}
    assert gaps(read(tmp_path, files)) == [("examples/package.json", NO_LOCK)]


def test_what_cannot_be_read_is_named_and_leaves_its_manifest_without_a_lock(tmp_path: Path) -> None:
    found = read(tmp_path, {"uv.lock": "version = [", "pyproject.toml": SHOP, "package-lock.json": b"\xff"})
    assert found.packages == ()
    assert [path for path, _ in gaps(found)] == ["package-lock.json", "uv.lock", "pyproject.toml"]
    assert gaps(found)[1][1].startswith("dependencies are not checked: it is not valid TOML")


def test_a_lock_file_that_is_a_link_is_named(tmp_path: Path) -> None:
    tree = a_tree(tmp_path, {"main.py": ""})
    (tmp_path / "outside.lock").write_text(UV_LOCK)
    (tree / "uv.lock").symlink_to(tmp_path / "outside.lock")
    found = read_tree(tree, BOUNDS, lambda: True)
    assert gaps(found) == [("uv.lock", "dependencies are not checked: it is not a regular file")]


def test_a_file_that_another_includes_is_read_once(tmp_path: Path) -> None:
    files = {"requirements.txt": "-r requirements/base.txt\na==1", "requirements/base.txt": "b==1\nc"}
    found = read(tmp_path, files)
    assert names(found) == [("requirements/base.txt", "b"), ("requirements.txt", "a")]
    assert len(found.unread) == 1


def test_the_bounds_are_kept_and_what_is_beyond_is_named(tmp_path: Path) -> None:
    files = {"a/requirements.txt": "a==1\nb==1", "b/requirements.txt": "c==1", "c/requirements.txt": "d==1"}
    found = read(tmp_path, files, replace(BOUNDS, file_count=2))
    assert names(found)[-1] == ("b/requirements.txt", "c")
    assert gaps(found) == [
        ("c/requirements.txt", "dependencies are not checked: it is more than the 2th such file")
    ]  # fmt: skip
    found = read(tmp_path, files, replace(BOUNDS, package_count=3))
    assert len(found.packages) == 3
    assert gaps(found) == [
        ("c/requirements.txt", "dependencies are not checked: more than 3 packages, the most that are checked")
    ]
    assert read(tmp_path, files, replace(BOUNDS, package_count=4, file_count=3)).unread == ()
    assert len(read(tmp_path, files, replace(BOUNDS, file_bytes=4)).unread) == 1


def test_what_there_is_no_time_for_is_named(tmp_path: Path) -> None:
    answers = iter((True, False, False))
    tree = a_tree(tmp_path, {"a/requirements.txt": "a==1", "b/requirements.txt": "b==1", "uv.lock": UV_LOCK})
    found = read_tree(tree, BOUNDS, lambda: next(answers))
    assert names(found) == [("a/requirements.txt", "a")]
    assert [path for path, _ in gaps(found)] == ["b/requirements.txt", "uv.lock"]
    assert gaps(found)[0][1] == "dependencies are not checked: there was no time left to read it"
