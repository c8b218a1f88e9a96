import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.cloudwatch.metrics import Metric
from foundation.cloudwatch.parameters import Parameter, parametrized, parts_of, read_parametrized
from foundation.errors import InputError
from foundation.service.dimension_parameters import dimension_parameters, with_dimension_parameters
from foundation.service.stage import Stage
from foundation.service.stage_file import stage_of_text, stage_text
from foundation.slo.model import BudgetedObjective, MetricSamples
from foundation.slo.reader import read_objectives
from foundation.slo.sources import counted_sources

OBJECTIVES = """\
apiVersion: openslo/v1
kind: Service
metadata: {name: shop}
spec: {description: "A shop"}
---
apiVersion: openslo/v1
kind: SLO
metadata: {name: faults}
spec:
  service: shop
  indicator:
    metadata: {name: faults}
    spec:
      ratioMetric:
        counter: true
        bad:
          metricSource: {type: CloudWatch, spec: {namespace: AWS/ApiGateway, metricName: 5xx, dimensions: {ApiId: "${Api}"}}}
        total:
          metricSource: {type: CloudWatch, spec: {namespace: AWS/ApiGateway, metricName: Count, dimensions: {ApiId: "${Api}"}}}
  timeWindow: [{duration: 28d, isRolling: true}]
  budgetingMethod: Occurrences
  objectives: [{targetPercent: 99.9}]
"""


def stage_of(directory: Path, text: str) -> Stage:
    file = directory / "objectives.yaml"
    file.write_text(text)
    return Stage(
        objectives=read_objectives(file, stage="production", parameters=lambda _: ("Api",)), own=None, alarm_rules=None
    )


def ids(stage: Stage) -> set[str]:
    (objective,) = stage.objectives
    assert isinstance(objective, BudgetedObjective)
    sources = counted_sources(objective.indicator).values()
    return {value for each in sources if isinstance(each, MetricSamples) for _, value in each.metric.dimensions}


def test_what_only_a_deployment_knows_is_a_parameter_in_a_dimension_and_through_a_file_of_the_stage(
    tmp_path: Path,
) -> None:
    stage = stage_of(tmp_path, OBJECTIVES)
    assert {parts_of(each) for each in ids(stage)} == {(Parameter("Api"),)}
    text = stage_text(stage)
    assert json.loads(text)["dimension_parameters"] == ["Api"]
    again = stage_of_text(text, Path("stage.json"))
    assert again == stage
    assert {parts_of(each) for each in ids(again)} == {(Parameter("Api"),)}


def test_a_parameter_stands_nowhere_else_in_objectives(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"\$\{Other\} is not known"):
        stage_of(tmp_path, OBJECTIVES.replace("A shop", "A shop of ${Other}"))
    with pytest.raises(InputError, match=r"\$\{no name\} is not known"):
        stage_of(tmp_path, OBJECTIVES.replace("${Api}", "${no name}"))


TEXTS = st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1, max_size=5)
NAMES = st.from_regex(r"[A-Z][a-z]{0,4}", fullmatch=True)
VALUES = st.lists(TEXTS | NAMES.map(Parameter), min_size=1, max_size=4).map(lambda parts: parametrized(*parts))


@given(st.lists(st.dictionaries(TEXTS, VALUES, max_size=3), max_size=4))
def test_parameters_that_are_texts_in_between_are_parameters_again(dimensions: list[dict[str, str]]) -> None:
    metrics = tuple(Metric(namespace="Shop", name="Sold", dimensions=tuple(each.items())) for each in dimensions)
    texts = tuple(
        Metric(namespace="Shop", name="Sold", dimensions=tuple((name, "".join(value)) for name, value in each.items()))
        for each in dimensions
    )
    again = with_dimension_parameters((texts, ("other", 1)), dimension_parameters((metrics, None)))
    assert [[parts_of(value) for _, value in each.dimensions] for each in again[0]] == [
        [parts_of(value) for _, value in each.dimensions] for each in metrics
    ]


@given(VALUES)
def test_a_text_is_read_as_it_was_written(value: str) -> None:
    assert parts_of(read_parametrized("".join(value))) == parts_of(value)


@pytest.mark.parametrize("text", ["${a b}", "${", "${}", "$Api", "${a::B::C}", "{Api}"])
def test_what_is_no_parameter_is_the_text_that_it_is(text: str) -> None:
    assert parts_of(read_parametrized(text)) == (text,)
