"""The sections of a weekly report on the estimate: unit cost, estimate against actual, and where the limit is crossed."""

from datetime import timedelta
from decimal import ROUND_FLOOR, Decimal

from foundation.costs.bill import Bill
from foundation.costs.completeness import is_whole, without
from foundation.costs.origins import words_of
from foundation.costs.quantities import CANARIES, LONGEST_MONTH_DAYS, MONTH_DAYS
from foundation.costs.reasons import row_reasons
from foundation.pages.numbers import (
    change,
    count,
    counted,
    exact,
    exact_usd,
    percent,
    plural_of,
    quantity,
    reached_at,
    signed_usd,
    unit_usd,
    usd,
)
from foundation.readings import NoData, Reading
from reports.bill_known import month_known, said_days
from reports.estimate_join import EstimateJoin, join_estimate
from reports.money import CostActuals
from reports.page_model import Picture, Section, Table, Text, number_columns, text_columns
from reports.weekly import money_charts
from reports.weekly.inputs import EstimateWeek, WeeklyInputs
from reports.weekly.unit_cost import unit_cost

_MISSES_COUNT = 5
_WHOLE_FROM = 100


def unit_cost_section(inputs: WeeklyInputs) -> Section:
    """Section 10: what a unit of work costs, actual and estimated, and what watching and a canary's run cost."""
    unit = _unit(inputs)
    rows = [
        _actual_row(inputs, f"actual: average per {unit}, newest seven days with bill and count", weeks_back=0),
        _actual_row(inputs, f"actual: average per {unit}, the seven days before", weeks_back=1),
    ]
    if isinstance(inputs.estimate, NoData):
        rows.append(("estimate", "no data", inputs.estimate.reason))
    else:
        rows += _estimated_rows(inputs.estimate)
    table = Table(
        caption=f"Cost per {unit}",
        columns=(*text_columns("what"), *number_columns("value"), *text_columns("note")),
        rows=tuple(rows),
    )
    return Section(number=10, title="Unit economics", blocks=(table,))


def _estimated_rows(estimate: EstimateWeek) -> list[tuple[str, str, str]]:
    bill = estimate.bill
    unit, done = bill.work.unit, bill.per_day * MONTH_DAYS
    rows: list[tuple[str, str, str]] = []
    whole = bill.per_unit_usd
    rows.append(
        (
            f"estimate: average per {unit}",
            "–" if whole is None else unit_usd(whole),
            f"the whole month, fixed cost included, at {quantity(bill.per_day)} {plural_of(unit)} a day",
        )
    )
    factors = tuple(factor for reason in row_reasons(bill) if reason is not None for factor in reason.factors)
    rows.append(("estimate: where its quantities come from", ", ".join(words_of(factors)) or "nothing", _without(bill)))
    rows.append((f"estimate: one more {unit}", unit_usd(estimate.marginal_usd), "what grows with traffic"))
    rows.append(("estimate: fixed cost of a month", usd(estimate.fixed_usd), f"without any {unit}"))
    if done:
        tokens = bill.lines.get("bedrock_tokens", Decimal(0))
        rows.append((f"estimate: tokens of one {unit}", unit_usd(tokens / done), bill.model_name))
    runs = sum((row.quantity for row in bill.rows if row.key.usage_type == "CW:Canary-runs"), Decimal(0))
    if runs:
        thousand = bill.lines[CANARIES] / runs * 1_000
        rows.append(("estimate: 1,000 canary runs", usd(thousand), f"{count(round(runs))} runs a month"))
    share = bill.observability_usd / bill.total_usd if bill.total_usd else Decimal(0)
    rows.append(("estimate: observability's share of the bill", percent(share), usd(bill.observability_usd)))
    return rows


def against_estimate_section(estimate: EstimateWeek | NoData, read: Reading[CostActuals]) -> Section:
    """Section 11: the largest differences from the estimate over the month to date, in quantity and in dollars."""
    cost, known = read.answer, month_known(read)
    missing = next((each.reason for each in (estimate, cost.usage_types) if isinstance(each, NoData)), known.problem)
    if missing is not None or isinstance(estimate, NoData):
        return Section(number=11, title="Estimate against actual", blocks=(Text(text=f"No data: {missing}."),))
    start_on, end_on = cost.month_on, cost.through_on + timedelta(days=1)
    joined = join_estimate(estimate.bill, cost, start_on, end_on)
    rows = tuple(
        (
            f"{each.service_code} {each.usage_type}",
            f"{_number(each.expected_quantity)} {each.unit}",
            "–" if each.actual_quantity is None else _number(each.actual_quantity),
            usd(each.expected_usd),
            usd(each.actual_usd),
            signed_usd(each.miss_usd),
            change(each.actual_usd, each.expected_usd),
        )
        for each in joined.rows[:_MISSES_COUNT]
    )
    days = (end_on - start_on).days
    table = Table(
        caption=f"The {min(_MISSES_COUNT, len(joined.rows))} largest differences of {counted(len(joined.rows), 'usage type')} "
        f"in both, over {counted(days, 'day')}" + ("" if known.caveat is None else f"; {known.caveat}"),
        columns=(
            *text_columns("usage type"),
            *number_columns(
                "estimated quantity", "billed quantity", "estimate", "actual", "difference", "difference %"
            ),
        ),
        rows=rows,
        empty="no usage type is in both",
    )
    return Section(
        number=11,
        title="Estimate against actual",
        blocks=(table, Text(text=_joined_on(estimate, joined)), Text(text=_prices_read(estimate))),
    )


