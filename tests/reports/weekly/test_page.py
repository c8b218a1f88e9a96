"""The weekly report: budgets against known outages, verdicts that never call silence healthy, and the page itself."""

import dataclasses
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import altair as alt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.cloudwatch.frame import FrameSource, Points
from foundation.cloudwatch.metrics import MetricStat
from foundation.cloudwatch.series import Series
from foundation.cloudwatch.suppression import Notified
from foundation.errors import InputError, SourceError
from foundation.readings import NoData, Reading
from foundation.slo.error_budget import Counts
from reports.money import Charge
from reports.page_model import Page
from reports.weekly.charts import heatmap
from reports.weekly.inputs import AlarmWeek
from reports.weekly.latency import read_latency
from reports.weekly.objectives import Health, ObjectiveWeek, wilson
from reports.weekly.page import to_html, to_json, to_markdown
from reports.weekly.reading import Sources, read_inputs
from reports.weekly.sections import make_page, release_verdict
from reports.weekly.week import last_complete_week, read_week, week_of
from tests.browser import MISSING
from tests.foundation.readings_factories import HELD
from tests.reports.report_in_browser import assert_reads_well
from tests.reports.weekly_data import as_data
from tests.reports.weekly_factories import THE_WEEK, WEEK, a_bill, a_month, asked, some_operations, sources

OUTAGE_AT = WEEK.start_at + timedelta(days=2, hours=3)


def in_outage(minutes: int, bad: int = 600):
    return lambda at: bad if OUTAGE_AT <= at < OUTAGE_AT + timedelta(minutes=minutes) else 0


def objective(name: str, given: Sources) -> ObjectiveWeek:
    (found,) = [row for each, _, row in read_inputs(asked(), given).objectives if each == name]
    assert isinstance(found, ObjectiveWeek)
    return found


def test_an_outage_of_forty_minutes_spends_the_budget_of_28_days_at_three_nines() -> None:
    """28 d × 0.1 % = 40.32 min: https://sre.google/workbook/implementing-slos/ ; 40 of them spend 99.2 %."""
    errors = objective("api-errors", sources(a_month(bad_in=in_outage(40))))
    assert errors.window == Counts(total_count=28 * 288 * 600, bad_count=8 * 600)
    assert errors.spent_ratio == Decimal(8 * 600) / (Decimal("0.001") * 28 * 288 * 600)
    assert f"{errors.spent_ratio:.4f}" == "0.9921"
    assert errors.health is Health.AT_RISK
    assert errors.remaining_week_ago_ratio == 1


def test_an_outage_of_forty_five_minutes_is_more_than_the_budget() -> None:
    errors = objective("api-errors", sources(a_month(bad_in=in_outage(45))))
    assert f"{errors.spent_ratio:.4f}" == "1.1161"
    assert errors.health is Health.EXHAUSTED
    assert errors.exhausted_in_days == 0


def test_slices_and_events_differ_as_they_should() -> None:
    """One failing request in each slice of an hour: every slice is bad to a canary, and hardly an event is."""
    given = sources(a_month(bad_in=in_outage(60, bad=1), slice_fails=lambda at: in_outage(60)(at) > 0))
    errors, availability = objective("api-errors", given), objective("availability", given)
    assert errors.window.bad_count == 12
    assert f"{errors.spent_ratio:.5f}" == "0.00248"
    assert availability.window == Counts(total_count=28 * 288, bad_count=12)
    assert f"{availability.spent_ratio:.4f}" == "1.4881"
    assert (errors.health, availability.health) == (Health.HEALTHY, Health.EXHAUSTED)


def test_a_slice_without_a_run_is_in_neither_number_and_is_told_as_missed() -> None:
    inputs = read_inputs(asked(), sources())
    assert not isinstance(inputs.canaries, NoData)
    (api,) = inputs.canaries
    assert (api.run_count, api.failed_count, api.expected_count) == (7 * 288, 0, 7 * 288)


