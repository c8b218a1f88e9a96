"""The house keeps its own rules: what import-linter cannot see, docstrings, sizes, names."""

import ast
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest

from infra.checkout import ROOT
from tests.source_code import MODULES, ROOMS, nodes_of, tree_of

pytestmark = pytest.mark.xdist_group("source")


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in nodes_of(path):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.split(".")[0])
    return names


def run_time_imports(tree: ast.AST) -> Iterator[str]:
    """The first names of what is imported when it runs: not for types only."""
    for node in ast.iter_child_nodes(tree):
        match node:
            case ast.If(test=ast.Name(id="TYPE_CHECKING")):
                continue
            case ast.Import(names=names):
                yield from (each.name.split(".")[0] for each in names)
            case ast.ImportFrom(module=str(module), level=0):
                yield module.split(".")[0]
            case _:
                yield from run_time_imports(node)


def installed_by(*groups: str) -> set[str]:
    """The distributions that the lock installs for the project's own dependencies and these groups."""
    packages: dict[str, Any] = {each["name"]: each for each in tomllib.loads((ROOT / "uv.lock").read_text())["package"]}
    ours = packages["t-developer-sre"]
    waiting: list[dict[str, Any]] = [*ours["dependencies"]]
    for group in groups:
        waiting += ours["dev-dependencies"][group]
    found: set[str] = set()
    while waiting:
        package = packages[waiting.pop()["name"]]
        if package["name"] not in found:
            found.add(package["name"])
            waiting += package.get("dependencies", [])
    return found


def missing_imports(paths: list[Path], installed: set[str]) -> set[str]:
    origins = packages_distributions()
    imported_names = {name for path in paths for name in run_time_imports(tree_of(path))}
    foreign = imported_names - sys.stdlib_module_names - {*ROOMS, "aws_synthetics"}
    return {name for name in foreign if not {each.lower().replace("_", "-") for each in origins[name]} & installed}


def test_what_a_release_check_installs_has_every_import_of_the_code() -> None:
    """Only cfn-lint loads our rules for it, and brings itself."""
    paths = [path for path in MODULES if "cfn_rules" not in path.parts]
    assert missing_imports(paths, installed_by("local", "lambda-platform", "lambda-security-gate")) == set()


def test_every_command_but_those_of_a_local_platform_needs_no_group() -> None:
    local = [
        ROOT / "infra", ROOT / "sre/local", ROOT / "loadtests/sample_agent.py", ROOT / "tdeveloper/gates",
        ROOT / "foundation/sandbox",
    ]  # fmt: skip
    paths = [path for path in MODULES if not any(path.is_relative_to(each) for each in local)]
    assert missing_imports(paths, installed_by()) == set()


def test_the_errors_import_nothing_of_ours() -> None:
    assert imported(ROOT / "foundation/errors.py") & set(ROOMS) == set()


def test_only_the_front_door_knows_click() -> None:
    assert {path.relative_to(ROOT).parts[:2] for path in MODULES if "click" in imported(path)} == {("sre", "cli")}


def test_cdk_is_known_to_the_stacks_and_their_synthesis_alone() -> None:
    knowing = {path.relative_to(ROOT) for path in MODULES if imported(path) & {"aws_cdk", "constructs"}}
    assert {path.parts[:2] for path in knowing} == {("infra", "stacks"), ("infra", "synth.py")}


def test_t_developers_files_and_modules_are_named_by_infra_and_the_command_line_alone() -> None:
    """All others are given what they need, so that they serve any service."""
    named = re.compile(r"\btdeveloper\b")
    naming = {
        path.relative_to(ROOT).parts[:2] if path.is_relative_to(ROOT / "sre") else path.relative_to(ROOT).parts[:1]
        for path in MODULES
        if "tdeveloper" in imported(path)
        or any(
            isinstance(node, ast.Constant) and isinstance(node.value, str) and named.search(node.value)
            for node in nodes_of(path)
        )
    }
    assert naming == {("infra",), ("sre", "cli"), ("tdeveloper",)}
    importing = {path.relative_to(ROOT).parts[0] for path in MODULES if "tdeveloper" in imported(path)}
    assert importing == {"infra", "tdeveloper"}


def test_who_asks_infra_for_the_default_service_is_a_door() -> None:
    """The command line, the deployed functions, and infra itself: jobs are given a service's files."""
    asking = {path.relative_to(ROOT) for path in MODULES if "T_DEVELOPER" in names_imported(path)}
    doors = {path for path in asking if path.parts[:2] == ("sre", "cli") or path.parts[0] == "infra"}
    assert asking - doors == {Path("sre/jobs/weekly_report/handler.py"), Path("sre/jobs/load_test/task.py")}


