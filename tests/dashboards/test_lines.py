"""A panel has the lines of objectives on what it draws, in the metric's own unit, and of no others."""

from dataclasses import replace
from pathlib import Path

import pytest

from alarms.plan import plan_of
from dashboards.all_dashboards import all_dashboards
from dashboards.model import GraphPanel
from foundation.service.measured import own_signals
from foundation.service.panels import Unit
from foundation.slo.signals import SignalKind, signals_of
from infra.dashboards import deployment_of
from infra.service import T_DEVELOPER
from infra.stage import make_stage

QUEUE = """\
---
apiVersion: openslo/v1
kind: SLO
metadata: {name: queue-age, displayName: Nothing waits for long}
spec:
  service: t-developer
  indicator:
    metadata: {name: oldest-message}
    spec:
      thresholdMetric:
        metricSource:
          metricSourceRef: cloudwatch
          type: CloudWatch
          spec: {namespace: NAMESPACE, metricName: METRIC, dimensions: {QueueName: jobs}}
  timeWindow: [{duration: 28d, isRolling: true}]
  budgetingMethod: Timeslices
  objectives: [{op: lt, value: 60, targetPercent: 99, timeSliceTarget: 1, timeSliceWindow: 5m}]
"""
OTHER_API = """\
---
apiVersion: openslo/v1
kind: SLO
metadata: {name: other-latency, displayName: Latency of another API}
spec:
  service: t-developer
  indicator:
    metadata: {name: other-request-latency}
    spec:
      thresholdMetric:
        metricSource:
          metricSourceRef: cloudwatch
          type: CloudWatch
          spec: {namespace: AWS/ApiGateway, metricName: Latency, dimensions: {ApiName: another, Stage: production}}
  timeWindow: [{duration: 28d, isRolling: true}]
  budgetingMethod: Occurrences
  objectives: [{op: lt, value: 123, targetPercent: 99}]
"""


def graphs(directory: Path, *more: str, of: str = T_DEVELOPER.objectives.read_text()) -> list[GraphPanel]:
    file = directory / "objectives.yaml"
    file.write_text(of + "".join(more))
    stage = make_stage("production", files=replace(T_DEVELOPER, objectives=file))
    return [panel for board in all_dashboards(deployment_of(stage, plan_of(stage))) for panel in board.graphs]


def lines(panels: list[GraphPanel]) -> dict[str, list[str]]:
    return {panel.title: [line.label for line in panel.thresholds] for panel in panels if panel.thresholds}


@pytest.mark.parametrize(
    ("namespace", "metric", "unit"),
    [
        ("AWS/SQS", "ApproximateAgeOfOldestMessage", Unit.SECONDS),
        ("AWS/SQS", "ApproximateNumberOfMessagesVisible", Unit.COUNT),
        ("Mine", "Age", Unit.OWN),
    ],
)
def test_slices_of_a_queue_are_no_canary_and_have_their_own_unit(
    tmp_path: Path, namespace: str, metric: str, unit: Unit
) -> None:
    text = QUEUE.replace("NAMESPACE", namespace).replace("METRIC", metric)
    (panel,) = [each for each in graphs(tmp_path, text) if each.title.startswith("queue-age")]
    assert panel.title == f"queue-age: {metric}, average of 5 min"
    assert panel.unit is unit
    assert [(each.value, each.label) for each in panel.thresholds] == [(60.0, "queue-age: a good slice")]
    assert [each.name for each in panel.metrics] == [metric]


def test_slices_of_a_canary_are_its_success_in_percent(tmp_path: Path) -> None:
    (panel,) = [each for each in graphs(tmp_path) if each.title == "availability: canary success"]
    assert (panel.unit, panel.thresholds[0].value) == (Unit.PERCENT, 100.0)


def test_the_error_rate_has_no_line_of_an_objective_on_stack_operations(tmp_path: Path) -> None:
    text = T_DEVELOPER.objectives.read_text()
    before = lines(graphs(tmp_path))
    assert before["Error rate"] == ["api-errors: 0.1 %"]
    with_budget = text.replace("    - targetPercent: 100\n", "    - targetPercent: 95\n")
    assert with_budget != text
    assert lines(graphs(tmp_path, of=with_budget))["Error rate"] == ["api-errors: 0.1 %"]


def test_another_apis_objective_has_no_line_on_ours(tmp_path: Path) -> None:
    found = lines(graphs(tmp_path, OTHER_API))
    assert "other-latency: 123 ms" not in [label for labels in found.values() for label in labels]
    assert found["Latency"] == ["api-latency: 1,000 ms"]


def test_every_line_of_our_panels_is_of_an_objective_on_what_the_panel_draws(tmp_path: Path) -> None:
    """What a load test's client sees is judged by the objective on the API's latency; its error rate is that of its faults."""
    objectives = make_stage("production").objectives
    of_load = {"LoadTestLatency"}
    for panel in graphs(tmp_path):
        drawn = {metric.name for metric in panel.metrics}
        for line in panel.thresholds:
            name, _, _ = line.label.partition(":")
            if name not in [each.name for each in objectives]:
                continue
            objective = objectives[name]
            judged = {signal.samples.metric.name for signal in signals_of(objective) if signal.samples is not None}
            is_of_faults = bool(own_signals(objective, objectives, SignalKind.API_FAULTS)) and "5XXError" in drawn
            assert judged & drawn or is_of_faults or (drawn <= of_load and judged == {"Latency"}), (
                panel.title,
                line.label,
            )