def test_an_availability_of_a_few_slices_is_too_little_to_say_anything_and_a_failure_in_them_still_counts() -> None:
    watched_from = WEEK.end_at - timedelta(days=6)
    month = a_month()
    (metric,) = {each for each, _, _ in month.statistics if each.name == "SuccessPercent"}

    def watched(points: Points) -> Points:
        late = points.times >= watched_from.timestamp()
        return Points(times=points.times[late], values=points.values[late])

    statistics = {key: watched(points) if key[0] == metric else points for key, points in month.statistics.items()}
    few = dataclasses.replace(month, statistics=statistics)
    availability = objective("availability", sources(few))
    assert availability.health is Health.TOO_LITTLE
    assert availability.reason == "canaries ran in 1,728 of 2,016 slices of the week"
    verdict, _, sentence = release_verdict(read_inputs(asked(), sources(few)))
    assert (verdict, sentence) == (
        "undecided",
        "Undecided: too little data for availability (canaries ran in 1,728 of 2,016 slices of the week).",
    )


def test_burn_rates_and_what_is_left_are_those_of_the_hours_that_they_name() -> None:
    last_hour = WEEK.end_at - timedelta(hours=1)
    errors = objective("api-errors", sources(a_month(bad_in=lambda at: 6 if at >= last_hour else 0)))
    assert errors.burn_1h == 10
    assert f"{errors.burn_6h:.4f}" == f"{Decimal(10) / 6:.4f}"
    assert errors.exhausted_in_days is not None
    assert f"{errors.exhausted_in_days:.2f}" == f"{(1 - errors.spent_ratio) * 28 / (Decimal(10) / 72):.2f}"


def test_a_failed_deployment_exhausts_an_objective_that_allows_none() -> None:
    inputs = read_inputs(asked(), sources(operations=some_operations(failed=True)))
    verdict, tone, sentence = release_verdict(inputs)
    assert (verdict, tone) == ("frozen", "miss")
    assert "deployments" in sentence


def test_what_was_bad_in_the_hour_of_a_deployment_is_told_so_and_all_adds_up() -> None:
    deployed = some_operations()[0].ended_at.replace(minute=0)
    month = a_month(bad_in=lambda at: 3 if deployed <= at < deployed + timedelta(hours=1) else in_outage(5, bad=4)(at))
    inputs = read_inputs(asked(), sources(month))
    found = {(each.objective, each.what): each.bad_count for each in inputs.causes}
    assert found["api-errors", "deployment"] == 36
    assert found["api-errors", "unknown"] == 4
    errors = objective("api-errors", sources(month))
    assert sum(count for (name, _), count in found.items() if name == "api-errors") == errors.week.bad_count


def test_a_good_week_allows_releases() -> None:
    verdict, tone, _ = release_verdict(read_inputs(asked(), sources()))
    assert (verdict, tone) == ("allowed", "pass")


class Throttled:
    """A metric source that refuses everything."""

    def read(self, wanted: object, *, start_at: datetime, end_at: datetime) -> list[object]:
        raise SourceError("CloudWatch: ThrottlingException, still after five attempts")


def broken() -> dict[str, tuple[Sources, str]]:
    good = sources()
    return {
        "throttled metrics": (dataclasses.replace(good, metrics=Throttled()), "ThrottlingException"),
        "empty metrics": (sources(a_month(without=frozenset({"api-errors"}))), "api-errors"),
        "denied cost": (sources(bill=NoData(reason="Cost Explorer could not be read: AccessDenied")), "AccessDenied"),
        "denied deployments": (sources(operations=NoData(reason="CloudFormation could not be read: denied")), "denied"),
        "failing alarms": (sources(alarms=NoData(reason="the alarms could not be evaluated")), "alarms"),
    }


@pytest.mark.parametrize("what", list(broken()))
def test_a_source_that_fails_makes_the_verdict_unknown_and_never_healthy(what: str) -> None:
    given, reason = broken()[what]
    page = make_page(read_inputs(asked(), given))
    assert page.verdict == "undecided"
    assert "Undecided: " in page.sentence
    assert reason in to_markdown(page)


