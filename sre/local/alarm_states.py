"""The planned alarms on a local platform's own metrics: their newest states.

Of the time before the platform was up nothing is known. An alarm to which that silence would be an outage has no state until it
looks no further back; any other goes off as soon as enough is wrong.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from alarms.evaluation import CombinedSource, Part, evaluate_young
from alarms.model import Plan
from foundation.cloudwatch.suppression import notified_at
from sre.local.metrics import local_metrics
from sre.local.state import LocalPlatform

_LOOKED_AT = timedelta(minutes=30)
TOO_SOON = "not enough time yet"


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmStates:
    """State by alarm, for those that have a metric here, and how many have none; `notified` are those that did, and when."""

    states: tuple[tuple[str, str], ...]
    without_data_count: int
    notified: tuple[tuple[str, datetime], ...] = ()

    @property
    def sentence(self) -> str:
        """All of it in one line."""
        shown = ", ".join(f"{name} {state}" for name, state in self.states) or "none has data yet"
        return f"{shown}; {self.without_data_count} more have no metric here"


def alarm_states(plan: Plan, platform: LocalPlatform, *, now: datetime) -> AlarmStates:
    """Evaluate every alarm that notifies somebody and has a metric on the platform.

    Raises SourceError when its metrics cannot be read.
    """
    metrics = local_metrics(platform)
    published = metrics.published()
    since, always = (
        CombinedSource(parts=(Part(source=each, metrics=published),)) for each in (metrics, metrics.as_if_there_always())
    )  # fmt: skip
    live = evaluate_young(plan, since=since, always=always, start_at=now - _LOOKED_AT, end_at=now)
    firings = ((name, each) for name, evaluated in live.evaluated.items() for each in evaluated.in_alarm(name))
    told = ((name, notified_at(each.notification)) for name, each in firings)
    return AlarmStates(
        states=tuple(
            (name, TOO_SOON if (newest := evaluated.histories[name].newest) is None else newest.state.value)
            for name, evaluated in sorted(live.evaluated.items())
        ),
        without_data_count=len(live.without),
        notified=tuple((name, at) for name, at in told if at is not None),
    )
