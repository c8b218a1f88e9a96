"""The sections of a weekly report on what was spent: month to date and its end, services, anomalies; and money's verdict.

Equal numbers of days are compared with each other, axes of money begin at zero, and what is an estimate says so.
"""

from datetime import date, timedelta
from decimal import Decimal

from foundation.readings import NoData
from reports.dollars import change, signed_usd, usd
from reports.estimate_join import join_estimate
from reports.money import OTHER, CostActuals
from reports.page_model import Block, Picture, Section, Table, Text, number_columns, text_columns
from reports.weekly import charts
from reports.weekly.estimate_sections import against_estimate_section, crossing_section, unit_cost_section
from reports.weekly.inputs import EstimateWeek, WeeklyInputs
from reports.weekly.objectives import Health

_WEEK = timedelta(days=7)
_AT_RISK_RATIO = Decimal("0.9")
# Dearer than so many times the plan, and by so much, is an anomaly of our own; AWS needs ten days of history to find one.
_ANOMALY_FACTOR, _ANOMALY_LEAST_USD = 2, Decimal(1)


def money_state(inputs: WeeklyInputs) -> tuple[Health, str]:
    """How the month stands against its limit, in a word and a sentence."""
    if inputs.cost_objective is None:
        return Health.HEALTHY, "there is no objective on money"
    limit = inputs.cost_objective.limit_usd
    if isinstance(inputs.cost, NoData):
        return Health.NO_DATA, f"the bill could not be read: {inputs.cost.reason}"
    cost = inputs.cost.answer
    end, low, high, method = cost.month_end
    bounds = "" if low is None or high is None else f" ({usd(low)} to {usd(high)})"
    said = (
        f"{usd(cost.month_to_date_usd)} gross through {cost.through_on}, month's end {usd(end)}{bounds} "
        f"of {usd(limit)}, by {method}"
    )
    if cost.known_usd >= limit:
        return Health.EXHAUSTED, said
    return (Health.AT_RISK if end >= limit * _AT_RISK_RATIO else Health.HEALTHY), said


def money_sections(inputs: WeeklyInputs) -> tuple[Section, ...]:
    """Sections 8 to 13; where the bill could not be read, each says so, and the estimate stands alone."""
    if isinstance(inputs.cost, NoData):
        missing = Text(text=f"No data: {inputs.cost.reason}.")
        return (
            Section(number=8, title="Cost headline", blocks=(missing,)),
            Section(number=9, title="Cost by service", blocks=(missing,)),
            unit_cost_section(inputs, None),
            Section(number=11, title="Estimate against actual", blocks=(missing,)),
            crossing_section(inputs),
            Section(number=13, title="Cost anomalies", blocks=(missing,)),
        )
    cost = inputs.cost.answer
    return (
        _headline(inputs, cost),
        _by_service(cost, inputs.estimate),
        unit_cost_section(inputs, cost),
        against_estimate_section(inputs.estimate, cost),
        crossing_section(inputs),
        _anomalies(cost, inputs.estimate),
    )


def _headline(inputs: WeeklyInputs, cost: CostActuals) -> Section:
    limit = Decimal(0) if inputs.cost_objective is None else inputs.cost_objective.limit_usd
    end, low, high, method = cost.month_end
    credits_usd = cost.net_to_date_usd - cost.month_to_date_usd
    rows = [
        (f"gross, from the 1st through {cost.through_on}", usd(cost.month_to_date_usd)),
        ("credits, refunds and tax", usd(credits_usd)),
        ("net of them", usd(cost.net_to_date_usd)),
        ("days covered", f"{len(cost.days)} of {len(cost.days) + cost.remaining_days}, through {cost.known_on}"),
        ("run rate, last seven days", f"{usd(cost.run_rate_usd)} a day"),
        ("month's end", usd(end)),
        ("80 % interval", "–" if low is None or high is None else f"{usd(low)} to {usd(high)}"),
        ("left of the limit then", usd(limit - end)),
        ("previous month, as restated", "–" if cost.previous_month_usd is None else usd(cost.previous_month_usd)),
    ]
    estimated = "AWS still calls these days estimated. " if cost.estimated else ""
    deployed_on = (
        () if isinstance(inputs.operations, NoData) else tuple(each.ended_at.date() for each in inputs.operations)
    )
    days = Table(
        caption="Gross cost by the day",
        columns=(*text_columns("day"), *number_columns("gross", "since the 1st")),
        rows=tuple(
            (on.isoformat(), usd(day), usd(sum((each for _, each in cost.days[: number + 1]), Decimal(0))))
            for number, (on, day) in enumerate(cost.days)
        ),
    )
    blocks: tuple[Block, ...] = (
        Table(
            caption=f"{cost.source}; all of it UTC",
            columns=(*text_columns(""), *number_columns("amount")),
            rows=tuple(rows),
        ),
        Text(text=f"{estimated}The rest of the month: {method}."),
        Picture(
            about=f"Cost since the 1st, its forecast, the limit of {usd(limit)}, and the week's deployments as dotted lines",
            svg=charts.cumulative_cost(cost, limit_usd=limit, deployed_on=deployed_on),
            numbers=days,
        ),
    )
    return Section(number=8, title="Cost headline", blocks=blocks)


