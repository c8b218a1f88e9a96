"""Backtests of a few minutes, compared whole: firings, detections, precision, recall, and the budget that was gone."""

from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import pytest

from alarms.backtest import AlarmReplay, Backtest, ReplayedFiring, backtest
from alarms.states import Firing
from foundation.cloudwatch.alarms import ComparisonOperator, MetricAlarm
from foundation.cloudwatch.evaluation import MissingData
from foundation.cloudwatch.frame import FrameSource, read_frame, to_frame
from foundation.cloudwatch.metrics import Metric, MetricStat
from foundation.cloudwatch.parameters import Parameter, parametrized
from foundation.cloudwatch.series import Series
from foundation.cloudwatch.suppression import Notified, NotKnown, Suppressed
from foundation.readings import Known
from foundation.slo.burn_rate import Severity
from foundation.slo.detection import NotJudged, Paged, Recall
from foundation.slo.incidents import Incident
from foundation.slo.model import Objective, Objectives
from tests.alarms.factories import START_AT, by_hand, counted, errors_objective, plan_of

NOT_RECORDED = "it was not recorded and does not follow from what was"


def at(minutes: float) -> datetime:
    return START_AT + timedelta(minutes=minutes)


def stat(metric: str, statistic: str = "Sum") -> MetricStat:
    return MetricStat(metric=Metric(namespace="N", name=metric), period_seconds=60, statistic=statistic)


def on(name: str, metric: str, statistic: str = "Sum") -> MetricAlarm:
    return MetricAlarm(
        name=name,
        watches=stat(metric, statistic),
        comparison=ComparisonOperator.MORE_THAN,
        threshold=0.0,
        evaluation_periods=1,
        missing_data=MissingData.NOT_BREACHING,
    )


def recorded(**series: list[float]) -> FrameSource:
    return read_frame(
        to_frame(
            [
                (stat(name), Series(start_at=START_AT, period_seconds=60, values=np.array(values)))
                for name, values in series.items()
            ]
        )
    )


def objectives_of(*items: Objective) -> Objectives:
    return Objectives(service="t-developer", stage="production", title="T", description="", items=items)


def incident(name: str, began: float, ended: float, objective: str | None = None) -> Incident:
    return Incident(name=name, start_at=at(began), end_at=at(ended), objective=objective)


def firing(began: float, ended: float | None) -> ReplayedFiring:
    return ReplayedFiring(
        firing=Firing(
            began_at=at(began),
            seen_from=at(began),
            seen_until=at(36 if ended is None else ended),
            ended_at=None if ended is None else at(ended),
            notification=Notified(at=at(began)),
        ),
        budget_spent_ratio=None,
    )


def replay(alarm: str, *firings: ReplayedFiring) -> AlarmReplay:
    """Of 35 minutes that are known as a whole."""
    return AlarmReplay(
        alarm=alarm,
        severity=Severity.PAGE,
        firings=firings,
        known=Known.throughout(at(1), at(36)),
        known_ratio=1.0,
        coarse=Known.nothing(),
        notifications_a_week=len(firings) * (timedelta(weeks=1) / timedelta(minutes=35)),
    )


def paged(alarm: str, after: float, reset_after: float | None) -> Paged:
    reset = None if reset_after is None else timedelta(minutes=reset_after)
    return Paged(alarm=alarm, after=timedelta(minutes=after), is_first=True, reset_after=reset)


def test_a_backtest_whole() -> None:
    late, soon = [0, 0, 0, 1, 1] + [0.0] * 31, [0, 0, 1, 0, 0] + [0.0] * 30 + [1]
    two, one = parametrized(Parameter("Two")), parametrized(Parameter("One"))
    needy = Metric(
        namespace="N",
        name="Late",
        dimensions=(("A", two), ("B", one)),
    )
    plan = by_hand(
        on("a", "Late"),
        on("b", "Soon"),
        on("worst", "Soon", "Maximum"),
        replace(on("open", "Late"), watches=replace(stat("Late"), metric=needy)),
        on("z", "Nothing"),
    )
    seen, missed = incident("seen", 2, 4), incident("missed", 15, 20)
    result = backtest(
        plan,
        objectives_of(),
        recorded(Late=late, Soon=soon),
        start_at=at(1),
        end_at=at(36),
        incidents=(seen, missed),
    )
    assert result == Backtest(
        start_at=at(1),
        end_at=at(36),
        replays=(replay("a", firing(4, 6)), replay("b", firing(3, 4))),
        detections=(
            # Of two pages the first, though its name comes second; an alarm that was not replayed may have been before it.
            (seen, replace(paged("b", 1, 0), is_first=False)),
            # And it may have paged for what the others were quiet on.
            (missed, NotJudged(missing=Known.throughout(at(15), at(20)))),
        ),
        page_count=2,
        precision_ratio=1.0,
        recall=Recall(given_count=2, judged_count=1, paged_count=1),
        not_replayed=(
            (
                "worst",
                "Maximum of N Soon per 60 s (there is Sum per 60 s): it was not recorded and does not follow from what was",
            ),
            ("open", "their metrics need One, Two (--parameter)"),
            ("z", "nothing was recorded of their metrics"),
        ),
    )


def test_of_two_pages_at_one_time_the_first_by_name_counts_and_one_that_lasts_has_not_reset() -> None:
    values = [0.0, 0, 1, 1, 1]
    seen = incident("seen", 2, 4)
    result = backtest(
        by_hand(on("z", "One"), on("b", "Two")),
        objectives_of(),
        recorded(One=values, Two=values),
        start_at=at(1),
        end_at=at(5),
        incidents=(seen,),
    )
    assert result.detections == ((seen, paged("b", 1, None)),)


