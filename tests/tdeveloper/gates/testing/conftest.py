"""The sandbox that holds here, and the layers that every tree without a lock has: made once a process."""

import os
from pathlib import Path

import pytest

from foundation.sandbox.probing import Holds, NoSandbox, probe
from tdeveloper.gates.testing.installing import installing_here
from tdeveloper.gates.testing.layers import Layers, LayerStore


@pytest.fixture(scope="session")
def sandbox() -> Holds:
    """The sandbox; without one there is nothing to test."""
    found = probe()
    if isinstance(found, NoSandbox):
        pytest.skip(found.sentence)
    return found


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> LayerStore:
    """A store of layers that is this process's own."""
    return LayerStore(directory=tmp_path_factory.mktemp("layers"), installing=installing_here(os.environ))


@pytest.fixture(scope="session")
def layers(store: LayerStore, tmp_path_factory: pytest.TempPathFactory) -> Layers:
    """The layers of a tree that has locked nothing."""
    made = store.layers_for(Path(tmp_path_factory.mktemp("empty")))
    assert isinstance(made, Layers)
    return made
