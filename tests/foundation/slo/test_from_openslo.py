"""What an SLO's numbers and halves come to, at their boundaries."""

from decimal import Decimal
from pathlib import Path

import pytest

from foundation.slo.model import BudgetedObjective, ThresholdIndicator
from foundation.slo.reader import read_objectives
from tests.foundation.slo.test_reader import SERVICE, SLO, problems_of, written


def test_a_title_is_the_display_name_else_the_name(tmp_path: Path) -> None:
    plain = read_objectives(written(tmp_path, SERVICE, SLO), stage="production")
    assert (plain.title, plain["fast"].title, plain["fast"].description) == ("shop", "fast", "")
    titled = SLO.replace("  name: fast", "  name: fast\n  displayName: Fast enough")
    shop = SERVICE.replace("shop}", "shop, displayName: The shop}")
    named = read_objectives(written(tmp_path, shop, titled), stage="production")
    assert (named.title, named["fast"].title) == ("The shop", "Fast enough")


@pytest.mark.parametrize("target", ["1.1", "0.5", "1"])
def test_a_target_of_one_percent_or_less_is_a_ratio_that_slipped(tmp_path: Path, target: str) -> None:
    file = written(tmp_path, SERVICE, SLO.replace("targetPercent: 99.5", f"targetPercent: {target}"))
    if target == "1.1":
        assert isinstance(found := read_objectives(file, stage="production")["fast"], BudgetedObjective)
        assert found.target_ratio == Decimal("0.011")
    else:
        assert any("% fail" in problem for problem in problems_of(file))


@pytest.mark.parametrize(
    ("target", "meant"),
    [("0.495", ""), ("0.4975", ""), ("0.5", ""), ("0.502", "50.2"), ("0.505", "50.5"), ("0.999", "99.9"), ("1", "")],
)
def test_more_than_half_of_one_percent_is_taken_for_a_ratio(tmp_path: Path, target: str, meant: str) -> None:
    file = written(tmp_path, SERVICE, SLO.replace("targetPercent: 99.5", f"targetPercent: {target}"))
    (problem,) = problems_of(file)
    assert problem.partition("; did you mean ")[2].rstrip("?") == meant


def test_samples_are_ranked_from_zero(tmp_path: Path) -> None:
    file = written(tmp_path, SERVICE, SLO.replace("op: lt, value: 800", "op: lte, value: 0"))
    objective = read_objectives(file, stage="production")["fast"]
    assert isinstance(objective, BudgetedObjective)
    assert isinstance(objective.indicator, ThresholdIndicator)
    assert objective.indicator.threshold == 0
    below = written(tmp_path, SERVICE, SLO.replace("value: 800", "value: -0.5"))
    assert any("value: must be at least 0, not '-0.5'" in problem for problem in problems_of(below))
    none = written(tmp_path, SERVICE, SLO.replace("value: 800", "value: 0"))
    assert any("no sample is less than 0" in problem for problem in problems_of(none))


@pytest.mark.parametrize("half", ["op: lt, ", "value: 800, "])
def test_half_of_a_threshold_is_none(tmp_path: Path, half: str) -> None:
    problems = problems_of(written(tmp_path, SERVICE, SLO.replace(half, "")))
    assert any("a thresholdMetric needs op and value here" in problem for problem in problems)


@pytest.mark.parametrize("half", ["timeSliceWindow: 5m", "timeSliceTarget: 1"])
def test_half_of_a_slice_is_none(tmp_path: Path, half: str) -> None:
    slices = SLO.replace("Occurrences", "Timeslices").replace("99.5}", f"99.5, {half}}}")
    problems = problems_of(written(tmp_path, SERVICE, slices))
    assert any("needs timeSliceWindow and timeSliceTarget here" in problem for problem in problems)


BLOCKS = """\
apiVersion: openslo/v1
kind: SLO
metadata: {name: fast}
spec:
  service: shop
  timeWindow:
    - duration: 4w
      isRolling: true
  budgetingMethod: Occurrences
  objectives:
    - op: lt
      value: 800
      targetPercent: 99.5
      indicator:
        metadata: {name: latency}
        spec:
          thresholdMetric:
            metricSource:
              type: CloudWatch
              spec: {namespace: N, metricName: M}
"""
TARGET = BLOCKS[BLOCKS.index("    - op") :]
THRESHOLD = BLOCKS[BLOCKS.index("          thresholdMetric") :]
METRIC = "{metricSource: {type: CloudWatch, spec: {namespace: N, metricName: M}}}"
STACKS = """\
          ratioMetric:
            counter: true
            bad:
              metricSource:
                type: CloudFormation
                spec:
                  stackNamePrefix: shop
                  outcome: failed
            total:
              metricSource:
                type: CloudFormation
                spec:
                  stackNamePrefix: shop
                  outcome: any
"""
COUNTED = BLOCKS.replace("op: lt\n      value: 800\n      t", "t").replace(THRESHOLD, STACKS)
SLICES = BLOCKS.replace("Occurrences", "Timeslices").replace(
    "99.5\n", "99.5\n      timeSliceWindow: 5m\n      timeSliceTarget: 1\n"
)
OTHER = TARGET.replace("latency", "other")
TWO = BLOCKS + OTHER
OP, FIRST = "- op: lt\n", "- op: lt\n      value: 800\n      targetPercent: 99.5\n"
SHARED = "  indicator:\n    metadata: {name: i}\n    spec: {thresholdMetric: " + METRIC + "}\n"


