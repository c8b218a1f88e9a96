"""When a weekly report is due, what is made up after a sleep, and what is said of a stamp that cannot be true."""

import dataclasses
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foundation.errors import InputError, SourceError
from reports.scheduling import DueReport, WeeklySchedule

MONDAY = datetime(2026, 11, 16, 7, 0, tzinfo=UTC)


class Clock:
    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at


WEEK = timedelta(days=7)


def a_schedule(
    tmp_path: Path, clock: Clock, run: Callable[[DueReport], None], said: list[str] | None = None
) -> WeeklySchedule:
    return WeeklySchedule(
        run=run, weekday="monday", at="07:00", state_file=tmp_path / "last-run.txt", now=clock,
        say=(said if said is not None else []).append,
    )  # fmt: skip


def awake(tmp_path: Path, at: datetime, said: list[str] | None = None) -> list[DueReport]:
    """Every report that is written by ticking at one moment until nothing is due."""
    ran: list[DueReport] = []
    woken = a_schedule(tmp_path, Clock(at), ran.append, said)
    while woken.tick():
        assert len(ran) < 10
    return ran


def test_it_runs_once_when_it_is_due_and_not_before(tmp_path: Path) -> None:
    clock, ran = Clock(MONDAY - timedelta(hours=1)), list[datetime]()
    schedule = a_schedule(tmp_path, clock, lambda _due: ran.append(clock.at))
    assert not schedule.tick()
    clock.at = MONDAY - timedelta(seconds=1)
    assert not schedule.tick()
    clock.at = MONDAY + timedelta(seconds=20)
    assert schedule.tick()
    assert not schedule.tick()
    assert len(ran) == 1


def test_a_machine_that_slept_through_two_mondays_makes_up_for_both_once(tmp_path: Path) -> None:
    said: list[str] = []
    awake(tmp_path, MONDAY - timedelta(hours=1))
    ran = awake(tmp_path, MONDAY + timedelta(days=9, hours=3), said)
    assert ran == [
        DueReport(due_at=MONDAY, notes=("it was due 2026-11-16 07:00 UTC, and is made up",)),
        DueReport(due_at=MONDAY + WEEK, notes=("it was due 2026-11-23 07:00 UTC, and is made up",)),
    ]
    assert said == [
        "the report of 2026-11-16 is written; 1 more are made up now",
        "the report of 2026-11-23 is written; the next is due 2026-11-30 07:00 UTC",
    ]
    assert awake(tmp_path, MONDAY + timedelta(days=9, hours=4)) == []


def test_after_months_the_newest_four_are_made_up_and_the_others_named(tmp_path: Path) -> None:
    said: list[str] = []
    (tmp_path / "last-run.txt").write_text((MONDAY - 10 * WEEK).isoformat())
    ran = awake(tmp_path, MONDAY, said)
    assert [each.due_at for each in ran] == [MONDAY - 3 * WEEK, MONDAY - 2 * WEEK, MONDAY - WEEK, MONDAY]
    named = (
        "10 reports were due since 2026-09-14 and none was written; the newest 4 are made up, and the 6 before 2026-10-26 "
        "are not: `sre report weekly --week` writes one"
    )
    assert said[0] == named
    assert ran[0].notes == ("it was due 2026-10-26 07:00 UTC, and is made up", named)
    assert ran[-1].notes == ()


@pytest.mark.parametrize(
    ("stamp", "said"),
    [
        ("2027-11-16T07:00:00+00:00", "says 2027-11-16 07:00 UTC, which has not come yet"),
        ("2026-11-18T10:00:01+00:00", "says 2026-11-18 10:00 UTC, which has not come yet"),
        ("", "holds no time ('')"),
        ("2026-11-1", "holds no time ('2026-11-1')"),
        ("2026-11-09T07:00:00", "holds no time"),
        ("0001-01-01T00:00:00+14:00", "holds no time"),
    ],
)
def test_a_stamp_that_cannot_be_true_is_named_and_the_newest_report_written(
    stamp: str, said: str, tmp_path: Path
) -> None:
    (tmp_path / "last-run.txt").write_text(stamp)
    lines: list[str] = []
    now = MONDAY + timedelta(days=2, hours=3)
    (report,) = awake(tmp_path, now, lines)
    assert report.due_at == MONDAY
    assert said in lines[0]
    assert "when a report was last written is not known; that of 2026-11-16 is written again" in lines[0]
    assert report.notes == ("it was due 2026-11-16 07:00 UTC, and is made up", lines[0])
    assert awake(tmp_path, now + timedelta(hours=1)) == []
    assert [each.due_at for each in awake(tmp_path, MONDAY + WEEK)] == [MONDAY + WEEK]


def test_a_stamp_that_is_no_text_or_no_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "last-run.txt").write_bytes(b"\xff\xfe")
    lines: list[str] = []
    assert len(awake(tmp_path, MONDAY, lines)) == 1
    assert "cannot be read" in lines[0]


def test_a_clock_that_is_put_back_a_little_writes_no_report_again(tmp_path: Path) -> None:
    (tmp_path / "last-run.txt").write_text(MONDAY.isoformat())
    assert awake(tmp_path, MONDAY - timedelta(minutes=1)) == []
    assert [each.due_at for each in awake(tmp_path, MONDAY + WEEK)] == [MONDAY + WEEK]


