"""The workbook's six approaches to alerting, on the engine: the table of docs/alarms.md is what comes out."""

from collections.abc import Callable
from datetime import timedelta

import numpy as np
import pytest

from foundation.cloudwatch.alarm_history import alarm_history
from foundation.cloudwatch.alarms import ComparisonOperator, MetricAlarm
from foundation.cloudwatch.evaluation import AlarmState
from foundation.cloudwatch.frame import FrameSource
from foundation.cloudwatch.metrics import MathExpression, Query
from foundation.cloudwatch.state_history import StateHistory
from foundation.files.durations import write_duration
from foundation.slo.event_metrics import event_metrics
from infra.checkout import ROOT
from tests.alarms.factories import START_AT, counted, errors_objective, histories, plan_of, times_in_alarm

PAGE = ROOT / "docs" / "alarms.md"
PER_MINUTE = 600
BEFORE_MINUTES = 9 * 24 * 60
HAPPENS_AT = START_AT + timedelta(minutes=BEFORE_MINUTES)
OUTAGE = timedelta(minutes=10)
ALARM = AlarmState.ALARM


def outage() -> FrameSource:
    """Ten minutes in which everything fails, with good traffic before and for four days after."""
    bad = np.zeros(BEFORE_MINUTES + 4 * 24 * 60)
    bad[BEFORE_MINUTES : BEFORE_MINUTES + 10] = PER_MINUTE
    return counted(bad, np.full(bad.size, PER_MINUTE))


def share_alarm(window: timedelta, threshold: float, evaluation_periods: int = 1) -> MetricAlarm:
    events = event_metrics(errors_objective().indicator)
    assert events is not None
    period = int(window.total_seconds())
    return MetricAlarm(
        name="approach",
        watches=(
            *(Query(id=each.id, source=each.per(period), return_data=False) for each in events.counts),
            Query(id="share", source=MathExpression(expression="FILL(bad, 0) / total")),
        ),
        comparison=ComparisonOperator.AT_LEAST,
        threshold=threshold,
        evaluation_periods=evaluation_periods,
    )


def of_alarm(alarm: MetricAlarm) -> Callable[[FrameSource], StateHistory]:
    return lambda source: alarm_history(alarm, source, start_at=HAPPENS_AT, end_at=HAPPENS_AT + timedelta(days=4))


def of_pair(*names: str) -> Callable[[FrameSource], StateHistory]:
    def history(source: FrameSource) -> StateHistory:
        plan = plan_of(errors_objective())
        found = histories(plan, source, start_at=HAPPENS_AT, end_at=HAPPENS_AT + timedelta(days=4), pairs=names)
        return next(iter(found.values()))

    return history


APPROACHES: list[tuple[str, str, Callable[[FrameSource], StateHistory]]] = [
    ("1", "error rate over 10 min at least 0.1 %", of_alarm(share_alarm(timedelta(minutes=10), 0.001))),
    ("2", "the same over 36 h", of_alarm(share_alarm(timedelta(hours=36), 0.001))),
    ("3", "error rate of a minute at least 0.1 %, for an hour", of_alarm(share_alarm(timedelta(minutes=1), 0.001, 60))),
    ("4", "burn rate 36 over 1 h", of_alarm(share_alarm(timedelta(hours=1), 0.036))),
    ("5", "burn rates 14.4 over 1 h (6 over 6 h, 1 over 3 d)", of_alarm(share_alarm(timedelta(hours=1), 0.0144))),
    ("6", "burn rate 14.4 over 1 h and over 5 min", of_pair("page-fast")),
]  # fmt: skip


def seen(history: StateHistory) -> tuple[timedelta | None, timedelta | None]:
    """From the beginning of the outage to the alarm, and from its end to the alarm's."""
    found = times_in_alarm(history)
    if not found:
        return None, None
    began_at, ended_at = found[0]
    return began_at - HAPPENS_AT, ended_at - HAPPENS_AT - OUTAGE


@pytest.fixture(scope="module")
def results() -> dict[str, tuple[timedelta | None, timedelta | None]]:
    source = outage()
    return {number: seen(history(source)) for number, _, history in APPROACHES}


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


@pytest.mark.parametrize(("number", "published_seconds"), [("1", 0.6), ("4", 130), ("5", 51.84), ("6", 51.84)])
def test_detection_is_at_the_first_minute_after_the_published_time(
    results: dict[str, tuple[timedelta | None, timedelta | None]], number: str, published_seconds: float
) -> None:
    """(1 - SLO) / error ratio x window x burn rate: 0.6 s, 130 s, 52 s. SRE workbook, chapter 5."""
    detected, _ = results[number]
    assert detected == minutes(-(-published_seconds // 60))


def test_a_window_of_more_than_a_day_is_looked_at_by_the_hour_only(
    results: dict[str, tuple[timedelta | None, timedelta | None]],
) -> None:
    """The workbook's 2 min 10 s for 36 hours are not to be had: CloudWatch evaluates such an alarm once an hour."""
    detected, reset = results["2"]
    assert detected == timedelta(hours=1)
    assert reset is not None
    assert timedelta(hours=36) <= reset + OUTAGE <= timedelta(hours=37)


def test_a_duration_of_an_hour_does_not_see_an_outage_of_ten_minutes(
    results: dict[str, tuple[timedelta | None, timedelta | None]],
) -> None:
    assert results["3"] == (None, None)


def test_one_window_lets_go_when_it_has_forgotten_and_a_pair_within_its_short_one(
    results: dict[str, tuple[timedelta | None, timedelta | None]],
) -> None:
    """58 min for approach 4, five minutes for the pair. SRE workbook, chapter 5."""
    resets = {number: reset for number, (_, reset) in results.items()}
    assert resets["4"] == minutes(58)
    assert resets["5"] == minutes(60)
    assert resets["6"] == minutes(5)


def test_the_page_has_the_table_that_comes_out(results: dict[str, tuple[timedelta | None, timedelta | None]]) -> None:
    def told(span: timedelta | None) -> str:
        return "never" if span is None else write_duration(span)

    rows = [
        f"| {number} | {what} | {told(results[number][0])} | {told(results[number][1])} |"
        for number, what, _ in APPROACHES
    ]
    table = "\n".join(
        [
            "| approach | alarms on | total outage of 10 min: alarm after | over after its end |",
            "|---|---|---|---|",
            *rows,
        ]
    )
    page = PAGE.read_text()
    begins, ends = page.index("<!-- table: approaches -->"), page.index("<!-- end -->")
    assert page[begins:ends].split("-->", 1)[1].strip() == table, f"write this into {PAGE.name}:\n{table}"
