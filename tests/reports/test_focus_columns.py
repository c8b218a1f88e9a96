"""What is no FOCUS export is refused with every kind of wrong row at once, each by its line and column."""

import gzip
from datetime import date
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from foundation.errors import InputError
from reports.focus_columns import read_rows
from reports.focus_export import FocusExport
from reports.money import CostActuals
from tests.reports.test_focus_export import HEADER, ROWS, read, written

ONE = "0.10,USD,Usage,2026-11-14T00:00:00Z,2026-11-15T00:00:00Z,AWS Lambda,Request\n"
QUANTIFIED = HEADER.replace("\n", ",ConsumedQuantity,x_Estimate\n")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a,b\n1,2\n", "no FOCUS export: it has no column BilledCost, ChargePeriodStart, "),
        ("", "no FOCUS export: it is empty, and its first line must name its columns"),
        ("\n" + ROWS, "no FOCUS export: it is empty, and its first line must name its columns"),
        (HEADER.replace("x_UsageType", "BilledCost") + ROWS, "it has the column BilledCost twice; keep one of them"),
        (HEADER + ROWS.replace("USD", "EUR", 1), "export.csv:2: BillingCurrency 'EUR' is not USD; only US dollars"),
        (HEADER + ROWS.replace("USD", "", 1), "export.csv:2: BillingCurrency nothing is not USD"),
        (HEADER + ROWS.replace("Credit", "Gift"), "export.csv:4: ChargeCategory 'Gift' is none of Usage, Purchase"),
        (HEADER + ROWS.replace("0.10", "ten"), "export.csv:2: BilledCost 'ten' is no amount, such as 12.34"),
        (HEADER + ROWS.replace("0.20", ""), "export.csv:3: BilledCost nothing is no amount"),
        (HEADER + ROWS.replace("0.20", "NaN"), "export.csv:3: BilledCost 'NaN' is no amount"),
        (HEADER + ROWS.replace("0.20", "1e400"), "export.csv:3: BilledCost '1e400' is no amount"),
        (HEADER + ROWS.replace("0.20", "1E+999999"), r"export.csv:3: BilledCost '1E\+999999' is no amount"),
        (HEADER + ROWS.replace("0.20", "1_000"), "export.csv:3: BilledCost '1_000' is no amount"),
        (HEADER + ROWS.replace("0.20", "\uff11\uff12"), "export.csv:3: BilledCost '\uff11\uff12' is no amount"),
        (HEADER + ROWS.replace("2026-11-16T00:00:00Z,2026-11-17", "soon,2026-11-17"), "5: ChargePeriodStart 'soon'"),
        (HEADER + ROWS.replace("14T00:00:00Z", "14T00:00:00"), "2: ChargePeriodStart '2026-11-14T00:00:00' is no ISO 8601"),
        (HEADER + ROWS.replace("2026-11-14T", "2026-13-14T"), "2: ChargePeriodStart '2026-13-14T00:00:00Z' is no ISO"),
        (HEADER + ROWS.replace("Usage", "Gift"), "has 3 rows that cannot be reported"),
        (HEADER + ROWS.replace("Credit", "Gift"), "has 1 row that cannot be reported"),
        (HEADER + ONE.replace("Request", "Request,too,many") + ONE, "csv:2: it has 9 fields where 7 columns are named"),
        (HEADER + ONE + "\n0.10,USD\n", "csv:4: it has 2 fields where 7 columns are named"),
        (HEADER + "0.10,USD\n" + ONE.replace("0.10", "x"), "csv:3: BilledCost 'x' is no amount"),
        (QUANTIFIED + ONE.strip() + ",abc,\n", "csv:2: ConsumedQuantity 'abc' is no quantity"),
        (QUANTIFIED + ONE.strip() + ",,maybe\n", "csv:2: x_Estimate 'maybe' is neither true nor false"),
        (HEADER + '"0.10,USD\n', "export.csv"),
    ],
)  # fmt: skip
def test_what_is_no_export_is_bad_input(text: str, problem: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=problem):
        written(tmp_path, text).read(through_on=date(2026, 11, 15), complete_on=date(2026, 11, 15))


