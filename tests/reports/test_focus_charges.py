"""What each row of an export is: gross or not, part of the pace or not, and of which days."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from foundation.errors import InputError
from foundation.readings import NoData, Reading
from reports.focus_export import FocusExport
from reports.money import CostActuals
from tests.reports.focus_bills import Row, days, row, text, written

SUNDAY = date(2026, 11, 15)
NOVEMBER = date(2026, 11, 1)
FIVE_A_DAY = days(date(2026, 10, 1), SUNDAY)


def read(directory: Path, rows: Sequence[Row], **columns: Any) -> CostActuals:
    found = FocusExport(path=written(directory, rows, **columns)).read(through_on=SUNDAY, complete_on=SUNDAY)
    assert isinstance(found, Reading)
    return found.answer


def test_refunds_and_credits_and_tax_are_not_gross_and_change_no_pace(tmp_path: Path) -> None:
    """A correction below zero is a refund; with it, $5 a day looked like $0.71."""
    on = date(2026, 11, 12)
    others = [
        row(on, "-60", ChargeCategory="Credit"), row(on, "-30", ChargeClass="Correction"), row(on, "4", ChargeCategory="Tax"),
    ]  # fmt: skip
    cost = read(tmp_path, [*FIVE_A_DAY, *others])
    assert (cost.month_to_date_usd, cost.run_rate_usd) == (75, 5)
    assert cost.net_to_date_usd == 75 - 60 - 30 + 4


def test_an_adjustment_is_gross_and_does_not_come_again(tmp_path: Path) -> None:
    cost = read(tmp_path, [*FIVE_A_DAY, row(date(2026, 11, 12), "300", ChargeCategory="Adjustment")])
    assert (cost.month_to_date_usd, cost.run_rate_usd, cost.month_end[0]) == (375, 5, 450)


@pytest.mark.parametrize("how", ["One-Time", "one-time", "OneTime"])
def test_what_is_charged_once_is_in_the_month_and_not_in_its_pace(how: str, tmp_path: Path) -> None:
    """$5 a day and $200 once: $350, where an extrapolation says $778.57."""
    upfront = row(date(2026, 11, 10), "200", ChargeCategory="Purchase", ChargeFrequency=how)
    cost = read(tmp_path, [*FIVE_A_DAY, upfront])
    assert (cost.month_to_date_usd, cost.run_rate_usd, cost.month_end[0]) == (275, 5, 350)
    assert cost.undecided_usd == 0


def test_a_purchase_that_nobody_calls_once_or_recurring_is_not_decided(tmp_path: Path) -> None:
    upfront = row(date(2026, 11, 10), "200", ChargeCategory="Purchase")
    assert read(tmp_path, [*FIVE_A_DAY, upfront], without=["ChargeFrequency"]).undecided_usd == 200
    assert read(tmp_path, [*FIVE_A_DAY, {**upfront, "ChargeFrequency": ""}]).undecided_usd == 200
    assert read(tmp_path, [*FIVE_A_DAY, {**upfront, "ChargeFrequency": "Recurring"}]).undecided_usd == 0


def test_a_charge_of_a_month_is_spread_over_its_days(tmp_path: Path) -> None:
    fee = row(NOVEMBER, "30", days=30, ChargeCategory="Purchase", ChargeFrequency="Recurring")
    cost = read(tmp_path, [*FIVE_A_DAY, fee])
    assert round(cost.month_to_date_usd, 20) == 75 + 15
    assert round(cost.run_rate_usd, 20) == 6
    assert round(cost.month_end[0], 20) == 150 + 30
    once = {**fee, "ChargeFrequency": "One-Time"}
    assert read(tmp_path, [*FIVE_A_DAY, once]).gross_usd(NOVEMBER, date(2026, 11, 2)) == 35


def test_charges_of_hours_are_summed_by_their_day(tmp_path: Path) -> None:
    hours = [
        {**row(SUNDAY, "0.5"), "ChargePeriodStart": f"{SUNDAY}T{hour:02}:00:00Z", "ChargePeriodEnd": f"{SUNDAY}T{hour:02}:59:59Z"}
        for hour in range(24)
    ]  # fmt: skip
    cost = read(tmp_path, [*days(date(2026, 10, 1), date(2026, 11, 14)), *hours])
    assert cost.gross_usd(SUNDAY, date(2026, 11, 16)) == 12


def test_without_a_column_of_classes_usage_below_zero_is_taken_for_a_refund_and_said_so(tmp_path: Path) -> None:
    rows = [*FIVE_A_DAY, row(date(2026, 11, 12), "-30")]
    assert read(tmp_path, rows).month_to_date_usd == 45
    assert read(tmp_path, rows, without=["ChargeClass"]).month_to_date_usd == 75
    file = written(tmp_path, rows, without=["ChargeClass"])
    found = FocusExport(path=file).read(through_on=SUNDAY, complete_on=SUNDAY)
    assert isinstance(found, Reading)
    assert found.origin.notes == ("no column ChargeClass: usage below zero is taken for refunds",)


@pytest.mark.parametrize("renamed", [None, {"SkuMeter": "x_UsageType"}])
def test_a_usage_type_is_the_standards_column_or_aws_own(renamed: dict[str, str] | None, tmp_path: Path) -> None:
    """FOCUS 1.0 had none, and AWS wrote x_UsageType; since 1.1 it is SkuMeter."""
    cost = read(tmp_path, FIVE_A_DAY, renamed=renamed)
    assert {each.plain_usage_type for each in cost.charges} == {"Lambda-GB-Second-ARM"}
    assert cost.usage_types is None


def test_an_export_without_usage_types_says_that_it_has_none(tmp_path: Path) -> None:
    assert read(tmp_path, FIVE_A_DAY, without=["SkuMeter"]).usage_types == NoData(
        reason="the export has no column SkuMeter or x_UsageType"
    )
    empty = [{**each, "SkuMeter": ""} for each in FIVE_A_DAY]
    assert read(tmp_path, empty).usage_types == NoData(reason="the export's SkuMeter and x_UsageType are empty")


def test_a_service_without_a_code_has_the_one_that_its_name_has(tmp_path: Path) -> None:
    cost = read(tmp_path, FIVE_A_DAY, without=["x_ServiceCode"])
    assert {each.service_code for each in cost.charges} == {"AWSLambda"}


def test_a_file_in_which_every_row_stands_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"export\.csv: every row stands twice or more; write the delivery once"):
        read(tmp_path, [*FIVE_A_DAY, *FIVE_A_DAY])
    assert read(tmp_path, [*FIVE_A_DAY, FIVE_A_DAY[-1]]).month_to_date_usd == 80


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"ChargeClass": "Refund"}, "2: ChargeClass 'Refund' is neither Correction nor empty"),
        ({"ChargePeriodEnd": ""}, "2: ChargePeriodEnd nothing is no ISO 8601 time in UTC"),
        (
            {"ChargePeriodEnd": "2026-10-31T23:59:59Z"},
            "2: ChargePeriodEnd '2026-10-31T23:59:59Z' comes before the start",
        ),
        ({"BillingCurrency": ""}, "2: BillingCurrency nothing is not USD"),
    ],
)
def test_what_cannot_be_a_charge_is_told_by_its_line(changes: dict[str, str], problem: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=problem):
        read(tmp_path, [{**row(NOVEMBER), **changes}])


def test_an_estimate_read_as_a_bill_has_its_month_once_and_is_none(tmp_path: Path) -> None:
    month = [row(NOVEMBER, "151.33", days=30)]
    flagged = text(month).replace("\n", ",x_Estimate\n", 1).replace("\n2026", "\n2026")
    file = tmp_path / "estimate.csv"
    header, line = flagged.splitlines()
    file.write_text(f"{header}\n{line},true\n")
    found = FocusExport(path=file).read(through_on=SUNDAY, complete_on=SUNDAY)
    assert isinstance(found, Reading)
    assert f"{found.answer.month_end[0]:.2f}" == "151.33"
    assert Decimal("75.66") < found.answer.month_to_date_usd < Decimal("75.67")
    assert found.answer.not_a_bill == "estimate.csv is an estimate, and no bill"
    assert found.known.spans == ()
