"""Which tests reach which deciding lines, and how long each takes: from one run of them with coverage's contexts.

What brings up the local platform or starts Node (the marks `platform` and `cdk`) is left out, as is what runs in a process of
its own: a mutant that only such a test would notice counts as alive.
"""

import ast
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from coverage import CoverageData

_QUICK = "not slow and not platform and not cdk"
_TABLES = "tests/foundation/declared"


@dataclass(frozen=True, slots=True, kw_only=True)
class Covering:
    """Tests by the file and the line that they reach, and their seconds."""

    seconds: Mapping[str, float]
    tests: Mapping[str, Mapping[int, frozenset[str]]]

    def of_lines(self, file: str, lines: Iterable[int]) -> list[str]:
        """The tests that reach one of these lines, fastest first."""
        by_line = self.tests.get(file, {})
        return self._fastest_first(test for line in lines for test in by_line.get(line, ()))

    def of_file(self, file: str) -> list[str]:
        """The tests that reach any line of a file, fastest first."""
        return self.of_lines(file, self.tests.get(file, {}))

    def of_modules(self, modules: Iterable[str]) -> list[str]:
        """The tests that stand in these modules, fastest first."""
        wanted = set(modules)
        return self._fastest_first(test for test in self.seconds if test.partition("::")[0] in wanted)

    @property
    def modules(self) -> list[str]:
        """The modules that have tests."""
        return sorted({test.partition("::")[0] for test in self.seconds})

    def _fastest_first(self, tests: Iterable[str]) -> list[str]:
        return sorted(set(tests), key=lambda test: (self.seconds[test], test))


def covering(root: Path, files: Sequence[Path], tests: Sequence[str], *, directory: Path) -> Covering:
    """The map for these files and tests; measured once for a state of the tree, and then read."""
    directory.mkdir(parents=True, exist_ok=True)
    known = directory / f"covering-{_state_of(root, tests)}.json"
    if not known.exists():
        known.write_text(json.dumps(_measured(root, tests, directory)))
    content = json.loads(known.read_text())
    names: list[str] = list(content["seconds"])
    wanted = {file.relative_to(root).as_posix() for file in files}
    return Covering(
        seconds=content["seconds"],
        tests={
            file: {int(line): frozenset(names[place] for place in places) for line, places in lines.items()}
            for file, lines in content["lines"].items()
            if file in wanted
        },
    )


def _measured(root: Path, tests: Sequence[str], directory: Path) -> dict[str, object]:
    settings, data, times = directory / "coveragerc", directory / "coverage", directory / "times.json"
    # Not by COVERAGE_FILE: the coverage that a test of the test gate starts would take the data for its own, and delete it.
    settings.write_text(
        f"[run]\ndata_file = {data}\nsource =\n    foundation\n    alarms\n    loadtests\n    sre/jobs\n    tdeveloper/gates\n"
    )
    command = [
        sys.executable, "-m", "pytest", "-m", _QUICK, "--quiet", "--numprocesses=2", "--dist=loadgroup",
        "-p", "tests.mutants.timing", "--cov", f"--cov-config={settings}", "--cov-context=test", "--cov-report=",
        *tests,
    ]  # fmt: skip
    environment = {**os.environ, "MUTANTS_TIMES": str(times)}
    done = subprocess.run(command, cwd=root, env=environment, stdout=sys.stderr, check=False)
    if done.returncode not in (0, 1):
        raise SystemExit("the tests cannot be run as they are, so mutants would prove nothing")
    # Only of those that passed: one that fails anyway would kill every mutant.
    seconds: dict[str, float] = json.loads(times.read_text())
    if not seconds:
        raise SystemExit("no test has passed, so every mutant would live")
    return {"seconds": seconds, "lines": _lines(root, data, {name: place for place, name in enumerate(seconds)})}


def _lines(root: Path, data: Path, places: Mapping[str, int]) -> dict[str, dict[int, list[int]]]:
    measured = CoverageData(basename=str(data))
    measured.read()
    of_module: dict[str, list[int]] = {}
    for name, place in places.items():
        of_module.setdefault(name.partition("::")[0], []).append(place)
    found: dict[str, dict[int, list[int]]] = {}
    for file in measured.measured_files():
        lines: dict[int, list[int]] = {}
        for line, contexts in measured.contexts_by_lineno(file).items():
            reached: set[int] = set()
            for context in contexts:
                name, _, phase = context.rpartition("|")
                # What a fixture made once is used by other tests of its module too.
                reached.update(of_module.get(name.partition("::")[0], ()) if phase == "setup" else ())
                reached.update([places[name]] if name in places else ())
            if reached:
                lines[line] = sorted(reached)
        found[Path(file).relative_to(root).as_posix()] = lines
    return found


def _state_of(root: Path, tests: Sequence[str]) -> str:
    """A hash of every source and every file of data that tests may read, and of what is asked."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    )
    state = hashlib.sha256(json.dumps([*tests, sys.version]).encode())
    for name in sorted(listed.stdout.splitlines()):
        if not name.startswith("tests/mutants/") and (root / name).is_file():
            state.update(name.encode() + (root / name).read_bytes())
    return state.hexdigest()[:16]


def importers(root: Path, files: Iterable[Path], of: str) -> list[str]:
    """Those of the files that import the module of a file."""
    module = of.removesuffix(".py").replace("/", ".")
    return [file.relative_to(root).as_posix() for file in files if module in _imported(file)]


def importing_tests(root: Path, modules: Iterable[str], of: str) -> list[str]:
    """The test modules that import the module of a file, or by way of a table that states a second time what it declares."""
    tables = sorted((root / _TABLES).glob("*.py"))
    ways, waiting = {of}, [of]
    while waiting:
        new = set(importers(root, tables, waiting.pop())) - ways
        ways |= new
        waiting += new
    return sorted({each for way in ways for each in importers(root, [root / name for name in modules], way)})


@cache
def _imported(file: Path) -> frozenset[str]:
    """The modules that a file names in its imports; what it takes from a package may be one too."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text())):
        match node:
            case ast.ImportFrom(module=str(module), names=names):
                found.update([module, *(f"{module}.{each.name}" for each in names)])
            case ast.Import(names=names):
                found.update(each.name for each in names)
            case _:
                pass
    return frozenset(found)
