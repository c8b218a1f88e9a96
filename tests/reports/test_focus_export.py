"""A FOCUS export, CSV or Parquet: categories, exclusive ends, currencies, and what is no export."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from foundation.costs.bill import make_bill
from foundation.costs.book_file import read_book
from foundation.costs.focus import to_focus
from foundation.costs.traffic_file import choose_profile
from foundation.errors import InputError
from foundation.readings import NoData, Reading
from infra.service import T_DEVELOPER
from reports.focus_export import FocusExport
from reports.money import CostActuals
from sre.jobs.demo.sample_costs import sample_costs
from tests.reports.weekly_factories import LEAN

HEADER = "BilledCost,BillingCurrency,ChargeCategory,ChargePeriodStart,ChargePeriodEnd,ServiceName,x_UsageType\n"
ROWS = (
    "0.10,USD,Usage,2026-11-14T00:00:00Z,2026-11-15T00:00:00Z,AWS Lambda,Request\n"
    "0.20,USD,Usage,2026-11-15T00:00:00Z,2026-11-16T00:00:00Z,AWS Lambda,Request\n"
    "-5.00,USD,Credit,2026-11-15T00:00:00Z,2026-11-16T00:00:00Z,AWS Lambda,\n"
    "9.99,USD,Usage,2026-11-16T00:00:00Z,2026-11-17T00:00:00Z,AWS Lambda,Request\n"
)


def written(tmp_path: Path, text: str) -> FocusExport:
    file = tmp_path / "export.csv"
    file.write_text(text)
    return FocusExport(path=file)


def read(export: FocusExport) -> CostActuals:
    found = export.read(through_on=date(2026, 11, 15), complete_on=date(2026, 11, 15))
    assert isinstance(found, Reading)
    return found.answer


def test_money_stays_exact_and_days_that_are_not_complete_are_left_out(tmp_path: Path) -> None:
    cost = read(written(tmp_path, HEADER + ROWS))
    assert cost.month_to_date_usd == Decimal("0.30")
    assert cost.net_to_date_usd == Decimal("-4.70")
    assert cost.through_on == date(2026, 11, 15)


def test_parquet_says_the_same(tmp_path: Path) -> None:
    csv = written(tmp_path, HEADER + ROWS)
    file = tmp_path / "export.parquet"
    pd.read_csv(csv.path, dtype=str).to_parquet(file)
    assert read(FocusExport(path=file)).charges == read(csv).charges


def test_an_export_of_another_time_is_no_data(tmp_path: Path) -> None:
    found = written(tmp_path, HEADER + ROWS).read(through_on=date(2025, 1, 1), complete_on=date(2025, 1, 1))
    assert isinstance(found, NoData)


def test_a_directory_of_files_is_one_export_whatever_their_form(tmp_path: Path) -> None:
    rows = ROWS.splitlines(keepends=True)
    for name in ("BILLING_PERIOD=2026-10", "BILLING_PERIOD=2026-11"):
        (tmp_path / "export" / name).mkdir(parents=True)
    pd.read_csv(written(tmp_path, HEADER + rows[0]).path).to_parquet(
        tmp_path / "export" / "BILLING_PERIOD=2026-10" / "a.parquet"
    )
    frame = pd.read_csv(written(tmp_path, HEADER + "".join(rows[1:])).path)
    frame.to_csv(tmp_path / "export" / "BILLING_PERIOD=2026-11" / "a.csv.gz", index=False)
    assert read(FocusExport(path=tmp_path / "export")).charges == read(written(tmp_path, HEADER + ROWS)).charges


def test_a_directory_without_an_export_is_bad_input(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no file that ends with"):
        read(FocusExport(path=tmp_path))


def test_rows_of_one_day_and_usage_type_are_one_charge_with_their_quantity(tmp_path: Path) -> None:
    header = HEADER.replace("\n", ",x_ServiceCode,ConsumedQuantity\n")
    row = "0.10,USD,Usage,2026-11-15T{hour:02}:00:00Z,2026-11-15T{next:02}:00:00Z,AWS Lambda,Request,AWSLambda,7.5\n"
    cost = read(written(tmp_path, header + "".join(row.format(hour=hour, next=hour + 1) for hour in range(20))))
    (charge,) = cost.charges
    assert (charge.cost_usd, charge.quantity, charge.service_code) == (Decimal("2.00"), Decimal("150.0"), "AWSLambda")


def test_days_after_the_one_that_is_told_are_known_to_the_months_end(tmp_path: Path) -> None:
    found = written(tmp_path, HEADER + ROWS).read(through_on=date(2026, 11, 15), complete_on=date(2026, 11, 16))
    assert isinstance(found, Reading)
    cost = found.answer
    assert cost.month_to_date_usd == Decimal("0.30")
    # The newest day is not yet shown to be whole.
    assert (cost.known_on, cost.newest_on) == (date(2026, 11, 15), date(2026, 11, 16))
    assert cost.month_end[0] == Decimal("0.30") + 15 * cost.run_rate_usd


def test_the_sample_says_that_it_is_invented(tmp_path: Path) -> None:
    cost = read(written(tmp_path, sample_costs(LEAN, through_on=date(2026, 11, 15))))
    assert "invented" in cost.source
    assert Decimal(50) < cost.month_to_date_usd < Decimal(120)


def test_an_estimate_that_is_read_as_a_bill_says_that_it_is_none(tmp_path: Path) -> None:
    bill = make_bill(
        choose_profile("lean", T_DEVELOPER.traffic_profiles, unit="pipeline"),
        read_book(),
        per_day=Decimal(50),
        model="nova-micro",
    )
    cost = read(written(tmp_path, to_focus(bill, month_on=date(2026, 11, 1))))
    assert cost.source == "FOCUS export export.csv (an estimate, and no bill)"
    assert cost.not_a_bill == "export.csv is an estimate, and no bill"
    # Its charges are of the whole month, and the first half of it has half of them.
    assert f"{cost.month_to_date_usd * 2:.2f}" == f"{cost.month_end[0]:.2f}" == "151.33"
