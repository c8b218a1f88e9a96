"""Layers: what a tree has locked, from its own wheels; made whole or not at all, once, and closed."""

import os
import subprocess
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from foundation.errors import InputError, PlatformError
from foundation.processes.lock import OwnedError
from foundation.sandbox.probing import Holds
from tdeveloper.gates.outcomes import GateOutcome
from tdeveloper.gates.testing.endings import ModulesMissing, NotRun
from tdeveloper.gates.testing.gate_layer import gate_distributions
from tdeveloper.gates.testing.installing import Installing, installing_here
from tdeveloper.gates.testing.layers import Layers, LayerStore, NoLayers
from tdeveloper.gates.testing.scan import scan
from tests.tdeveloper.gates.testing.making import a_tree, a_wheel
from tests.tdeveloper.gates.testing.test_installing import a_uv

PLUGIN = {
    "tiny/__init__.py": "NUMBER = 7\n",
    "tiny/plugin.py": "import pytest\n@pytest.fixture\ndef seven():\n    return 7\n",
    "tiny-1.0.dist-info/entry_points.txt": "[pytest11]\ntiny = tiny.plugin\n",
}
TESTS = "import tiny\ndef test_number(seven):\n    assert tiny.NUMBER == seven\n"


def with_lock(directory: Path, *, digest: str | None = None) -> Path:
    """A tree that has locked a plugin of pytest, and brings its wheel."""
    tree = a_tree(directory / "tree", {"test_a.py": TESTS})
    real = a_wheel(tree / "wheels", "tiny", "1.0", PLUGIN)
    return a_tree(tree, {"requirements.txt": f"tiny==1.0 --hash={digest or real}\n"})


def kinds_in(store: LayerStore) -> list[str]:
    """The layers of a store by the beginning of their names; nothing half-made, and nobody at work, is in it."""
    assert list((store.directory / ".making").glob("*/*")) == []
    return sorted(each.name.split("-")[0] for each in store.directory.iterdir() if each.name != ".making")


@pytest.fixture(name="own_store")
def fixture_own_store(tmp_path: Path) -> LayerStore:
    return LayerStore(directory=tmp_path / "store", installing=installing_here({}))


def test_a_locked_plugin_from_the_trees_wheels_is_there_for_its_tests(
    tmp_path: Path, own_store: LayerStore, sandbox: Holds
) -> None:
    tree = with_lock(tmp_path)
    layers = own_store.layers_for(tree)
    found = scan(tree, sandbox=sandbox, layers=layers)
    assert (found.outcome, found.findings, found.unread) == (GateOutcome.PASSED, (), ())


def test_a_layer_is_closed_and_has_modules_alone(tmp_path: Path, own_store: LayerStore) -> None:
    layers = own_store.layers_for(with_lock(tmp_path))
    assert isinstance(layers, Layers)
    assert layers.locked is not None
    assert sorted(each.name for each in layers.locked.iterdir()) == ["tiny", "tiny-1.0.dist-info"]
    assert (layers.locked / "tiny").stat().st_mode & 0o777 == 0o555
    assert (layers.locked / "tiny/plugin.py").stat().st_mode & 0o777 == 0o444
    assert layers.locked.stat().st_mode & 0o005 == 0o005
    assert kinds_in(own_store) == ["coverage", "locked", "pytest"]


def test_a_layer_is_made_once(tmp_path: Path, own_store: LayerStore) -> None:
    tree = with_lock(tmp_path)
    first = own_store.layers_for(tree)
    unusable = LayerStore(directory=own_store.directory, installing=Installing(uv=Path("/nowhere")))
    assert unusable.layers_for(tree) == first


def test_two_makers_of_one_layer_make_it_once(tmp_path: Path, own_store: LayerStore) -> None:
    tree = with_lock(tmp_path)
    found: list[Layers | NoLayers] = []
    makers = [threading.Thread(target=lambda: found.append(own_store.layers_for(tree))) for _ in range(3)]
    for each in makers:
        each.start()
    for each in makers:
        each.join()
    assert len(found) == 3
    assert found[0] == found[1] == found[2]
    assert isinstance(found[0], Layers)
    assert kinds_in(own_store) == ["coverage", "locked", "pytest"]


