"""What a report's values are as data, one by one: objectives, canaries, the bill, and what is known of each.

Decimals have ten digits after the point at the most; a share that is known is rounded down.
"""

import math
from datetime import timedelta
from decimal import Decimal
from typing import assert_never

from foundation.readings import Known, NoData, Reading
from foundation.slo.coverage import Coverage
from foundation.slo.error_budget import Counts
from reports.bill_known import month_known
from reports.money import CostActuals
from reports.weekly.inputs import CanaryWeek
from reports.weekly.objectives import Health, ObjectiveWeek
from reports.weekly.output_model import (
    BillKnown,
    Canary,
    Cost,
    Events,
    Interval,
    KnownTime,
    Missing,
    Objective,
    State,
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


def objective_output(name: str, row: ObjectiveWeek | NoData) -> Objective:
    """One objective; of one without data all but its name, state and reason is null."""
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
        target_ratio=rounded(row.target_ratio),
        allowed_bad_ratio=rounded(1 - row.target_ratio),
        window_seconds=int(row.window_length / timedelta(seconds=1)),
        window=_events(row.window),
        week=_events(row.week),
        good_ratio=rounded(row.sli_ratio),
        allowed_bad_count=rounded(row.allowed_count),
        spent_ratio=rounded(row.spent_ratio if row.is_judged else None),
        least_spent_ratio=rounded(row.least_spent_ratio),
        spent_in_week_ratio=rounded(row.spent_in_week_ratio if row.is_judged else None),
        remaining_ratio=rounded(row.remaining_ratio if row.is_judged else None),
        remaining_a_week_ago_ratio=rounded(row.remaining_week_ago_ratio),
        burn_rate_1h=rounded(row.burn_1h),
        burn_rate_6h=rounded(row.burn_6h),
        burn_rate_3d=rounded(row.burn_3d),
        burn_rates_as_of=row.burn_as_of,
        lasts_days=rounded(row.exhausted_in_days),
        hours_with_data_ratio=round(row.covered_ratio, 6),
        known_of_window=known_output(row.coverage),
        known_of_week=None if row.week_coverage is None else known_output(row.week_coverage),
        too_little=None
        if row.too_little is None
        else Missing(reason=row.too_little.reason, missing=intervals_output(row.too_little.missing)),
    )


def canary_output(canary: CanaryWeek) -> Canary:
    """One canary's runs."""
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
        known_of_week=known_output(canary.coverage),
        reason=None,
    )


def cost_output(bill: Reading[CostActuals]) -> Cost:
    """The bill, and what is known of its month."""
    cost, known = bill.answer, month_known(bill)
    end, low, high, method = cost.month_end
    return Cost(
        source=cost.source,
        through_on=cost.through_on,
        is_estimated=cost.estimated,
        month_to_date_gross_usd=rounded(cost.month_to_date_usd),
        month_to_date_net_usd=rounded(cost.net_to_date_usd),
        run_rate_usd_per_day=rounded(cost.run_rate_usd),
        month_end_usd=rounded(end),
        month_end_low_usd=rounded(low),
        month_end_high_usd=rounded(high),
        method=method,
        request_count=cost.request_count,
        previous_month_usd=rounded(cost.previous_month_usd),
        known=BillKnown(
            is_stated=bill.origin.is_stated,
            intervals=intervals_output(bill.known),
            missing_days=tuple(known.missing),
            newest_day_that_may_not_be_whole=known.newest_on,
            problem=known.problem,
        ),
    )


def known_output(coverage: Coverage) -> KnownTime:
    """How much of a time is known."""
    return KnownTime(
        known_ratio=known_ratio(coverage.known_ratio),
        is_stated=coverage.is_stated,
        newest_at=coverage.newest_at,
        missing=intervals_output(coverage.missing),
    )


def intervals_output(known: Known) -> tuple[Interval, ...]:
    """The times that something is of."""
    return tuple(Interval(start_at=each.start_at, end_at=each.end_at) for each in known.intervals)


def known_ratio(ratio: float) -> float:
    """Rounded down: what is not known is not made to look so."""
    return math.floor(ratio * 1e6) / 1e6


def rounded(number: Decimal | None) -> Decimal | None:
    """At most ten decimals, without zeros at the end."""
    return None if number is None else round(number, 10).normalize()


def _events(counts: Counts) -> Events:
    return Events(sample_count=counts.total_count, bad_count=counts.bad_count)
