"""Which charges of an export are the service's: by account, by provider, by tag; and that nobody else's are taken for them."""

from datetime import date
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from foundation.errors import InputError
from foundation.readings import NoData, Reading
from reports.bill_filter import BillFilter
from reports.focus_export import FocusExport
from reports.money import CostActuals
from tests.reports.focus_bills import Row, days, row, written

MONDAY, SUNDAY = date(2026, 11, 16), date(2026, 11, 15)
OURS = days(date(2026, 11, 1), MONDAY)
OTHERS = [row(date(2026, 11, 12), "450", SubAccountId="999999999999")]
TAGGED = [{**each, "Tags": '{"user:Project": "t-developer", "Stage": "production"}'} for each in OURS]


def read(path: Path, asked: BillFilter | None = None) -> CostActuals:
    found = FocusExport(path=path, filter=asked or BillFilter()).read(through_on=SUNDAY, complete_on=SUNDAY)
    assert isinstance(found, Reading)
    return found.answer


def test_a_whole_organisation_without_a_filter_is_no_bill_of_this_service(tmp_path: Path) -> None:
    problem = read(written(tmp_path, [*OURS, *OTHERS])).not_a_bill
    assert problem is not None
    assert (
        "has 2 accounts (111111111111, 999999999999), which are not all this service's; say with --account" in problem
    )
    unnamed = [{**each, "SubAccountId": ""} for each in OURS]
    assert "(one without a name, 999999999999)" in str(read(written(tmp_path, [*unnamed, *OTHERS])).not_a_bill)


def test_two_providers_are_not_one_service_either(tmp_path: Path) -> None:
    rows = [*OURS, row(date(2026, 11, 12), "450", ProviderName="Microsoft")]
    file = written(tmp_path, rows)
    assert "has 2 providers (AWS, Microsoft)" in str(read(file).not_a_bill)
    assert read(file, BillFilter(providers=("AWS",))).month_to_date_usd == 75
    newer = written(tmp_path, rows, renamed={"ProviderName": "ServiceProviderName"})
    assert "has 2 providers (AWS, Microsoft)" in str(read(newer).not_a_bill)


def test_an_accounts_charges_are_taken_and_no_others(tmp_path: Path) -> None:
    file = written(tmp_path, [*OURS, *OTHERS])
    cost = read(file, BillFilter(accounts=("111111111111",)))
    assert (cost.month_to_date_usd, cost.not_a_bill) == (75, None)
    older = written(tmp_path, [*OURS, *OTHERS], renamed={"SubAccountId": "BillingAccountId"}, without=())
    assert read(older, BillFilter(accounts=("111111111111",))).month_to_date_usd == 75


def test_an_account_that_the_bill_has_not_is_told(tmp_path: Path) -> None:
    file = written(tmp_path, OURS)
    one_missing = read(file, BillFilter(accounts=("111111111111", "222222222222")))
    assert one_missing.not_a_bill == "export.csv has no charge of the account 222222222222"
    none = FocusExport(path=file, filter=BillFilter(accounts=("3",))).read(through_on=SUNDAY, complete_on=SUNDAY)
    assert none == NoData(reason="export.csv has no charge that was asked for from before 2026-11-16")


@pytest.mark.parametrize("tag", [("Project", "t-developer"), ("user:Project", "t-developer"), ("Stage", "production")])
def test_a_tag_is_found_with_and_without_what_aws_puts_before_it(tag: tuple[str, str], tmp_path: Path) -> None:
    file = written(tmp_path, [*TAGGED, *OTHERS])
    assert read(file, BillFilter(tags=(tag,))).month_to_date_usd == 75


def test_all_the_tags_must_be_there(tmp_path: Path) -> None:
    both = BillFilter(tags=(("Project", "t-developer"), ("Stage", "staging")))
    found = FocusExport(path=written(tmp_path, TAGGED), filter=both).read(through_on=SUNDAY, complete_on=SUNDAY)
    assert isinstance(found, NoData)


def test_a_map_of_parquet_has_tags_as_well(tmp_path: Path) -> None:
    frame = pd.DataFrame([dict(each) for each in TAGGED]).drop(columns=["Tags"])
    tags = pa.array([[("Project", "t-developer")]] * len(frame), pa.map_(pa.string(), pa.string()))
    pq.write_table(pa.Table.from_pandas(frame).append_column("Tags", tags), tmp_path / "export.parquet")  # type: ignore[no-untyped-call]
    cost = read(tmp_path / "export.parquet", BillFilter(tags=(("Project", "t-developer"),)))
    assert cost.month_to_date_usd == 75


@pytest.mark.parametrize("tags", ["Project=x", "[1]", '"x"', "{"])
def test_tags_that_are_no_object_are_told_by_their_line(tags: str, tmp_path: Path) -> None:
    rows: list[Row] = [OURS[0], {**OURS[1], "Tags": tags}]
    with pytest.raises(InputError, match=r"export\.csv:3: Tags .* is no JSON object of keys and values"):
        read(written(tmp_path, rows), BillFilter(tags=(("Project", "x"),)))


@pytest.mark.parametrize(
    ("asked", "without", "problem"),
    [
        (BillFilter(accounts=("1",)), "SubAccountId", "--account needs a column SubAccountId or BillingAccountId"),
        (
            BillFilter(providers=("AWS",)),
            "ProviderName",
            "--provider needs a column ProviderName or ServiceProviderName",
        ),
        (BillFilter(tags=(("a", "b"),)), "Tags", "--tag needs a column Tags, and it has none"),
    ],
)
def test_a_column_that_is_asked_by_must_be_there(asked: BillFilter, without: str, problem: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=problem):
        read(written(tmp_path, OURS, without=[without]), asked)


def test_other_peoples_currency_is_not_ours_to_refuse(tmp_path: Path) -> None:
    rows = [*OURS, {**OTHERS[0], "BillingCurrency": "EUR"}]
    assert read(written(tmp_path, rows), BillFilter(accounts=("111111111111",))).month_to_date_usd == 75


def test_another_accounts_purchase_is_no_more_this_services_than_its_usage(tmp_path: Path) -> None:
    bought = row(date(2026, 11, 12), "450", ChargeCategory="Purchase", SubAccountId="999999999999")
    assert "has 2 accounts" in str(read(written(tmp_path, [*OURS, bought])).not_a_bill)
    long_ago = row(date(2025, 1, 12), "450", SubAccountId="999999999999")
    assert read(written(tmp_path, [*OURS, long_ago])).not_a_bill is None


def test_an_account_keeps_the_zeros_that_it_begins_with_and_is_found_where_a_column_of_numbers_lost_them(
    tmp_path: Path,
) -> None:
    ours = [{**each, "SubAccountId": "001234567890"} for each in OURS]
    file = written(tmp_path, [*ours, *OTHERS])
    asked = BillFilter(accounts=("001234567890",))
    assert (read(file, asked).month_to_date_usd, read(file, asked).not_a_bill) == (75, None)
    frame = pd.read_csv(file, dtype=str).assign(SubAccountId=lambda each: each["SubAccountId"].astype("int64"))
    pq.write_table(pa.Table.from_pandas(frame), tmp_path / "export.parquet")
    found = read(tmp_path / "export.parquet", asked)
    assert (found.month_to_date_usd, found.not_a_bill) == (75, None)
    assert (
        read(file, BillFilter(accounts=("001234567890", "1"))).not_a_bill == "export.csv has no charge of the account 1"
    )
