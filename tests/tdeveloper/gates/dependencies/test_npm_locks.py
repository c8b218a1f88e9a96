"""package-lock.json of all versions: what is installed, under its real name, from a registry or not."""

import json
from typing import Any

import pytest

from tdeveloper.gates.dependencies.npm_locks import read_package_lock
from tdeveloper.gates.dependencies.reading import UnreadableError
from tests.tdeveloper.gates.dependencies.trees import a_package_lock, gaps, pins

REGISTRY = "https://registry.npmjs.org/a/-/a-1.0.0.tgz"


def test_version_3_has_its_packages_with_their_lines() -> None:
    text = a_package_lock(
        {
            "node_modules/a": {"version": "1.0.0", "resolved": REGISTRY},
            "node_modules/@my/b": {"version": "2.0.0", "dev": True},
            "node_modules/a/node_modules/c": {"version": "3.0.0", "inBundle": True},
            "node_modules/c": {"version": "3.0.0"},
        }
    )
    locked = read_package_lock(text, "web/package-lock.json")
    assert pins(locked) == [("a", "1.0.0", 6), ("@my/b", "2.0.0", 10), ("c", "3.0.0", 14)]
    assert (locked.unread, locked.own_directories) == ((), ("web",))


def test_an_alias_is_what_it_stands_for() -> None:
    three = a_package_lock({"node_modules/a": {"name": "real", "version": "1.0.0"}})
    one = json.dumps({"lockfileVersion": 1, "dependencies": {"a": {"version": "npm:@my/real@1.0.0"}}})
    assert pins(read_package_lock(three, "package-lock.json"))[0][:2] == ("real", "1.0.0")
    locked = read_package_lock(one, "package-lock.json")
    assert pins(locked)[0][:2] == ("@my/real", "1.0.0")
    assert {"a", "@my/real"} <= locked.names


def test_workspaces_are_the_trees_own_code_and_what_lies_outside_is_named() -> None:
    text = a_package_lock(
        {
            "packages/a": {"name": "a", "version": "1.0.0"},
            "node_modules/a": {"resolved": "packages/a", "link": True},
            "node_modules/b": {"resolved": "../b", "link": True},
            "../b": {"version": "1.0.0"},
            "packages/a/node_modules/c": {"version": "1.0.0"},
        }
    )
    locked = read_package_lock(text, "package-lock.json")
    assert [each[:2] for each in pins(locked)] == [("c", "1.0.0")]
    assert locked.own_directories == ("", "packages/a")
    assert gaps(locked) == ["b is not checked: it comes from ../b", "../b is not checked: it comes from ../b"]


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        ({}, "it has no version"),
        ({"version": 1}, "it has no version"),
        ({"version": "git+ssh://git@x/a.git#1"}, "it comes from git+ssh://git@x/a.git#1"),
        ({"version": "file:../a"}, "it comes from file:../a"),
        ({"version": "you/a"}, "it comes from you/a"),
        ({"version": "1.0.0", "resolved": "git+ssh://git@x/a.git#1"}, "it comes from git+ssh://git@x/a.git#1"),
        ({"version": "1.0.0", "resolved": "https://x/a.tgz"}, "it comes from https://x/a.tgz"),
        (
            {"version": "1.0.0", "resolved": "https://npm.pkg.github.com/a"},
            "it comes from https://npm.pkg.github.com/a",
        ),
        ({"version": "1.0.0", "resolved": "https://[x/-/a"}, "it comes from https://[x/-/a"),
        ({"version": "1.0.0", "resolved": "file:///x/-/a.tgz"}, "it comes from file:///x/-/a.tgz"),
    ],
)
def test_what_no_registry_hands_out_is_named_in_every_version(entry: dict[str, Any], why: str) -> None:
    three = a_package_lock({"node_modules/a": entry})
    one = json.dumps({"lockfileVersion": 1, "dependencies": {"a": entry}})
    for text in (three, one):
        locked = read_package_lock(text, "package-lock.json")
        assert (pins(locked), gaps(locked)) == ([], [f"a is not checked: {why}"])


def test_github_s_registry_is_one() -> None:
    entry = {"version": "1.0.0", "resolved": "https://npm.pkg.github.com/download/@my/a/1.0.0/abc"}
    assert gaps(read_package_lock(a_package_lock({"node_modules/@my/a": entry}), "package-lock.json")) == []


def test_version_1_has_what_lies_in_one_another_and_version_2_what_either_npm_would_install() -> None:
    inner = {"b": {"version": "2.0.0", "dependencies": {"c": {"version": "3.0.0"}}}}
    one = {"lockfileVersion": 1, "dependencies": {"a": {"version": "1.0.0", "dependencies": inner}}}
    assert [each[:2] for each in pins(read_package_lock(json.dumps(one), "l"))] == [
        ("a", "1.0.0"), ("b", "2.0.0"), ("c", "3.0.0")
    ]  # fmt: skip
    two = {"lockfileVersion": 2, "packages": {"node_modules/a": {"version": "1.0.0"}}, "dependencies": inner}
    assert [each[0] for each in pins(read_package_lock(json.dumps(two), "l"))] == ["a", "b", "c"]


def deep(levels: int) -> str:
    inner: dict[str, Any] = {}
    for _ in range(levels):
        inner = {"a": {"version": "1.0.0", "dependencies": inner}}
    return json.dumps({"dependencies": inner})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{}", "names no packages, so it may be cut"),
        ('{"lockfileVersion": 3}', "names no packages, so it may be cut"),
        ('{"lockfileVersion": 4, "packages": {}}', "has the lockfileVersion '4'"),
        ('{"lockfileVersion": true, "packages": {}}', "has the lockfileVersion 'True'"),
        ('{"lockfileVersion": 3, "packages": []}', "packages is no mapping"),
        ('{"lockfileVersion": 3, "packages": {"node_modules/a": 1}}', "the entry node_modules/a is no mapping"),
        ('{"dependencies": {"a": 1}}', "the entry a is no mapping"),
        (deep(61), "nested too deeply"),
        ('{"packages": {', "not valid JSON"),
    ],
)
def test_what_is_no_such_lock_file_is_said(text: str, said: str) -> None:
    with pytest.raises(UnreadableError, match=said):
        read_package_lock(text, "package-lock.json")


def test_sixty_levels_are_read_and_a_lock_without_dependencies_is_one() -> None:
    assert len(pins(read_package_lock(deep(60), "l"))) == 1
    assert pins(read_package_lock('{"lockfileVersion": 1}', "l")) == []
