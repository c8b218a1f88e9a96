"""The planned alarms on a local platform's own metrics: their newest states.

Of the time before the platform was up nothing is known. An alarm to which that silence would be an outage has no state until it
looks no further back; any other goes off as soon as enough is wrong.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from alarms.evaluation import CombinedSource, EvaluatedAlarms, Part, evaluate_young
from alarms.model import Plan
from foundation.cloudwatch.evaluation import AlarmState
from foundation.cloudwatch.suppression import notified_at
from sre.local.metrics import local_metrics
from sre.local.state import LocalPlatform

_LOOKED_AT = timedelta(minutes=30)
TOO_SOON = "not enough time yet"


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmStates:
    """State by alarm, for those that have a metric here, and how many have none; `notified` are those that did, and when.

    A state is None where the platform is not up for as long as the alarm looks back.
    """

    states: tuple[tuple[str, AlarmState | None], ...]
    without_data_count: int
    notified: tuple[tuple[str, datetime], ...] = ()

    @property
    def lines(self) -> tuple[str, ...]:
        """A line an alarm, those in ALARM first, and how many have no metric here."""
        if not self.states:
            return (f"none of the {self.without_data_count} alarms has a metric here yet",)
        ordered = sorted(self.states, key=lambda each: (each[1] is not AlarmState.ALARM, each[0]))
        shown = (f"{TOO_SOON if state is None else state.value:{len(TOO_SOON)}}  {name}" for name, state in ordered)
        return (*shown, f"{self.without_data_count} more have no metric here")


def evaluate_on_platform(
    plan: Plan, platform: LocalPlatform, *, start_at: datetime, end_at: datetime
) -> EvaluatedAlarms:  # fmt: skip
    """What the alarms that notify somebody did on the platform over a time.

    Raises SourceError when its metrics cannot be read, InputError when it could not be asked.
    """
    metrics = local_metrics(platform)
    published = metrics.published()
    since, always = (
        CombinedSource(parts=(Part(source=each, metrics=published),)) for each in (metrics, metrics.as_if_there_always())
    )  # fmt: skip
    return evaluate_young(plan, since=since, always=always, start_at=start_at, end_at=end_at)


def alarm_states(plan: Plan, platform: LocalPlatform, *, now: datetime) -> AlarmStates:
    """Evaluate every alarm that notifies somebody and has a metric on the platform.

    Raises SourceError when its metrics cannot be read.
    """
    live = evaluate_on_platform(plan, platform, start_at=now - _LOOKED_AT, end_at=now)
    firings = ((name, each) for name, evaluated in live.evaluated.items() for each in evaluated.in_alarm(name))
    told = ((name, notified_at(each.notification)) for name, each in firings)
    return AlarmStates(
        states=tuple(
            (name, None if (newest := evaluated.histories[name].newest) is None else newest.state)
            for name, evaluated in sorted(live.evaluated.items())
        ),
        without_data_count=len(live.without),
        notified=tuple((name, at) for name, at in told if at is not None),
    )
