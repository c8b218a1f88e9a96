"""Why a bill has a quantity: by the inputs that change it, fixed and per pipeline."""

from decimal import Decimal

from foundation.costs.bill import Bill, make_bill
from foundation.costs.book_file import read_book
from foundation.costs.origins import Measured, word_of
from foundation.costs.reasons import row_reasons
from foundation.costs.traffic_file import read_profiles
from infra.service import T_DEVELOPER

LEAN = read_profiles(T_DEVELOPER.traffic_profiles, unit="pipeline")["lean"]


def a_bill(per_day: int) -> Bill:
    return make_bill(LEAN, read_book(), per_day=Decimal(per_day), model="nova-micro")


def reason_of(bill: Bill, usage_type: str) -> str:
    found = zip(bill.rows, row_reasons(bill), strict=True)
    return next(reason.text for row, reason in found if row.key.usage_type == usage_type and reason is not None)


def test_each_row_of_a_bill_has_its_reason_and_comes_from_the_profile() -> None:
    reasons = row_reasons(a_bill(24))
    assert all(
        reason is not None and {word_of(each.origin) for each in reason.factors} == {"profile"} for reason in reasons
    )


def test_what_was_measured_says_so_and_the_rest_is_of_the_profile() -> None:
    origin = Measured(source="load result load-result.json", window="2026-03-02T10:00:00Z to 2026-03-02T10:10:00Z")
    bill = make_bill(LEAN.with_known("rest_request_count", Decimal("6.5"), origin), read_book(), per_day=Decimal(24))
    requests = next(
        reason
        for row, reason in zip(bill.rows, row_reasons(bill), strict=True)
        if row.key.usage_type == "ApiGatewayRequest"
    )
    assert requests is not None
    assert [(each.what, each.value, each.origin) for each in requests.factors] == [
        ("rest_request_count", Decimal("6.5"), origin)
    ]  # fmt: skip
    assert requests.text == (
        "6.5 per pipeline × 730 pipelines a month, from rest_request_count 6.5 (measured: load result load-result.json, "
        "2026-03-02T10:00:00Z to 2026-03-02T10:10:00Z)"
    )


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