def test_every_kind_of_problem_is_told_at_once_and_ten_lines_of_each(tmp_path: Path) -> None:
    bad = ONE.replace("0.10", "x").replace("USD", "EUR")
    with pytest.raises(InputError) as caught:
        read(written(tmp_path, HEADER + bad * 12 + ONE.replace("Usage", "Gift") + ONE))
    assert caught.value.summary.endswith("export.csv has 13 rows that cannot be reported:")
    said = [line.removeprefix(f"{tmp_path / 'export.csv'}:") for line in caught.value.problems]
    assert said == [
        *(f"{line}: BilledCost 'x' is no amount, such as 12.34" for line in range(2, 12)),
        "… and 2 more like these",
        *(f"{line}: BillingCurrency 'EUR' is not USD; only US dollars can be reported" for line in range(2, 12)),
        "… and 2 more like these",
        "14: ChargeCategory 'Gift' is none of Usage, Purchase, Tax, Credit, Adjustment",
    ]


def test_a_row_of_parquet_is_told_by_its_number_and_its_times_need_no_text(tmp_path: Path) -> None:
    file = tmp_path / "export.parquet"
    frame = pd.read_csv(written(tmp_path, HEADER + ROWS).path, dtype=str)
    frame = frame.assign(
        BilledCost=[0.1, 0.2, -5.0, 9.99], ChargePeriodStart=pd.to_datetime(frame["ChargePeriodStart"], utc=True)
    )
    frame.to_parquet(file)
    assert read(FocusExport(path=file)).net_to_date_usd == Decimal("-4.70")
    frame.assign(BilledCost=[0.1, float("nan"), 1e300, 9.99]).to_parquet(file)
    with pytest.raises(InputError) as caught:
        read(FocusExport(path=file))
    assert caught.value.problems == (
        f"{file}: row 2: BilledCost nothing is no amount, such as 12.34",
        f"{file}: row 3: BilledCost '1e+300' is no amount, such as 12.34",
    )


def test_a_damaged_page_is_the_files_mistake(tmp_path: Path) -> None:
    file = tmp_path / "export.parquet"
    pd.read_csv(written(tmp_path, HEADER + ROWS).path, dtype=str).to_parquet(file)
    content = bytearray(file.read_bytes())
    content[4:300] = bytes(each ^ 0xFF for each in content[4:300])
    file.write_bytes(content)
    with pytest.raises(InputError, match=r"export\.parquet: cannot be read: it is no Parquet file, or damaged"):
        read(FocusExport(path=file))


def test_wherever_a_file_is_damaged_it_is_read_or_refused(tmp_path: Path) -> None:
    """Not the footer alone is looked at: pages are read lazily, and each may be the broken one."""
    file = tmp_path / "export.parquet"
    pd.read_csv(written(tmp_path, HEADER + ROWS).path, dtype=str).to_parquet(file)
    sound = file.read_bytes()
    refused_count = 0
    for place in range(4, len(sound) - 8, 97):
        file.write_bytes(sound[:place] + bytes(each ^ 0xFF for each in sound[place : place + 4]) + sound[place + 4 :])
        try:
            read(FocusExport(path=file))
        except InputError:
            refused_count += 1
    assert refused_count > 10


def test_quotes_line_ends_and_a_mark_of_the_byte_order_change_nothing(tmp_path: Path) -> None:
    text = "\ufeff" + HEADER.replace("ServiceName", '"ServiceName"') + ROWS.replace("AWS Lambda", '"AWS\n ""L"", x"')
    charges = read(written(tmp_path, text.replace("Z,", "+00:00,"))).charges
    assert {each.service for each in charges} == {'AWS\n "L", x'}
    file = tmp_path / "export.csv.gz"
    file.write_bytes(gzip.compress((HEADER + ROWS).replace("\n", "\r\n").encode()))
    assert read(FocusExport(path=file)).charges == read(written(tmp_path, HEADER + ROWS)).charges


def test_columns_alone_are_no_rows(tmp_path: Path) -> None:
    assert read_rows(written(tmp_path, HEADER).path).frame.empty
    found = written(tmp_path, HEADER).read(through_on=date(2026, 11, 15), complete_on=date(2026, 11, 15))
    assert not isinstance(found, CostActuals)


def test_text_in_another_encoding_is_named(tmp_path: Path) -> None:
    (tmp_path / "export.csv").write_bytes((HEADER + ROWS.replace("Lambda", "Grüße")).encode("latin-1"))
    with pytest.raises(InputError, match=r"export\.csv: cannot be read: "):
        read(FocusExport(path=tmp_path / "export.csv"))
