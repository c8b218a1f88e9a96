"""What is deployed can be installed where it will run: every library, at its locked version, as a wheel for that system."""

import re
import tomllib
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from foundation.errors import PlatformError
from infra.assembly_sources import canary_modules
from infra.bundling import bundle_of
from infra.checkout import ROOT
from infra.closure import closure_of
from infra.handlers import HANDLERS, modules_of
from infra.images import IMAGES, Image
from infra.locked import export_requirements, install_options, run_uv
from infra.settings import DEPLOYED_PLATFORM, DEPLOYED_PYTHON, Settings

BUNDLED = tuple(dict.fromkeys(handler.group for handler in HANDLERS))
COMPILED = {image.group: image.compiled for image in IMAGES}
# What Lambda's Python brings for a zip; an image brings its own. And what Synthetics brings beside it.
RUNTIME = {"boto3", "botocore"}
# A library that no module of ours imports, for another library does so when it is asked to.
BEHIND = {"lambda-weekly-report": {"pyarrow"}}


def resolve(group: str, platform: str, python: str, tmp_path: Path) -> None:
    """Work out what uv would install, and install nothing."""
    listing = tmp_path / "requirements.txt"
    listing.write_text(export_requirements(group))
    compiled = [word for library in COMPILED.get(group, ()) for word in ("--no-binary", library)]
    run_uv("pip", "install", "--dry-run", *install_options(python, platform), *compiled,
           "--target", str(tmp_path / "nowhere"), "--requirements", str(listing))  # fmt: skip


def locked(group: str) -> set[str]:
    return set(re.findall(r"^([a-z0-9-]+)==", export_requirements(group), re.MULTILINE))


known_owners = cache(packages_distributions)


def owners(libraries: frozenset[str]) -> dict[str, set[str]]:
    """The distributions that bring each library, by their plain names."""
    known = known_owners()
    return {
        library: {re.sub("[-_.]+", "-", owner).lower() for owner in known.get(library, ())} for library in libraries
    }


@pytest.mark.parametrize("group", [*BUNDLED, *COMPILED])
def test_every_locked_library_has_a_wheel_for_the_system_that_it_is_deployed_on(group: str, tmp_path: Path) -> None:
    resolve(group, DEPLOYED_PLATFORM, DEPLOYED_PYTHON, tmp_path)


@pytest.mark.parametrize(
    ("group", "python", "library"),
    [
        ("lambda-weekly-report", "3.11", "numpy"),
        ("lambda-weekly-report", DEPLOYED_PYTHON, "numpy"),
        ("image-load-test", DEPLOYED_PYTHON, "gevent"),
    ],
)
def test_on_amazon_linux_2_they_have_none(group: str, python: str, library: str, tmp_path: Path) -> None:
    """Its glibc is 2.26; the newest platform below that is manylinux_2_17, and numpy's wheels need 2.27."""
    with pytest.raises(PlatformError, match=rf"Because {library}\b.*==\S+ has no usable\s+wheels"):
        resolve(group, "aarch64-manylinux_2_17", python, tmp_path)


def test_a_digest_that_is_not_the_locked_one_is_refused(tmp_path: Path) -> None:
    listing = tmp_path / "requirements.txt"
    text = export_requirements("lambda-runtime")
    six = text[text.index("six==") : text.index("urllib3==")]
    listing.write_text(re.sub(r"sha256:\w{64}", "sha256:" + "0" * 64, six))
    options = install_options("3.11", None)
    with pytest.raises(PlatformError, match="Hash mismatch"):
        run_uv("pip", "install", *options, "--target", str(tmp_path / "into"), "--requirements", str(listing))


@pytest.mark.parametrize("group", BUNDLED)
def test_a_bundle_has_every_library_that_its_closure_imports(group: str) -> None:
    libraries = closure_of(*modules_of(group)).libraries
    brought = locked(group) | RUNTIME
    assert {library for library, by in owners(libraries).items() if not by & brought} == set()


@pytest.mark.parametrize("image", IMAGES, ids=lambda image: image.name)
def test_an_image_has_every_library_that_its_closure_imports(image: Image) -> None:
    brought = locked(image.group)
    assert {library for library, by in owners(closure_of(image.module).libraries).items() if not by & brought} == set()


def test_the_canaries_import_what_their_zip_or_synthetics_brings() -> None:
    assert closure_of(*canary_modules()).libraries == {"websocket", "aws_synthetics", *RUNTIME}


@pytest.mark.parametrize("group", [*BUNDLED, *COMPILED])
def test_a_group_lists_nothing_that_its_closure_does_not_import(group: str) -> None:
    images = [image.module for image in IMAGES if image.group == group]
    imported = set[str]().union(*owners(closure_of(*modules_of(group), *images).libraries).values())
    lines = tomllib.loads((ROOT / "pyproject.toml").read_text())["dependency-groups"][group]
    listed = {re.split("[<>=]", line)[0] for line in lines}
    assert listed - imported - BEHIND.get(group, set()) == set()


def test_the_systems_are_one_and_the_local_one_is_this_machine() -> None:
    deployed = bundle_of(HANDLERS[0], Settings(stage="production"))
    assert (deployed.python_version, deployed.python_platform) == ("3.13", "aarch64-manylinux_2_34")
    assert bundle_of(HANDLERS[0], Settings(stage="local")).python_platform is None
