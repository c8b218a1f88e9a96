"""What a week says of money: never more than its bill knows, how the last month ended, and which numbers have no data."""

import dataclasses
import json
import tempfile
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foundation.costs.book_file import read_book
from foundation.errors import InputError
from foundation.readings import NoData, Reading
from foundation.service.resource_bill import work_of
from foundation.service.resources import Resource
from foundation.slo.model import CostObjective
from reports.bill_filter import BillFilter
from reports.focus_export import FocusExport
from reports.money import CostActuals
from reports.page_model import Picture, Section
from reports.weekly.estimate import estimate_week
from reports.weekly.estimate_sections import against_estimate_section, crossing_section, unit_cost_section
from reports.weekly.inputs import WeeklyInputs
from reports.weekly.money_judgement import money_caveat, money_state
from reports.weekly.money_sections import anomalies_section, by_service_section, headline_section
from reports.weekly.objectives import Health
from reports.weekly.reading import read_inputs
from reports.weekly.sections import release_verdict
from tests.reports.focus_bills import DAY, Row, days, row, written
from tests.reports.weekly_data import values_as_data
from tests.reports.weekly_factories import asked, sources

SUNDAY, MONDAY = date(2026, 11, 15), date(2026, 11, 16)
OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)


@cache
def good_week() -> WeeklyInputs:
    """A week in which everything but the bill is well, and nothing else can make the verdict another."""
    return read_inputs(asked(), sources())


def week_with(
    rows: list[Row], *, through_on: date = SUNDAY, bill_filter: BillFilter | None = None, **columns: Any
) -> WeeklyInputs:  # fmt: skip
    with tempfile.TemporaryDirectory() as directory:
        export = FocusExport(path=written(Path(directory), rows, **columns), filter=bill_filter or BillFilter())
        return dataclasses.replace(good_week(), cost=export.read(through_on=through_on, complete_on=through_on))


def said(made: Section) -> str:
    """Every text of a section, without its pictures."""
    return json.dumps(
        [dataclasses.asdict(block) | {"svg": None} for block in made.blocks], ensure_ascii=False, default=str
    )  # fmt: skip


def bill_of(inputs: WeeklyInputs) -> Reading[CostActuals]:
    assert isinstance(inputs.cost, Reading)
    return inputs.cost


def anomalies(inputs: WeeklyInputs) -> str:
    return said(anomalies_section(bill_of(inputs), inputs.estimate))


def test_a_whole_bill_on_pace_is_plainly_healthy() -> None:
    inputs = week_with(days(OCTOBER, MONDAY))
    assert money_state(inputs) == (
        Health.HEALTHY,
        "$75.00 gross in November through 2026-11-15, expected at the end of the month $150.00 of $500 (projected from the last "
        "7 days, as an export has no forecast)",
    )
    assert release_verdict(inputs)[:2] == ("allowed", "pass")


def test_a_bill_that_ends_with_the_last_day_says_on_how_many_it_rests() -> None:
    inputs = week_with(days(OCTOBER, SUNDAY))
    assert money_state(inputs)[0] is Health.HEALTHY
    assert release_verdict(inputs) == (
        "allowed",
        "inconclusive",
        "Releases are allowed: every objective has budget left, and the month's bill is on pace on 14 of 15 days known: "
        "2026-11-15 is the newest day of the bill, and may not be whole.",
    )


def test_a_bill_of_the_month_before_is_too_little_and_nobody_can_say() -> None:
    inputs = week_with(days(OCTOBER, date(2026, 10, 31)))
    assert money_state(inputs) == (
        Health.TOO_LITTLE,
        "2026-11-01 to 2026-11-15 are missing from the bill, 15 of 15 days",
    )
    verdict, _, sentence = release_verdict(inputs)
    assert verdict == "undecided"
    assert "too little data for money (2026-11-01 to 2026-11-15 are missing from the bill" in sentence
    values = values_as_data(inputs)
    assert values["cost"]["known"]["missing_days"][0] == "2026-11-01"
    assert values["money"]["state"] == "too_little_data"


