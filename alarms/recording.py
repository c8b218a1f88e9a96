"""Reads everything that a plan's alarms look at, once, so that they can be replayed as often as one likes."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from alarms.placeholders import placeholders_in
from foundation.cloudwatch.alarm_datapoints import cells_of, looks_back
from foundation.cloudwatch.alarms import MetricAlarm
from foundation.cloudwatch.frame import to_frame
from foundation.cloudwatch.metrics import MetricStat
from foundation.cloudwatch.series import Series
from foundation.cloudwatch.source import MetricSource
from foundation.cloudwatch.statement import Recording, recording_of
from foundation.errors import SourceError
from foundation.readings import Reading

_HOUR = timedelta(hours=1)


def record(
    alarms: Iterable[MetricAlarm], source: MetricSource, *, start_at: datetime, end_at: datetime
) -> tuple[Recording, tuple[str, ...]]:
    """The statistics for evaluations from `start_at` to `end_at`, and notes on alarms whose metrics cannot be had.

    Each alarm's time begins as much earlier as it looks back.
    """
    wanted: dict[tuple[int, datetime], dict[MetricStat, None]] = {}
    notes: list[str] = []
    for alarm in alarms:
        if unknown := placeholders_in(alarm):
            notes.append(f"{alarm.name}: its metrics need {', '.join(sorted(unknown))}; give it with --parameter")
            continue
        for stat in cells_of(alarm):
            begins = _floor(start_at - looks_back(alarm), stat.period_seconds)
            wanted.setdefault((stat.period_seconds, begins), {})[stat] = None
    read: dict[MetricStat, Reading[Series]] = {}
    for (period, begins), stats in sorted(wanted.items(), reverse=True):
        ends = (
            _floor(end_at, period)
            if not end_at.timestamp() % period
            else _floor(end_at, period) + timedelta(seconds=period)
        )
        try:
            # A later begin is read first, so that an earlier one of the same statistic takes its place.
            read |= dict(zip(stats, source.read(list(stats), start_at=begins, end_at=ends), strict=True))
        except SourceError as error:
            # What could not be asked at all is no note: it passes, and is said once.
            notes.append(f"periods of {period} s from {begins:%Y-%m-%d %H:%M} UTC: {error}")
    return recording_of(to_frame([(stat, each.answer) for stat, each in read.items()]), read.items()), tuple(notes)


def _floor(at: datetime, period_seconds: int) -> datetime:
    return at - timedelta(seconds=at.timestamp() % period_seconds)