@settings(max_examples=60)
@given(st.integers(0, 120 * 24), st.lists(st.integers(1, 40 * 24), min_size=1, max_size=4))
def test_every_week_is_written_or_named(
    tmp_path_factory: pytest.TempPathFactory, first: int, sleeps: list[int]
) -> None:
    """Law: however long it slept, each scheduled time since the first start is served once, or is one of those named."""
    tmp_path = tmp_path_factory.mktemp("schedule")
    at = begun_at = MONDAY + timedelta(hours=first)
    awake(tmp_path, at)
    served: list[datetime] = []
    left_out = 0
    for hours in sleeps:
        said: list[str] = []
        at += timedelta(hours=hours)
        served += [each.due_at for each in awake(tmp_path, at, said)]
        left_out += sum(int(found[1]) for line in said if (found := re.search(r"the (\d+) before", line)))
    due = [each for number in range(-1, 60) if begun_at < (each := MONDAY + number * WEEK) <= at]
    assert len(set(served)) == len(served)
    assert set(served) <= set(due)
    assert len(served) + left_out == len(due)


def test_a_run_that_fails_is_told_and_tried_again_three_times_and_then_next_week(tmp_path: Path) -> None:
    clock, said = Clock(MONDAY - timedelta(hours=1)), list[str]()

    def fail(_due: DueReport) -> None:
        raise SourceError("no bill today")

    schedule = a_schedule(tmp_path, clock, fail, said)
    schedule.tick()
    tried_at: list[datetime] = []
    for minute in range(24 * 60):
        clock.at = MONDAY + timedelta(minutes=minute)
        if schedule.tick():
            tried_at.append(clock.at)
    assert [at - MONDAY for at in tried_at] == [
        timedelta(0), timedelta(minutes=5), timedelta(minutes=65), timedelta(hours=7, minutes=5),
    ]  # fmt: skip
    assert said[0] == "the report of 2026-11-16 failed: no bill today\nit is tried again at 07:05 UTC"
    assert said[-1].endswith("it is not tried again before next week")
    clock.at = MONDAY + timedelta(days=7)
    assert schedule.tick()


def test_a_report_that_was_given_up_is_named_in_the_next_notification(tmp_path: Path) -> None:
    clock, told = Clock(MONDAY - timedelta(hours=1)), list[DueReport]()

    def run(due: DueReport) -> None:
        if due.due_at == MONDAY:
            raise SourceError("no bill today")
        told.append(due)

    schedule = a_schedule(tmp_path, clock, run)
    schedule.tick()
    for hours in (1, 2, 4, 12, 1 + 7 * 24):
        clock.at = MONDAY - timedelta(hours=1) + timedelta(hours=hours)
        schedule.tick()
    assert told == [
        DueReport(
            due_at=MONDAY + WEEK,
            notes=("the report of 2026-11-16 failed: no bill today\nit is not tried again before next week",),
        )
    ]


def test_a_run_that_works_at_last_is_not_repeated(tmp_path: Path) -> None:
    clock, outcomes = Clock(MONDAY - timedelta(hours=1)), iter([InputError("no network yet"), None])

    def run(_due: DueReport) -> None:
        if (problem := next(outcomes)) is not None:
            raise problem

    schedule = a_schedule(tmp_path, clock, run)
    schedule.tick()
    clock.at = MONDAY
    assert schedule.tick()
    clock.at = MONDAY + timedelta(minutes=5)
    assert schedule.tick()
    clock.at = MONDAY + timedelta(days=2)
    assert not schedule.tick()


def test_a_second_schedule_of_the_same_directory_is_refused(tmp_path: Path) -> None:
    class EnoughError(Exception):
        pass

    refused: list[str] = []

    def try_another(_seconds: float) -> None:
        with pytest.raises(InputError) as error:
            a_schedule(tmp_path, Clock(MONDAY), lambda _due: None).forever()
        refused.append(str(error.value))
        raise EnoughError

    first = dataclasses.replace(a_schedule(tmp_path, Clock(MONDAY), lambda _due: None), sleep=try_another)
    with pytest.raises(EnoughError):
        first.forever()
    assert refused == [f"{tmp_path}: another schedule writes there; end it, or give --out"]


def test_one_run_at_a_time(tmp_path: Path) -> None:
    clock, inner = Clock(MONDAY - timedelta(hours=1)), list[bool]()
    schedule = a_schedule(tmp_path, clock, lambda _due: inner.append(schedule.tick()))
    schedule.tick()
    clock.at = MONDAY + timedelta(days=7)
    assert schedule.tick()
    assert inner == [False]


@pytest.mark.parametrize("at", ["7", "25:00", "noon"])
def test_a_time_that_is_none_is_refused(at: str, tmp_path: Path) -> None:
    schedule = WeeklySchedule(
        run=lambda _due: None, weekday="monday", at=at, state_file=tmp_path / "x", say=lambda _line: None
    )
    with pytest.raises(InputError, match="write a time of the day"):
        schedule.due_after(MONDAY)
