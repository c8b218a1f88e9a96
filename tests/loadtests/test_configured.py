"""The files that Locust loads by where nobody names others."""

from pathlib import Path

import pytest

from infra.checkout import ROOT
from infra.service import T_DEVELOPER
from loadtests.configured import configured_file


def test_in_this_checkout_they_are_those_of_the_default_service() -> None:
    assert Path(configured_file("objectives", ROOT)) == T_DEVELOPER.objectives
    assert Path(configured_file("profiles", ROOT)) == T_DEVELOPER.load_profiles


@pytest.mark.parametrize(
    "text", [None, "", "[tool]\nsre = 1", "[tool.sre.load-test]\nobjectives = 3", "no toml", "[tool.sre.load-test]"]
)
def test_a_place_that_names_none_has_none(text: str | None, tmp_path: Path) -> None:
    if text is not None:
        (tmp_path / "pyproject.toml").write_text(text)
    assert configured_file("objectives", tmp_path) == ""


def test_it_is_named_from_the_directory_of_the_pyproject(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.sre.load-test]\nobjectives = "mine/objectives.yaml"')
    assert configured_file("objectives", tmp_path) == str(tmp_path / "mine" / "objectives.yaml")
