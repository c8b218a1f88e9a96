"""Whole trees in the sandbox that holds here: what the gate says of a project, and how that compares with a run by hand."""

import sys
import textwrap
from decimal import Decimal
from pathlib import Path
from subprocess import run

import pytest

from foundation.sandbox.probing import Holds
from tdeveloper.gates.outcomes import GateOutcome
from tdeveloper.gates.testing.claims import Outcome
from tdeveloper.gates.testing.endings import Completed, ModulesMissing, NoTests
from tdeveloper.gates.testing.layers import Layers
from tdeveloper.gates.testing.scan import scan
from tests.tdeveloper.gates.testing.making import a_tree

PROJECT = {
    "src/pricing/__init__.py": "",
    "src/pricing/rates.py": """
        def rate(kind):
            if kind == "a":
                return 1
            if kind == "b":  # pragma: no cover
                return 2
            return 3
    """,
    "src/pricing/unused.py": "NEVER = 1\nif NEVER:\n    EVER = 2\n",
    "tests/test_rates.py": """
        import pytest
        from pricing.rates import rate

        @pytest.mark.parametrize(("kind", "expected"), [("a", 1), ("c", 3)])
        def test_rate(kind, expected):
            assert rate(kind) == expected

        @pytest.mark.xfail
        def test_later():
            assert rate("b") == 4

        def test_builtins():
            assert exit and quit
    """,
}


def project(tmp_path: Path, **changed: str) -> Path:
    return a_tree(tmp_path / "project", {name: textwrap.dedent(text) for name, text in {**PROJECT, **changed}.items()})


def test_a_project_passes_in_the_sandbox_that_holds_here(tmp_path: Path, sandbox: Holds, layers: Layers) -> None:
    found = scan(project(tmp_path), sandbox=sandbox, layers=layers)
    assert (found.ended, found.outcome, found.findings, found.unread) == (Completed(), GateOutcome.PASSED, (), ())
    assert found.claimed is not None
    assert (found.claimed.count(Outcome.PASSED), found.claimed.count(Outcome.XFAILED)) == (3, 1)
    assert [(each.path, each.line) for each in found.suppressions] == [("src/pricing/rates.py", 5)]
    assert found.measured is not None
    assert found.measured.wall_seconds > 0


def test_coverage_is_what_coverage_counts_by_hand(tmp_path: Path, sandbox: Holds, layers: Layers) -> None:
    tree = project(tmp_path)
    found = scan(tree, sandbox=sandbox, layers=layers)
    configuration = tmp_path / "rc"
    configuration.write_text(
        f"[run]\nbranch = True\nsource = {tree / 'src'}\ndata_file = {tmp_path / 'data'}\n[report]\nexclude_lines = (?!)\n"
    )
    by_hand = [sys.executable, "-m", "coverage"]
    run(
        [*by_hand, "run", f"--rcfile={configuration}", "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests"],
        cwd=tree, env={"PYTHONPATH": "src", "PATH": "/usr/bin:/bin"}, capture_output=True, check=True,
    )  # fmt: skip
    total = run(
        [*by_hand, "report", f"--rcfile={configuration}", "--format=total", "--precision=2"],
        env={"PATH": "/usr/bin:/bin"}, capture_output=True, check=True, text=True,
    )  # fmt: skip
    assert found.claimed is not None
    assert found.claimed.coverage is not None
    assert found.claimed.coverage.covered_ratio is not None
    assert abs(found.claimed.coverage.covered_ratio * 100 - Decimal(total.stdout.strip())) <= Decimal("0.1")


def test_a_module_that_is_not_there_is_told_from_a_test_that_fails(
    tmp_path: Path, sandbox: Holds, layers: Layers
) -> None:
    files = {
        "tests/test_other.py": "import no_such_library.inner\ndef test_a():\n    pass\n",
        "tests/test_lazy.py": "def test_lazy():\n    import no_such_thing\n",
        "tests/test_own.py": "from pricing.gone import rate\n",
    }
    found = scan(project(tmp_path, **files), sandbox=sandbox, layers=layers)
    assert found.ended == ModulesMissing(names=("no_such_library", "no_such_thing"))
    assert {each.path for each in found.unread} == {"tests/test_other.py", "tests/test_lazy.py"}
    assert [(each.rule, each.path, each.message) for each in found.findings] == [
        ("error", "tests/test_own.py", "::tests.test_own: ModuleNotFoundError: No module named 'pricing.gone'")
    ]


def test_a_conftest_that_cannot_be_imported_is_named_by_the_sandbox_that_holds_here(
    tmp_path: Path, sandbox: Holds, layers: Layers
) -> None:
    found = scan(project(tmp_path, **{"conftest.py": "import no_such_library\n"}), sandbox=sandbox, layers=layers)
    assert found.ended == ModulesMissing(names=("no_such_library",))
    assert found.unread[0].path == "conftest.py"


def test_what_the_operator_has_installed_is_not_there_for_tests(tmp_path: Path, sandbox: Holds, layers: Layers) -> None:
    tree = project(tmp_path, **{"tests/test_numpy.py": "import numpy\n"})
    assert scan(tree, sandbox=sandbox, layers=layers).ended == ModulesMissing(names=("numpy",))


def test_a_module_that_skips_itself_is_a_test_that_is_skipped(tmp_path: Path, sandbox: Holds, layers: Layers) -> None:
    files = {"test_a.py": "import pytest\npytest.importorskip('no_such_library')\ndef test_a():\n    pass\n"}
    found = scan(a_tree(tmp_path / "tree", files), sandbox=sandbox, layers=layers)
    assert found.ended == NoTests()


def test_a_test_with_a_long_name_is_a_test_like_any_other(tmp_path: Path, sandbox: Holds, layers: Layers) -> None:
    text = """
        import pytest
        @pytest.mark.parametrize("text", ["[" * 100_000, "[" * 100_001])
        def test_long(text):
            import no_such_library
    """
    found = scan(a_tree(tmp_path / "tree", {"test_a.py": textwrap.dedent(text)}), sandbox=sandbox, layers=layers)
    assert found.ended == ModulesMissing(names=("no_such_library",))
    assert found.claimed is not None
    assert found.claimed.count(Outcome.FAILED) == 2
    assert found.findings == ()


def test_variables_of_ours_are_not_inherited(
    tmp_path: Path, sandbox: Holds, layers: Layers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTEST_ADDOPTS", "--no-such-option")
    monkeypatch.setenv("COVERAGE_PROCESS_START", "/nowhere")
    monkeypatch.setenv("SECRET_OF_OURS", "1")
    ours = "{'PYTEST_ADDOPTS', 'COVERAGE_PROCESS_START', 'SECRET_OF_OURS'}"
    files = {"test_a.py": f"import os\ndef test_a():\n    assert not {ours} & set(os.environ)\n"}
    assert scan(a_tree(tmp_path / "tree", files), sandbox=sandbox, layers=layers).outcome is GateOutcome.PASSED


def test_what_tests_start_finds_the_same_modules(tmp_path: Path, sandbox: Holds, layers: Layers) -> None:
    files = {
        "own.py": "",
        "test_a.py": "import subprocess, sys\ndef test_a():\n"
        "    subprocess.run([sys.executable, '-c', 'import own, pytest'], check=True)\n",
    }  # fmt: skip
    assert scan(a_tree(tmp_path / "tree", files), sandbox=sandbox, layers=layers).outcome is GateOutcome.PASSED