def test_a_spent_budget_freezes_even_when_another_source_is_silent() -> None:
    given = sources(a_month(bad_in=in_outage(60)), bill=NoData(reason="denied"))
    assert release_verdict(read_inputs(asked(), given))[0] == "frozen"


def test_a_month_at_its_limit_freezes_and_one_that_comes_near_is_at_risk() -> None:
    assert release_verdict(read_inputs(asked(), sources(bill=a_bill(daily_usd="34"))))[0] == "frozen"
    verdict, _, sentence = release_verdict(read_inputs(asked(), sources(bill=a_bill(daily_usd="26"))))
    assert (verdict, "money at risk" in sentence) == ("allowed", True)


def test_a_month_that_reached_its_limit_after_the_week_freezes_its_report_too() -> None:
    later = Charge(on=date(2026, 11, 20), service="any", usage_type="any", kind="Usage", cost_usd=Decimal(430))
    bill = dataclasses.replace(a_bill(), complete_on=date(2026, 11, 21))
    bill = dataclasses.replace(bill, charges=(*bill.charges, later))
    assert bill.month_to_date_usd == Decimal("75.00")
    verdict, _, sentence = release_verdict(read_inputs(asked(), sources(bill=bill)))
    assert verdict == "frozen"
    assert "$75.00 gross in November through 2026-11-15" in sentence


def page_of_a_bad_week() -> Page:
    alarm = AlarmWeek(
        name="t-developer-production-api-errors-page-fast",
        severity="page",
        began_at=OUTAGE_AT,
        seen_from=OUTAGE_AT,
        seen_until=WEEK.end_at,
        ended_at=None,
        notification=Notified(at=OUTAGE_AT + timedelta(minutes=1)),
    )
    return make_page(read_inputs(asked(False), sources(a_month(bad_in=in_outage(20)), alarms=(alarm,))))


@cache
def the_bad_week() -> Page:
    return page_of_a_bad_week()


def test_every_chart_is_what_vega_lites_schema_allows(monkeypatch: pytest.MonkeyPatch) -> None:
    """A report itself does not look: that takes longer than to draw."""
    drawn: list[dict[str, Any]] = []

    def noted(specification: dict[str, Any]) -> str:
        drawn.append(specification)
        return "<svg/>"

    monkeypatch.setattr("vl_convert.vegalite_to_svg", noted)
    to_html(page_of_a_bad_week())
    assert len(drawn) >= 8
    for specification in drawn:
        alt.Chart.from_dict(specification)


def without_spans(html: str) -> str:
    """Without the marks that keep a number in one piece."""
    return re.sub(r'<span class="q">(.*?)</span>', r"\1", html)


def test_every_section_is_there_in_every_form_with_the_same_numbers() -> None:
    page = the_bad_week()
    assert [section.number for section in page.sections] == list(range(16))
    html, markdown, data = without_spans(to_html(page)), to_markdown(page), as_data(page)
    assert len(data["sections"]) == 16
    for section in data["sections"]:
        assert f"{section['number']}. {section['title']}" in html
        for block in section["blocks"]:
            for row in block.get("rows", []):
                for cell in row:
                    escaped = cell.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("'", "&#39;")
                    assert escaped.replace('"', "&#34;") in html
                    assert (
                        cell.replace("|", "\\|").replace("<", "&lt;").replace("*", "\\*").replace("_", "\\_")
                        in markdown
                    )


def test_the_numbers_behind_the_texts_stand_in_the_json_as_they_are() -> None:
    month = a_month(bad_in=in_outage(20), without=frozenset({"agent-turn"}))
    values = as_data(make_page(read_inputs(asked(False), sources(month))))["values"]
    found = {each["objective"]: each for each in values["objectives"]}
    errors = found["api-errors"]
    assert errors["window"] == {"sample_count": 28 * 288 * 600, "bad_count": 4 * 600}
    assert errors["target_ratio"] == 0.999
    assert errors["spent_ratio"] == float(round(Decimal(4 * 600) / (Decimal("0.001") * 28 * 288 * 600), 10))
    assert found["agent-turn"]["state"] == "no_data"
    assert found["agent-turn"]["reason"]
    assert values["cost"]["month_to_date_gross_usd"] == 75
    assert (values["cost"]["month_end_low_usd"], values["cost"]["month_end_high_usd"]) == (145, 160)
    assert values["estimate"]["crossing_units_per_day"] == 1558.489


