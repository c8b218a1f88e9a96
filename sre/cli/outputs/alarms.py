"""`sre alarms`: the JSON of the list, of one alarm, of what proves them, of rule tests, and of a backtest."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal, assert_never

from alarms.backtest import AlarmReplay, Backtest, ReplayedFiring
from alarms.conditions import condition_of
from alarms.coverage import Proof
from alarms.model import Plan, PlannedAlarm, Quantity
from alarms.rule_tests import Outcome
from foundation.cloudwatch.alarms import ComparisonOperator
from foundation.cloudwatch.evaluation import MissingData
from foundation.cloudwatch.suppression import NotificationOutcome, notified_at, outcome_of
from foundation.readings import Known
from foundation.slo.burn_rate import Severity
from foundation.slo.detection import Detection, NotJudged, NotPaged, Paged
from foundation.slo.incidents import Incident
from sre.cli.outputs.model import Output, Part


class AlarmWindow(Part):
    """So many of so many periods of the metric alarm of this name must breach."""

    alarm: str
    period_seconds: float
    datapoints_to_alarm: int
    evaluation_periods: int


class AlarmRow(Part):
    """One alarm. `severity` and `topic` are null of an input of another alarm, which notifies nobody.

    `threshold` is a ratio of a share, US dollars of usd, and else in the metric's own unit. `cloudwatch_request` is what
    PutMetricAlarm or PutCompositeAlarm takes.
    """

    name: str
    severity: Severity | None
    objective: str | None
    condition: str
    quantity: Quantity
    comparison: ComparisonOperator
    threshold: Decimal
    windows: tuple[AlarmWindow, ...]
    topic: str | None
    runbook: str
    description: str
    cloudwatch_request: dict[str, Any]


class AlarmList(Output):
    """The alarms of a stage that were asked for; `monthly_cost_usd` is of all alarms of the stage."""

    service: str
    stage: str
    policy: str
    notifying_count: int
    input_count: int
    monthly_cost_usd: Decimal
    what_ifs: tuple[str, ...]
    notes: tuple[str, ...]
    alarms: tuple[AlarmRow, ...]


class AlarmProof(Part):
    """Which rule tests show an alarm in ALARM and which show it quiet; `backtested_on` is the day that one fired it last."""

    alarm: str
    is_proved: bool
    fires_in: tuple[str, ...]
    quiet_in: tuple[str, ...]
    backtested_on: date | None


class AlarmDetail(Output):
    """One alarm, its inputs, and what proves it; `proof` is null where no rule tests of its objectives are known."""

    alarm: AlarmRow
    inputs: tuple[AlarmRow, ...]
    missing_data: tuple[MissingData, ...]
    suppressed_by: str | None
    subscribers: tuple[str, ...]
    proof: AlarmProof | None


class Coverage(Output):
    """How each alarm is proved, those that are not first; with --unproved only these."""

    alarm_count: int
    proved_count: int
    alarms: tuple[AlarmProof, ...]


class FailedExpectation(Part):
    """One expectation that is not met; `reason` is for people, line by line."""

    line: int
    reason: str


class RuleTestRow(Part):
    """One rule test."""

    file: str
    line: int
    name: str
    outcome: Literal["pass", "fail"]
    expectation_count: int
    took_seconds: float
    failures: tuple[FailedExpectation, ...]


class RuleTestResults(Output):
    """What became of rule tests."""

    outcome: Literal["pass", "fail"]
    test_count: int
    expectation_count: int
    failed_test_count: int
    failed_expectation_count: int
    took_seconds: float
    what_ifs: tuple[str, ...]
    tests: tuple[RuleTestRow, ...]


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


def alarm_row(plan: Plan, planned: PlannedAlarm, request: dict[str, Any]) -> AlarmRow:
    """An alarm of a plan; `request` is what CloudWatch's API takes."""
    condition = condition_of(plan, planned)
    return AlarmRow(
        name=planned.name,
        severity=planned.severity,
        objective=planned.objective,
        condition=condition.measure.words,
        quantity=condition.measure.quantity,
        comparison=condition.comparison,
        threshold=condition.threshold,
        windows=tuple(
            AlarmWindow(
                alarm=each.alarm,
                period_seconds=each.period.total_seconds(),
                datapoints_to_alarm=each.datapoints_to_alarm,
                evaluation_periods=each.evaluation_periods,
            )
            for each in condition.windows
        ),
        topic=plan.topic_of(planned),
        runbook=f"{plan.context.runbook_url}/{planned.runbook}.md",
        description=str(request.get("AlarmDescription", "")),
        cloudwatch_request=request,
    )


def alarm_proof(proof: Proof) -> AlarmProof:
    """One proof."""
    return AlarmProof(
        alarm=proof.alarm,
        is_proved=proof.holds,
        fires_in=proof.fires_in,
        quiet_in=proof.quiet_in,
        backtested_on=proof.backtested_on,
    )


def coverage_output(proofs: Sequence[Proof], shown: Sequence[Proof]) -> Coverage:
    """The proofs that are shown, in their order, and how many there are of all."""
    return Coverage(
        alarm_count=len(proofs),
        proved_count=sum(each.holds for each in proofs),
        alarms=tuple(map(alarm_proof, shown)),
    )


def rule_test_results(outcomes: Sequence[Outcome], what_ifs: Sequence[str]) -> RuleTestResults:
    """The outcomes of rule tests, in their order."""
    failed = [each for each in outcomes if each.failures]
    return RuleTestResults(
        outcome="fail" if failed else "pass",
        test_count=len(outcomes),
        expectation_count=sum(each.test.expectation_count for each in outcomes),
        failed_test_count=len(failed),
        failed_expectation_count=sum(len(each.failures) for each in failed),
        took_seconds=round(sum(each.took_seconds for each in outcomes), 6),
        what_ifs=tuple(what_ifs),
        tests=tuple(
            RuleTestRow(
                file=str(each.test.file),
                line=each.test.line,
                name=each.test.name,
                outcome="fail" if each.failures else "pass",
                expectation_count=each.test.expectation_count,
                took_seconds=round(each.took_seconds, 6),
                failures=tuple(FailedExpectation(line=one.line, reason="\n".join(one.lines)) for one in each.failures),
            )
            for each in outcomes
        ),
    )


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
        notification=outcome_of(firing.notification),
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