def test_a_month_at_its_limit_is_so_with_days_missing_and_never_by_others_money() -> None:
    rows = [each for each in days(OCTOBER, MONDAY, "40") if "11-07T" not in each["ChargePeriodStart"]]
    assert money_state(week_with(rows))[0] is Health.EXHAUSTED
    others = [*days(OCTOBER, MONDAY), row(date(2026, 11, 12), "450", SubAccountId="999999999999")]
    state, reason = money_state(week_with(others))
    assert (state, "2 accounts" in reason) == (Health.TOO_LITTLE, True)
    ours = BillFilter(accounts=("111111111111",))
    assert money_state(week_with(others, bill_filter=ours))[0] is Health.HEALTHY


def test_a_purchase_of_which_nobody_says_whether_it_recurs_has_no_pace() -> None:
    rows = [*days(OCTOBER, MONDAY), row(date(2026, 11, 10), "200", ChargeCategory="Purchase")]
    assert money_state(week_with(rows, without=["ChargeFrequency"])) == (
        Health.TOO_LITTLE,
        "the bill does not say whether $200.00 of purchases recur (ChargeFrequency)",
    )


def november(last_two_usd: str) -> list[Row]:
    """$5 a day, and more on the 29th and 30th."""
    return [*days(NOVEMBER, date(2026, 11, 28)), *days(date(2026, 11, 29), date(2026, 11, 30), last_two_usd)]


@pytest.mark.parametrize(
    ("through_on", "usd", "state", "said"),
    [
        (date(2026, 12, 5), "200", Health.EXHAUSTED, "November ended at $540.00 of $500, over its limit"),
        (date(2026, 12, 7), "180", Health.EXHAUSTED, "November ended at $500.00 of $500, over its limit"),
        (date(2026, 12, 8), "200", Health.HEALTHY, "November ended at $540.00 of $500, over its limit"),
        (date(2026, 12, 14), "20", Health.HEALTHY, "November ended at $180.00 of $500"),
        (date(2026, 12, 15), "200", Health.HEALTHY, None),
    ],
)
def test_how_a_month_ended_is_judged_in_the_first_week_of_the_next_and_told_in_two(
    through_on: date, usd: str, state: Health, said: str | None
) -> None:
    rows = [*november(usd), *days(date(2026, 12, 1), through_on + DAY, "1")]
    found, reason = money_state(week_with(rows, through_on=through_on))
    assert found is state
    assert reason.endswith(said) if said is not None else "November" not in reason


def test_every_month_is_judged_by_exactly_one_of_the_weekly_reports() -> None:
    """Written on Mondays, a report goes through the Saturday before."""
    saturdays = [date(2026, 1, 3) + number * timedelta(days=7) for number in range(260)]
    judged = [f"{on:%Y-%m}" for on in saturdays if on.day <= 7]
    assert len(judged) == len(set(judged)) == len({f"{on:%Y-%m}" for on in saturdays})


def test_a_month_whose_end_is_not_known_is_not_told_as_one_within_its_limit() -> None:
    rows = [*november("200")[1:], *days(date(2026, 12, 1), date(2026, 12, 6), "1")]
    assert money_state(week_with(rows, through_on=date(2026, 12, 5))) == (
        Health.TOO_LITTLE,
        "how November ended is not known, as the bill has not all of its days",
    )


def test_anomalies_need_usage_types_days_and_an_estimate() -> None:
    """A usage type of six dollars a day is found in the column of FOCUS 1.1 and later, and in AWS's own of 1.0."""
    rows = [
        *days(OCTOBER, MONDAY),
        *days(OCTOBER, MONDAY, "6", SkuMeter="CW:Canary-runs", x_ServiceCode="AmazonCloudWatch"),
    ]
    for renamed in (None, {"SkuMeter": "x_UsageType"}):
        assert "AmazonCloudWatch CW:Canary-runs" in anomalies(week_with(rows, renamed=renamed))
    without = week_with(rows, without=["SkuMeter"])
    missing = "data: the export has no column SkuMeter or x_UsageType."
    assert missing in anomalies(without)
    assert missing in said(against_estimate_section(without.estimate, bill_of(without)))
    stopped = anomalies(week_with(days(OCTOBER, date(2026, 11, 10))))
    assert "no data: 2026-11-11 to 2026-11-15 are missing from the bill, 5 of 7 days." in stopped
    unjoined = week_with(days(OCTOBER, MONDAY, SkuMeter="Unheard-Of"))
    assert "no usage type of the bill is in the estimate" in anomalies(unjoined)


