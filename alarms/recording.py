"""Reads all metrics that a plan's alarms use, once, so that they can be replayed at will."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from alarms.placeholders import placeholders_in
from foundation.cloudwatch.alarm_datapoints import cell_seconds, cells_of, looks_back
from foundation.cloudwatch.alarms import MetricAlarm
from foundation.cloudwatch.frame import to_frame
from foundation.cloudwatch.longer_periods import LONGER_PERIODS_SECONDS, on_longer_periods
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

    Each alarm's time begins as much earlier as it looks back. Where its periods are not known from there on, longer ones are
    read, too.
    """
    evaluated: list[MetricAlarm] = []
    wanted: dict[tuple[int, datetime], dict[MetricStat, None]] = {}
    notes: list[str] = []
    for alarm in alarms:
        if unknown := placeholders_in(alarm):
            notes.append(f"{alarm.name}: its metrics need {', '.join(sorted(unknown))}; give it with --parameter")
            continue
        evaluated.append(alarm)
        for stat in cells_of(alarm):
            begins = _floor(start_at - looks_back(alarm), stat.period_seconds)
            wanted.setdefault((stat.period_seconds, begins), {})[stat] = None
    read, problems = _read(wanted, source, end_at)
    more, others = _read(_on_longer_periods(evaluated, read, start_at), source, end_at)
    read |= more
    return (
        recording_of(to_frame([(stat, each.answer) for stat, each in read.items()]), read.items()),
        (*notes, *problems, *others),
    )


def _on_longer_periods(
    alarms: Iterable[MetricAlarm], read: Mapping[MetricStat, Reading[Series]], start_at: datetime
) -> dict[tuple[int, datetime], dict[MetricStat, None]]:
    """What is kept in longer periods of the beginning that is not known in the alarms' own."""
    wanted: dict[tuple[int, datetime], dict[MetricStat, None]] = {}
    for alarm in alarms:
        begins_at = start_at - looks_back(alarm)
        readings = [read[stat] for stat in cells_of(alarm) if stat in read]
        if all(each.known.spans and each.known.spans[0][0] <= each.asked.span[0] for each in readings):
            continue
        for seconds in LONGER_PERIODS_SECONDS:
            longer = on_longer_periods(alarm, seconds)
            if longer is not None and seconds > cell_seconds(alarm):
                for stat in cells_of(longer, seconds):
                    begins = _floor(begins_at, stat.period_seconds)
                    if stat not in read or begins < read[stat].asked.start_at:
                        wanted.setdefault((stat.period_seconds, begins), {})[stat] = None
    return wanted


def _read(
    wanted: Mapping[tuple[int, datetime], dict[MetricStat, None]], source: MetricSource, end_at: datetime
) -> tuple[dict[MetricStat, Reading[Series]], list[str]]:
    read: dict[MetricStat, Reading[Series]] = {}
    notes: list[str] = []
    for (period, begins), stats in sorted(wanted.items(), key=lambda each: each[0], reverse=True):
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
    return read, notes


def _floor(at: datetime, period_seconds: int) -> datetime:
    return at - timedelta(seconds=at.timestamp() % period_seconds)
