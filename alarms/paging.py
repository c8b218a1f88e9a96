"""An alarm that pages, as an incident is held against it: what it sent, when it may have, and of which time it is known."""

from collections.abc import Sequence

from alarms.model import PlannedAlarm
from alarms.states import Firing
from foundation.cloudwatch.suppression import Notified, NotKnown
from foundation.readings import Interval, Known
from foundation.slo.detection import Page, Pager


def pager_of(planned: PlannedAlarm, firings: Sequence[Firing], known: Known, period: Interval) -> Pager:
    """Of one that was not evaluated there are no firings, and nothing is known."""
    return Pager(
        alarm=planned.name,
        objective=planned.objective,
        pages=tuple(
            Page(alarm=planned.name, at=each.notification.at, ended_at=each.ended_at)
            for each in firings
            if isinstance(each.notification, Notified) and period.start_at <= each.notification.at <= period.end_at
        ),
        maybe_at=tuple(each.seen_from for each in firings if isinstance(each.notification, NotKnown)),
        known=known.within(period),
    )