def crossing_section(inputs: WeeklyInputs) -> Section:
    """Section 12: the estimated month by traffic, and where it crosses the limit."""
    estimate = inputs.estimate
    if isinstance(estimate, NoData):
        missing = Text(text=f"No data: {estimate.reason}.")
        return Section(number=12, title="Traffic at which the limit is reached", blocks=(missing,))
    work = plural_of(estimate.bill.work.unit)
    bill, where, longest = estimate.bill, estimate.crossing_per_day, estimate.longest_crossing_per_day
    limit = None if inputs.cost_objective is None else inputs.cost_objective.limit_usd
    if limit is None:
        said = "No objective says what a month may cost"
    elif not is_whole(bill):
        said = (
            f"At what traffic the limit of {exact_usd(limit)} is reached is not known while numbers or prices are missing: "
            f"the estimate is{without(bill).removeprefix(',')}"
        )
    elif where is None or longest is None:
        said = f"The limit of {exact_usd(limit)} is never reached"
    else:
        # So many times as many, and not more.
        times = (longest / bill.per_day).quantize(Decimal("0.1"), ROUND_FLOOR) if bill.per_day else None
        headroom = "" if times is None else f", {exact(times)} times today's traffic"
        said = (
            f"The limit of {exact_usd(limit)} is reached at {reached_at(longest)} {work} a day in a month of "
            f"{LONGEST_MONTH_DAYS} days{headroom}, and at {reached_at(where)} in an average month of "
            f"{exact(bill.month_hours)} hours"
        )
    table = Table(
        caption="Estimated cost of a month by traffic, at list price",
        columns=number_columns(f"{work} a day", "cost of a month"),
        rows=tuple((quantity(per_day, digits=0), usd(cost)) for per_day, cost in estimate.points),
    )
    text = Text(text=f"{said}. Now: {quantity(bill.per_day)} {work} a day {estimate.basis}, with {bill.model_name}.")
    picture = Picture(
        about=f"Estimated cost of a month by {work} a day, with "
        f"{'' if limit is None else f'the limit of {exact_usd(limit)} and '}today's traffic",
        draw=money_charts.crossing(estimate.points, limit_usd=limit, per_day=bill.per_day, unit=bill.work.unit),
        numbers=table,
    )
    return Section(number=12, title="Traffic at which the limit is reached", blocks=(text, picture))


def _actual_row(inputs: WeeklyInputs, what: str, *, weeks_back: int) -> tuple[str, str, str]:
    found = unit_cost(inputs.cost, inputs.accepted_by_day, end_on=inputs.until.date(), weeks_back=weeks_back)
    if isinstance(found, NoData):
        return what, "no data", found.reason
    return (
        what,
        unit_usd(found.each_usd),
        f"{usd(found.spent_usd)} over {counted(found.count, _unit(inputs))}, both of {said_days(found.days)}",
    )


def _joined_on(estimate: EstimateWeek, joined: EstimateJoin) -> str:
    return (
        f"Joined on service and usage type. Only in the bill: {usd(joined.only_actual_usd)}; only in the estimate: "
        f"{usd(joined.only_expected_usd)}, of which {usd(joined.unconfirmed_usd)} under usage types that no known bill has. "
        f"The estimate is of profile {estimate.bill.work.name} at {quantity(estimate.bill.per_day)} "
        f"{plural_of(estimate.bill.work.unit)} a day, "
        f"at list price."
    )


def _prices_read(estimate: EstimateWeek) -> str:
    if not estimate.read_since:
        return "No price of the price book was updated since the week began."
    return f"Prices updated since the week began: {', '.join(estimate.read_since)}."


def _number(used: Decimal) -> str:
    return quantity(used, digits=0 if used >= _WHOLE_FROM else 2)


def _without(bill: Bill) -> str:
    """What the estimate does not hold, as a note."""
    return without(bill).removeprefix(", ") or f"profile {bill.work.name}"


def _unit(inputs: WeeklyInputs) -> str:
    """What the service calls one unit of its work; its profile says so."""
    return "unit" if isinstance(inputs.estimate, NoData) else inputs.estimate.bill.work.unit
