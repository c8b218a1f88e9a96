"""The page's first sentence and its exit code: a sound week, and weeks of which something is not known."""

import dataclasses
from collections.abc import Callable
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

import pytest

from foundation.cloudwatch.frame import FrameSource, Points
from foundation.cloudwatch.held_time import Throughout
from foundation.errors import Exit
from foundation.readings import Known
from reports.page_model import Page
from reports.weekly.page import to_markdown
from reports.weekly.reading import ReportRequest, read_inputs
from reports.weekly.sections import make_page
from sre.jobs.weekly_report.writing import exit_of
from tests.foundation.readings_factories import MADE_UP
from tests.reports.weekly_data import as_data
from tests.reports.weekly_factories import START_AT, WEEK, a_month, asked, sources

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
MORNING = WEEK.start_at + 2 * DAY + timedelta(hours=8, minutes=6)


def known(month: FrameSource, *spans: tuple[datetime, datetime], delay: timedelta = timedelta(0)) -> FrameSource:
    """The same month, of which these spans are known."""
    held = Known.nothing()
    for first, end in spans:
        held |= Known.throughout(first, end)
    return dataclasses.replace(month, held=Throughout(held=held, by=dataclasses.replace(MADE_UP, delay=delay)))


def silent_after(at: datetime) -> FrameSource:
    """Everything but the canary falls silent, and the recording goes on."""
    month = a_month()

    def until(points: Points) -> Points:
        early = points.times < at.timestamp()
        return Points(times=points.times[early], values=points.values[early])

    statistics = {
        key: points if key[0].name == "SuccessPercent" else until(points) for key, points in month.statistics.items()
    }
    return dataclasses.replace(month, statistics=MappingProxyType(statistics))


def outage(first: datetime, end: datetime, bad: int = 300) -> Callable[[datetime], int]:
    return lambda at: bad if first <= at < end else 0


def page_of(metrics: FrameSource, request: ReportRequest | None = None) -> Page:
    return make_page(read_inputs(request or asked(), sources(metrics)))


def objectives(page: Page) -> dict[str, dict[str, Any]]:
    return {each["objective"]: each for each in as_data(page)["values"]["objectives"]}


def read_line(page: Page) -> str:
    return as_data(page)["sections"][0]["blocks"][0]["text"]


def test_a_sound_week() -> None:
    page = page_of(a_month())
    assert page.sentence == "Releases are allowed: every objective has budget left, and the month's bill is on pace."
    assert exit_of(page) is Exit.MET
    assert read_line(page).endswith("The week is over; every source could be read.")
    assert {each["state"] for each in objectives(page).values()} == {"healthy"}


def test_a_week_without_a_request_is_no_healthy_one() -> None:
    page = page_of(silent_after(WEEK.start_at - DAY))
    since = "no event since 2026-11-08 00:00, so nothing can be judged"
    assert page.sentence == (f"Undecided: too little data for api-latency, api-errors ({since}).")
    assert exit_of(page) is Exit.NOT_ENOUGH_EVIDENCE
    assert objectives(page)["availability"]["state"] == "healthy"
    assert objectives(page)["api-errors"]["known_of_week"]["known_ratio"] == 1


def test_a_week_of_which_a_third_is_recorded() -> None:
    page = page_of(known(a_month(), (START_AT, WEEK.start_at + 56 * HOUR)))
    part = "23.3 of 28 days of the window and 2.3 of 7 days of the week are known; not 2026-11-11 08:00 to 2026-11-16 00:00"
    assert page.sentence == (
        f"Undecided: too little data for api-latency, api-errors, availability ({part}; 0 % of the budget is spent if all else "
        "was good)."
    )
    assert exit_of(page) is Exit.NOT_ENOUGH_EVIDENCE
    assert "every source could be read" not in read_line(page)
    assert "api-errors" in read_line(page)


@pytest.mark.parametrize("days", [-2, 0.125])
def test_a_recording_that_ends_before_the_week_or_three_hours_into_it(days: float) -> None:
    page = page_of(known(a_month(), (START_AT, WEEK.start_at + days * DAY)))
    assert f"{0.1 if days > 0 else 0:g} of 7 days of the week are known" in page.sentence
    assert exit_of(page) is Exit.NOT_ENOUGH_EVIDENCE


def test_a_recording_of_another_time_is_no_source_that_could_be_read() -> None:
    page = page_of(known(a_month()))
    assert page.sentence.startswith("Undecided: no data for ")
    assert "metrics could not be read" in page.sentence
    assert "not everything could be read (metrics)" in read_line(page)


