"""Which signal, which load, which limit: each is answered by one module, and every other place asks it."""

import ast

import pytest

from infra.checkout import ROOT
from tests.source_code import MODULES, nodes_of

pytestmark = pytest.mark.xdist_group("source")
SLO, MEASURED = "foundation/slo/", "foundation/service/measured.py"
PROOFS = ("alarms/burn_rate_proofs.py", "alarms/objective_proofs.py")


def modules() -> tuple[tuple[str, tuple[ast.AST, ...]], ...]:
    """Every module of the rooms with its nodes."""
    return tuple((file.relative_to(ROOT).as_posix(), nodes_of(file)) for file in MODULES)


@pytest.mark.parametrize(
    ("function", "module"),
    [
        ("signals_of", "foundation/slo/signals.py"),
        ("counted_sources", "foundation/slo/sources.py"),
        ("measured_by", MEASURED),
        ("limits_of", MEASURED),
        ("own_signals", MEASURED),
        ("judge_run", "loadtests/evidence.py"),
        ("is_measured_by_api_load", "sre/jobs/release_check/evidence.py"),
    ],
)
def test_a_question_has_one_answer(function: str, module: str) -> None:
    found = [
        name
        for name, nodes in modules()
        for node in nodes
        if isinstance(node, ast.FunctionDef) and node.name == function
    ]
    assert found == [module]


def test_no_place_but_the_objectives_own_asks_by_the_type_of_an_indicator() -> None:
    """Slices are counted by their length and stack operations by events, so some must know these types.

    Rule tests that follow from objectives write what each kind of indicator counts.
    """
    types = {"AllOfIndicator", "RatioIndicator", "ThresholdIndicator", "TracesMatching"}
    found = {
        name
        for name, nodes in modules()
        for node in nodes
        if isinstance(node, ast.ImportFrom | ast.Name | ast.Attribute)
        for named in ([alias.name for alias in node.names] if isinstance(node, ast.ImportFrom) else [ast.unparse(node)])
        if named.rpartition(".")[2] in types and not name.startswith(SLO) and name not in PROOFS
    }
    assert found == set()


@pytest.mark.parametrize("metric", ["TimeToFirstToken", "4XXError", "SuccessPercent", "ApproximateAgeOfOldestMessage"])
def test_a_metric_is_compared_with_by_the_signals_alone(metric: str) -> None:
    found = {
        name
        for name, nodes in modules()
        for node in nodes
        if isinstance(node, ast.Compare) and metric in ast.unparse(node)
    }
    assert found == set()
