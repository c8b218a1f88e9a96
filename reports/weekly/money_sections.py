"""The sections of a weekly report on what was spent: month to date and its end, services, anomalies.

Equal numbers of days are compared with each other, axes of money begin at zero, and what is an estimate says so.
"""

from datetime import date, timedelta
from decimal import Decimal

from foundation.pages.numbers import change, counted, exact_usd, percent, signed_usd, usd
from foundation.readings import NoData, Reading
from reports.bill_known import bill_known, month_known
from reports.estimate_join import join_estimate
from reports.money import OTHER, CostActuals
from reports.page_model import Block, Picture, Section, Table, Text, number_columns, text_columns
from reports.weekly import money_charts
from reports.weekly.estimate_sections import against_estimate_section, crossing_section, unit_cost_section
from reports.weekly.inputs import EstimateWeek, WeeklyInputs

_WEEK = timedelta(days=7)
# Dearer than so many times the plan, and by so much, is an anomaly of our own; AWS needs ten days of history to find one.
_ANOMALY_FACTOR, _ANOMALY_LEAST_USD = 2, Decimal(1)


def money_sections(inputs: WeeklyInputs) -> tuple[Section, ...]:
    """Sections 8 to 13; where the bill could not be read, each says so, and the estimate stands alone."""
    if isinstance(inputs.cost, NoData):
        missing = Text(text=f"No data: {inputs.cost.reason}.")
        return (
            Section(number=8, title="Cost headline", blocks=(missing,)),
            Section(number=9, title="Cost by service", blocks=(missing,)),
            unit_cost_section(inputs),
            Section(number=11, title="Estimate against actual", blocks=(missing,)),
            crossing_section(inputs),
            Section(number=13, title="Cost anomalies", blocks=(missing,)),
        )
    return (
        headline_section(inputs, inputs.cost),
        by_service_section(inputs.cost, inputs.estimate),
        unit_cost_section(inputs),
        against_estimate_section(inputs.estimate, inputs.cost),
        crossing_section(inputs),
        anomalies_section(inputs.cost, inputs.estimate),
    )


def headline_section(inputs: WeeklyInputs, bill: Reading[CostActuals]) -> Section:
    """Section 8: the month to date and its end, and what of it is known."""
    cost, known = bill.answer, month_known(bill)
    limit = None if inputs.cost_objective is None else inputs.cost_objective.limit_usd
    end, low, high, method = cost.month_end
    credits_usd = cost.net_to_date_usd - cost.month_to_date_usd
    is_whole = known.problem is None
    before = cost.previous_month_usd
    rows = [
        (f"gross, from the 1st through {cost.through_on}", usd(cost.month_to_date_usd)),
        ("credits, refunds and tax", usd(credits_usd)),
        ("net of them", usd(cost.net_to_date_usd)),
        ("days known", known.words),
        ("days covered", f"{len(cost.days)} of {len(cost.days) + cost.remaining_days}, through {cost.known_on}"),
        ("pace of the last 7 days", f"{usd(cost.run_rate_usd)} a day"),
        ("expected at the end of the month", usd(end) if is_whole else f"{usd(end)}, without the missing days"),
        ("80 % interval", "–" if low is None or high is None else f"{usd(low)} to {usd(high)}"),
        ("limit", "no objective says one" if limit is None else exact_usd(limit)),
        ("left of the limit then", usd(limit - end) if limit is not None and is_whole else "–"),
        (
            "previous month, as restated",
            "–" if before is None else usd(before) if limit is None else f"{usd(before)} of {exact_usd(limit)}",
        ),
    ]
    estimated = "AWS still marks these days as estimated. " if cost.estimated else ""
    deployed_on = (
        () if isinstance(inputs.operations, NoData) else tuple(each.ended_at.date() for each in inputs.operations)
    )
    days = Table(
        caption="Gross cost a day",
        columns=(*text_columns("day"), *number_columns("gross", "since the 1st")),
        rows=tuple(
            (on.isoformat(), usd(day), usd(sum((each for _, each in cost.days[: number + 1]), Decimal(0))))
            for number, (on, day) in enumerate(cost.days)
        ),
    )
    blocks: tuple[Block, ...] = (
        Table(
            caption=f"{cost.source}; all of it UTC",
            columns=(*text_columns("what"), *number_columns("amount")),
            rows=tuple(rows),
        ),
        Text(text=f"{estimated}The remaining days: {method}."),
        Picture(
            about=f"Gross cost since the 1st, the forecast{'' if limit is None else f', the limit of {exact_usd(limit)}'}; "
            "deployments are dotted lines",
            draw=money_charts.cumulative_cost(cost, limit_usd=limit, deployed_on=deployed_on, missing_on=known.missing),
            numbers=days,
        ),
    )
    return Section(number=8, title="Cost headline", blocks=blocks)


