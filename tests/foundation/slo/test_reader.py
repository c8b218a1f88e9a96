"""The objectives file: what it says, and how it says what is wrong with it."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from foundation.cloudwatch.metrics import Metric
from foundation.errors import InputError
from foundation.slo.model import (
    AllOfIndicator,
    BudgetedObjective,
    CostObjective,
    EveryEventObjective,
    RatioIndicator,
    SliceIndicator,
    StackOperations,
    ThresholdIndicator,
    ThresholdOperator,
    TracesMatching,
)
from foundation.slo.reader import read_objectives
from infra.service import T_DEVELOPER

METRIC = "{metricSource: {type: CloudWatch, spec: {namespace: N, metricName: M}}}"
ALL_METRIC = METRIC.replace("metricName: M", "metricName: All")
RATIO_METRIC = f"      ratioMetric: {{counter: true, bad: {METRIC}, total: {ALL_METRIC}}}\n"
SERVICE = "apiVersion: openslo/v1\nkind: Service\nmetadata: {name: shop}\nspec: {}\n"
SLO = """\
apiVersion: openslo/v1
kind: SLO
metadata:
  name: fast
spec:
  service: shop
  indicator:
    metadata: {name: latency}
    spec:
      thresholdMetric:
        metricSource:
          type: CloudWatch
          spec: {namespace: AWS/ApiGateway, metricName: Latency, dimensions: {ApiName: shop}}
  timeWindow:
    - {duration: 4w, isRolling: true}
  budgetingMethod: Occurrences
  objectives:
    - {op: lt, value: 800, targetPercent: 99.5}
