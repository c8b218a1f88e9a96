"""The numbers behind a weekly report for whoever reads it by machine: what its texts print, before it is rounded for print.

Ratios and money are texts, so that they stay exact; null is no data, and its reason stands beside it.
"""

import math
from datetime import timedelta
from decimal import Decimal
from typing import Any, assert_never

from foundation.cloudwatch.suppression import Notification, Notified, NotKnown, Pending, Suppressed
from foundation.readings import Known, NoData, Reading
from foundation.slo.coverage import Coverage
from foundation.slo.detection import recall_of
from reports.bill_known import month_known
from reports.money import CostActuals
from reports.weekly.inputs import AlarmsWeek, CanaryWeek, EstimateWeek, WeeklyInputs
from reports.weekly.money_sections import money_caveat, money_state
from reports.weekly.objectives import ObjectiveWeek


def to_dict(inputs: WeeklyInputs) -> dict[str, Any]:
    """JSON-ready data: the week, each objective, the alarms, money and the estimate."""
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
        "canaries": {"no_data": inputs.canaries.reason}
        if isinstance(inputs.canaries, NoData)
        else [_canary(each) for each in inputs.canaries],
        "pipeline_count": None if isinstance(inputs.pipeline_count, NoData) else inputs.pipeline_count,
        "cost": {"no_data": inputs.cost.reason} if isinstance(inputs.cost, NoData) else _cost(inputs.cost),
        "alarms": {"no_data": inputs.alarms.reason} if isinstance(inputs.alarms, NoData) else _alarms(inputs.alarms),
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
        "state": row.state,
        "reason": row.reason,
        "as_of": row.as_of.isoformat(),
        "source": row.source,
        "unit": row.unit,
        "target_ratio": _text(row.target_ratio),
        "window_days": _days(row.window_length),
        "window": {"total_count": row.window.total_count, "bad_count": row.window.bad_count},
        "week": {"total_count": row.week.total_count, "bad_count": row.week.bad_count},
        "sli_ratio": _text(row.sli_ratio),
        "allowed_bad_count": _text(row.allowed_count),
        "spent_ratio": _text(row.spent_ratio if row.is_judged else None),
        "least_spent_ratio": _text(row.least_spent_ratio),
        "spent_in_week_ratio": _text(row.spent_in_week_ratio if row.is_judged else None),
        "remaining_ratio": _text(row.remaining_ratio if row.is_judged else None),
        "remaining_a_week_ago_ratio": _text(row.remaining_week_ago_ratio),
        "burn_rate": {
            "1h": _text(row.burn_1h),
            "6h": _text(row.burn_6h),
            "3d": _text(row.burn_3d),
            "as_of": None if row.burn_as_of is None else row.burn_as_of.isoformat(),
        },
        "lasts_days": _text(row.exhausted_in_days),
        "hours_with_data_ratio": round(row.covered_ratio, 6),
        "known_of_window": _coverage(row.coverage),
        "known_of_week": None if row.week_coverage is None else _coverage(row.week_coverage),
        "too_little": None
        if row.too_little is None
        else {"reason": row.too_little.reason, "missing": _intervals(row.too_little.missing)},
    }


def _canary(canary: CanaryWeek) -> dict[str, Any]:
    if canary.problem is not None:
        return {"name": canary.name, "no_data": canary.problem.reason}
    return {
        "name": canary.name,
        "run_count": canary.run_count,
        "failed_count": canary.failed_count,
        "expected_count": canary.expected_count,
        "known_of_week": _coverage(canary.coverage),
    }


def _coverage(coverage: Coverage) -> dict[str, Any]:
    return {
        "ratio": math.floor(coverage.known_ratio * 1e6) / 1e6,
        "is_stated": coverage.is_stated,
        "newest_at": None if coverage.newest_at is None else coverage.newest_at.isoformat(),
        "missing": _intervals(coverage.missing),
    }


def _days(length: timedelta) -> int | float:
    days = length / timedelta(days=1)
    return int(days) if days.is_integer() else days


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


def _alarms(alarms: AlarmsWeek) -> dict[str, Any]:
    recall = recall_of([detection for _, detection in alarms.detections])
    return {
        "evaluated_count": alarms.evaluated_count,
        "without": [{"reason": reason, "count": count} for reason, count in alarms.without_count],
        "partly_known": [
            {
                "count": each.count,
                "known_ratio": math.floor(each.known_ratio * 1e6) / 1e6,
                "missing": _intervals(each.missing),
            }
            for each in alarms.partly_known
        ],
        "fired": [
            {
                "name": each.name,
                "severity": each.severity,
                "began_at": None if each.began_at is None else each.began_at.isoformat(),
                "seen_from": each.seen_from.isoformat(),
                "seen_until": each.seen_until.isoformat(),
                "ended_at": None if each.ended_at is None else each.ended_at.isoformat(),
                "notification": _notification(each.notification),
                "incidents": [{"name": one.name, "start_at": one.start_at.isoformat()} for one in each.incidents],
            }
            for each in alarms.fired
        ],
        "incidents": {
            "given_count": recall.given_count,
            "judged_count": recall.judged_count,
            "paged_count": recall.paged_count,
            "recall_ratio": recall.ratio,
        },
    }


def _notification(notification: Notification) -> dict[str, Any]:
    match notification:
        case Notified(at=at):
            return {"word": "notified", "at": at.isoformat()}
        case Suppressed():
            return {"word": "suppressed", "at": None}
        case Pending():
            return {"word": "pending", "at": None}
        case NotKnown():
            return {"word": "not known", "at": None}
        case _:
            assert_never(notification)


def _intervals(known: Known) -> list[list[str]]:
    return [[each.start_at.isoformat(), each.end_at.isoformat()] for each in known.intervals]


def _text(number: Decimal | None) -> str | None:
    """At most ten decimals, without zeros at the end."""
    if number is None:
        return None
    return f"{round(number, 10).normalize():f}"
