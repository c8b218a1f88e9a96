"""What a weekly report prints of how much is known, beside each number; and that its times are UTC."""

import dataclasses
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from foundation.cloudwatch.frame import FrameSource
from foundation.cloudwatch.held_time import HeldTime, Inferred, Throughout
from foundation.cloudwatch.metrics import MetricStat
from foundation.cloudwatch.series import Series
from foundation.readings import Known, Reading, in_memory
from foundation.slo.incidents import read_incidents
from foundation.slo.model import EveryEventObjective
from reports.slo_actuals import History, read_history
from reports.weekly.objectives import ObjectiveWeek
from reports.weekly.page import to_markdown
from reports.weekly.reading import Sources, read_inputs
from reports.weekly.sections import make_page
from tests.foundation.readings_factories import MADE_UP
from tests.reports.weekly_data import as_data
from tests.reports.weekly_factories import NOW, WEEK, a_month, asked, of_quarter, some_operations, sources

WINDOW_START = WEEK.end_at - timedelta(days=28)


def known_of(held: HeldTime) -> Sources:
    """The same month, of which this is known."""
    month = a_month()
    return sources(dataclasses.replace(month, held=held))


def last_days(count: float) -> Throughout:
    return Throughout(held=Known.throughout(WEEK.end_at - timedelta(days=count), WEEK.end_at), by=MADE_UP)


def rows(given: Sources) -> dict[str, ObjectiveWeek]:
    return {name: row for name, _, row in read_inputs(asked(), given).objectives if isinstance(row, ObjectiveWeek)}


def page(given: Sources) -> dict[str, Any]:
    return as_data(make_page(read_inputs(asked(), given)))


def column(table: dict[str, Any], name: str) -> dict[str, str]:
    place = [each.rstrip("#") for each in table["columns"]].index(name)
    return {row[0]: row[place] for row in table["rows"]}


def test_the_share_of_the_window_that_is_known_stands_beside_the_hours_with_data() -> None:
    weeks = page(known_of(last_days(7)))["sections"][2]["blocks"][2]
    assert column(weeks, "window known")["api-errors"] == "25 %"
    assert column(weeks, "hours with data")["api-errors"] == "100 %"
    assert column(page(sources())["sections"][2]["blocks"][2], "window known")["api-errors"] == "100 %"


def test_what_is_known_is_a_number_of_the_json_with_what_is_missing() -> None:
    found = {each["objective"]: each for each in page(known_of(last_days(7)))["values"]["objectives"]}
    assert found["api-errors"]["known_of_window"] == {
        "known_ratio": 0.25,
        "is_stated": True,
        "newest_at": WEEK.end_at.isoformat(),
        "missing": [{"start_at": WINDOW_START.isoformat(), "end_at": (WEEK.end_at - timedelta(days=7)).isoformat()}],
    }


def test_what_is_inferred_says_so() -> None:
    inferred = Inferred(begins={}, ends={}, by=dataclasses.replace(MADE_UP, is_stated=False))
    reasons = {each["objective"]: each for each in page(known_of(inferred))["values"]["objectives"]}
    assert "of which 0 of 35 days are known" in reasons["api-errors"]["reason"]
    half = Inferred(
        begins={("AWS/X-Ray", 300): int((WEEK.end_at - timedelta(days=14)).timestamp())},
        ends={300: int(WEEK.end_at.timestamp())},
        by=dataclasses.replace(MADE_UP, is_stated=False),
    )
    weeks = page(known_of(half))["sections"][2]["blocks"][2]
    assert column(weeks, "window known")["api-errors"] == "50 %, inferred"


def test_canaries_are_told_with_how_much_of_their_week_is_known() -> None:
    canaries = page(known_of(last_days(3.5)))["sections"][6]["blocks"][-1]
    assert column(canaries, "known of the week") == {"api": "50 %"}


def test_stack_operations_are_known_as_far_back_as_they_reach() -> None:
    (objective,) = (each for each in asked().objectives if isinstance(each, EveryEventObjective))
    start_at = WEEK.end_at - timedelta(days=120)
    history = read_history(
        objective, a_month(), start_at=start_at, end_at=WEEK.end_at, now=NOW,
        operations=lambda _: of_quarter(some_operations()),
    )  # fmt: skip
    assert isinstance(history, History)
    assert history.known == Known.throughout(NOW - timedelta(days=90), WEEK.end_at)
    assert history.is_known_stated


def test_the_days_of_the_bill_that_are_known_are_numbers_of_the_json() -> None:
    cost = page(sources())["values"]["cost"]
    assert cost["known"] == {
        "is_stated": True,
        "intervals": [{"start_at": "2026-10-02T00:00:00+00:00", "end_at": "2026-11-16T00:00:00+00:00"}],
        "missing_days": [],
        "newest_day_that_may_not_be_whole": None,
        "problem": None,
    }


@dataclasses.dataclass(frozen=True, kw_only=True)
class HalfKnown:
    """A source that knows the total of the whole month, and the bad part of its last week."""

    source: FrameSource

    def read(
        self, wanted: Sequence[MetricStat], *, start_at: datetime, end_at: datetime
    ) -> Sequence[Reading[Series]]:  # fmt: skip
        week = Known.throughout(WEEK.start_at, WEEK.end_at)
        found = self.source.read(wanted, start_at=start_at, end_at=end_at)
        is_total = [stat.statistic == "SampleCount" or "total" in str(stat.metric) for stat in wanted]
        return [
            each if total else dataclasses.replace(each, known=week, origin=in_memory("half"))
            for each, total in zip(found, is_total, strict=True)
        ]


def test_an_objective_is_known_where_all_its_metrics_are() -> None:
    found = rows(dataclasses.replace(sources(), metrics=HalfKnown(source=a_month())))
    assert found["api-latency"].coverage.known_ratio == 0.25
    assert found["api-latency"].coverage.missing == Known.throughout(WINDOW_START, WEEK.start_at)


def test_times_with_another_offset_are_printed_as_the_right_utc_time(tmp_path: Path) -> None:
    """19:00 in Tokyo is 10:00 UTC; the page's clock is UTC."""
    file = tmp_path / "incidents.csv"
    on = (WEEK.start_at + timedelta(days=1)).date()
    file.write_text(f"name,start,end\ntokyo,{on}T19:00:00+09:00,{on}T19:30:00+09:00\n")
    (incident,) = read_incidents(file, objectives=())
    text = to_markdown(make_page(read_inputs(asked(incidents=(incident,)), sources())))
    assert f"{on} 10:00 UTC" in text
    assert f"{on} 19:00 UTC" not in text
