"""How gates' outcomes make a pipeline's, and that everybody who asks whether one has ended means the same."""

import ast
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.checkout import ROOT
from tdeveloper.gates.outcomes import GateOutcome, PipelineStatus, overall

FINAL = {overall([outcome]) for outcome in GateOutcome}


@pytest.mark.parametrize(
    ("outcomes", "status"),
    [
        (["passed"], "passed"), (["passed", "rejected"], "rejected"), (["refused"], "rejected"),
        (["passed", "inconclusive"], "inconclusive"), (["inconclusive", "rejected"], "rejected"),
        (["inconclusive", "failed"], "failed"), (["passed", "failed", "rejected"], "failed"), ([], "failed"),
    ],
)  # fmt: skip
def test_a_pipeline_is_as_good_as_its_worst_gate(outcomes: list[str], status: str) -> None:
    assert overall(GateOutcome(outcome) for outcome in outcomes) == status


@given(st.lists(st.sampled_from(GateOutcome)))
def test_a_pipeline_passes_when_every_gate_did_and_only_then(outcomes: list[GateOutcome]) -> None:
    passed = bool(outcomes) and all(outcome is GateOutcome.PASSED for outcome in outcomes)
    assert (overall(outcomes) is PipelineStatus.PASSED) == passed


def test_the_order_of_gates_does_not_matter() -> None:
    assert all(overall([one, other]) is overall([other, one]) for one, other in product(GateOutcome, repeat=2))


@pytest.mark.parametrize("text", ["", "PASSED", "pass", "ok", None, 1])
def test_an_outcome_that_is_none_is_a_gate_that_broke(text: object) -> None:
    assert GateOutcome.read(text) is GateOutcome.FAILED  # type: ignore[arg-type]


@pytest.mark.parametrize("caller", ["canaries/pipeline.py", "sre/local/submission.py"])
def test_callers_take_every_final_status_for_an_end(caller: str) -> None:
    # Read, and not imported: one runs on Synthetics only.
    statements = ast.parse((ROOT / caller).read_text()).body
    (running,) = (
        ast.literal_eval(each.value)
        for each in statements
        if isinstance(each, ast.Assign) and isinstance(each.targets[0], ast.Name) and each.targets[0].id == "RUNNING"
    )
    assert {PipelineStatus(status) for status in running} == set(PipelineStatus) - FINAL
