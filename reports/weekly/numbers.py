"""The numbers behind a weekly report for whoever reads it by machine: what its texts print, before it is rounded for print.

Ratios and money are texts, so that they stay exact; null is no data, and its reason stands beside it.
"""

import math
from decimal import Decimal
from typing import Any

from foundation.readings import Known, NoData, Reading
from reports.bill_known import month_known
from reports.money import CostActuals
from reports.weekly.inputs import EstimateWeek, WeeklyInputs
from reports.weekly.money_sections import money_caveat, money_state
from reports.weekly.objectives import ObjectiveWeek


def to_dict(inputs: WeeklyInputs) -> dict[str, Any]:
    """JSON-ready data: the week, each objective, money and the estimate."""
    return {
        "service": inputs.service,
        "stage": inputs.stage,
        "week": str(inputs.week),
        "start_at": inputs.week.start_at.isoformat(),
        "end_at": inputs.week.end_at.isoformat(),
        "reported_until": inputs.until.isoformat(),
        "generated_at": inputs.generated_at.isoformat(),
        "commit": inputs.commit,
        "sources": [
            {"name": each.name, "as_of": each.as_of, "note": each.note, "problem": each.problem}
            for each in inputs.sources
        ],
        "objectives": [_objective(name, row) for name, _, row in inputs.objectives],
        "pipeline_count": None if isinstance(inputs.pipeline_count, NoData) else inputs.pipeline_count,
        "cost": {"no_data": inputs.cost.reason} if isinstance(inputs.cost, NoData) else _cost(inputs.cost),
        "money": _money(inputs),
        "estimate": _estimate(inputs.estimate),
    }


def _money(inputs: WeeklyInputs) -> dict[str, Any]:
    state, reason = money_state(inputs)
    return {"state": state.value, "reason": reason, "rests_on": money_caveat(inputs)}


def _estimate(estimate: EstimateWeek | NoData) -> dict[str, Any]:
    if isinstance(estimate, NoData):
        return {"no_data": estimate.reason}
    return {
        "profile": estimate.bill.profile.name,
        "model": estimate.bill.model.name,
        "month_usd": _text(estimate.bill.total_usd),
        "pipelines_per_day": _text(estimate.bill.per_day),
        "fixed_usd": _text(estimate.fixed_usd),
        "marginal_pipeline_usd": _text(estimate.marginal_usd),
        "crossing_pipelines_per_day": _text(estimate.crossing_per_day),
        "longest_month_crossing_pipelines_per_day": _text(estimate.longest_crossing_per_day),
        "price_book": estimate.book_version,
    }


def _objective(name: str, row: ObjectiveWeek | NoData) -> dict[str, Any]:
    if isinstance(row, NoData):
        return {"name": name, "state": "no data", "no_data": row.reason}
    return {
        "name": name,
        "state": row.health.value,
        "source": row.source,
        "unit": row.unit,
        "target_ratio": _text(row.target_ratio),
        "window_days": row.window_days,
        "window": {"total_count": row.window.total_count, "bad_count": row.window.bad_count},
        "week": {"total_count": row.week.total_count, "bad_count": row.week.bad_count},
        "sli_ratio": _text(row.sli_ratio),
        "allowed_bad_count": _text(row.allowed_count),
        "spent_ratio": _text(row.spent_ratio),
        "spent_in_week_ratio": _text(row.spent_in_week_ratio),
        "remaining_ratio": _text(row.remaining_ratio),
        "remaining_a_week_ago_ratio": _text(row.remaining_week_ago_ratio),
        "burn_rate": {"1h": _text(row.burn_1h), "6h": _text(row.burn_6h), "3d": _text(row.burn_3d)},
        "lasts_days": _text(row.exhausted_in_days),
        "hours_with_data_ratio": round(row.covered_ratio, 6),
        "known_of_window": {
            "ratio": math.floor(row.coverage.known_ratio * 1e6) / 1e6,
            "is_stated": row.coverage.is_stated,
            "newest_at": None if row.coverage.newest_at is None else row.coverage.newest_at.isoformat(),
            "missing": _intervals(row.coverage.missing),
        },
    }


def _cost(read: Reading[CostActuals]) -> dict[str, Any]:
    cost, known = read.answer, month_known(read)
    end, low, high, method = cost.month_end
    return {
        "source": cost.source,
        "through_on": cost.through_on.isoformat(),
        "is_estimated": cost.estimated,
        "month_to_date_gross_usd": _text(cost.month_to_date_usd),
        "month_to_date_net_usd": _text(cost.net_to_date_usd),
        "run_rate_usd_per_day": _text(cost.run_rate_usd),
        "month_end_usd": _text(end),
        "month_end_low_usd": _text(low),
        "month_end_high_usd": _text(high),
        "method": method,
        "request_count": cost.request_count,
        "previous_month_usd": _text(cost.previous_month_usd),
        "known": {
            "is_stated": read.origin.is_stated,
            "intervals": _intervals(read.known),
            "missing_days": [on.isoformat() for on in known.missing],
            "newest_day_that_may_not_be_whole": None if known.newest_on is None else known.newest_on.isoformat(),
            "problem": known.problem,
        },
    }


def _intervals(known: Known) -> list[list[str]]:
    return [[each.start_at.isoformat(), each.end_at.isoformat()] for each in known.intervals]


def _text(number: Decimal | None) -> str | None:
    """At most ten decimals, without zeros at the end."""
    if number is None:
        return None
    return f"{round(number, 10).normalize():f}"
