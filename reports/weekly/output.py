"""A weekly report as data: the numbers behind its texts, before they are rounded for print.

Decimals have ten digits after the point at the most.
"""

import math
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import assert_never

from foundation.cloudwatch.suppression import notification_outcome, notified_at
from foundation.readings import Known, NoData, Reading
from foundation.slo.coverage import Coverage
from foundation.slo.detection import recall_of
from foundation.slo.error_budget import Counts
from reports.bill_known import month_known
from reports.money import CostActuals
from reports.page_model import Page
from reports.weekly import inputs as read
from reports.weekly.money_sections import money_caveat, money_state
from reports.weekly.objectives import Health, ObjectiveWeek
from reports.weekly.output_model import (
    Alarms,
    BillKnown,
    Canary,
    Cost,
    Estimate,
    Events,
    FiredAlarm,
    Incident,
    Incidents,
    Interval,
    KnownTime,
    Missing,
    Money,
    NotEvaluated,
    Objective,
    PartlyKnownAlarms,
    Releases,
    Source,
    State,
    Unknown,
    Values,
    WeeklyReport,
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
        objectives=tuple(_objective(name, row) for name, _, row in inputs.objectives),
        canaries=Unknown(reason=inputs.canaries.reason)
        if isinstance(inputs.canaries, NoData)
        else tuple(_canary(each) for each in inputs.canaries),
        accepted_count=None if isinstance(inputs.accepted_count, NoData) else inputs.accepted_count,
        cost=Unknown(reason=inputs.cost.reason) if isinstance(inputs.cost, NoData) else _cost(inputs.cost),
        alarms=Unknown(reason=inputs.alarms.reason) if isinstance(inputs.alarms, NoData) else _alarms(inputs.alarms),
        money=_money(inputs),
        estimate=Unknown(reason=inputs.estimate.reason)
        if isinstance(inputs.estimate, NoData)
        else _estimate(inputs.estimate),
    )


def state_of(health: Health) -> State:
    """A health as data has it."""
    match health:
        case Health.HEALTHY:
            return "healthy"
        case Health.AT_RISK:
            return "at_risk"
        case Health.EXHAUSTED:
            return "exhausted"
        case Health.TOO_LITTLE:
            return "too_little_data"
        case Health.NO_DATA:
            return "no_data"
        case _:
            assert_never(health)


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
        month_usd=_rounded(estimate.bill.total_usd),
        units_per_day=_rounded(estimate.bill.per_day),
        fixed_usd=_rounded(estimate.fixed_usd),
        marginal_usd_per_unit=_rounded(estimate.marginal_usd),
        crossing_units_per_day=_rounded(estimate.crossing_per_day),
        longest_month_crossing_units_per_day=_rounded(estimate.longest_crossing_per_day),
        price_book_version=estimate.book_version,
    )


def _objective(name: str, row: ObjectiveWeek | NoData) -> Objective:
    if isinstance(row, NoData):
        nothing = dict.fromkeys(set(Objective.model_fields) - {"objective", "state", "reason"})
        return Objective.model_validate({"objective": name, "state": "no_data", "reason": row.reason, **nothing})
    return Objective(
        objective=name,
        state=state_of(row.health),
        reason=row.reason,
        as_of=row.as_of,
        source=row.source,
        unit=row.unit,
        target_ratio=_rounded(row.target_ratio),
        allowed_bad_ratio=_rounded(1 - row.target_ratio),
        window_seconds=int(row.window_length / timedelta(seconds=1)),
        window=_events(row.window),
        week=_events(row.week),
        good_ratio=_rounded(row.sli_ratio),
        allowed_bad_count=_rounded(row.allowed_count),
        spent_ratio=_rounded(row.spent_ratio if row.is_judged else None),
        least_spent_ratio=_rounded(row.least_spent_ratio),
        spent_in_week_ratio=_rounded(row.spent_in_week_ratio if row.is_judged else None),
        remaining_ratio=_rounded(row.remaining_ratio if row.is_judged else None),
        remaining_a_week_ago_ratio=_rounded(row.remaining_week_ago_ratio),
        burn_rate_1h=_rounded(row.burn_1h),
        burn_rate_6h=_rounded(row.burn_6h),
        burn_rate_3d=_rounded(row.burn_3d),
        burn_rates_as_of=row.burn_as_of,
        lasts_days=_rounded(row.exhausted_in_days),
        hours_with_data_ratio=round(row.covered_ratio, 6),
        known_of_window=_known_time(row.coverage),
        known_of_week=None if row.week_coverage is None else _known_time(row.week_coverage),
        too_little=None
        if row.too_little is None
        else Missing(reason=row.too_little.reason, missing=_intervals(row.too_little.missing)),
    )


def _events(counts: Counts) -> Events:
    return Events(sample_count=counts.total_count, bad_count=counts.bad_count)


def _canary(canary: read.CanaryWeek) -> Canary:
    if canary.problem is not None:
        return Canary(
            canary=canary.name, run_count=None, failed_count=None, expected_count=None, known_of_week=None,
            reason=canary.problem.reason,
        )  # fmt: skip
    return Canary(
        canary=canary.name,
        run_count=canary.run_count,
        failed_count=canary.failed_count,
        expected_count=canary.expected_count,
        known_of_week=_known_time(canary.coverage),
        reason=None,
    )


def _known_time(coverage: Coverage) -> KnownTime:
    return KnownTime(
        known_ratio=_known_ratio(coverage.known_ratio),
        is_stated=coverage.is_stated,
        newest_at=coverage.newest_at,
        missing=_intervals(coverage.missing),
    )


def _cost(bill: Reading[CostActuals]) -> Cost:
    cost, known = bill.answer, month_known(bill)
    end, low, high, method = cost.month_end
    return Cost(
        source=cost.source,
        through_on=cost.through_on,
        is_estimated=cost.estimated,
        month_to_date_gross_usd=_rounded(cost.month_to_date_usd),
        month_to_date_net_usd=_rounded(cost.net_to_date_usd),
        run_rate_usd_per_day=_rounded(cost.run_rate_usd),
        month_end_usd=_rounded(end),
        month_end_low_usd=_rounded(low),
        month_end_high_usd=_rounded(high),
        method=method,
        request_count=cost.request_count,
        previous_month_usd=_rounded(cost.previous_month_usd),
        known=BillKnown(
            is_stated=bill.origin.is_stated,
            intervals=_intervals(bill.known),
            missing_days=tuple(known.missing),
            newest_day_that_may_not_be_whole=known.newest_on,
            problem=known.problem,
        ),
    )


def _alarms(alarms: read.AlarmsWeek) -> Alarms:
    recall = recall_of([detection for _, detection in alarms.detections])
    return Alarms(
        evaluated_count=alarms.evaluated_count,
        not_evaluated=tuple(NotEvaluated(reason=reason, count=count) for reason, count in alarms.without_count),
        partly_known=tuple(
            PartlyKnownAlarms(
                count=each.count, known_ratio=_known_ratio(each.known_ratio), missing=_intervals(each.missing)
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


def _intervals(known: Known) -> tuple[Interval, ...]:
    return tuple(Interval(start_at=each.start_at, end_at=each.end_at) for each in known.intervals)


def _known_ratio(ratio: float) -> float:
    """Rounded down: what is not known is not made to look so."""
    return math.floor(ratio * 1e6) / 1e6


def _rounded(number: Decimal | None) -> Decimal | None:
    """At most ten decimals, without zeros at the end."""
    return None if number is None else round(number, 10).normalize()
