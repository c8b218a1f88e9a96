"""The sections of a weekly report on money: month to date and its end, services, unit cost, estimate against actual, crossing.

Equal numbers of days are compared with each other, axes of money begin at zero, and what is an estimate says so.
"""

from datetime import date, timedelta
from decimal import Decimal

from costs.bill import Bill, cents
from costs.quantities import MONTH_DAYS
from reports import weekly_charts as charts
from reports.money import OTHER, CostActuals
from reports.page_model import Block, Picture, Section, Table, Text
from reports.weekly_inputs import WeeklyInputs
from reports.weekly_objectives import Health
from slo.error_budget import NoData

_WEEK = timedelta(days=7)
_AT_RISK_RATIO = Decimal("0.9")
_MISSES_COUNT = 5


def money_state(inputs: WeeklyInputs) -> tuple[Health, str]:
    """How the month stands against its limit, in a word and a sentence."""
    if inputs.cost_objective is None:
        return Health.HEALTHY, "there is no objective on money"
    limit = inputs.cost_objective.limit_usd
    if isinstance(inputs.cost, NoData):
        return Health.NO_DATA, f"the bill could not be read: {inputs.cost.reason}"
    cost = inputs.cost
    end, low, high, method = cost.month_end
    bounds = "" if low is None or high is None else f" ({usd(low)} to {usd(high)})"
    said = (
        f"{usd(cost.month_to_date_usd)} gross through {cost.through_on}, month's end {usd(end)}{bounds} "
        f"of {usd(limit)}, by {method}"
    )
    if cost.month_to_date_usd >= limit:
        return Health.EXHAUSTED, said
    return (Health.AT_RISK if end >= limit * _AT_RISK_RATIO else Health.HEALTHY), said


def money_sections(inputs: WeeklyInputs) -> tuple[Section, ...]:
    """Sections 8 to 13; where the bill could not be read, each says so, and the estimate stands alone."""
    cost = inputs.cost
    if isinstance(cost, NoData):
        missing = Text(text=f"No data: {cost.reason}.")
        return (
            Section(number=8, title="Cost headline", blocks=(missing,)),
            Section(number=9, title="Cost by service", blocks=(missing,)),
            _unit_cost(inputs, None),
            Section(number=11, title="Estimate against actual", blocks=(missing,)),
            _crossing(inputs),
            Section(number=13, title="Cost anomalies", blocks=(missing,)),
        )
    return (
        _headline(inputs, cost),
        _by_service(cost),
        _unit_cost(inputs, cost),
        _against_estimate(inputs.estimate, cost),
        _crossing(inputs),
        _anomalies(cost),
    )


def usd(amount: Decimal) -> str:
    """Dollars and cents."""
    return f"−${-cents(amount):,}" if cents(amount) < 0 else f"${cents(amount):,}"


def _headline(inputs: WeeklyInputs, cost: CostActuals) -> Section:
    limit = Decimal(0) if inputs.cost_objective is None else inputs.cost_objective.limit_usd
    end, low, high, method = cost.month_end
    credits_usd = cost.net_to_date_usd - cost.month_to_date_usd
    rows = [
        ("gross, month to date", usd(cost.month_to_date_usd)),
        ("credits, refunds and tax", usd(credits_usd)),
        ("net, month to date", usd(cost.net_to_date_usd)),
        ("days covered", f"{len(cost.days)} of {len(cost.days) + cost.remaining_days}, through {cost.through_on}"),
        ("run rate, last seven days", f"{usd(cost.run_rate_usd)} a day"),
        ("month's end", usd(end)),
        ("80 % interval", "–" if low is None or high is None else f"{usd(low)} to {usd(high)}"),
        ("left of the limit then", usd(limit - end)),
        ("previous month, as restated", "–" if cost.previous_month_usd is None else usd(cost.previous_month_usd)),
    ]
    estimated = "AWS still calls these days estimated. " if cost.estimated else ""
    days = Table(
        caption="Gross cost by the day",
        columns=("day", "gross#", "since the 1st#"),
        rows=tuple(
            (on.isoformat(), usd(day), usd(sum((each for _, each in cost.days[: number + 1]), Decimal(0))))
            for number, (on, day) in enumerate(cost.days)
        ),
    )
    blocks: tuple[Block, ...] = (
        Table(caption=f"{cost.source}; all of it UTC", columns=("", "amount#"), rows=tuple(rows)),
        Text(text=f"{estimated}The rest of the month: {method}."),
        Picture(
            about=f"Cost since the 1st, its forecast, and the limit of {usd(limit)}",
            svg=charts.cumulative_cost(cost, limit_usd=limit),
            numbers=days,
        ),
    )
    return Section(number=8, title="Cost headline", blocks=blocks)


