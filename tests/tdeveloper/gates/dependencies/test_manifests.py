"""What manifests depend on, by name."""

import json
from collections.abc import Callable

import pytest

from tdeveloper.gates.dependencies.manifests import (
    Manifest,
    read_package_json,
    read_pipfile,
    read_pyproject,
    read_setup_script,
)
from tdeveloper.gates.dependencies.reading import UnreadableError


def test_pyproject_depends_on_what_the_standard_the_groups_and_poetry_say() -> None:
    text = """
[build-system]
requires = ["hatchling"]
[project]
dependencies = ["A_a>=1; python_version < '3'", "b[x] @ https://x/b"]
[project.optional-dependencies]
extra = ["c"]
[dependency-groups]
dev = ["d", { include-group = "e" }]
[tool.poetry.dependencies]
python = "^3.11"
F_f = "^1"
[tool.poetry.dev-dependencies]
g = "*"
[tool.poetry.group.dev.dependencies]
h = "*"
"""
    found = read_pyproject(text, "pyproject.toml")
    assert found.names == {"a-a", "b", "c", "d", "f-f", "g", "h"}
    assert not found.is_open


@pytest.mark.parametrize(
    ("text", "is_open"),
    [
        ("[project]\ndynamic = ['dependencies']", True),
        ("[project]\ndynamic = ['optional-dependencies']", True),
        ("[project]\ndynamic = ['version']", False),
        ("", False),
    ],
)
def test_what_is_reckoned_at_build_time_is_not_read(text: str, is_open: bool) -> None:
    found = read_pyproject(text, "pyproject.toml")
    assert (found.names, found.is_open) == (frozenset(), is_open)


def test_a_pipfile_depends_on_its_packages() -> None:
    assert read_pipfile("[packages]\nA_a = '*'\n[dev-packages]\nb = '*'", "Pipfile").names == {"a-a", "b"}


def test_package_json_depends_on_all_but_its_peers() -> None:
    tables = {"dependencies": "a", "devDependencies": "B_b", "optionalDependencies": "c", "peerDependencies": "d"}
    text = json.dumps({key: {name: "1"} for key, name in tables.items()})
    assert read_package_json(text, "package.json").names == {"a", "B_b", "c"}


@pytest.mark.parametrize(
    ("text", "is_open"),
    [
        ("from setuptools import setup\nsetup()", False),
        ("setup(install_requires=['a'])", True),
        ("setup(deps=open('requirements.txt'))", True),
        ("[options]\ninstall_requires =\n  a", True),
    ],
)
def test_of_a_setup_script_it_is_read_that_it_requires_something(text: str, is_open: bool) -> None:
    assert read_setup_script(text, "setup.py").is_open is is_open


@pytest.mark.parametrize(
    ("read", "text", "said"),
    [
        (read_pyproject, "[project", "is not valid TOML"),
        (read_pyproject, "project = 1", "project is no mapping"),
        (read_pyproject, "[project]\ndependencies = 'a'", "project.dependencies is no list"),
        (read_pyproject, "[project]\ndependencies = ['a b']", "'a b' is no requirement"),
        (read_pyproject, f"[project]\ndependencies = ['{'a' * 2_001}']", "is too long to be a requirement"),
        (read_pyproject, f'[project]\ndependencies = ["a; {"(" * 900}os_name==1"]', "is no requirement"),
        (read_pyproject, "[dependency-groups]\na = 'b'", "a group is no list"),
        (read_pyproject, "[tool]\npoetry = 1", "tool.poetry is no mapping"),
        (read_pipfile, "packages = 1", "a table of packages is no mapping"),
        (read_package_json, '{"dependencies": []}', "dependencies is no mapping"),
        (read_package_json, "{", "not valid JSON"),
    ],
)
def test_what_cannot_be_read_is_said(read: Callable[[str, str], Manifest], text: str, said: str) -> None:
    with pytest.raises(UnreadableError, match=said):
        read(text, "manifest")
