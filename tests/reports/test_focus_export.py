"""A FOCUS export, CSV or Parquet: categories, exclusive ends, currencies, and what is no export."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from errors import InputError
from release.sample_costs import sample_costs
from reports.focus_export import FocusExport
from reports.money import CostActuals
from slo.error_budget import NoData

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
    return FocusExport(file=file)


def read(export: FocusExport) -> CostActuals:
    found = export.read(through_on=date(2026, 11, 15))
    assert isinstance(found, CostActuals)
    return found


def test_money_stays_exact_and_days_that_are_not_complete_are_left_out(tmp_path: Path) -> None:
    cost = read(written(tmp_path, HEADER + ROWS))
    assert cost.month_to_date_usd == Decimal("0.30")
    assert cost.net_to_date_usd == Decimal("-4.70")
    assert cost.through_on == date(2026, 11, 15)


def test_parquet_says_the_same(tmp_path: Path) -> None:
    csv = written(tmp_path, HEADER + ROWS)
    file = tmp_path / "export.parquet"
    pd.read_csv(csv.file, dtype=str).to_parquet(file)
    assert read(FocusExport(file=file)).charges == read(csv).charges


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a,b\n1,2\n", "it has no column BilledCost"),
        (HEADER + ROWS.replace("USD", "EUR"), "its currency is EUR"),
        (HEADER + ROWS.replace("Credit", "Gift"), "ChargeCategory 'Gift'"),
        (HEADER + ROWS.replace("0.10", "ten"), "BilledCost 'ten'"),
    ],
)
def test_what_is_no_export_is_bad_input(text: str, problem: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=problem):
        written(tmp_path, text).read(through_on=date(2026, 11, 15))


def test_an_export_of_another_time_is_no_data(tmp_path: Path) -> None:
    found = written(tmp_path, HEADER + ROWS).read(through_on=date(2025, 1, 1))
    assert isinstance(found, NoData)


def test_the_sample_says_that_it_is_invented(tmp_path: Path) -> None:
    cost = read(written(tmp_path, sample_costs(through_on=date(2026, 11, 15))))
    assert "invented" in cost.source
    assert Decimal(50) < cost.month_to_date_usd < Decimal(120)
