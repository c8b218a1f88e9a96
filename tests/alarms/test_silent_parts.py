"""An objective of two metrics when one of them counts nothing: what the other sees is neither hidden nor diluted."""

from datetime import timedelta

import numpy as np
import pytest

from alarms.event_series import part_series
from alarms.states import evaluate_alarms
from foundation.cloudwatch.evaluation import AlarmState
from foundation.cloudwatch.frame import FrameSource, read_frame, to_frame
from foundation.cloudwatch.metrics import MetricStat
from foundation.cloudwatch.series import Series
from foundation.slo.event_metrics import event_metrics
from foundation.slo.model import BudgetedObjective
from foundation.slo.reader import read_objectives
from infra.service import T_DEVELOPER
from tests.alarms.factories import START_AT, plan_of
from tests.foundation.readings_factories import HELD

PREFIX = "t-developer-production-agent-turn"
FIRST, SECOND = "agent-first-token", "agent-full-turn"
HOURS, MINUTE = 8, timedelta(minutes=1)
PER_MINUTE = 10.0

PAGES = ("page-fast", "page-medium")
NO_DATA = tuple(f"ticket-no-data-{part}" for part in (FIRST, SECOND))
NAMES = (*PAGES, "ticket-low-traffic", *NO_DATA)


def turn() -> BudgetedObjective:
    objective = read_objectives(T_DEVELOPER.objectives, stage="production")["agent-turn"]
    assert isinstance(objective, BudgetedObjective)
    return objective


def counting(**bad_ratios: float | None) -> FrameSource:
    """So many runs a minute in each part, this share of them bad; a part of which nothing is known counts nothing."""
    objective = turn()
    events = event_metrics(objective.indicator)
    assert events is not None
    total = np.full(HOURS * 60, PER_MINUTE)
    series = [
        (MetricStat(metric=metric, period_seconds=60, statistic=statistic), values)
        for part in events.parts
        if (ratio := bad_ratios[str(part.name).replace("-", "_")]) is not None
        for metric, statistic, values in part_series(part, total=total, bad=ratio * total)
    ]
    return read_frame(
        to_frame([(stat, Series(start_at=START_AT, period_seconds=60, values=values)) for stat, values in series]),
        held=HELD,
    )


def in_alarm(source: FrameSource) -> set[str]:
    end_at = START_AT + HOURS * MINUTE * 60
    evaluated = evaluate_alarms(
        plan_of(turn()),
        source,
        start_at=START_AT,
        end_at=end_at,
        names=[f"{PREFIX}-{name}" for name in NAMES],
        before=AlarmState.INSUFFICIENT_DATA,
    )
    return {name for name in NAMES if evaluated.histories[f"{PREFIX}-{name}"].at(end_at) is AlarmState.ALARM}


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (1.0, None, {*PAGES, NO_DATA[1]}),
        (None, 1.0, {*PAGES, NO_DATA[0]}),
        (1.0, 0.0, {*PAGES}),
        (0.0, 1.0, {*PAGES}),
        (0.0, 0.0, set[str]()),
        (0.0, None, {NO_DATA[1]}),
        (None, 0.0, {NO_DATA[0]}),
    ],
)
def test_what_one_part_sees_pages_though_the_other_is_silent(
    first: float | None, second: float | None, expected: set[str]
) -> None:
    assert in_alarm(counting(agent_first_token=first, agent_full_turn=second)) == expected


def test_silence_of_both_parts_is_two_tickets_and_no_page() -> None:
    nothing = FrameSource(statistics={}, samples={}, held=HELD)
    assert in_alarm(nothing) == set(NO_DATA)
