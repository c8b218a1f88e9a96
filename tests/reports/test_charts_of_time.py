"""Graphs of the pages show the time that was asked, gaps as gaps, and what is not known as that."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

import reports.charts as charts
import reports.weekly.charts as budgets
import reports.weekly.money_charts as money
from foundation.pages.template import Drawing
from foundation.readings import Interval, Known
from foundation.slo.coverage import coverage_of
from reports.release_check.model import LatencyBucket, SecondRow
from reports.weekly.inputs import LatencyWeek, PeriodBucket
from reports.weekly.objectives import Health, ObjectiveWeek
from reports.weekly.reading import read_inputs
from tests.reports.weekly_factories import WEEK, a_bill, asked, sources


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """The specifications of the charts that are drawn."""
    found: list[dict[str, Any]] = []

    def noted(chart: Any, _width: int) -> str:
        found.append(chart.to_dict())
        return "<svg/>"

    for module in (budgets, money, charts):
        monkeypatch.setattr(module, "as_svg", noted)
    return found


def draw(drawing: Drawing | None) -> str:
    assert drawing is not None
    return drawing(860)


def layers(specification: dict[str, Any]) -> list[dict[str, Any]]:
    return specification.get("layer", [specification])


def values_of(layer: dict[str, Any], specification: dict[str, Any]) -> list[dict[str, Any]]:
    data = layer.get("data", specification.get("data", {}))
    return data.get("values") or specification.get("datasets", {}).get(data.get("name"), [])


def bands(specification: dict[str, Any]) -> list[tuple[str, str]]:
    return [
        (each["from"], each["to"])
        for layer in layers(specification)
        for each in values_of(layer, specification)
        if each.get("what") == "not known"
    ]


def an_objective() -> ObjectiveWeek:
    (found,) = [row for name, _, row in read_inputs(asked(), sources()).objectives if name == "api-errors"]
    assert isinstance(found, ObjectiveWeek)
    return found


def test_a_budgets_line_is_broken_where_nothing_is_known_and_a_band_says_so(drawn: list[dict[str, Any]]) -> None:
    row = an_objective()
    window = row.coverage.window
    gap = Interval(start_at=window.start_at + timedelta(days=3), end_at=window.start_at + timedelta(days=5))
    known = Known.of([window.span]) - Known.of([gap.span])
    draw(budgets.burn_down(replace(row, coverage=coverage_of(known, window, is_stated=True)), ()))
    (specification,) = drawn
    assert bands(specification) == [(gap.start_at.isoformat(), gap.end_at.isoformat())]
    (line,) = [each for each in layers(specification) if each["mark"].get("interpolate") == "step-after"]
    unknown = [datetime.fromisoformat(each["at"]) for each in values_of(line, specification) if each["left"] is None]
    assert unknown
    assert all(gap.start_at < at <= gap.end_at for at in unknown)


def test_a_budget_that_is_known_as_a_whole_has_no_band(drawn: list[dict[str, Any]]) -> None:
    draw(budgets.burn_down(an_objective(), ()))
    assert bands(drawn[0]) == []


def a_latency(*, period_minutes: int, known: Known | None = None) -> LatencyWeek:
    window = Interval(start_at=WEEK.start_at, end_at=WEEK.end_at)
    at = WEEK.start_at + timedelta(days=1)
    return LatencyWeek(
        request_count=10,
        percentiles_ms=((50.0, 100.0),),
        buckets=(PeriodBucket(at=at, from_ms=50.0, to_ms=100.0, count=10.0),),
        slow_after_ms=1000.0,
        period_minutes=period_minutes,
        coverage=coverage_of(Known.of([window.span]) if known is None else known, window, is_stated=True),
    )


def domain_of(specification: dict[str, Any]) -> list[datetime]:
    (domain,) = {
        json.dumps(layer["encoding"]["x"]["scale"]["domain"])
        for layer in layers(specification)
        if "domain" in layer.get("encoding", {}).get("x", {}).get("scale", {})
    }
    return [
        datetime(each["year"], each["month"], each["date"], each["hours"], each["minutes"], tzinfo=UTC)
        for each in json.loads(domain)
    ]


def test_latencies_of_one_day_are_drawn_over_the_week_that_was_asked(drawn: list[dict[str, Any]]) -> None:
    draw(budgets.heatmap(a_latency(period_minutes=60)))
    assert domain_of(drawn[0]) == [WEEK.start_at, WEEK.end_at]
    half = WEEK.start_at + timedelta(days=3)
    draw(budgets.heatmap(a_latency(period_minutes=60, known=Known.throughout(WEEK.start_at, half))))
    assert bands(drawn[1]) == [(half.isoformat(), WEEK.end_at.isoformat())]


def test_a_day_that_is_missing_from_the_bill_breaks_its_line(drawn: list[dict[str, Any]]) -> None:
    missing = date(2026, 11, 5)
    draw(money.cumulative_cost(a_bill(), limit_usd=Decimal(500), missing_on=[missing]))
    found = [
        each
        for layer in layers(drawn[0])
        for each in values_of(layer, drawn[0])
        if set(each) == {"on", "usd"} and each["usd"] is None
    ]
    assert found == [{"on": missing.isoformat(), "usd": None}]


def test_requests_of_a_release_check_are_drawn_over_the_whole_run(drawn: list[dict[str, Any]]) -> None:
    """A run whose last half sent nothing ends where it was to end, and not with its last request."""
    seconds = (SecondRow(second=3, good_count=5, slow_count=0, fault_count=0, refused_count=0),)
    draw(charts.requests_over_time(seconds, warm_up_seconds=15, measured_seconds=120))
    scales = [layer["encoding"]["x"].get("scale", {}) for layer in layers(drawn[0])]
    assert [each["domain"] for each in scales if "domain" in each] == [[0, 135]]
    late = (SecondRow(second=140, good_count=1, slow_count=0, fault_count=0, refused_count=0),)
    draw(charts.requests_over_time(late, warm_up_seconds=15, measured_seconds=120))
    assert layers(drawn[1])[0]["encoding"]["x"]["scale"]["domain"] == [0, 141]


def test_the_charts_are_drawn_with_gaps_and_bands() -> None:
    row = an_objective()
    window = row.coverage.window
    known = Known.of([window.span]) - Known.throughout(window.start_at, window.start_at + timedelta(days=5))
    assert "<svg" in draw(budgets.burn_down(replace(row, coverage=coverage_of(known, window, is_stated=True)), ()))
    assert "<svg" in draw(budgets.heatmap(a_latency(period_minutes=60, known=Known.nothing())))
    assert "<svg" in draw(money.cumulative_cost(a_bill(), limit_usd=Decimal(500), missing_on=[date(2026, 11, 5)]))


def spent_texts(drawn: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """The bars of the picture of spent budgets, and the text beside each objective."""
    chart = drawn[-1]
    bars = [each for layer in layers(chart)[:1] for each in values_of(layer, chart)]
    said = {
        each["objective"]: each["label"]
        for layer in layers(chart)
        for each in values_of(layer, chart)
        if "label" in each
    }
    return bars, said


def test_an_exhausted_budget_is_the_longest_bar_with_its_number_and_no_data_has_none(
    drawn: list[dict[str, Any]],
) -> None:
    row = an_objective()
    worst = replace(row, name="gone", health=Health.EXHAUSTED, spent_ratio=Decimal("30.945"))
    half = replace(row, name="half", health=Health.HEALTHY, spent_ratio=Decimal("0.5"))
    unsure = replace(row, name="unsure", health=Health.TOO_LITTLE, spent_ratio=Decimal("0.1"))
    draw(budgets.spent([half, unsure, worst], without=["silent"]))
    bars, said = spent_texts(drawn)
    assert [(each["objective"], each["spent"]) for each in bars] == [("gone", 250), ("half", 50)]
    assert said == {"gone": "3,094 %", "half": "50 %", "unsure": "too little data", "silent": "no data"}


def test_a_legend_names_what_is_in_the_picture_and_nothing_else(drawn: list[dict[str, Any]]) -> None:
    row = an_objective()
    draw(budgets.spent([replace(row, health=Health.EXHAUSTED, spent_ratio=Decimal(2))]))
    assert layers(drawn[0])[0]["encoding"]["color"]["scale"]["domain"] == ["exhausted"]
    seconds = (SecondRow(second=3, good_count=5, slow_count=0, fault_count=1, refused_count=0),)
    draw(charts.requests_over_time(seconds, warm_up_seconds=0, measured_seconds=10))
    assert layers(drawn[1])[0]["encoding"]["color"]["scale"]["domain"] == ["good", "fault"]
    draw(money.waterfall({"a": Decimal(2)}, {"a": Decimal(1)}))
    assert drawn[2]["encoding"]["color"]["scale"]["domain"] == ["total", "more"]


def test_a_budget_that_falls_out_of_its_picture_says_how_far(drawn: list[dict[str, Any]]) -> None:
    row = an_objective()
    at = row.burn_down[0][0]
    draw(
        budgets.burn_down(replace(row, burn_down=((at, Decimal(1)), (at + timedelta(days=20), Decimal("-29.945")))), ())
    )
    texts = [each["label"] for layer in layers(drawn[0]) for each in values_of(layer, drawn[0]) if "label" in each]
    assert texts == ["▼ down to −2,994 %, below this picture"]


@pytest.mark.parametrize("slow_after_ms", [5.0, 1_000.0, 90_000.0])
def test_the_objectives_line_is_inside_the_picture_wherever_the_latencies_are(
    drawn: list[dict[str, Any]], slow_after_ms: float
) -> None:
    buckets = (LatencyBucket(from_ms=100, to_ms=121, count=5),)
    draw(charts.latency_distribution(buckets, slow_after_ms=slow_after_ms))
    low, high = layers(drawn[0])[0]["encoding"]["x"]["scale"]["domain"]
    assert low < slow_after_ms < high