def test_a_percentile_beyond_the_last_band_is_told_as_above_it() -> None:
    slow = sources(a_month(bad_in=lambda _at: 60))
    (text, *_) = as_data(make_page(read_inputs(asked(), slow)))["sections"][5]["blocks"]
    assert text["text"].startswith("p50 at most 100 ms, p95 above 5,000 ms, p99 above 5,000 ms, of 1,209,600 requests;")


def test_a_week_that_is_not_over_is_told_so_and_its_traffic_is_not_taken_for_a_weeks() -> None:
    early = dataclasses.replace(asked(), now=WEEK.start_at + timedelta(days=2, minutes=10))
    data = as_data(make_page(read_inputs(early, sources())))
    assert (
        "The week is still in progress; figures are up to 2026-11-11 00:10 UTC at the latest; every source could be read."
        in data["sections"][0]["blocks"][0]["text"]
    )
    assert "as profile lean expects" in data["sections"][12]["blocks"][0]["text"]
    states = {row[0]: row[1] for row in data["sections"][2]["blocks"][0]["rows"]}
    assert states["availability"] == "healthy"


def test_the_same_input_gives_the_same_bytes() -> None:
    first, second = page_of_a_bad_week(), page_of_a_bad_week()
    assert (to_html(first), to_markdown(first), to_json(first)) == (
        to_html(second),
        to_markdown(second),
        to_json(second),
    )


@pytest.mark.slow
def test_pictures_are_the_same_wherever_they_are_drawn() -> None:
    """Where no clock of an office is set so, and here, in whatever zone that is."""
    program = "from tests.reports.weekly import test_page as t; print(t.to_html(t.page_of_a_bad_week()), end='')"
    command, elsewhere = [sys.executable, "-c", program], os.environ | {"TZ": "Pacific/Marquesas"}
    drawn = subprocess.run(command, env=elsewhere, capture_output=True, check=True).stdout.decode()
    assert drawn == to_html(the_bad_week())


def test_latencies_of_a_few_hours_are_told_by_the_period_that_they_were_read_in() -> None:
    month, from_at = a_month(), WEEK.end_at - timedelta(hours=2)
    late = {
        key: Points(times=points.times[-24:], values=points.values[-24:]) for key, points in month.statistics.items()
    }
    few = FrameSource(statistics=late, samples={}, held=HELD)
    latency = read_latency(asked().objectives, few, THE_WEEK)
    assert not isinstance(latency, NoData)
    assert latency.period_minutes == 5
    assert min(bucket.at for bucket in latency.buckets) == from_at
    assert latency.request_count == 24 * 600
    draw = heatmap(latency)
    assert draw is not None
    picture = draw(860)
    assert set(re.findall(r">(\d\d:\d\d)<", picture)) >= {"22:00", "23:30"}


def test_a_budget_of_a_few_hours_burns_down_by_their_own_periods() -> None:
    month = a_month(bad_in=lambda at: 3 if at == WEEK.end_at - timedelta(minutes=10) else 0)
    late = {
        key: Points(times=points.times[-24:], values=points.values[-24:]) for key, points in month.statistics.items()
    }
    few = dataclasses.replace(sources(), metrics=FrameSource(statistics=late, samples={}, held=HELD))
    errors = objective("api-errors", few)
    assert len(errors.burn_down) == 25
    assert errors.burn_down[0][0] == WEEK.end_at - timedelta(hours=2)
    left = [left for _, left in errors.burn_down]
    assert left[:23] == [1] * 23
    assert left[23] == left[24] == 1 - errors.spent_ratio == 1 - Decimal(3) / (Decimal("0.001") * 24 * 600)


