"""How the tests of a tree are run: the command, what it sees, and what it is told.

The tree's configuration of pytest is honoured, all but `addopts`, which may choose which tests run and what is written, and
names options of plugins that are not there. The configuration of coverage is ours alone, and no variable of ours is inherited.
"""

import json
from pathlib import Path

from foundation.sandbox.model import HOME, INPUT, TEMPORARY, WORK, Job, Limits, Mount, Wanted
from foundation.sandbox.view import interpreter
from tdeveloper.gates.testing import coverage_json, junit
from tdeveloper.gates.testing.layers import Layers

LIMITS = Limits(
    wall_seconds=300, cpu_seconds=300, memory_bytes=1 << 30, process_count=128, output_bytes=16 << 20, disk_bytes=256 << 20,
    open_file_count=1_024,
)  # fmt: skip
_CLAIMS = "t-developer-claims"
JUNIT, COVERAGE = f"{_CLAIMS}/junit.xml", f"{_CLAIMS}/coverage.json"
_INSIDE = Path(__file__).parent / "inside"
_INSIDE_FILES = ("drive.py", "start.py", "t_developer_events.py")
# Where drive.py gathers them while tests run.
_GATHERED = TEMPORARY / _CLAIMS
# Tests are no code that is to be covered. A pattern that nothing matches: `# pragma: no cover` takes no line out, and is shown.
_COVERAGE_CONFIGURATION = """\
[run]
branch = True
relative_files = True
data_file = {data_file}
source =
    {sources}
omit =
    */test/*
    */tests/*
    */test_*.py
    */*_test.py
    */conftest.py
    */{claims}/*
[report]
ignore_errors = True
exclude_lines = (?!)
partial_branches = (?!)
"""


def job_of(tree: Path, *, layers: Layers, limits: Limits) -> Job:
    """The job that runs a tree's tests. Raises InputError for what no sandbox can run."""
    places = layers.places()
    roots = [WORK, *([WORK / "src"] if (tree / "src").is_dir() else [])]
    configuration = _COVERAGE_CONFIGURATION.format(
        data_file=_GATHERED / "data", sources="\n    ".join(map(str, roots)), claims=_CLAIMS
    )
    specification = {
        **_commands(),
        "layers": [str(at) for _, at in places],
        "roots": [str(each) for each in roots],
        "claims": _CLAIMS,
    }
    inputs = {name: (_INSIDE / name).read_bytes() for name in _INSIDE_FILES}
    inputs |= {"coveragerc": configuration.encode(), "run.json": json.dumps(specification).encode()}
    return Job(
        command=(interpreter(), "-I", "-S", str(INPUT / "drive.py")),
        tree=tree,
        mounts=tuple(Mount(source=source, at=at) for source, at in places),
        inputs=inputs,
        environment=_environment(has_plugins=layers.locked is not None),
        limits=limits,
        artifacts=(
            Wanted(name=JUNIT, most_bytes=junit.MOST_BYTES),
            Wanted(name=COVERAGE, most_bytes=coverage_json.MOST_BYTES),
        ),
    )


def _commands() -> dict[str, object]:
    configuration = f"--rcfile={INPUT / 'coveragerc'}"
    pytest = (
        "-p", "t_developer_events", "-p", "no:cacheprovider", "-o", "addopts=", "-o", "junit_family=xunit1",
        "-o", "junit_logging=no", f"--junitxml={_GATHERED / 'junit.xml'}", "--continue-on-collection-errors", "--tb=short",
        "--show-capture=no",
        "--color=no", "-q",
    )  # fmt: skip
    return {
        "run": ["run", configuration, "-m", "pytest", *pytest],
        "report": ["json", configuration, "-q", "-o", str(_GATHERED / "coverage.json")],
    }


def _environment(*, has_plugins: bool) -> dict[str, str]:
    environment = {
        "PATH": "/usr/bin:/bin",
        "HOME": str(HOME),
        "TMPDIR": str(TEMPORARY),
        "LANG": "C.UTF-8",
        # The same tests in the same order find the same.
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONNOUSERSITE": "1",
    }
    # Plugins that the tree's own lock brings load as they would anywhere; without one, only what the tree names itself.
    return environment if has_plugins else environment | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