def test_an_outage_over_the_weeks_beginning() -> None:
    first, end = WEEK.start_at - 2 * HOUR, WEEK.start_at + 26 * HOUR
    page = page_of(a_month(bad_in=outage(first, end)))
    assert page.sentence == (
        "Releases are frozen except for fixes: api-latency has spent its error budget; api-errors has spent its error budget."
    )
    assert exit_of(page) is Exit.MISSED
    assert objectives(page)["api-errors"]["window"]["bad_count"] == 28 * 12 * 300
    assert objectives(page)["api-errors"]["week"]["bad_count"] == 26 * 12 * 300


def test_one_week_of_four_neither_freezes_nor_allows() -> None:
    """142.9 % of the budget of what is known, which is 35.7 % of the window's if all else was good."""
    at = WEEK.start_at + 30 * HOUR
    month = a_month(bad_in=lambda each: {at: 600, at + HOUR: 600, at + 2 * HOUR: 528}.get(each, 0))
    page = page_of(known(month, (WEEK.start_at, WEEK.end_at)))
    assert (
        "api-errors (7 of 28 days of the window are known; not 2026-10-19 00:00 to 2026-11-09 00:00; 35.7 % of the budget is "
        "spent if all else was good)" in page.sentence
    )
    assert exit_of(page) is Exit.NOT_ENOUGH_EVIDENCE
    errors = objectives(page)["api-errors"]
    assert (errors["state"], errors["spent_ratio"], errors["least_spent_ratio"]) == (
        "too_little_data",
        None,
        0.3571428571,
    )
    assert errors["too_little"]["missing"] == [
        {"start_at": "2026-10-19T00:00:00+00:00", "end_at": "2026-11-09T00:00:00+00:00"}
    ]
    assert "142.9" not in to_markdown(page)


def test_a_month_with_two_days_missing_is_healthy_in_its_own_words() -> None:
    gap = WEEK.start_at - 10 * DAY, WEEK.start_at - 8.1 * DAY
    page = page_of(known(a_month(), (START_AT, gap[0]), (gap[1], WEEK.end_at)))
    assert page.sentence.startswith(
        "Releases are allowed, on what is known: api-latency is healthy on 26.1 of 28 days known (no data for "
        "2026-10-30 00:00 to 2026-10-31 21:36), "
    )
    assert exit_of(page) is Exit.MET
    assert objectives(page)["api-errors"]["state"] == "healthy"
    assert 0.93 < objectives(page)["api-errors"]["known_of_window"]["known_ratio"] < 0.94
    tiles = as_data(page)["sections"][1]["blocks"][0]["tiles"]
    assert tiles[1]["word"] == "healthy on what is known"
    assert "every source answered, but not everything is known (" in read_line(page)


@pytest.mark.parametrize("delay", [timedelta(0), timedelta(minutes=3), timedelta(minutes=17)])
def test_the_current_week_at_six_minutes_past_eight(delay: timedelta) -> None:
    request = dataclasses.replace(asked(), now=MORNING)
    page = page_of(known(a_month(), (START_AT, MORNING - delay), delay=delay), request)
    assert page.sentence == "Releases are allowed: every objective has budget left, and the month's bill is on pace."
    errors = objectives(page)["api-errors"]
    settled = (MORNING - delay).replace(minute=(MORNING - delay).minute // 5 * 5)
    assert errors["as_of"] == settled.isoformat()
    assert errors["window"] == {"sample_count": 28 * 288 * 600, "bad_count": 0}
    assert errors["burn_rates_as_of"] == settled.replace(minute=0).isoformat()
    (canary,) = as_data(page)["values"]["canaries"]
    due = int((MORNING - delay - WEEK.start_at) / timedelta(minutes=5))
    assert (canary["run_count"], canary["expected_count"]) == (due, due)
    assert delay or due == 673


def test_a_window_of_hours_is_written_in_days_and_hours() -> None:
    request = asked()
    items = tuple(
        dataclasses.replace(each, window=timedelta(hours=36)) if each.name == "api-errors" else each
        for each in request.objectives
    )
    request = dataclasses.replace(request, objectives=dataclasses.replace(request.objectives, items=items))
    page = page_of(a_month(bad_in=outage(WEEK.end_at - HOUR, WEEK.end_at, 6)), request)
    rows = {row[0]: row for row in as_data(page)["sections"][2]["blocks"][0]["rows"]}
    assert rows["api-errors"][2] == "99.9 % without a server fault over 1 d 12 h"
    assert rows["api-errors"][-1] == "7 d 19 h"
    assert objectives(page)["api-errors"]["window_seconds"] == 36 * 3600
