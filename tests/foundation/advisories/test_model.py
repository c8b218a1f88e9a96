"""A snapshot knows how old it is, and what it is all of."""

from datetime import timedelta

import pytest

from foundation.advisories.model import Ecosystem, package_name
from tests.foundation.advisories.factories import AT, a_snapshot, a_source


def test_a_fresh_file_makes_no_old_one_fresh() -> None:
    old = a_source(Ecosystem.NPM, data_as_of=AT - timedelta(days=30))
    assert a_snapshot(sources=(a_source(Ecosystem.PYPI), old)).data_as_of == AT - timedelta(days=30)


def test_it_is_all_of_what_its_files_are_all_of() -> None:
    assert a_snapshot(sources=(a_source(Ecosystem.NPM),)).ecosystems == {Ecosystem.NPM}
    assert a_snapshot().ecosystems == {Ecosystem.PYPI, Ecosystem.NPM}


@pytest.mark.parametrize(
    ("name", "normalised"),
    [("Friendly-Bard", "friendly-bard"), ("FRIENDLY.bard", "friendly-bard"), ("friendly--._BARD", "friendly-bard")],
)
def test_names_of_pypi_are_compared_by_their_normal_form(name: str, normalised: str) -> None:
    """https://peps.python.org/pep-0503/#normalized-names"""
    assert package_name(Ecosystem.PYPI, name) == normalised
    assert package_name(Ecosystem.NPM, name) == name