def test_without_an_estimate_every_section_of_it_says_why() -> None:
    inputs = dataclasses.replace(week_with(days(OCTOBER, MONDAY)), estimate=NoData(reason="nobody says what it takes"))
    bill = bill_of(inputs)
    made = (
        unit_cost_section(inputs), against_estimate_section(inputs.estimate, bill), crossing_section(inputs),
        anomalies_section(bill, inputs.estimate),
    )  # fmt: skip
    assert all("nobody says what it takes" in said(each) for each in made)
    assert values_as_data(inputs)["estimate"] == {"reason": "nobody says what it takes"}


def test_without_an_objective_on_money_no_section_speaks_of_a_limit() -> None:
    request = asked()
    items = tuple(each for each in request.objectives if not isinstance(each, CostObjective))
    inputs = read_inputs(
        dataclasses.replace(request, objectives=dataclasses.replace(request.objectives, items=items)), sources()
    )
    assert not isinstance(inputs.estimate, NoData)
    assert (inputs.estimate.crossing_per_day, inputs.estimate.longest_crossing_per_day) == (None, None)
    crossed, headline = said(crossing_section(inputs)), said(headline_section(inputs, bill_of(inputs)))
    assert "No objective says what a month may cost. Now: " in crossed
    assert "never reached" not in crossed
    assert '["limit", "no objective says one"], ["left of the limit then", "–"]' in headline
    for section in (crossing_section(inputs), headline_section(inputs, bill_of(inputs))):
        (picture,) = (each for each in section.blocks if isinstance(each, Picture))
        assert "the limit" not in picture.about
        assert picture.draw is not None
        assert "limit:" not in str(picture.draw(600))
        assert "$500" not in said(section) + picture.about


def test_an_estimate_that_is_not_whole_says_nowhere_that_the_limit_is_reached() -> None:
    resources = tuple(
        Resource(type=kind, label=label, name=label, arn=f"arn:aws:x:::{label}")
        for kind, label in (("AWS::EC2::NatGateway", "way-out"), ("AWS::Shop::Own", "till"))
    )
    work = work_of(resources, read_book(), traffic=None, unit="order")
    estimate = estimate_week(
        work, units_per_day=Decimal(7), limit_usd=Decimal(500), start_at=datetime(2026, 11, 9, tzinfo=UTC)
    )
    assert (estimate.crossing_per_day, estimate.longest_crossing_per_day) == (None, None)
    text = said(crossing_section(dataclasses.replace(good_week(), estimate=estimate)))
    assert (
        "At what traffic the limit of $500 is reached is not known while numbers or prices are missing: the estimate is without "
        "1 resource of unknown price: till, and without 1 number that nobody has said: processed_gb of way-out. "
        "Now: 7 orders a day"
    ) in text


def test_services_are_compared_only_with_days_that_are_known() -> None:
    def text_of(rows: list[Row]) -> str:
        inputs = week_with(rows)
        return said(by_service_section(bill_of(inputs), inputs.estimate))

    text = text_of(days(date(2026, 11, 5), MONDAY))
    assert "2026-11-02 to 2026-11-04 are missing from the bill, 3 of 7 days" in text
    assert '["AWS Lambda", "$35.00", "–", "–", "–"' in text
    assert '["AWS Lambda", "$35.00", "$35.00", "$0.00"' in text_of(days(OCTOBER, MONDAY))


AMOUNTS = st.lists(st.sampled_from(["1", "5", "17", "33", "90"]), min_size=1, max_size=2)
Mutation = Callable[[st.DataObject, list[Row]], list[Row]]


def _cut(draw: st.DataObject, rows: list[Row]) -> list[Row]:
    return rows[: draw.draw(st.integers(0, len(rows)))]


def _a_day_missing(draw: st.DataObject, rows: list[Row]) -> list[Row]:
    gone = draw.draw(st.sampled_from(rows))["ChargePeriodStart"]
    return [each for each in rows if each["ChargePeriodStart"] != gone]


