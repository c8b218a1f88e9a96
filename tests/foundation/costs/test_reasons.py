"""Why a bill has a quantity: by the inputs that change it, fixed and per pipeline."""

from decimal import Decimal

from foundation.costs.bill import Bill, make_bill
from foundation.costs.book_file import read_book
from foundation.costs.reasons import quantity_reasons
from foundation.costs.traffic_file import read_profiles
from infra.service import T_DEVELOPER

LEAN = read_profiles(T_DEVELOPER.traffic_profiles, unit="pipeline")["lean"]


def a_bill(per_day: int) -> Bill:
    return make_bill(LEAN, read_book(), per_day=Decimal(per_day), model="nova-micro")


def reason_of(bill: Bill, usage_type: str) -> str:
    row = next(each for each in bill.rows if each.key.usage_type == usage_type)
    return quantity_reasons(bill)[row.line, row.key, row.quantity]


def test_each_row_of_a_bill_has_its_reason() -> None:
    bill = a_bill(24)
    assert {(row.line, row.key, row.quantity) for row in bill.rows} == set(quantity_reasons(bill))


def test_what_is_there_without_any_pipeline_is_called_fixed_with_its_inputs() -> None:
    assert (
        reason_of(a_bill(24), "VpcEndpoint-Hours") == "fixed: 4,380, from endpoint_az_count 6, hours of the month 730"
    )


def test_what_a_pipeline_adds_is_a_product_that_can_be_checked() -> None:
    """24 a day are 730 in a month of 730 hours."""
    assert (
        reason_of(a_bill(24), "ApiGatewayRequest")
        == "6 per pipeline × 730 pipelines a month, from rest_request_count 6"
    )


def test_a_quantity_of_both_says_both_and_one_of_nothing_says_so() -> None:
    assert reason_of(a_bill(24), "DataProcessing-Bytes").startswith("fixed: ")
    assert " per pipeline × 730 pipelines a month, from log_bytes " in reason_of(a_bill(24), "DataProcessing-Bytes")
    assert reason_of(a_bill(24), "NatGateway-Hours") == "nothing is used"
