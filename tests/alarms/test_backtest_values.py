"""Backtests of a few minutes, compared whole: firings, detections, precision, recall, and the budget that was gone."""

from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import pytest

from alarms.backtest import AlarmReplay, Backtest, Detection, ReplayedFiring, backtest
from foundation.cloudwatch.alarms import ComparisonOperator, MetricAlarm
from foundation.cloudwatch.evaluation import MissingData
from foundation.cloudwatch.frame import FrameSource, read_frame, to_frame
from foundation.cloudwatch.metrics import Metric, MetricStat
from foundation.cloudwatch.parameters import Parameter, parametrized
from foundation.cloudwatch.series import Series
from foundation.cloudwatch.suppression import Notified, Suppressed
from foundation.slo.burn_rate import Severity
from foundation.slo.incidents import Incident
from foundation.slo.model import Objective, Objectives
from tests.alarms.factories import START_AT, by_hand, counted, errors_objective, plan_of


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
        began_at=at(began),
        ended_at=None if ended is None else at(ended),
        notification=Notified(at=at(began)),
        budget_spent_ratio=None,
    )


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
    a_week = timedelta(weeks=1) / timedelta(minutes=35)
    assert result == Backtest(
        start_at=at(1),
        end_at=at(36),
        replays=(
            AlarmReplay(alarm="a", severity=Severity.PAGE, firings=(firing(4, 6),), notifications_a_week=a_week),
            AlarmReplay(alarm="b", severity=Severity.PAGE, firings=(firing(3, 4),), notifications_a_week=a_week),
        ),
        detections=(
            # Of two pages the first, though its name comes second.
            Detection(incident=seen, alarm="b", after=timedelta(minutes=1), reset_after=timedelta(0)),
            Detection(incident=missed, alarm=None, after=None, reset_after=None),
        ),
        precision_ratio=1.0,
        recall_ratio=0.5,
        not_replayed=(
            ("worst", "Maximum of N Soon per 60 s was not recorded and does not follow from what was: Sum per 60 s"),
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
    assert result.detections == (Detection(incident=seen, alarm="b", after=timedelta(minutes=1), reset_after=None),)


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
    some = replayed(values, incident("first", 0, 1), incident("none", -60, -50))
    assert (some.precision_ratio, some.recall_ratio) == (1.0, 0.5)
    later = replayed(values, incident("later", 6, 7))
    assert (later.precision_ratio, later.recall_ratio) == (2 / 3, 1.0)
    assert later.replays[0].notifications_a_week == pytest.approx(3 * 7 * 24 * 60 / 9, rel=1e-12)
    neither = replayed(values)
    assert (neither.precision_ratio, neither.recall_ratio, neither.detections) == (None, None, ())
    quiet = replayed([0.0] * 10, incident("x", 1, 2))
    assert (quiet.precision_ratio, quiet.recall_ratio) == (None, 0.0)


def test_a_ticket_is_no_page() -> None:
    plan = by_hand(on("a", "M"))
    ticket = replace(plan, alarms=(replace(plan.alarms[0], severity=Severity.TICKET),))
    seen = incident("seen", 0, 5)
    result = backtest(ticket, objectives_of(), recorded(M=[0, 1, 0]), start_at=at(1), end_at=at(3), incidents=(seen,))
    assert result.replays[0].severity is Severity.TICKET
    assert (result.precision_ratio, result.recall_ratio) == (None, 0.0)


@pytest.mark.parametrize("seconds", [0, 30])
def test_the_budget_that_is_gone_is_of_the_long_windows_minutes_before_the_page(seconds: int) -> None:
    """6 bad of 600 a minute for ever: over 5 h 36 min 336 x 6, of 0.1 % of 28 days at 600 a minute."""
    objective = errors_objective(28)
    minutes = 6 * 24 * 60
    source = counted(np.full(minutes, 6.0), np.full(minutes, 600.0))
    start_at = START_AT + timedelta(days=5, seconds=seconds)
    result = backtest(
        plan_of(objective), objectives_of(objective), source, start_at=start_at, end_at=start_at + timedelta(hours=1)
    )
    replays = {replay.alarm.removeprefix("t-developer-production-api-errors-"): replay for replay in result.replays}
    assert [len(replays[name].firings) for name in ("page-fast", "page-medium", "ticket-slow")] == [0, 1, 1]
    (page,) = replays["page-medium"].firings
    assert isinstance(page.notification, Notified)
    assert page.budget_spent_ratio == pytest.approx(336 * 6 / (0.001 * 600 * 28 * 24 * 60), rel=1e-9)
    # It is held back by the page, and counts from when it began.
    (held,) = replays["ticket-slow"].firings
    assert isinstance(held.notification, Suppressed)
    assert held.budget_spent_ratio == pytest.approx(1_344 * 6 / (0.001 * 600 * 28 * 24 * 60), rel=1e-9)


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
    assert spent == {"fast": [], "medium": [], "slow": [], "trickle": [], "traffic": [], "data": [None]}