def by_service_section(bill: Reading[CostActuals], estimate: EstimateWeek | NoData) -> Section:
    """Section 9: seven days and the seven before them by service, where they are known."""
    cost = bill.answer
    end_on = cost.through_on + timedelta(days=1)
    these, earlier = bill_known(bill, end_on - _WEEK, end_on), bill_known(bill, end_on - 2 * _WEEK, end_on - _WEEK)
    if these.problem is not None:
        return Section(number=9, title="Cost by service", blocks=(Text(text=f"No data: {these.problem}."),))
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
    is_compared = earlier.problem is None

    def compared(now_usd: Decimal, before_usd: Decimal) -> tuple[str, str, str]:
        """What there was before and how it changed; a dash each where not all of the days before are known."""
        if not is_compared:
            return "–", "–", "–"
        return usd(before_usd), signed_usd(now_usd - before_usd), change(now_usd, before_usd)

    rows = [
        (name, usd(now[name]), *compared(now[name], before[name]),
         "–" if name not in plan else usd(plan[name]), percent(now[name] / total_now) if total_now else "–")
        for name in sorted(now, key=lambda each: (-now[each], each))
    ]  # fmt: skip
    if unplaced:
        rows.append(
            ("planned for other services", usd(Decimal(0)), usd(Decimal(0)), usd(Decimal(0)), "–", usd(unplaced), "–")
        )
    planned = "–" if isinstance(estimate, NoData) else usd(sum(plan.values(), unplaced))
    rows.append(("total", usd(total_now), *compared(total_now, total_before), planned, "100 %" if total_now else "–"))
    rests_on = "".join(f"; {each}" for each in (these.caveat, earlier.problem) if each is not None)
    table = Table(
        caption=f"Gross cost of seven days through {cost.through_on}, and of the seven before{rests_on}",
        columns=(
            *text_columns("service"),
            *number_columns("last 7 days", "7 before", "change", "change %", "plan", "share"),
        ),
        rows=tuple(rows),
    )
    untagged = "" if cost.untagged_usd is None else f"Untagged: {usd(cost.untagged_usd)} this month."
    picture = Picture(
        about="From the cost of the seven days before to that of the last seven, by service",
        draw=money_charts.waterfall(now, before) if is_compared else None,
        numbers=table,
    )
    by_day = _service_days(cost, now)
    daily = Picture(
        about="Gross cost of each day of this month, by service",
        draw=money_charts.service_days(by_day),
        numbers=Table(
            caption="Gross cost of each day, by service",
            columns=(*text_columns("day"), *number_columns(*by_day[0][1])),
            rows=tuple((on.isoformat(), *(usd(amount) for amount in found.values())) for on, found in by_day),
        ),
    )
    blocks: tuple[Block, ...] = (picture, daily, Text(text=untagged)) if untagged else (picture, daily)
    return Section(number=9, title="Cost by service", blocks=blocks)


def _plan(
    cost: CostActuals, estimate: EstimateWeek | NoData, names: list[str]
) -> tuple[dict[str, Decimal], Decimal]:  # fmt: skip
    """The estimate of seven days by the services that have a row, as far as their codes are known; and what is left of it."""
    if isinstance(estimate, NoData):
        return {}, Decimal(0)
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


def anomalies_section(bill: Reading[CostActuals], estimate: EstimateWeek | NoData) -> Section:
    """Section 13: AWS's own anomalies, and usage types of a multiple of their estimate."""
    cost = bill.answer
    if isinstance(cost.anomalies, NoData):
        told: Block = Text(text=f"Anomalies that AWS detected: no data: {cost.anomalies.reason}.")
    else:
        told = Table(
            caption="Anomalies that AWS detected, by net unblended cost (the rest of this page is gross)",
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
            empty="none in 14 days; AWS needs ten days of a service's history",
        )
    return Section(number=13, title="Cost anomalies", blocks=(told, _own_anomalies(bill, estimate)))


def _own_anomalies(bill: Reading[CostActuals], estimate: EstimateWeek | NoData) -> Block:
    """Usage types that cost a multiple of their estimate; no data where days, usage types or the estimate are not known."""
    cost = bill.answer
    end_on = cost.through_on + timedelta(days=1)
    known = bill_known(bill, end_on - _WEEK, end_on)
    missing = next(
        (each.reason for each in (estimate, cost.usage_types) if isinstance(each, NoData)), known.problem
    )  # fmt: skip
    if missing is not None or isinstance(estimate, NoData):
        return Text(text=f"Against the estimate: no data: {missing}.")
    joined = join_estimate(estimate.bill, cost, end_on - _WEEK, end_on)
    if not joined.rows:
        return Text(text="Against the estimate: no data: no usage type of the bill is in the estimate.")
    return Table(
        caption=f"Usage types that cost more than {_ANOMALY_FACTOR} times their estimate, and at least "
        f"{usd(_ANOMALY_LEAST_USD)} more, in the seven days through {cost.through_on}"
        + ("" if known.caveat is None else f"; {known.caveat}"),
        columns=(*text_columns("usage type"), *number_columns("estimate", "actual", "over by")),
        rows=tuple(
            (f"{each.service_code} {each.usage_type}", usd(each.expected_usd), usd(each.actual_usd), usd(each.miss_usd))
            for each in joined.rows
            if each.actual_usd > _ANOMALY_FACTOR * each.expected_usd and each.miss_usd >= _ANOMALY_LEAST_USD
        ),
        empty=f"none of {counted(len(joined.rows), 'usage type')} that both have",
    )