def _by_service(cost: CostActuals) -> Section:
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
    rows = [
        (name, usd(now[name]), usd(before[name]), _signed(now[name] - before[name]), _change(now[name], before[name]),
         f"{now[name] / total_now:.0%}" if total_now else "–")
        for name in sorted(now, key=lambda each: (-now[each], each))
    ]  # fmt: skip
    rows.append(
        (
            "total",
            usd(total_now),
            usd(total_before),
            _signed(total_now - total_before),
            _change(total_now, total_before),
            "100%",
        )
    )
    table = Table(
        caption=f"Seven days through {cost.through_on}, and the seven before them; gross",
        columns=("service", "these 7 days#", "7 before#", "change#", "change %#", "share#"),
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
            columns=("day", *(f"{name}#" for name in by_day[0][1])),
            rows=tuple((on.isoformat(), *(usd(amount) for amount in found.values())) for on, found in by_day),
        ),
    )
    blocks: tuple[Block, ...] = (picture, daily, Text(text=untagged)) if untagged else (picture, daily)
    return Section(number=9, title="Cost by service", blocks=blocks)


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


def _unit_cost(inputs: WeeklyInputs, cost: CostActuals | None) -> Section:
    bill = inputs.estimate
    marginal = (bill.total_usd / (bill.per_day * MONTH_DAYS)) if bill.per_day else None
    rows: list[tuple[str, str, str]] = []
    is_over = inputs.until >= inputs.week.end_at
    if cost is not None and not isinstance(inputs.pipeline_count, NoData) and is_over:
        end_on = cost.through_on + timedelta(days=1)
        week_usd = cost.gross_usd(end_on - _WEEK, end_on)
        rows.append(
            (
                "actual: seven days' gross over the week's pipelines",
                f"${week_usd / inputs.pipeline_count:.4f}",
                f"n = {inputs.pipeline_count:,}",
            )
        )
    else:
        why = "there is no bill" if is_over else "the week is not over"
        why = inputs.pipeline_count.reason if isinstance(inputs.pipeline_count, NoData) else why
        rows.append(("actual: seven days' gross over the week's pipelines", "no data", why))
    rows.append(
        (
            "estimate: whole month over its pipelines",
            "–" if marginal is None else f"${marginal:.4f}",
            f"at {bill.per_day:,.0f} a day",
        )
    )
    tokens = bill.lines.get("bedrock_tokens", Decimal(0))
    if bill.per_day:
        rows.append(("estimate: tokens of one", f"${tokens / (bill.per_day * MONTH_DAYS):.5f}", bill.model.name))
    share = bill.observability_usd / bill.total_usd if bill.total_usd else Decimal(0)
    rows.append(("estimate: observability's share of the bill", f"{share:.0%}", usd(bill.observability_usd)))
    table = Table(caption="A pipeline's cost", columns=("what", "value#", "note"), rows=tuple(rows))
    return Section(number=10, title="Unit economics", blocks=(table,))


