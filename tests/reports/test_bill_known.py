"""What of its days a bill knows: every account, no day missing, and the newest day of it not yet shown to be whole."""

from datetime import date
from pathlib import Path

import pytest

from foundation.readings import Reading
from reports.bill_filter import BillFilter
from reports.bill_known import bill_known, known_days, month_known, said_days
from reports.focus_export import FocusExport
from reports.money import CostActuals, midnight
from tests.reports.focus_bills import Row, days, row, written

NOVEMBER, SUNDAY, MONDAY = date(2026, 11, 1), date(2026, 11, 15), date(2026, 11, 16)


def read(
    directory: Path, rows: list[Row], *, accounts: tuple[str, ...] = (), complete_on: date = SUNDAY
) -> Reading[CostActuals]:
    export = FocusExport(path=written(directory, rows), filter=BillFilter(accounts=accounts))
    found = export.read(through_on=SUNDAY, complete_on=complete_on)
    assert isinstance(found, Reading)
    return found


def test_a_month_of_every_day_and_one_after_them_is_known_as_a_whole(tmp_path: Path) -> None:
    known = month_known(read(tmp_path, days(NOVEMBER, MONDAY)))
    assert (known.problem, known.caveat, known.words) == (None, None, "all 15 days")


def test_the_newest_day_of_a_bill_is_there_and_may_be_torn(tmp_path: Path) -> None:
    known = month_known(read(tmp_path, days(NOVEMBER, SUNDAY)))
    assert known.problem is None
    assert known.newest_on == SUNDAY
    assert known.caveat == ("on 14 of 15 days known: 2026-11-15 is the newest day of the bill, and may not be whole")


def test_a_bill_that_stopped_is_not_a_cheap_one(tmp_path: Path) -> None:
    known = month_known(read(tmp_path, days(date(2026, 10, 1), date(2026, 10, 31))))
    assert known.problem == "2026-11-01 to 2026-11-15 are missing from the bill, 15 of 15 days"


def test_a_day_in_the_middle_is_missed(tmp_path: Path) -> None:
    rows = [each for each in days(NOVEMBER, MONDAY) if "11-07T" not in each["ChargePeriodStart"]]
    assert month_known(read(tmp_path, rows)).problem == "2026-11-07 is missing from the bill, 1 of 15 days"


@pytest.mark.parametrize(
    "booked",
    [
        row(date(2026, 11, 7), "9", ChargeCategory="Purchase", ChargeFrequency="One-Time"),
        row(date(2026, 11, 7), "9", ChargeCategory="Tax"),
        row(date(2026, 11, 7), "9", ChargeCategory="Adjustment"),
        row(date(2026, 11, 7), "-9", ChargeClass="Correction"),
        row(NOVEMBER, "30", days=30),
    ],
)
def test_what_is_booked_on_a_day_does_not_show_that_its_usage_was_delivered(booked: Row, tmp_path: Path) -> None:
    rows = [each for each in days(NOVEMBER, MONDAY) if "11-07T" not in each["ChargePeriodStart"]]
    assert month_known(read(tmp_path, [*rows, booked])).missing == (date(2026, 11, 7),)


def test_a_day_is_known_when_every_account_has_it(tmp_path: Path) -> None:
    ours = ("111111111111", "222222222222")
    rows = [*days(NOVEMBER, MONDAY), *days(NOVEMBER, date(2026, 11, 12), SubAccountId=ours[1])]
    bill = read(tmp_path, rows, accounts=ours)
    assert known_days(bill, NOVEMBER, MONDAY) == {date(2026, 11, day) for day in range(1, 12)}
    assert month_known(bill).missing == tuple(date(2026, 11, day) for day in (13, 14, 15))
    assert month_known(bill).newest_on == date(2026, 11, 12)


def test_of_what_is_no_bill_of_this_service_no_day_is_known(tmp_path: Path) -> None:
    bill = read(tmp_path, [*days(NOVEMBER, MONDAY), row(NOVEMBER, SubAccountId="2")])
    assert known_days(bill, NOVEMBER, MONDAY) == frozenset()
    assert "2 accounts" in str(month_known(bill).problem)


def test_days_after_the_reported_ones_are_known_up_to_the_first_that_is_missing(tmp_path: Path) -> None:
    rows = [each for each in days(NOVEMBER, date(2026, 11, 25)) if "11-19T" not in each["ChargePeriodStart"]]
    bill = read(tmp_path, rows, complete_on=date(2026, 11, 24))
    assert bill.answer.known_on == date(2026, 11, 18)
    assert month_known(bill).problem is None


def test_the_month_before_is_known_with_all_of_its_days_or_not_at_all(tmp_path: Path) -> None:
    october = days(date(2026, 10, 1), MONDAY, "5")
    assert read(tmp_path, october).answer.previous_month_usd == 155
    assert read(tmp_path, october[1:]).answer.previous_month_usd is None


def test_days_are_said_as_ranges() -> None:
    assert said_days(()) == "no day"
    assert said_days([date(2026, 11, day) for day in (9, 3, 5, 4)]) == "2026-11-03 to 2026-11-05, 2026-11-09"


def test_one_day_is_known_or_missing(tmp_path: Path) -> None:
    bill = read(tmp_path, days(NOVEMBER, MONDAY))
    assert bill_known(bill, SUNDAY, MONDAY).words == "the day"
    assert bill.known.newest_at == midnight(MONDAY)
