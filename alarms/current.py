"""What alarms do now: which are in alarm and since when, which are quiet, and of which nobody can say.

A state is of now for as long as its metrics take to settle, a step of the alarm, and a quarter of an hour. What is older, and
what has no data, is not known, and never quiet.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import assert_never

from alarms.evaluation import EvaluatedAlarms
from alarms.model import Plan, PlannedAlarm
from foundation.cloudwatch.alarm_datapoints import step_seconds
from foundation.cloudwatch.evaluation import AlarmState
from foundation.cloudwatch.settling import settles_after
from foundation.cloudwatch.state_history import StateHistory
from foundation.pages.numbers import moment
from foundation.slo.burn_rate import Severity

_PATIENCE = timedelta(minutes=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class FiringNow:
    """An alarm that is in ALARM; `began_at` is None where it was so before anything is known. `as_of` is how new that is."""

    name: str
    severity: Severity
    began_at: datetime | None
    seen_from: datetime
    as_of: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownNow:
    """An alarm whose state is not known; `reason` reads as that of several."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmsNow:
    """The alarms that notify somebody: those that page first, and of these those that began last.

    `oldest_at` and `newest_at` are how new the states are that are known; None where none is.
    """

    firing: tuple[FiringNow, ...]
    quiet_count: int
    unknown: tuple[UnknownNow, ...]
    oldest_at: datetime | None
    newest_at: datetime | None

    @property
    def count(self) -> int:
        """All of them."""
        return len(self.firing) + self.quiet_count + len(self.unknown)

    @property
    def reasons(self) -> tuple[tuple[str, int], ...]:
        """Why states are not known, and of how many alarms, the most first."""
        found = Counter(each.reason for each in self.unknown)
        return tuple(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))


def alarms_now(plan: Plan, live: EvaluatedAlarms, *, at: datetime) -> AlarmsNow:
    """What each alarm that notifies somebody does at a moment, by histories that were evaluated up to it."""
    firing: list[FiringNow] = []
    unknown = [UnknownNow(name=name, reason=each.reason) for name, each in live.without.items()]
    ages: list[datetime] = []
    quiet_count = 0
    for name, evaluated in live.evaluated.items():
        planned, history = plan[name], evaluated.histories[name]
        newest = history.newest
        if newest is None:
            unknown.append(UnknownNow(name=name, reason="nothing is known of its metrics"))
        elif at - newest.at > _is_new_for(plan, planned):
            unknown.append(UnknownNow(name=name, reason=f"{_words(newest.state)} when last known, {moment(newest.at)}"))
        else:
            match newest.state:
                case AlarmState.ALARM:
                    firing.append(_firing(planned, history, newest.at))
                case AlarmState.OK:
                    quiet_count += 1
                case AlarmState.INSUFFICIENT_DATA:
                    unknown.append(UnknownNow(name=name, reason="insufficient data"))
                case _:
                    assert_never(newest.state)
            ages.append(newest.at)
    return AlarmsNow(
        firing=tuple(sorted(firing, key=_pages_first)),
        quiet_count=quiet_count,
        unknown=tuple(sorted(unknown, key=lambda each: each.name)),
        oldest_at=min(ages, default=None),
        newest_at=max(ages, default=None),
    )


def _firing(planned: PlannedAlarm, history: StateHistory, as_of: datetime) -> FiringNow:
    entered = history.changes[-1]
    return FiringNow(
        name=planned.name,
        severity=Severity.TICKET if planned.severity is None else planned.severity,
        began_at=entered.at if history.was_entered(entered) else None,
        seen_from=entered.at,
        as_of=as_of,
    )


def _pages_first(firing: FiringNow) -> tuple[bool, float, str]:
    return firing.severity is not Severity.PAGE, -firing.seen_from.timestamp(), firing.name


def _is_new_for(plan: Plan, planned: PlannedAlarm) -> timedelta:
    """How old a state may be that is that of now."""
    below = plan.metric_alarms_below(planned)
    settling = max(settles_after(stat.metric) for alarm in below for stat in alarm.stats)
    return settling + timedelta(seconds=max(map(step_seconds, below))) + _PATIENCE


def _words(state: AlarmState) -> str:
    return "insufficient data" if state is AlarmState.INSUFFICIENT_DATA else state.value