def test_another_lock_is_another_layer(tmp_path: Path, own_store: LayerStore) -> None:
    (tmp_path / "other").mkdir()
    other = a_tree(tmp_path / "other/tree", {})
    digest = a_wheel(other / "wheels", "tiny", "2.0", {"tiny.py": ""})
    a_tree(other, {"requirements.txt": f"tiny==2.0 --hash={digest}\n"})
    first, second = own_store.layers_for(with_lock(tmp_path)), own_store.layers_for(other)
    assert isinstance(first, Layers)
    assert isinstance(second, Layers)
    assert first.locked != second.locked
    assert (first.coverage, first.pytest) == (second.coverage, second.pytest)


def test_a_wheel_that_is_not_what_was_locked_is_no_layer(tmp_path: Path, own_store: LayerStore, sandbox: Holds) -> None:
    tree = with_lock(tmp_path, digest="sha256:" + "a" * 64)
    layers = own_store.layers_for(tree)
    assert isinstance(layers, NoLayers)
    assert "what is locked could not be brought" in layers.reason
    assert "tiny" in layers.reason
    assert kinds_in(own_store) == []
    found = scan(tree, sandbox=sandbox, layers=layers)
    assert (found.ended, found.outcome) == (NotRun(reason=layers.reason), GateOutcome.INCONCLUSIVE)


def test_a_lock_that_cannot_be_read_is_no_layer_and_says_nothing_of_where_it_lies(
    tmp_path: Path, own_store: LayerStore
) -> None:
    layers = own_store.layers_for(a_tree(tmp_path / "tree", {"uv.lock": "=", "a.py": ""}))
    assert isinstance(layers, NoLayers)
    assert layers.reason.startswith("uv.lock: no TOML")
    assert str(tmp_path) not in layers.reason
    (tmp_path / "tree/uv.lock").write_bytes(b"\xff")
    layers = own_store.layers_for(tmp_path / "tree")
    assert layers == NoLayers(reason="uv.lock:1: not text in UTF-8; save it as UTF-8")


def test_a_lock_of_nothing_needs_no_layer(tmp_path: Path, own_store: LayerStore) -> None:
    layers = own_store.layers_for(a_tree(tmp_path / "tree", {"uv.lock": "version = 1\n"}))
    assert isinstance(layers, Layers)
    assert layers.locked is None


def test_what_is_larger_than_a_layer_may_be_is_no_layer(tmp_path: Path, own_store: LayerStore) -> None:
    small = LayerStore(directory=own_store.directory, installing=replace(own_store.installing, most_bytes=100))
    layers = small.layers_for(with_lock(tmp_path))
    assert layers == NoLayers(reason="what is locked is larger than 0 MiB")


def test_what_may_be_run_in_a_layer_stays_so_and_nothing_may_be_written(tmp_path: Path) -> None:
    script = 'cd "$4"; mkdir below; touch below/read run; chmod 777 run; chmod 666 below/read'
    layers = LayerStore(
        directory=tmp_path / "store", installing=Installing(uv=a_uv(tmp_path, script))
    ).layers_for(with_lock(tmp_path))  # fmt: skip
    assert isinstance(layers, Layers)
    assert layers.locked is not None
    modes = {each.name: each.stat().st_mode & 0o777 for each in layers.locked.rglob("*")}
    assert modes == {"below": 0o555, "read": 0o444, "run": 0o555}
    assert layers.locked.stat().st_mode & 0o777 == 0o755


def test_whoever_waits_too_long_for_another_maker_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tdeveloper.gates.testing.layers._WAIT_SECONDS", 0.0)
    monkeypatch.setattr("tdeveloper.gates.testing.layers._LOOK_SECONDS", 0.01)
    tree, store = with_lock(tmp_path), LayerStore(directory=tmp_path / "store", installing=installing_here({}))
    asked: list[None] = []

    def owned(*_: object, **__: object) -> None:
        asked.append(None)
        raise OwnedError("somebody else makes it")

    monkeypatch.setattr("tdeveloper.gates.testing.layers.owning", owned)
    with pytest.raises(OwnedError, match="somebody else makes it"):
        store.layers_for(tree)
    assert asked


