"""What we give tests of our own environment: pytest and coverage with what they need."""

import pytest

from foundation.errors import PlatformError
from tdeveloper.gates.testing.gate_layer import gate_distributions
from tdeveloper.gates.testing.layers import Layers


def test_our_layers_have_what_pytest_and_coverage_need_and_nothing_else(layers: Layers) -> None:
    names = {each.name for each in gate_distributions("pytest")}
    assert {"pytest", "pluggy", "iniconfig", "packaging"} <= names
    assert "numpy" not in names
    assert (layers.pytest / "pytest/__init__.py").is_file()
    assert (layers.coverage / "coverage/__init__.py").is_file()
    assert not list(layers.coverage.glob("*.pth"))
    assert not list(layers.pytest.rglob("__pycache__"))


def test_a_tool_that_is_not_installed_is_said() -> None:
    with pytest.raises(PlatformError, match="no-such-tool: is not installed"):
        gate_distributions("no-such-tool")
