"""What each tool of the gates says of a tree when a person runs it by its own program, as counts of findings.

A finding is its rule, its path in the tree and its line; complexipy says no line, so a finding of it has the name of its
function. The tree is a directory without `.git`, and nothing of the gates' own code is used but the rules that they select.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping
from importlib.metadata import version
from pathlib import Path
from types import MappingProxyType
from typing import Any

from junitparser import JUnitXml

from tdeveloper.gates.quality.defects import SEVERITY_BY_RULE

_BIN = Path(sys.executable).parent
Found = Counter[tuple[str, str, int | str]]
# As docs/test-gate.md says it.
_COVERAGE = """\
[run]
branch = True
relative_files = True
omit =
    */test/*
    */tests/*
    */test_*.py
    */*_test.py
    */conftest.py
source =
    {source}
[report]
ignore_errors = True
exclude_lines = (?!)
partial_branches = (?!)
"""


def bandit(tree: Path, scratch: Path) -> Found:
    # It ends with 1 where it found something.
    said = json.loads(_said(("bandit", "-q", "-r", "-f", "json", "--ignore-nosec", "."), tree))
    assert (said["errors"], scratch.is_dir()) == ([], True)
    return Counter((each["test_id"], _name(each["filename"]), each["line_number"]) for each in said["results"])


def ruff(tree: Path, scratch: Path) -> Found:
    command = (
        "ruff", "check", "--isolated", "--no-cache", "--ignore-noqa", "--no-respect-gitignore", "--target-version", "py315",
        "--output-format", "json", "--select", ",".join(SEVERITY_BY_RULE), ".",
    )  # fmt: skip
    assert scratch.is_dir()
    return Counter(
        (each["code"], Path(each["filename"]).relative_to(tree.resolve()).as_posix(), each["location"]["row"])
        for each in json.loads(_said(command, tree))
    )


def complexipy(tree: Path, scratch: Path) -> Found:
    report = scratch / "complexipy.json"
    command = (
        "complexipy", ".", "--max-complexity-allowed", "15", "--failed", "--no-ignore", "--isolated", "--quiet",
        "--cache-dir", str(scratch / "complexipy"), "--output-format", "json", "--output", str(report),
    )  # fmt: skip
    _said(command, tree)
    return Counter(
        ("cognitive-complexity", _name(each["path"]), f"{each['function_name']} {each['complexity']}")
        for each in json.loads(report.read_text())
    )


def jscpd(tree: Path, scratch: Path) -> Found:
    command = (
        "jscpd", "--reporters", "json", "--output", str(scratch), "--format", "python", "--formats-exts", "python:py,pyi",
        "--no-gitignore", "--max-size", "100mb", "--mode", "mild", "--min-tokens", "50", "--min-lines", "5", "--silent",
        "--no-tips", ".",
    )  # fmt: skip
    _said(command, tree)
    clones = json.loads((scratch / "jscpd-report.json").read_text())["duplicates"]
    return Counter(
        ("clone", *max((_name(each[key]["name"]), each[key]["start"]) for key in ("firstFile", "secondFile")))
        for each in clones
    )


def zizmor(tree: Path, scratch: Path) -> Found:
    workflows = sorted(each.relative_to(tree).as_posix() for each in tree.glob(".github/workflows/*.yml"))
    assert scratch.is_dir()
    if not workflows:
        return Counter()
    command = (
        "zizmor", "--offline", "--no-config", "--no-ignores", "--no-progress", "--no-exit-codes", "--persona", "regular",
        "--format", "json-v1", *workflows,
    )  # fmt: skip

    def place(each: Mapping[str, Any]) -> tuple[str, str, int]:
        (primary,) = (at for at in each["locations"] if at["symbolic"]["kind"] == "Primary")
        path = primary["symbolic"]["key"]["Local"]["verbatim_path"]
        return each["ident"], path, primary["concrete"]["location"]["start_point"]["row"] + 1

    return Counter(map(place, json.loads(_said(command, tree))))


# detect-secrets is left out: its program reads a file by its name and its lines, and passes over what it takes for no text or
# for a lock; the gate gives it every reading of every byte.
TOOLS: Mapping[str, Callable[[Path, Path], Found]] = MappingProxyType(
    {"bandit": bandit, "ruff": ruff, "complexipy": complexipy, "jscpd": jscpd, "zizmor": zizmor}
)


def suite(tree: Path, scratch: Path) -> tuple[Counter[str], float]:
    """How many tests ended how, and the percentage that they cover, in an environment with what the tree has locked.

    Not in a sandbox: where root may open what nobody else may, a test of that takes another way.
    """
    python = scratch / "environment" / "bin" / "python"
    locked = tree / "requirements.txt"
    wanted = [f"{name}=={version(name)}" for name in ("pytest", "coverage")]
    _done((str(_BIN / "uv"), "venv", "--quiet", "--python", sys.executable, str(scratch / "environment")), tree)
    pip = (str(_BIN / "uv"), "pip", "install", "--quiet", "--python", str(python))
    _done((*pip, *wanted), tree)
    if locked.is_file():
        _done((*pip, "--require-hashes", "--no-deps", "-r", str(locked)), tree)
    configuration = scratch / "coveragerc"
    configuration.write_text(_COVERAGE.format(source=tree))
    junit, measured = scratch / "junit.xml", scratch / "coverage.json"
    coverage, options = (
        (str(python), "-m", "coverage"),
        (f"--rcfile={configuration}", f"--data-file={scratch / 'data'}"),
    )
    tests = ("-m", "pytest", "-q", "-p", "no:cacheprovider", "-o", "addopts=", f"--junitxml={junit}")
    _done((*coverage, "run", *options, *tests), tree, good_codes=(0, 1))
    _done((*coverage, "json", *options, "-q", "-o", str(measured)), tree)
    (ran,) = JUnitXml.fromfile(str(junit))
    counts = Counter({"failed": ran.failures or 0, "error": ran.errors or 0, "skipped": ran.skipped or 0})
    counts["passed"] = (ran.tests or 0) - counts.total()
    totals = json.loads(measured.read_text())["totals"]
    covered = totals["covered_lines"] + totals["covered_branches"]
    return counts, 100 * covered / (totals["num_statements"] + totals["num_branches"])


def _name(path: str) -> str:
    return Path(path).as_posix()


def _said(command: tuple[str, ...], tree: Path) -> str:
    return _done((str(_BIN / command[0]), *command[1:]), tree, good_codes=(0, 1))


def _done(command: tuple[str, ...], tree: Path, good_codes: tuple[int, ...] = (0,)) -> str:
    # A temporary directory of its own: tests of others leave files there, and take another way where they find them.
    with tempfile.TemporaryDirectory() as place:
        environment = {**os.environ, "TMPDIR": place, "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1"}
        done = subprocess.run(
            command, cwd=tree, env=environment, capture_output=True, text=True, check=False, timeout=300
        )
    assert done.returncode in good_codes, (command, done.stdout[-2000:], done.stderr[-2000:])
    return done.stdout
