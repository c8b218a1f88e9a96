"""A graph has lines of objectives on what it draws, dimensions included, and of no others."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from foundation.cloudwatch.metrics import MathExpression, Metric, MetricStat, Query
from foundation.service.objective_lines import objective_lines
from foundation.service.panels import Unit
from foundation.slo.model import (
    BudgetedObjective,
    Indicator,
    MetricSamples,
    Objectives,
    RatioIndicator,
    SliceIndicator,
    ThresholdIndicator,
    ThresholdOperator,
    TracesMatching,
)


def metric(name: str, namespace: str = "Shop", **dimensions: str) -> Metric:
    return Metric(namespace=namespace, name=name, dimensions=tuple(dimensions.items()))


API = {"ApiName": "shop-live", "Stage": "live"}
DURATION, LATENCY = metric("Duration", Of="order"), metric("Latency", "AWS/ApiGateway", **API)
BAD, ALL = metric("Bad"), metric("All")
FAULTS, REQUESTS = metric("5XXError", "AWS/ApiGateway", **API), metric("Count", "AWS/ApiGateway", **API)


def objective(indicator: Indicator, name: str = "quick") -> BudgetedObjective:
    return BudgetedObjective(
        name=name, title=name, description="", indicator=indicator, target_ratio=Decimal("0.995"),
        window=timedelta(days=28), indicator_names=(name,),
    )  # fmt: skip


def below(of: Metric, threshold: str = "800") -> ThresholdIndicator:
    return ThresholdIndicator(
        samples=MetricSamples(metric=of), comparison=ThresholdOperator.LESS_THAN, threshold=Decimal(threshold)
    )


def stat(of: Metric, statistic: str = "p99", *, shown: bool = True, id_: str = "m") -> Query:
    source = MetricStat(metric=of, period_seconds=60, statistic=statistic)
    return Query(id=id_, source=source, return_data=shown)


def math(expression: str = "100 * a / b") -> Query:
    return Query(id="r", source=MathExpression(expression=expression))


def lines(
    *queries: Query, unit: Unit = Unit.MILLISECONDS, of: BudgetedObjective, client_latency: Metric | None = None
) -> list[tuple[str, float, str]]:
    every = Objectives(service="shop", stage="live", title="Shop", description="", items=(of,))
    found = objective_lines(queries, unit, every, client_latency=client_latency)
    return [(each.objective, each.value, each.label) for each in found]


def test_an_objective_on_what_is_drawn_has_its_line_with_its_value() -> None:
    assert lines(stat(DURATION), of=objective(below(DURATION, "1000"))) == [("quick", 1000.0, "quick: 1,000 ms")]


@pytest.mark.parametrize(
    ("unit", "label"), [(Unit.SECONDS, "quick: 60 s"), (Unit.COUNT, "quick: 60"), (Unit.BYTES, "quick: 60 bytes")]
)
def test_its_value_is_told_in_the_unit_of_the_graph(unit: Unit, label: str) -> None:
    assert lines(stat(DURATION), unit=unit, of=objective(below(DURATION, "60"))) == [("quick", 60.0, label)]


@pytest.mark.parametrize(
    "query",
    [
        stat(metric("Duration", Of="another")),
        stat(metric("Duration")),
        stat(metric("Duration", "Other", Of="order")),
        stat(DURATION, shown=False),
        stat(DURATION, "Sum"),
        stat(DURATION, "SampleCount"),
        stat(DURATION, "PR(:800)"),
        stat(DURATION, "TC(:800)"),
    ],
    ids=str,
)
def test_an_objective_on_something_else_has_none(query: Query) -> None:
    assert lines(query, of=objective(below(DURATION))) == []


def test_slices_have_the_line_of_a_good_one() -> None:
    slices = SliceIndicator(
        samples=MetricSamples(metric=DURATION), comparison=ThresholdOperator.LESS_THAN, threshold=Decimal(60),
        slice_length=timedelta(minutes=5),
    )  # fmt: skip
    assert lines(stat(DURATION, "Average"), of=objective(slices)) == [("quick", 60.0, "quick: 60 ms")]


def test_two_statistics_of_one_metric_have_one_line() -> None:
    assert len(lines(stat(DURATION, "p50"), stat(DURATION, id_="n"), of=objective(below(DURATION)))) == 1


RATIO = RatioIndicator(bad=MetricSamples(metric=BAD), total=MetricSamples(metric=ALL))
SHARE = (stat(BAD, "Sum", shown=False, id_="a"), stat(ALL, "Sum", shown=False, id_="b"), math())


def test_the_share_of_bad_events_has_the_line_of_the_budget() -> None:
    assert lines(*SHARE, unit=Unit.PERCENT, of=objective(RATIO)) == [("quick", 0.5, "quick: 0.5 %")]


def test_a_share_of_other_events_has_none() -> None:
    other = replace(RATIO, total=MetricSamples(metric=metric("Others")))
    assert lines(*SHARE, unit=Unit.PERCENT, of=objective(other)) == []
    assert lines(*SHARE, unit=Unit.COUNT, of=objective(RATIO)) == []
    assert lines(*SHARE[:2], unit=Unit.PERCENT, of=objective(RATIO)) == []


@pytest.mark.parametrize(
    ("api", "found"), [("shop-live/live", [("quick", 0.5, "quick: 0.5 %")]), ("another-live/live", [])]
)
def test_faults_that_traces_tell_are_those_that_the_api_counts(api: str, found: list[tuple[str, float, str]]) -> None:
    traced = RatioIndicator(
        bad=TracesMatching(group_name="bad", filter_expression=f'service("{api}") {{ fault = true }}'),
        total=TracesMatching(group_name="all", filter_expression=f'service("{api}")'),
    )
    share = (stat(FAULTS, "Sum", shown=False, id_="a"), stat(REQUESTS, "SampleCount", shown=False, id_="b"), math())
    assert lines(*share, unit=Unit.PERCENT, of=objective(traced)) == found


def test_what_a_load_tests_client_waits_is_judged_by_the_objective_on_the_apis_latency() -> None:
    client = metric("LoadTestLatency", Stage="live")
    assert lines(stat(client), of=objective(below(LATENCY)), client_latency=client) == [
        ("quick", 800.0, "quick: 800 ms")
    ]
    assert lines(stat(client), of=objective(below(LATENCY))) == []
    assert lines(stat(client), of=objective(below(DURATION)), client_latency=client) == []