def test_precision_is_of_pages_and_recall_of_incidents_and_without_incidents_there_is_neither() -> None:
    def replayed(values: list[float], *incidents: Incident) -> Backtest:
        return backtest(
            by_hand(on("a", "M")),
            objectives_of(),
            recorded(M=values),
            start_at=at(1),
            end_at=at(10),
            incidents=incidents,
        )

    values = [0.0, 1, 0, 0, 0, 1, 0, 1, 0, 0]
    # What lies before the recording is not judged, and in neither part of recall.
    some = replayed(values, incident("first", 1, 2), incident("none", -60, -50))
    assert (some.precision_ratio, some.recall) == (1.0, Recall(given_count=2, judged_count=1, paged_count=1))
    later = replayed(values, incident("later", 6, 7))
    assert (later.precision_ratio, later.recall.ratio) == (2 / 3, 1.0)
    assert later.replays[0].notifications_a_week == pytest.approx(3 * 7 * 24 * 60 / 9, rel=1e-12)
    neither = replayed(values)
    assert (neither.precision_ratio, neither.recall.ratio, neither.detections) == (None, None, ())
    quiet = replayed([0.0] * 10, incident("x", 1, 2))
    assert (quiet.precision_ratio, quiet.recall.ratio) == (None, 0.0)
    outside = replayed(values, incident("none", -60, -50))
    assert (outside.precision_ratio, outside.recall.ratio) == (None, None)


def test_a_ticket_is_no_page() -> None:
    plan = by_hand(on("a", "M"))
    ticket = replace(plan, alarms=(replace(plan.alarms[0], severity=Severity.TICKET),))
    seen = incident("seen", 0, 5)
    result = backtest(ticket, objectives_of(), recorded(M=[0, 1, 0]), start_at=at(1), end_at=at(3), incidents=(seen,))
    assert result.replays[0].severity is Severity.TICKET
    assert (result.precision_ratio, result.recall.ratio) == (None, 0.0)


@pytest.mark.parametrize("seconds", [0, 30])
def test_the_budget_that_is_gone_is_of_the_long_windows_minutes_before_the_page(seconds: int) -> None:
    """6 bad of 600 a minute from the fourth day on: so many minutes' bad events, of 0.1 % of 28 days at 600 a minute."""
    objective = errors_objective(28)
    minutes, leak_at = 6 * 24 * 60, 4 * 24 * 60
    bad = np.where(np.arange(minutes) < leak_at, 0.0, 6.0)
    start_at = START_AT + timedelta(days=4, seconds=seconds)
    result = backtest(
        plan_of(objective),
        objectives_of(objective),
        counted(bad, np.full(minutes, 600.0)),
        start_at=start_at,
        end_at=start_at + timedelta(days=1),
    )
    replays = {replay.alarm.removeprefix("t-developer-production-api-errors-"): replay for replay in result.replays}
    assert [len(replays[name].firings) for name in ("page-fast", "page-medium", "ticket-slow")] == [0, 1, 1]
    budget = 0.001 * 600 * 28 * 24 * 60
    (page,) = replays["page-medium"].firings
    assert isinstance(page.firing.notification, Notified)
    passed = (page.firing.notification.at - at(leak_at)) / timedelta(minutes=1)
    assert page.budget_spent_ratio == pytest.approx(6 * passed / budget, rel=1e-9)
    # It is held back by the page, and counts from when it began.
    (held,) = replays["ticket-slow"].firings
    assert isinstance(held.firing.notification, Suppressed)
    assert held.firing.began_at is not None
    passed = (held.firing.began_at - at(leak_at)) / timedelta(minutes=1)
    assert held.budget_spent_ratio == pytest.approx(6 * passed / budget, rel=1e-9)


def test_an_alarm_from_before_the_recording_has_no_beginning_and_nobody_knows_whether_it_paged() -> None:
    objective = errors_objective(28)
    minutes = 2 * 24 * 60
    result = backtest(
        plan_of(objective),
        objectives_of(objective),
        counted(np.full(minutes, 6.0), np.full(minutes, 600.0)),
        start_at=START_AT,
        end_at=at(minutes),
    )
    (replay,) = [each for each in result.replays if each.alarm.endswith("page-medium")]
    (page,) = replay.firings
    assert (page.firing.began_at, page.firing.notification) == (None, NotKnown())
    # By then it is what the long window holds.
    assert page.budget_spent_ratio == pytest.approx(336 * 6 / (0.001 * 600 * 28 * 24 * 60))
    assert replay.known == Known.throughout(page.firing.seen_from, at(minutes))
    assert (replay.known_ratio, replay.notifications_a_week) == (pytest.approx(1 - 336 / minutes, abs=0.01), 0.0)


def test_without_traffic_an_alarm_has_no_budget_to_spend_and_a_metric_alarm_never_has() -> None:
    objective = errors_objective(28)
    minutes = 4 * 24 * 60
    silent = counted(np.zeros(minutes), np.zeros(minutes))
    result = backtest(
        plan_of(objective), objectives_of(objective), silent, start_at=at(3 * 24 * 60), end_at=at(3 * 24 * 60 + 60)
    )
    spent = {
        replay.alarm.rsplit("-", 1)[1]: [each.budget_spent_ratio for each in replay.firings]
        for replay in result.replays
    }
    assert spent == {"fast": [], "medium": [], "slow": [], "slowest": [], "traffic": [], "data": [None]}