class OnlyHours:
    """A metric source that keeps no shorter period, as CloudWatch does after nine weeks."""

    def __init__(self, source: FrameSource) -> None:
        self._source = source

    def read(self, wanted: Sequence[MetricStat], *, start_at: datetime, end_at: datetime) -> Sequence[Reading[Series]]:
        for stat in wanted:
            if stat.period_seconds < 3_600:
                raise SourceError(f"{stat}: CloudWatch keeps periods of 3600 s and multiples of it")
        return self._source.read(wanted, start_at=start_at, end_at=end_at)


def test_a_week_of_which_only_hours_are_left_has_its_events_and_not_its_slices() -> None:
    month = a_month(bad_in=in_outage(40))
    inputs = read_inputs(asked(), dataclasses.replace(sources(), metrics=OnlyHours(month)))
    rows = {name: row for name, _, row in inputs.objectives}
    errors = rows["api-errors"]
    assert isinstance(errors, ObjectiveWeek)
    assert errors.window == objective("api-errors", sources(month)).window
    assert isinstance(rows["availability"], NoData)


def test_the_money_adds_up_on_the_page() -> None:
    data = as_data(the_bad_week())
    headline = {row[0]: row[1] for row in data["sections"][8]["blocks"][0]["rows"]}
    assert headline["gross, from the 1st through 2026-11-15"] == "$75.00"
    assert headline["net of them"] == "$55.00"
    assert headline["expected at the end of the month"] == "$150.00"
    assert headline["80 % interval"] == "$145.00 to $160.00"
    services = data["sections"][9]["blocks"][0]["rows"]
    assert services[-1][:4] == ["total", "$35.00", "$35.00", "$0.00"]
    days = data["sections"][9]["blocks"][1]["rows"]
    assert len(days) == 15
    assert all(sum(Decimal(cell[1:]) for cell in row[1:]) == Decimal("5.00") for row in days)


@pytest.mark.skipif(MISSING, reason="no chromium on this machine (Debian's package chromium)")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_in_a_browser_nothing_complains_links_work_and_every_text_has_contrast(scheme: str, tmp_path: Path) -> None:
    assert_reads_well(to_html(the_bad_week()), scheme=scheme, directory=tmp_path)


@pytest.mark.parametrize(
    "text", ["2026-46", "2026-W54", "2026-W00", "W46", "last", "0001-W01", "1999-W52", "2100-W01", "２０２６-W46"]
)
def test_what_is_no_week_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="write an ISO week, such as 2026-W46"):
        read_week(text)


def test_weeks_are_utc_and_begin_on_monday() -> None:
    auckland, baker = timezone(timedelta(hours=12)), timezone(timedelta(hours=-12))
    assert str(week_of(datetime(2026, 11, 16, 11, 59, tzinfo=auckland))) == "2026-W46"
    assert str(week_of(datetime(2026, 11, 15, 12, 1, tzinfo=baker))) == "2026-W47"
    assert str(last_complete_week(datetime(2026, 11, 16, 0, 0, tzinfo=UTC))) == "2026-W46"
    assert read_week("2026-W01").first_on == date(2025, 12, 29)


def test_the_score_interval_is_that_of_the_literature() -> None:
    """Brown, Cai and DasGupta, Statistical Science 16 (2001): 0 of 10 gives up to 27.75 %."""
    low, high = wilson(Counts(total_count=10, bad_count=0))
    assert f"{1 - low:.4f}" == "0.2775"
    assert f"{high:.12f}" == "1.000000000000"


@given(st.integers(1, 10_000), st.floats(0, 1))
def test_the_interval_holds_the_share_itself(total: int, share: float) -> None:
    bad = int(total * share)
    low, high = wilson(Counts(total_count=total, bad_count=bad))
    assert low - 1e-9 <= (total - bad) / total <= high + 1e-9
