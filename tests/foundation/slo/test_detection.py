"""Whether an incident was paged, and that nobody can say where not all alarms that page are known."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from foundation.readings import Interval, Known
from foundation.slo.detection import Detection, NotJudged, NotPaged, Page, Paged, Pager, Recall, detect, recall_of
from foundation.slo.incidents import Incident

START_AT = datetime(2026, 11, 10, 10, tzinfo=UTC)


def at(minutes: float) -> datetime:
    return START_AT + timedelta(minutes=minutes)


def known(*spans: tuple[float, float]) -> Known:
    return Known.of(Interval(start_at=at(start), end_at=at(end)).span for start, end in spans)


WHOLE = known((-60, 120))
OUTAGE = Incident(name="outage", start_at=at(0), end_at=at(30), objective="api")


def pager(
    name: str, *paged: float, of: str | None = "api", known: Known = WHOLE, maybe: tuple[float, ...] = ()
) -> Pager:
    pages = tuple(Page(alarm=name, at=at(each), ended_at=at(40)) for each in paged)
    return Pager(alarm=name, objective=of, pages=pages, maybe_at=tuple(at(each) for each in maybe), known=known)


@pytest.mark.parametrize(
    ("pagers", "found"),
    [
        ([pager("b", 3), pager("a", 5)], ("b", 3, True)),
        ([pager("b", 3), pager("a", 3)], ("a", 3, True)),
        ([pager("b", -1, 3)], ("b", 3, True)),
        ([pager("b", 39)], ("b", 39, True)),
        ([pager("b", 0, known=known((5, 9)))], ("b", 0, True)),
        # What is not known before it may have had an earlier one; what is not known after it does not matter.
        ([pager("b", 3), pager("a", known=known((-60, 2), (3, 9)))], ("b", 3, False)),
        ([pager("b", 3), pager("a", known=known((-60, 3)))], ("b", 3, True)),
        ([pager("b", 3), pager("other", of="web", known=Known.nothing())], ("b", 3, True)),
    ],
)
def test_an_incident_was_paged_by_its_first_page(pagers: list[Pager], found: tuple[str, float, bool]) -> None:
    alarm, after, is_first = found
    assert detect(OUTAGE, pagers, until=at(60)) == Paged(
        alarm=alarm, after=timedelta(minutes=after), is_first=is_first, reset_after=timedelta(minutes=10)
    )


@pytest.mark.parametrize(
    ("pagers", "found"),
    [
        ([pager("a")], NotPaged()),
        ([pager("a", 41)], NotPaged()),
        ([pager("a", known=known((0, 30)))], NotPaged()),
        ([], NotPaged()),
        ([pager("a", known=known((0, 29)))], NotJudged(missing=known((29, 30)))),
        ([pager("a", known=known((1, 30)))], NotJudged(missing=known((0, 1)))),
        ([pager("a"), pager("b", known=Known.nothing())], NotJudged(missing=known((0, 30)))),
        ([pager("a", maybe=(5,))], NotJudged(missing=known((0, 30)))),
        ([pager("a", maybe=(-5,))], NotPaged()),
    ],
)
def test_nobody_was_paged_only_where_every_alarm_that_pages_was_known(pagers: list[Pager], found: Detection) -> None:
    assert detect(OUTAGE, pagers, until=at(60)) == found


@pytest.mark.parametrize(
    ("pagers", "until", "found"),
    [
        ([pager("a", known=known((0, 60)))], 60, NotPaged()),
        ([pager("a", known=known((0, 60)))], 61, NotJudged(missing=known((60, 61)))),
        ([pager("a", 55)], 60, Paged(alarm="a", after=timedelta(minutes=55), is_first=True, reset_after=None)),
        # It begins where what is looked at ends: nothing is known of it.
        ([pager("a", known=known((-60, 0)))], 0, NotJudged(missing=known((0, 1 / 60)))),
    ],
)  # fmt: skip
def test_an_incident_that_is_still_going_on_is_judged_up_to_where_what_is_looked_at_ends(
    pagers: list[Pager], until: float, found: Detection
) -> None:
    assert detect(replace(OUTAGE, end_at=None), pagers, until=at(until)) == found


def test_recall_is_of_those_that_were_judged() -> None:
    paged = Paged(alarm="a", after=timedelta(0), is_first=True, reset_after=None)
    missing = NotJudged(missing=known((0, 1)))
    assert recall_of([paged, NotPaged(), missing, missing]) == Recall(given_count=4, judged_count=2, paged_count=1)
    assert recall_of([paged, NotPaged(), missing]).ratio == 0.5
    assert recall_of([missing]).ratio is None