def test_a_link_is_no_part_of_a_layer(tmp_path: Path) -> None:
    fake = a_uv(tmp_path, 'ln -s /etc/passwd "$4/link"')
    store = LayerStore(directory=tmp_path / "store", installing=Installing(uv=fake))
    with pytest.raises(InputError, match="is neither a file nor a directory"):
        store.layers_for(with_lock(tmp_path))
    assert kinds_in(store) == []


def test_our_layers_have_what_pytest_and_coverage_need_and_nothing_else(store: LayerStore, layers: Layers) -> None:
    names = {each.name for each in gate_distributions("pytest")}
    assert {"pytest", "pluggy", "iniconfig", "packaging"} <= names
    assert "numpy" not in names
    assert (layers.pytest / "pytest/__init__.py").is_file()
    assert (layers.coverage / "coverage/__init__.py").is_file()
    assert not list(layers.coverage.glob("*.pth"))
    assert not list(layers.pytest.rglob("__pycache__"))


def test_a_tool_that_is_not_installed_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(PlatformError, match="no-such-tool: is not installed"):
        gate_distributions("no-such-tool")


@pytest.mark.slow
def test_what_is_locked_comes_from_an_index(tmp_path: Path, sandbox: Holds, monkeypatch: pytest.MonkeyPatch) -> None:
    """The only test that needs the Python package index."""
    digest = "sha256:" + "4721f391ed90541fddacab5acf947aa0d3dc7d27b2e1e8eda2be8970586c3274"
    files = {
        "requirements.txt": f"six==1.17.0 --hash={digest}\n",
        "test_a.py": "import six\ndef test_a():\n    assert six.PY3\n",
    }
    tree = a_tree(tmp_path / "tree", files)
    store = LayerStore(directory=tmp_path / "store", installing=installing_here(os.environ))
    found = scan(tree, sandbox=sandbox, layers=store.layers_for(tree))
    assert (found.outcome, found.unread) == (GateOutcome.PASSED, ())


@pytest.mark.slow
@pytest.mark.parametrize("pytest_version", ["7.0.1", "7.4.4", "8.3.5"])
def test_a_pytest_and_its_plugins_that_the_tree_has_locked_are_used(
    tmp_path: Path, sandbox: Holds, pytest_version: str
) -> None:
    """It needs the Python package index."""
    wanted = a_tree(tmp_path / "wanted", {"in.txt": f"pytest=={pytest_version}\npytest-asyncio\n"})
    installing = installing_here(os.environ)
    locked = subprocess.run(
        [str(installing.uv), "pip", "compile", "--generate-hashes", "--no-config", "--no-cache", "-q", "in.txt"],
        cwd=wanted, env={**installing.environment, "PATH": os.defpath, "HOME": str(tmp_path)},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    files = {
        "requirements.txt": locked.stdout,
        "pytest.ini": "[pytest]\nasyncio_mode = auto\n",
        "own.py": "ONE = 1\n",
        "tests/test_a.py": f"import asyncio, pytest, own\nasync def test_a():\n    await asyncio.sleep(0)\n    assert own.ONE\n"
        f"def test_version():\n    assert pytest.__version__ == '{pytest_version}'\n"
        "def test_bad():\n    import no_such_library\n",
    }
    tree = a_tree(tmp_path / "tree", files)
    store = LayerStore(directory=tmp_path / "store", installing=installing)
    found = scan(tree, sandbox=sandbox, layers=store.layers_for(tree))
    assert found.ended == ModulesMissing(names=("no_such_library",))
    assert (found.findings, [each.path for each in found.unread]) == ((), ["tests/test_a.py"])
    a_tree(tree, {"conftest.py": "import no_such_thing\n"})
    found = scan(tree, sandbox=sandbox, layers=store.layers_for(tree))
    assert found.ended == ModulesMissing(names=("no_such_thing",))
    assert [each.path for each in found.unread] == ["conftest.py"]