def _by_service(cost: CostActuals, estimate: EstimateWeek) -> Section:
    end_on = cost.through_on + timedelta(days=1)
    now = cost.by_service(end_on - _WEEK, end_on)
    everything = cost.by_service(end_on - 2 * _WEEK, end_on - _WEEK, most=10_000)
    before = {name: everything.get(name, Decimal(0)) for name in now}
    if OTHER in now:
        before[OTHER] = sum((each for name, each in everything.items() if name not in now), Decimal(0))
    else:
        gone = {name: each for name, each in everything.items() if name not in now}
        now |= dict.fromkeys(gone, Decimal(0))
        before |= gone
    total_now, total_before = sum(now.values(), Decimal(0)), sum(before.values(), Decimal(0))
    plan, unplaced = _plan(cost, estimate, list(now))
    rows = [
        (name, usd(now[name]), usd(before[name]), signed_usd(now[name] - before[name]), change(now[name], before[name]),
         "–" if name not in plan else usd(plan[name]), f"{now[name] / total_now:.0%}" if total_now else "–")
        for name in sorted(now, key=lambda each: (-now[each], each))
    ]  # fmt: skip
    if unplaced:
        rows.append(
            ("planned for none of these", usd(Decimal(0)), usd(Decimal(0)), usd(Decimal(0)), "–", usd(unplaced), "–")
        )
    rows.append(
        (
            "total",
            usd(total_now),
            usd(total_before),
            signed_usd(total_now - total_before),
            change(total_now, total_before),
            usd(sum(plan.values(), unplaced)),
            "100%",
        )
    )
    table = Table(
        caption=f"Seven days through {cost.through_on}, and the seven before them; gross",
        columns=(
            *text_columns("service"),
            *number_columns("these 7 days", "7 before", "change", "change %", "plan", "share"),
        ),
        rows=tuple(rows),
    )
    untagged = (
        ""
        if cost.untagged_usd is None
        else f"Without the tag that says whose it is: {usd(cost.untagged_usd)} this month."
    )
    picture = Picture(
        about="From last week's cost to this week's, service by service",
        svg=charts.waterfall(now, before),
        numbers=table,
    )
    by_day = _service_days(cost, now)
    daily = Picture(
        about="Gross of each day of this month, by service",
        svg=charts.service_days(by_day),
        numbers=Table(
            caption="Gross of each day, by service",
            columns=(*text_columns("day"), *number_columns(*by_day[0][1])),
            rows=tuple((on.isoformat(), *(usd(amount) for amount in found.values())) for on, found in by_day),
        ),
    )
    blocks: tuple[Block, ...] = (picture, daily, Text(text=untagged)) if untagged else (picture, daily)
    return Section(number=9, title="Cost by service", blocks=blocks)


def _plan(cost: CostActuals, estimate: EstimateWeek, names: list[str]) -> tuple[dict[str, Decimal], Decimal]:
    """The estimate of seven days by the services that have a row, as far as their codes are known; and what is left of it."""
    end_on = cost.through_on + timedelta(days=1)
    expected = dict(join_estimate(estimate.bill, cost, end_on - _WEEK, end_on).expected_by_code_usd)
    codes: dict[str, set[str]] = {}
    for charge in cost.gross_charges(end_on - 2 * _WEEK, end_on):
        codes.setdefault(charge.service, set()).add(charge.service_code)
    plan: dict[str, Decimal] = {}
    for name in names:
        found = [expected.pop(code) for code in sorted(codes.get(name, ())) if code in expected]
        if found:
            plan[name] = sum(found, Decimal(0))
    if OTHER in names:
        mine = {code for service, of in codes.items() if service not in names for code in of}
        plan[OTHER] = sum((expected.pop(code) for code in sorted(mine) if code in expected), Decimal(0))
    return plan, sum(expected.values(), Decimal(0))


def _service_days(cost: CostActuals, ranked: dict[str, Decimal]) -> list[tuple[date, dict[str, Decimal]]]:
    """Every day of the month, by the services that lead the week; the rest of a day is one, so that nothing is lost."""
    names = [name for name in ranked if name != OTHER]
    found: list[tuple[date, dict[str, Decimal]]] = []
    for on, total in cost.days:
        day = cost.by_service(on, on + timedelta(days=1), most=10_000)
        told = {name: day.get(name, Decimal(0)) for name in names}
        found.append((on, told | {OTHER: total - sum(told.values(), Decimal(0))}))
    has_other = any(told[OTHER] for _, told in found)
    return found if has_other else [(on, {name: told[name] for name in names}) for on, told in found]


def _anomalies(cost: CostActuals, estimate: EstimateWeek) -> Section:
    if isinstance(cost.anomalies, NoData):
        told: Block = Text(text=f"AWS's own detection: no data: {cost.anomalies.reason}.")
    else:
        told = Table(
            caption="As AWS reports them, by net unblended cost, which is another basis than the rest of this page",
            columns=(
                *text_columns("id", "began", "service", "usage type"),
                *number_columns("impact", "expected"),
                *text_columns("status"),
            ),
            rows=tuple(
                (
                    each.id,
                    each.began_on.isoformat(),
                    each.service,
                    each.usage_type or "–",
                    usd(each.impact_usd),
                    usd(each.expected_usd),
                    each.status,
                )
                for each in cost.anomalies
            ),
            empty="none in fourteen days; a service of less than ten days' history has none either",
        )
    end_on = cost.through_on + timedelta(days=1)
    joined = join_estimate(estimate.bill, cost, end_on - _WEEK, end_on)
    own = Table(
        caption=f"Usage types that cost more than {_ANOMALY_FACTOR} times their estimate, and {usd(_ANOMALY_LEAST_USD)} or more "
        f"above it, in the seven days through {cost.through_on}",
        columns=(*text_columns("usage type"), *number_columns("estimate", "actual", "above it")),
        rows=tuple(
            (f"{each.service_code} {each.usage_type}", usd(each.expected_usd), usd(each.actual_usd), usd(each.miss_usd))
            for each in joined.rows
            if each.actual_usd > _ANOMALY_FACTOR * each.expected_usd and each.miss_usd >= _ANOMALY_LEAST_USD
        ),
        empty="none",
    )
    return Section(number=13, title="Cost anomalies", blocks=(told, own))
