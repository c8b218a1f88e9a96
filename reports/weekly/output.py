"""A weekly report as data: the numbers behind its texts, before they are rounded for print.

Decimals have ten digits after the point at the most.
"""

from collections.abc import Sequence

from foundation.cloudwatch.suppression import notification_outcome, notified_at
from foundation.readings import NoData
from foundation.slo.detection import recall_of
from reports.page_model import Page
from reports.weekly import inputs as read
from reports.weekly.money_judgement import money_caveat, money_state
from reports.weekly.objectives import Health
from reports.weekly.output_model import (
    Alarms,
    Estimate,
    FiredAlarm,
    Incident,
    Incidents,
    Money,
    NotEvaluated,
    PartlyKnownAlarms,
    Releases,
    Source,
    Unknown,
    Values,
    WeeklyReport,
)
from reports.weekly.output_parts import (
    canary_output,
    cost_output,
    intervals_output,
    known_ratio,
    objective_output,
    rounded,
    state_of,
)


def report_output(page: Page) -> WeeklyReport:
    """The report behind a page. Raises TypeError for a page that has no numbers."""
    if not isinstance(page.values, Values):
        raise TypeError(f"{page.title} is no weekly report")
    releases: Releases = (
        "allowed" if page.verdict == "allowed" else "frozen" if page.verdict == "frozen" else "undecided"
    )
    return WeeklyReport(
        title=page.title, label=page.label, releases=releases, reason=page.sentence, values=page.values
    )  # fmt: skip


def values_of(inputs: read.WeeklyInputs) -> Values:
    """The week, each objective, the alarms, money and the estimate."""
    return Values(
        service=inputs.service,
        stage=inputs.stage,
        week=str(inputs.week),
        start_at=inputs.week.start_at,
        end_at=inputs.week.end_at,
        reported_until=inputs.until,
        generated_at=inputs.generated_at,
        commit=inputs.commit,
        sources=tuple(
            Source(name=each.name, newest_at=each.newest_at, note=each.note, problem=each.problem)
            for each in inputs.sources
        ),
        objectives=tuple(objective_output(name, row) for name, _, row in inputs.objectives),
        canaries=Unknown(reason=inputs.canaries.reason)
        if isinstance(inputs.canaries, NoData)
        else tuple(canary_output(each) for each in inputs.canaries),
        accepted_count=None if isinstance(inputs.accepted_count, NoData) else inputs.accepted_count,
        cost=Unknown(reason=inputs.cost.reason) if isinstance(inputs.cost, NoData) else cost_output(inputs.cost),
        alarms=Unknown(reason=inputs.alarms.reason) if isinstance(inputs.alarms, NoData) else _alarms(inputs.alarms),
        money=_money(inputs),
        estimate=Unknown(reason=inputs.estimate.reason)
        if isinstance(inputs.estimate, NoData)
        else _estimate(inputs.estimate),
    )


def _money(inputs: read.WeeklyInputs) -> Money:
    state, reason = money_state(inputs)
    objective = inputs.cost_objective
    return Money(
        objective=None if objective is None else objective.name,
        limit_usd=None if objective is None else objective.limit_usd,
        state=state_of(state),
        over_limit=state is Health.EXHAUSTED,
        reason=reason,
        rests_on=money_caveat(inputs),
    )


def _estimate(estimate: read.EstimateWeek) -> Estimate:
    return Estimate(
        profile=estimate.bill.work.name,
        unit=estimate.bill.work.unit,
        model=estimate.bill.model_name,
        month_usd=rounded(estimate.bill.total_usd),
        units_per_day=rounded(estimate.bill.per_day),
        fixed_usd=rounded(estimate.fixed_usd),
        marginal_usd_per_unit=rounded(estimate.marginal_usd),
        crossing_units_per_day=rounded(estimate.crossing_per_day),
        longest_month_crossing_units_per_day=rounded(estimate.longest_crossing_per_day),
        price_book_version=estimate.book_version,
    )


def _alarms(alarms: read.AlarmsWeek) -> Alarms:
    recall = recall_of([detection for _, detection in alarms.detections])
    return Alarms(
        evaluated_count=alarms.evaluated_count,
        not_evaluated=tuple(NotEvaluated(reason=reason, count=count) for reason, count in alarms.without_count),
        partly_known=tuple(
            PartlyKnownAlarms(
                count=each.count, known_ratio=known_ratio(each.known_ratio), missing=intervals_output(each.missing)
            )
            for each in alarms.partly_known
        ),
        fired=_fired(alarms.fired),
        incidents=Incidents(
            given_count=recall.given_count,
            judged_count=recall.judged_count,
            paged_count=recall.paged_count,
            recall_ratio=recall.ratio,
        ),
    )


def _fired(alarms: Sequence[read.AlarmWeek]) -> tuple[FiredAlarm, ...]:
    return tuple(
        FiredAlarm(
            alarm=each.name,
            severity=each.severity,
            began_at=each.began_at,
            seen_from=each.seen_from,
            seen_until=each.seen_until,
            ended_at=each.ended_at,
            notification=notification_outcome(each.notification),
            notified_at=notified_at(each.notification),
            incidents=tuple(Incident(name=one.name, start_at=one.start_at) for one in each.incidents),
        )
        for each in alarms
    )