def _some(draw: st.DataObject, rows: list[Row], **changed: str) -> list[Row]:
    first = draw.draw(st.integers(0, len(rows) - 1))
    count = draw.draw(st.integers(1, len(rows)))
    return [{**each, **changed} if first <= place < first + count else each for place, each in enumerate(rows)]


def _currency(draw: st.DataObject, rows: list[Row]) -> list[Row]:
    return _some(draw, rows, BillingCurrency=draw.draw(st.sampled_from(["", "EUR"])))


def _account(draw: st.DataObject, rows: list[Row]) -> list[Row]:
    changed = _some(draw, rows, SubAccountId="222222222222")
    # All of them in another account are that account's bill, which nobody can tell from this one's.
    return changed if len({each["SubAccountId"] for each in changed}) > 1 else rows


def _provider(draw: st.DataObject, rows: list[Row]) -> list[Row]:
    changed = _some(draw, rows, ProviderName="Microsoft")
    return changed if len({each["ProviderName"] for each in changed}) > 1 else rows


def _month(_draw: st.DataObject, rows: list[Row]) -> list[Row]:
    return [each for each in rows if not each["ChargePeriodStart"].startswith("2026-11")]


def _twice(_draw: st.DataObject, rows: list[Row]) -> list[Row]:
    return [*rows, *rows]


def _charges_of_a_month(_draw: st.DataObject, rows: list[Row]) -> list[Row]:
    def usd(month: str) -> str:
        return str(sum(int(each["BilledCost"]) for each in rows if each["ChargePeriodStart"].startswith(month)))

    return [row(OCTOBER, usd("2026-10"), days=31), row(NOVEMBER, usd("2026-11"), days=30)]


MUTATIONS: tuple[Mutation, ...] = (
    _cut, _a_day_missing, _currency, _account, _provider, _month, _twice, _charges_of_a_month,
)  # fmt: skip


# Two bills are written and read for each.
@settings(max_examples=settings().max_examples // 4)
@given(st.lists(AMOUNTS, min_size=31 + 26, max_size=31 + 26), st.integers(3, 25), st.sampled_from(MUTATIONS), st.data())
def test_no_bill_that_is_cut_delayed_or_torn_makes_a_worse_month_plainly_healthy(
    amounts: list[list[str]], through: int, mutate: Mutation, data: st.DataObject
) -> None:
    through_on = date(2026, 11, through)
    written_on = (through_on - OCTOBER).days + 2
    rows: list[Row] = [
        row(OCTOBER + place * DAY, usd, SkuMeter=f"meter-{number}")
        for place, of_day in enumerate(amounts[:written_on])
        for number, usd in enumerate(of_day)
    ]
    truth = money_state(week_with(rows, through_on=through_on))[0]
    try:
        given_week = week_with(mutate(data, rows), through_on=through_on)
    except InputError:
        return
    is_plain = money_state(given_week)[0] is Health.HEALTHY and money_caveat(given_week) is None
    assert not is_plain or truth is Health.HEALTHY


def test_money_without_an_objective_rests_on_no_bill() -> None:
    inputs = dataclasses.replace(week_with(days(OCTOBER, SUNDAY)), cost_objective=None)
    assert money_state(inputs)[0] is Health.HEALTHY
    assert money_caveat(inputs) is None


def test_the_headline_says_what_of_the_month_is_known() -> None:
    inputs = week_with(days(OCTOBER, date(2026, 11, 10)))
    text = said(headline_section(inputs, bill_of(inputs)))
    assert '["days known", "2026-11-11 to 2026-11-15 are missing from the bill, 5 of 15 days"]' in text
    assert '["left of the limit then", "–"]' in text
    assert "without the missing days" in text


def test_a_bill_that_is_cut_at_any_line_of_its_last_days_is_not_plainly_healthy() -> None:
    """Its last line takes the month over its limit; without it nothing else shows that it was there."""
    rows = [*days(OCTOBER, SUNDAY), row(SUNDAY, "430", SkuMeter="another")]
    assert money_state(week_with(rows))[0] is Health.EXHAUSTED
    for count in range(1, 4):
        cut = week_with(rows[:-count])
        assert money_state(cut)[0] is not Health.HEALTHY or money_caveat(cut) is not None