def test_a_stage_is_made_at_the_doors_and_nowhere_else() -> None:
    """All others are given it: who reads objectives for himself may read another stage's, or not what a what-if made of them."""

    def importing(name: str) -> set[str]:
        return {str(path.relative_to(ROOT)) for path in MODULES if name in names_imported(path)}

    assert importing("make_stage") == {"sre/jobs/weekly_report/handler.py"}
    assert importing("check_stage") == {"sre/cli/objectives/check.py", "sre/cli/objectives/diff.py", "sre/cli/stage.py"}
    assert importing("read_objectives") == {"loadtests/stage.py", "sre/jobs/load_test/task.py"}
    assert importing("check_objectives") == {"infra/stage.py"}


def names_imported(path: Path) -> set[str]:
    nodes = nodes_of(path)
    return {alias.name for node in nodes if isinstance(node, ast.ImportFrom) for alias in node.names}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_says_what_it_knows_and_is_small(path: Path) -> None:
    tree = tree_of(path)
    assert ast.get_docstring(tree), "no module docstring"
    assert len(path.read_text().splitlines()) <= 400
    for node in nodes_of(path):
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_") and node.col_offset == 0:
            assert ast.get_docstring(node), f"{node.name} has no docstring"


def test_no_room_is_named_for_nothing() -> None:
    # What stands in for AWS's library has AWS's names.
    ours = [path for path in MODULES if "aws_synthetics" not in path.parts]
    names = {path.stem for path in ours} | {path.parent.name for path in ours}
    assert names & {"utils", "util", "helpers", "helper", "common", "base", "constants", "manager"} == set()


# What makes a number of a period without a datapoint, outside of the foundation: how often, and why it may for now. A number
# that is judged takes the time that is known with it; each of these lines reads past it.
MISSING_MADE_A_NUMBER = {
    "alarms/event_series.py": (1, "made-up series: the bad part of a total that is given"),
    "reports/slo_counting.py": (3, "the events of a period without one, beside Counted.known"),
    "reports/known_values.py": (1, "a sum beside its coverage, and no data where too little is known"),
    "reports/histogram.py": (1, "counts of buckets; a period without a sample adds none"),
    "reports/weekly/canary_runs.py": (2, "runs of the periods that are known as a whole"),
    "reports/weekly/latency.py": (1, "the highest hour of a stage"),
    "reports/weekly/unit_cost.py": (1, "work of hours that are known: one without a datapoint took on none"),
}


def test_a_missing_datapoint_becomes_a_number_in_few_places_which_say_why() -> None:
    found: dict[str, int] = {}
    for path in MODULES:
        if path.is_relative_to(ROOT / "foundation"):
            continue
        for node in nodes_of(path):
            match node:
                case ast.Attribute(attr=str(name)) if name.startswith("nan") and name != "nan":
                    pass
                case ast.Call(
                    func=ast.Attribute(attr="where"),
                    args=[ast.Call(func=ast.Attribute(attr="isnan")), ast.Constant(), _],
                ):
                    pass
                case _:
                    continue
            name = str(path.relative_to(ROOT))
            found[name] = found.get(name, 0) + 1
    assert found == {name: count for name, (count, _) in MISSING_MADE_A_NUMBER.items()}


def test_every_top_level_entry_that_people_look_for_is_there() -> None:
    for name in (
        "dashboards",
        "alarms",
        "loadtests",
        "canaries",
        "reports",
        "infra",
        "tests",
        "pyproject.toml",
        "README.md",
    ):
        assert (ROOT / name).exists()


def test_files_that_the_documentation_names_by_their_room_exist() -> None:
    pages = [page for page in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")] if page.name != "CHANGELOG.md"]
    inside = re.compile(rf"`((?:{'|'.join((*ROOMS, 'tests', 'docs'))})/[\w./-]*)")
    wrong = [
        f"{page.name}: {name}"
        for page in pages
        for name in inside.findall(page.read_text())
        if "…" not in name and "GROUP" not in name and not (ROOT / name.rstrip(".")).exists()
    ]
    assert wrong == []


def test_links_in_the_documentation_lead_somewhere() -> None:
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    for page in pages:
        for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text()):
            if not target.startswith(("http://", "https://")):
                assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_every_target_of_the_makefile_that_the_documentation_names_exists() -> None:
    targets = set(re.findall(r"^([a-z][a-z-]*):.*##", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]:
        named = set(re.findall(r"`make ([a-z-]+)`", page.read_text()))
        assert named <= targets, f"{page.name}: {named - targets}"


def test_tests_of_one_group_run_in_one_process(tmp_path: Path) -> None:
    """They share what is dear to make, such as the local platform. pytest-xdist 3.8 with pytest 9.2 scattered them."""
    (tmp_path / "test_group.py").write_text(
        "import os, pathlib, pytest\n"
        "@pytest.mark.xdist_group('one')\n"
        "@pytest.mark.parametrize('number', range(6))\n"
        "def test_who(number):\n"
        "    pathlib.Path(f'by-{os.getpid()}').touch()\n"
    )
    pytest_alone = [sys.executable, "-m", "pytest", "-c", "/dev/null", "-p", "xdist"]
    command = [*pytest_alone, "-n2", "--dist=loadgroup", "test_group.py"]
    environment = os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert "6 passed" in done.stdout
    assert len(list(tmp_path.glob("by-*"))) == 1