"""


def written(directory: Path, *documents: str) -> Path:
    file = directory / "objectives.yaml"
    file.write_text("---\n".join(documents))
    return file


def problems_of(file: Path) -> tuple[str, ...]:
    with pytest.raises(InputError) as caught:
        read_objectives(file, stage="production")
    return caught.value.problems


def test_the_projects_file_has_the_six_objectives() -> None:
    objectives = read_objectives(T_DEVELOPER.objectives, stage="production")
    assert [objective.name for objective in objectives] == [
        "api-latency", "api-errors", "availability", "deployments", "monthly-cost", "agent-turn",
    ]  # fmt: skip
    assert objectives.service == "t-developer"


def test_latency_is_a_threshold_on_api_gateways_own_metric() -> None:
    objective = read_objectives(T_DEVELOPER.objectives, stage="staging")["api-latency"]
    assert isinstance(objective, BudgetedObjective)
    assert objective.target_ratio == Decimal("0.99")
    assert objective.window == timedelta(days=28)
    assert isinstance(objective.indicator, ThresholdIndicator)
    assert objective.indicator.comparison is ThresholdOperator.LESS_THAN
    assert objective.indicator.threshold == 1000
    assert objective.indicator.samples.metric == Metric(
        namespace="AWS/ApiGateway",
        name="Latency",
        dimensions=(("ApiName", "t-developer-staging"), ("Stage", "staging")),
    )


def test_errors_are_a_ratio_of_traces_and_their_budget_is_exactly_a_tenth_of_a_percent() -> None:
    objective = read_objectives(T_DEVELOPER.objectives, stage="production")["api-errors"]
    assert isinstance(objective, BudgetedObjective)
    assert objective.budget_ratio == Decimal("0.001")
    assert isinstance(objective.indicator, RatioIndicator)
    assert isinstance(objective.indicator.bad, TracesMatching)
    assert "fault = true" in objective.indicator.bad.filter_expression


def test_availability_is_counted_in_slices_of_five_minutes() -> None:
    objective = read_objectives(T_DEVELOPER.objectives, stage="production")["availability"]
    assert isinstance(objective, BudgetedObjective)
    assert isinstance(objective.indicator, SliceIndicator)
    assert objective.indicator.slice_length == timedelta(minutes=5)


def test_a_target_of_one_hundred_percent_has_no_budget() -> None:
    objective = read_objectives(T_DEVELOPER.objectives, stage="production")["deployments"]
    assert isinstance(objective, EveryEventObjective)
    assert objective.indicator.bad == StackOperations(stack_name_prefix="t-developer-production", failed_only=True)


def test_money_is_a_limit_and_an_agents_turn_must_be_good_twice() -> None:
    cost, turn = (
        read_objectives(T_DEVELOPER.objectives, stage="production")["monthly-cost"],
        read_objectives(T_DEVELOPER.objectives, stage="production")["agent-turn"],
    )
    assert isinstance(cost, CostObjective)
    assert cost.limit_usd == 500
    assert isinstance(turn, BudgetedObjective)
    assert isinstance(turn.indicator, AllOfIndicator)
    assert [(part.name, part.indicator.threshold) for part in turn.indicator.parts] == [
        ("agent-first-token", 1000),
        ("agent-full-turn", 60000),
    ]


def test_an_unknown_objective_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        read_objectives(T_DEVELOPER.objectives, stage="production")["no-such"]


def test_another_service_brings_its_own_file(tmp_path: Path) -> None:
    objectives = read_objectives(written(tmp_path, SERVICE, SLO), stage="production")
    assert objectives.service == "shop"
    objective = objectives["fast"]
    assert isinstance(objective, BudgetedObjective)
    assert objective.target_ratio == Decimal("0.995")


def test_every_problem_is_reported_at_once_with_its_line(tmp_path: Path) -> None:
    unknown_key = SLO.replace("  service: shop\n", "  service: shop\n  colour: blue\n").replace(
        "name: fast", "name: painted"
    )
    impossible = SLO.replace("targetPercent: 99.5", "targetPercent: 1000").replace("name: fast", "name: huge")
    same_name = SLO
    start = SLO.index("  indicator:")
    without = (SLO[:start] + SLO[SLO.index("  timeWindow") :]).replace("name: fast", "name: blind")
    file = written(tmp_path, SERVICE, SLO, same_name, unknown_key, impossible, without)
    lines = file.read_text().splitlines()
    problems = problems_of(file)

    def line_of(text: str, nth: int = 1) -> int:
        return [number for number, line in enumerate(lines, start=1) if text in line][nth - 1]

    assert any(f":{line_of('colour: blue')}: painted: spec.colour: unknown key" in problem for problem in problems)
    assert any(
        f":{line_of('1000')}: huge: spec.objectives.targetPercent: must be at most 100" in problem
        for problem in problems
    )
    taken = (
        f":{line_of('name: fast', 2)}: metadata.name: 'fast' is taken by the objective in line {line_of('name: fast')}"
    )
    assert any(taken in problem for problem in problems)
    assert any("spec.indicator: an SLO needs an indicator" in problem for problem in problems)
    assert len(problems) == 4


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "kind: SLO",
            "kind: Slo",
            "fast: kind: must be Service, DataSource, SLO or CostObjective, not 'Slo'; did you mean SLO?",
        ),
        (
            "kind: SLO",
            "kind: SLI",
            "fast: kind: SLI is valid OpenSLO, and is not read here; write it as spec.indicator",
        ),
        ("service: shop", "service: shed", "no document of kind Service is named 'shed'"),
        (
            "type: CloudWatch",
            "type: CloudWatch\n          metricSourceRef: cw",
            "no document of kind DataSource is named 'cw'",
        ),
        ("type: CloudWatch", "type: Datadog", "metricSource"),
        ("op: lt, value: 800, ", "", "a thresholdMetric needs op and value here"),
        ("targetPercent: 99.5", "targetPercent: 99.5, target: 0.995", "exactly one of target"),
        (", targetPercent: 99.5", "", "exactly one of target"),
        ("targetPercent: 99.5", "targetPercent: 100", "a target of 100 % is a promise about every event"),
        ("budgetingMethod: Occurrences", "budgetingMethod: Timeslices", "needs timeSliceWindow and timeSliceTarget"),
        ("thresholdMetric", "rawMetric", "spec.indicator.spec.rawMetric: unknown key"),
        ("duration: 4w", "duration: a month", "duration"),
        ("isRolling: true", "isRolling: false", "isRolling: must be true: calendar windows are not judged"),
        ("duration: 4w", "duration: 456d", "'456d' is more than 455d"),
        ("duration: 4w", "duration: 1h30m", "is no duration; write 5m, 1h, 28d or 4w"),
        (
            "targetPercent: 99.5",
            "targetPercent: 0.995",
            "a target of 0.995 % lets 99.005 % fail; did you mean 99.5?",
        ),
        ("value: 800", "value: -5", "fast: spec.objectives.value: must be at least 0, not '-5'"),
        (
            "dimensions: {ApiName: shop}",
            "dimensions: {ApiName: ''}",
            "spec.indicator.spec.thresholdMetric.metricSource: ",
        ),
        ("namespace: AWS/ApiGateway", "namespace: ':x'", "the first no colon"),
        ("spec: {namespace", "metricSourceRef: traces\n          spec: {namespace", "named 'traces'"),
        ("metadata: {name: latency}", "metadata: {name: latency, labels: {a: b}}", "labels: unknown key"),
        ("targetPercent: 99.5", "targetPercent: 1e-5", "targetPercent: a target of 0.00001 % lets 99.99999 % fail"),
        ("targetPercent: 99.5", "targetPercent: 99.5, timeSliceWindow: 5m", "has no use where Occurrences are counted"),
        ("value: 800", "value: 0.000000001", "value: decimal input should have no more than 8 decimal places"),
        ("duration: 4w", "duration: 23h", "duration: must be at least 1d"),
        ("metricName: Latency", 'metricName: "Late\\nncy"', "metricName: must match"),
    ],
)
def test_a_wrong_line_is_named_with_what_is_wrong(tmp_path: Path, old: str, new: str, said: str) -> None:
    file = written(tmp_path, SERVICE, SLO.replace(old, new, 1))
    assert any(said in problem for problem in problems_of(file)), problems_of(file)


@pytest.mark.parametrize(("given", "minutes"), [("45m", 45), ("90m", 90), ("2h", 120), ("1d", 1_440)])
def test_slices_may_be_of_any_whole_minutes_up_to_a_day(tmp_path: Path, given: str, minutes: int) -> None:
    slices = SLO.replace("Occurrences", "Timeslices").replace(
        "targetPercent: 99.5", f"targetPercent: 99.5, timeSliceWindow: {given}, timeSliceTarget: 1"
    )
    (objective,) = read_objectives(written(tmp_path, SERVICE, slices), stage="test")
    assert isinstance(objective, BudgetedObjective)
    assert isinstance(objective.indicator, SliceIndicator)
    assert objective.indicator.slice_length == timedelta(minutes=minutes)


def test_slices_longer_than_a_day_are_refused_by_their_line(tmp_path: Path) -> None:
    slices = SLO.replace("Occurrences", "Timeslices").replace(
        "targetPercent: 99.5", "targetPercent: 99.5, timeSliceWindow: 2d, timeSliceTarget: 1"
    )
    (problem,) = problems_of(written(tmp_path, SERVICE, slices))
    assert problem.endswith("spec.objectives.timeSliceWindow: must be at most 1d, the longest period of a metric")


def test_a_metric_of_another_type_than_its_source_is_refused(tmp_path: Path) -> None:
    source = "apiVersion: openslo/v1\nkind: DataSource\nmetadata: {name: traces}\nspec: {type: XRay}\n"
    slo = SLO.replace("type: CloudWatch", "type: CloudWatch\n          metricSourceRef: traces")
    (problem,) = problems_of(written(tmp_path, SERVICE, source, slo))
    assert problem.endswith("traces is a source of type XRay, and this metric is of type CloudWatch")


def test_shares_that_are_no_counters_and_metrics_that_cannot_be_are_refused(tmp_path: Path) -> None:
    ratio = SLO.replace("op: lt, value: 800, ", "").replace(
        SLO[SLO.index("      thresholdMetric") : SLO.index("  timeWindow")], RATIO_METRIC
    )
    assert read_objectives(written(tmp_path, SERVICE, ratio), stage="production")
    not_counted = ratio.replace("counter: true", "counter: false")
    assert any("counter: must be true" in each for each in problems_of(written(tmp_path, SERVICE, not_counted)))
    nobody = ratio.replace("namespace: N", "namespace: ':N'", 1)
    assert any("ratioMetric.bad.metricSource: " in each for each in problems_of(written(tmp_path, SERVICE, nobody)))


def test_a_source_of_traces_is_no_threshold_metric(tmp_path: Path) -> None:
    traces = SLO.replace("type: CloudWatch", "type: XRay").replace(
        "{namespace: AWS/ApiGateway, metricName: Latency, dimensions: {ApiName: shop}}", "{filter: fault}"
    )
    assert any(
        "a thresholdMetric needs a CloudWatch metric" in problem
        for problem in problems_of(written(tmp_path, SERVICE, traces))
    )


def test_slices_are_good_or_bad_and_nothing_between(tmp_path: Path) -> None:
    slices = SLO.replace("Occurrences", "Timeslices").replace(
        "targetPercent: 99.5", "targetPercent: 99.5, timeSliceWindow: 5m, timeSliceTarget: 0.5"
    )
    assert any("only 1 is supported" in problem for problem in problems_of(written(tmp_path, SERVICE, slices)))


def test_several_objectives_in_one_slo_need_one_target_and_their_own_indicators(tmp_path: Path) -> None:
    start, end = SLO.index("  indicator:"), SLO.index("  timeWindow")
    two = SLO[:start] + SLO[end : SLO.index("    - {op")]
    both = SLO.replace(
        "    - {op: lt, value: 800, targetPercent: 99.5}",
        "    - {op: lt, value: 1, targetPercent: 99}\n    - {op: lt, value: 2, targetPercent: 98}",
    )
    problems = problems_of(written(tmp_path, SERVICE, both))
    assert any("same target" in problem for problem in problems)
    assert any("leave no room for spec.indicator" in problem for problem in problems)
    neither = two + "    - {op: lt, value: 1, targetPercent: 99}\n    - {op: lt, value: 2, targetPercent: 99}\n"
    assert (
        sum("needs an indicator in each" in problem for problem in problems_of(written(tmp_path, SERVICE, neither)))
        == 2
    )


def test_a_file_without_service_or_objective_is_refused(tmp_path: Path) -> None:
    assert any("no objective" in problem for problem in problems_of(written(tmp_path, SERVICE)))
    cost = (
        "apiVersion: t-developer/v1\nkind: CostObjective\nmetadata: {name: bill}\nspec: {service: shop, limitUsd: 5}\n"
    )
    assert problems_of(written(tmp_path, cost))
    assert any(
        "exactly one document of kind Service" in problem
        for problem in problems_of(written(tmp_path, SERVICE, SERVICE.replace("shop", "shed"), SLO))
    )


def test_a_key_given_twice_is_refused_with_its_line(tmp_path: Path) -> None:
    file = written(tmp_path, SERVICE, SLO + "  service: shop\n")
    assert any("spec.service: is given twice" in problem for problem in problems_of(file))


@pytest.mark.parametrize("text", ["kind: [", "\tkind: SLO", "a: b: c"])
def test_what_is_not_yaml_is_named_with_its_line(tmp_path: Path, text: str) -> None:
    file = written(tmp_path, text)
    with pytest.raises(InputError, match=r"objectives\.yaml:\d+: not valid YAML"):
        read_objectives(file, stage="production")


def test_a_missing_or_binary_file_is_bad_input(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read_objectives(tmp_path / "none.yaml", stage="production")
    (tmp_path / "objectives.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="not text in UTF-8"):
        read_objectives(tmp_path / "objectives.yaml", stage="production")


@pytest.mark.parametrize("text", ["", "just text", "- a\n- b", "kind: {a: 1}"])
def test_documents_of_no_use_are_bad_input_and_no_crash(tmp_path: Path, text: str) -> None:
    assert problems_of(written(tmp_path, text))


def test_the_default_file_is_the_projects_own() -> None:
    assert T_DEVELOPER.objectives.name == "objectives.yaml"
    assert T_DEVELOPER.objectives.exists()


def in_each(*indicators: str) -> str:
    """An SLO of several objectives, each with an indicator of its own."""
    start, end = SLO.index("  indicator:"), SLO.index("    - {op")
    entries = "".join(
        f"    - {{op: lt, value: {number}, targetPercent: 99, indicator: {indicator}}}\n"
        for number, indicator in enumerate(indicators, start=1)
    )
    return SLO[:start] + SLO[SLO.index("  timeWindow") : end] + entries


CLOUDWATCH = "{metricSource: {type: CloudWatch, spec: {namespace: N, metricName: M}}}"
THRESHOLD = f"{{metadata: {{name: i}}, spec: {{thresholdMetric: {CLOUDWATCH}}}}}"
SHARE = f"{{counter: true, bad: {CLOUDWATCH}, total: {ALL_METRIC}}}"
RATIO = f"{{metadata: {{name: i}}, spec: {{ratioMetric: {SHARE}}}}}"
BOTH = f"{{metadata: {{name: i}}, spec: {{thresholdMetric: {CLOUDWATCH}, ratioMetric: {SHARE}}}}}"


def test_two_thresholds_in_one_slo_must_both_be_met(tmp_path: Path) -> None:
    other = THRESHOLD.replace("name: i", "name: j")
    objective = read_objectives(written(tmp_path, SERVICE, in_each(THRESHOLD, other)), stage="production")["fast"]
    assert isinstance(objective, BudgetedObjective)
    assert isinstance(objective.indicator, AllOfIndicator)
    assert [(part.name, part.indicator.threshold) for part in objective.indicator.parts] == [("i", 1), ("j", 2)]


def test_two_indicators_of_one_slo_have_names_of_their_own(tmp_path: Path) -> None:
    """Each has an alarm on its own silence, which is called after it."""
    problems = problems_of(written(tmp_path, SERVICE, in_each(THRESHOLD, THRESHOLD)))
    assert any("two indicators are called i; give each a name of its own" in problem for problem in problems)


def test_an_indicator_may_stand_in_the_only_objective(tmp_path: Path) -> None:
    file = written(tmp_path, SERVICE, in_each(RATIO).replace("op: lt, value: 1, ", ""))
    objective = read_objectives(file, stage="production")["fast"]
    assert isinstance(objective, BudgetedObjective)
    assert isinstance(objective.indicator, RatioIndicator)


def test_a_ratio_beside_a_threshold_in_one_slo_is_refused(tmp_path: Path) -> None:
    problems = problems_of(written(tmp_path, SERVICE, in_each(THRESHOLD, RATIO)))
    assert any("must all be thresholdMetrics" in problem for problem in problems)


def test_an_indicator_of_two_kinds_is_refused(tmp_path: Path) -> None:
    problems = problems_of(written(tmp_path, SERVICE, in_each(BOTH)))
    assert any("exactly one of thresholdMetric and ratioMetric" in problem for problem in problems)


def test_two_places_for_one_indicator_are_refused(tmp_path: Path) -> None:
    twice = SLO.replace("targetPercent: 99.5", f"targetPercent: 99.5, indicator: {THRESHOLD}")
    assert any("keep one of the two" in problem for problem in problems_of(written(tmp_path, SERVICE, twice)))


def test_one_document_with_every_fault_has_all_of_them_told(tmp_path: Path) -> None:
    start = SLO.index("  indicator:")
    worst = (SLO[:start] + SLO[SLO.index("  timeWindow") :]).replace("targetPercent: 99.5", "targetPercent: 1000")
    worst = worst.replace("  service: shop\n", "  service: shed\n  colour: blue\n")
    problems = problems_of(written(tmp_path, SERVICE, SLO, worst))
    told = (
        "colour: unknown key",
        "targetPercent: must be at most 100",
        "is taken by the objective",
        "named 'shed'",
        "needs an indicator",
    )
    for text in told:
        assert sum(text in problem for problem in problems) == 1, text
    assert len(problems) == len(told)


@pytest.mark.parametrize("old", ["name: fast", "service: shop", "kind: SLO", "metadata:", "objectives:", "spec:"])
@pytest.mark.parametrize("new", ["[]", "{a: [1]}", "null", "3 4"])
def test_no_shape_of_a_file_crashes_the_reader(tmp_path: Path, old: str, new: str) -> None:
    key = old.split(":", maxsplit=1)[0]
    text = SLO.replace(old, f"{key}: {new}\n{key}_:" if old.endswith(":") else f"{key}: {new}", 1)
    assert problems_of(written(tmp_path, SERVICE, text))
