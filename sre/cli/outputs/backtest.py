"""`sre alarms backtest`: its JSON. What lists alarms needs no pandas, which a replay does; so it is in a module of its own."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal, assert_never

from alarms.backtest import AlarmReplay, Backtest, ReplayedFiring
from foundation.cloudwatch.suppression import NotificationOutcome, notification_outcome, notified_at
from foundation.readings import Known
from foundation.slo.burn_rate import Severity
from foundation.slo.detection import Detection, NotJudged, NotPaged, Paged
from foundation.slo.incidents import Incident
from sre.cli.outputs.model import Output, Part


class Span(Part):
    """From and to, in time."""

    start_at: datetime
    end_at: datetime


class FiringRow(Part):
    """One time in ALARM; `began_at` is null where that is not known, `ended_at` where it had not ended.

    `budget_spent_ratio` is what share of the error budget was spent when it notified.
    """

    began_at: datetime | None
    seen_from: datetime
    seen_until: datetime
    ended_at: datetime | None
    notification: NotificationOutcome
    notified_at: datetime | None
    budget_spent_ratio: float | None


class ReplayRow(Part):
    """What one alarm did in the time of which its state is known."""

    alarm: str
    severity: Severity
    firings: tuple[FiringRow, ...]
    known: tuple[Span, ...]
    known_ratio: float
    evaluated_on_longer_periods: tuple[Span, ...]
    notifications_per_week: float


class DetectionRow(Part):
    """Whether an incident was paged, and how soon; `unknown` is the time of which an alarm that pages was not known."""

    incident: str
    objective: str | None
    start_at: datetime
    end_at: datetime | None
    outcome: Literal["paged", "not_paged", "not_judged"]
    alarm: str | None
    paged_after_seconds: float | None
    is_first_page: bool | None
    reset_after_seconds: float | None
    unknown: tuple[Span, ...]


class NotReplayed(Part):
    """An alarm that could not be replayed."""

    alarm: str
    reason: str


class ReplayOutput(Part):
    """One replay of recorded metrics."""

    start_at: datetime
    end_at: datetime
    page_count: int
    precision_ratio: float | None
    recall_ratio: float | None
    incident_count: int
    judged_count: int
    replays: tuple[ReplayRow, ...]
    detections: tuple[DetectionRow, ...]
    not_replayed: tuple[NotReplayed, ...]


class BacktestOutput(Output):
    """The replay of a stage as it is, and with a what-if as it would be."""

    as_is: ReplayOutput
    what_if: ReplayOutput | None
    what_ifs: tuple[str, ...]


def replay_output(result: Backtest) -> ReplayOutput:
    """One replay."""
    return ReplayOutput(
        start_at=result.start_at,
        end_at=result.end_at,
        page_count=result.page_count,
        precision_ratio=result.precision_ratio,
        recall_ratio=result.recall.ratio,
        incident_count=result.recall.given_count,
        judged_count=result.recall.judged_count,
        replays=tuple(map(_replay, result.replays)),
        detections=tuple(_detection(incident, detection) for incident, detection in result.detections),
        not_replayed=tuple(NotReplayed(alarm=alarm, reason=reason) for alarm, reason in result.not_replayed),
    )


def _replay(replay: AlarmReplay) -> ReplayRow:
    return ReplayRow(
        alarm=replay.alarm,
        severity=replay.severity,
        firings=tuple(map(_firing, replay.firings)),
        known=_spans(replay.known),
        known_ratio=replay.known_ratio,
        evaluated_on_longer_periods=_spans(replay.coarse),
        notifications_per_week=replay.notifications_a_week,
    )


def _firing(replayed: ReplayedFiring) -> FiringRow:
    firing = replayed.firing
    return FiringRow(
        began_at=firing.began_at,
        seen_from=firing.seen_from,
        seen_until=firing.seen_until,
        ended_at=firing.ended_at,
        notification=notification_outcome(firing.notification),
        notified_at=notified_at(firing.notification),
        budget_spent_ratio=replayed.budget_spent_ratio,
    )


def _detection(incident: Incident, detection: Detection) -> DetectionRow:
    row: Mapping[str, Any] = {
        "incident": incident.name,
        "objective": incident.objective,
        "start_at": incident.start_at,
        "end_at": incident.end_at,
        "alarm": None,
        "paged_after_seconds": None,
        "is_first_page": None,
        "reset_after_seconds": None,
        "unknown": (),
    }
    match detection:
        case Paged():
            reset = detection.reset_after
            return DetectionRow.model_validate(
                {
                    **row,
                    "outcome": "paged",
                    "alarm": detection.alarm,
                    "paged_after_seconds": detection.after.total_seconds(),
                    "is_first_page": detection.is_first,
                    "reset_after_seconds": None if reset is None else reset.total_seconds(),
                }
            )
        case NotPaged():
            return DetectionRow.model_validate({**row, "outcome": "not_paged"})
        case NotJudged(missing=missing):
            return DetectionRow.model_validate({**row, "outcome": "not_judged", "unknown": _spans(missing)})
        case _:
            assert_never(detection)


def _spans(known: Known) -> tuple[Span, ...]:
    return tuple(Span(start_at=each.start_at, end_at=each.end_at) for each in known.intervals)
