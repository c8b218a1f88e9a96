"""Versions in their order: the published chains of examples, and what is no version."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.advisories.model import Ecosystem
from tdeveloper.gates.dependencies.versions import UnknownVersionError, version_key
from tests.tdeveloper.gates.dependencies.trees import NPM, PYPI

# https://semver.org/#spec-item-11, and what is around it.
SEMVER = [
    "0.0.0-0", "0.0.0", "0.9.0", "0.10.0", "1.0.0-1", "1.0.0-2", "1.0.0-11", "1.0.0-alpha", "1.0.0-alpha.1",
    "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1", "1.0.0", "2.0.0", "2.1.0", "2.1.1",
]  # fmt: skip
# https://peps.python.org/pep-0440/#summary-of-permitted-suffixes-and-relative-ordering
PEP440 = [
    "1.dev0", "1.0.dev456", "1.0a1", "1.0a2.dev456", "1.0a12.dev456", "1.0a12", "1.0b1.dev456", "1.0b2", "1.0b2.post345",
    "1.0rc1.dev456", "1.0rc1", "1.0", "1.0.post456.dev34", "1.0.post456", "1.0.15", "1.1.dev1", "1!0.1",
]  # fmt: skip


@pytest.mark.parametrize(("ecosystem", "chain"), [(NPM, SEMVER), (PYPI, PEP440)])
def test_published_examples_are_in_their_order(ecosystem: Ecosystem, chain: list[str]) -> None:
    for lower, higher in pairwise(chain):
        assert version_key(ecosystem, lower) < version_key(ecosystem, higher), (lower, higher)


@pytest.mark.parametrize(
    ("ecosystem", "one", "other"),
    [
        (PYPI, "1.0", "1"),
        (PYPI, "v1.0.0", "1.0"),
        (PYPI, "1.0-RC.1", "1.0rc1"),
        (PYPI, "2.1+cu118", "2.1"),
        (NPM, "1.0.0+build.5", "1.0.0"),
        (NPM, "v1.0.0", "1.0.0"),
        (NPM, " 1.0.0 ", "1.0.0"),
    ],
)
def test_what_is_written_differently_and_means_the_same_is_equal(ecosystem: Ecosystem, one: str, other: str) -> None:
    assert version_key(ecosystem, one) == version_key(ecosystem, other)


@pytest.mark.parametrize(
    ("ecosystem", "text"),
    [
        (PYPI, ""), (PYPI, "1.0-x"), (PYPI, "latest"), (PYPI, "1.*"), (PYPI, "0.1dev-r1716"), (PYPI, "1" * 257),
        (NPM, ""), (NPM, "1.0"), (NPM, "01.0.0"), (NPM, "1.0.0-01"), (NPM, "1.0.0-"), (NPM, "^1.0.0"), (NPM, "1.0.0-a..b"),
        (NPM, "１.0.0"), (NPM, f"1.0.{'1' * 300}"),
    ],
)  # fmt: skip
def test_what_is_no_version_is_not_guessed(ecosystem: Ecosystem, text: str) -> None:
    with pytest.raises(UnknownVersionError):
        version_key(ecosystem, text)


SEMVERS = st.builds(
    "{}.{}.{}{}".format, st.integers(0, 3), st.integers(0, 3), st.integers(0, 3),
    st.sampled_from(["", "-0", "-1", "-a", "-a.1", "-a.b", "-rc.1", "-rc.10"]),
)  # fmt: skip


@given(st.lists(SEMVERS, min_size=3, max_size=3))
def test_the_order_is_total(versions: list[str]) -> None:
    one, two, three = sorted(versions, key=lambda each: version_key(NPM, each))
    assert version_key(NPM, one) <= version_key(NPM, two) <= version_key(NPM, three)
    assert version_key(NPM, one) <= version_key(NPM, three)