def _against_estimate(bill: Bill, cost: CostActuals) -> Section:
    start_on, end_on = cost.month_on, cost.through_on + timedelta(days=1)
    days = Decimal((end_on - start_on).days)
    predicted: dict[str, Decimal] = {}
    for row in bill.rows:
        predicted[row.key.usage_type] = predicted.get(row.key.usage_type, Decimal(0)) + row.cost_usd * days / MONTH_DAYS
    actual = cost.by_usage_type(start_on, end_on)
    joined = sorted(set(predicted) & set(actual), key=lambda each: (-abs(actual[each] - predicted[each]), each))
    rows = tuple(
        (
            each,
            usd(predicted[each]),
            usd(actual[each]),
            _signed(actual[each] - predicted[each]),
            _change(actual[each], predicted[each]),
        )
        for each in joined[:_MISSES_COUNT]
    )
    table = Table(
        caption=f"The {min(_MISSES_COUNT, len(joined))} greatest misses of {len(joined)} usage types that both have, "
        f"over {days} days",
        columns=("usage type", "estimate#", "actual#", "miss#", "miss %#"),
        rows=rows,
        empty="no usage type is in both",
    )
    only_actual = sum((usd_ for each, usd_ in actual.items() if each not in predicted), Decimal(0))
    only_predicted = sum((usd_ for each, usd_ in predicted.items() if each not in actual), Decimal(0))
    text = (
        f"Joined on the usage type. Only in the bill: {usd(only_actual)}; only in the estimate: {usd(only_predicted)}. "
        f"The estimate is profile {bill.profile.name} at {bill.per_day:,.0f} pipelines a day, at list price."
    )
    return Section(number=11, title="Estimate against actual", blocks=(table, Text(text=text)))


def _crossing(inputs: WeeklyInputs) -> Section:
    bill = inputs.estimate
    limit = Decimal(500) if inputs.cost_objective is None else inputs.cost_objective.limit_usd
    where = inputs.crossing_per_day
    if where is None:
        said = f"{usd(limit)} is never reached at any traffic."
    else:
        headroom = f", {where / bill.per_day:,.1f} times as many as now" if bill.per_day else ""
        said = f"{usd(limit)} a month is crossed at {where:,.0f} pipelines a day{headroom}"
    points = charts.crossing_points(bill, where)
    table = Table(
        caption="Estimated month by traffic, list price",
        columns=("pipelines a day#", "a month#"),
        rows=tuple((f"{per_day:,.0f}", usd(cost)) for per_day, cost in points),
    )
    text = Text(text=f"{said}; now {bill.per_day:,.1f} a day, {inputs.per_day_basis}, with {bill.model.name}.")
    picture = Picture(
        about=f"Estimated month by pipelines a day, with {usd(limit)} and today's traffic",
        svg=charts.crossing(points, limit_usd=limit, per_day=bill.per_day),
        numbers=table,
    )
    return Section(number=12, title="Where the limit is crossed", blocks=(text, picture))


def _anomalies(cost: CostActuals) -> Section:
    if isinstance(cost.anomalies, NoData):
        return Section(number=13, title="Cost anomalies", blocks=(Text(text=f"No data: {cost.anomalies.reason}."),))
    rows = tuple(
        (
            each.id,
            each.began_on.isoformat(),
            each.service,
            each.usage_type or "–",
            usd(each.impact_usd),
            usd(each.expected_usd),
        )
        for each in cost.anomalies
    )
    table = Table(
        caption="As AWS tells them, by net unblended cost, which is another basis than the rest of this page",
        columns=("id", "began", "service", "usage type", "impact#", "expected#"),
        rows=rows,
        empty="none in fourteen days; a service of less than ten days' history has none either",
    )
    return Section(number=13, title="Cost anomalies", blocks=(table,))


def _signed(amount: Decimal) -> str:
    return f"+{usd(amount)}" if cents(amount) > 0 else usd(amount)


def _change(now: Decimal, before: Decimal) -> str:
    return "new" if not before and now else "–" if not before else f"{(now - before) / before:+.0%}"