def but(text: str, *changes: str) -> str:
    """A text in which each odd one of the changes, as it stands first, is the one after it."""
    for old, new in zip(changes[::2], changes[1::2], strict=True):
        assert old in text
        text = text.replace(old, new, 1)
    return text


PROBLEMS = {
    "timeWindow.isRolling: must be true": but(BLOCKS, "isRolling: true", "isRolling: false # here"),
    "timeWindow.duration: must be at least 1d": but(BLOCKS, "duration: 4w", "duration: 1h # here"),
    "objectives.targetPercent: a target of 0.5 %": but(BLOCKS, "Percent: 99.5", "Percent: 0.5 # here"),
    "objectives: give exactly one of target": but(BLOCKS, FIRST, "- op: lt # here\n      value: 800\n"),
    "objectives: a thresholdMetric needs op and value here": but(BLOCKS, OP, "- displayName: T # here\n"),
    "objectives.value: no sample is less than 0": but(BLOCKS, "value: 800", "value: 0 # here"),
    "objectives.timeSliceTarget: has no use": but(BLOCKS, FIRST, f"{FIRST}      timeSliceTarget: 1 # here\n"),
    "objectives.timeSliceWindow: has no use": but(BLOCKS, FIRST, f"{FIRST}      timeSliceWindow: 5m # here\n"),
    "objectives: a target of 100 % is a promise": but(BLOCKS, OP, "- op: lt # here\n", "99.5", "100"),
    "objectives.indicator.spec: give exactly one": but(
        BLOCKS, "  spec:\n  ", f"  spec: # here\n          ratioMetric: {{counter: true, bad: {METRIC}, total: {METRIC}}}\n  "
    ),
    "thresholdMetric.metricSource.type: a thresholdMetric needs a CloudWatch metric": but(
        BLOCKS, "type: CloudWatch", "type: XRay # here", "{namespace: N, metricName: M}", "{filter: fault}"
    ),
    "objectives.indicator.spec.thresholdMetric.metricSource: ": but(
        BLOCKS, "metricSource:", "metricSource: # here", "namespace: N", "namespace: ':N'"
    ),
    "objectives.indicator: spec.indicator is given already": but(
        BLOCKS, "      indicator:", "      indicator: # here", "  budgeting", f"{SHARED}  budgeting"
    ),
    "indicator: an SLO needs an indicator": but(
        BLOCKS, "spec:\n", "spec: # here\n", TARGET[TARGET.index("      indicator") :], ""
    ),
    "objectives.timeSliceTarget: only 1 is supported": but(SLICES, "Target: 1", "Target: 0.5 # here"),
    "objectives.timeSliceWindow: must be at most 1d, the longest period of a metric": but(
        SLICES, "timeSliceWindow: 5m", "timeSliceWindow: 2d # here"
    ),
    "objectives: budgetingMethod Timeslices needs": but(SLICES, OP, "- op: lt # here\n", "      timeSliceWindow: 5m\n", ""),
    "ratioMetric.counter: must be true": but(COUNTED, "counter: true", "counter: false # here"),
    "bad.metricSource.spec.outcome: must be failed in bad": but(COUNTED, "outcome: failed", "outcome: any # here"),
    "total.metricSource.spec.outcome: must be any in total": but(COUNTED, "outcome: any", "outcome: failed # here"),
    "objectives.op: has no use with a ratioMetric": but(COUNTED, "- t", "- op: lt # here\n      t"),
    "objectives.value: has no use with a ratioMetric": but(COUNTED, "- t", "- value: 1 # here\n      t"),
    "budgetingMethod: must be Occurrences with CloudFormation operations": but(COUNTED, "Occurrences", "Timeslices # here"),
    "objectives: all entries of one SLO must have the same target": but(
        TWO, "  objectives:", "  objectives: # here", "99.5", "98.5"
    ),
    "objectives: two indicators are called latency": but(TWO, "  objectives:", "  objectives: # here", "other", "latency"),
    "indicator: several objectives leave no room": but(
        TWO, "  budgeting", f"{SHARED}  budgeting", "  indicator:", "  indicator: # here"
    ),
    "objectives: an SLO with several objectives needs": but(TWO, OTHER, "    - targetPercent: 99.5 # here\n"),
    "objectives.indicator: several objectives in one SLO must all be thresholdMetrics": but(
        TWO, OTHER, "    - targetPercent: 99.5\n      indicator: # here\n" + COUNTED[COUNTED.index("        metadata") :]
    ),
}  # fmt: skip


@pytest.mark.parametrize("problem", PROBLEMS)
def test_a_problem_names_the_line_and_the_key_that_it_is_about(tmp_path: Path, problem: str) -> None:
    """The line that ends in `# here`."""
    file = written(tmp_path, SERVICE, PROBLEMS[problem])
    (line,) = [number for number, each in enumerate(file.read_text().splitlines(), start=1) if each.endswith("# here")]
    found = [each for each in problems_of(file) if problem in each]
    assert [each.partition(": spec.")[0] for each in found] == [f"{file}:{line}: fast"]


@pytest.mark.parametrize("text", [BLOCKS, COUNTED, SLICES, TWO], ids=["threshold", "ratio", "slices", "two"])
def test_what_the_problems_are_made_of_has_none_itself(tmp_path: Path, text: str) -> None:
    assert read_objectives(written(tmp_path, SERVICE, text), stage="production")["fast"]
