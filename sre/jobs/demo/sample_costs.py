"""A bill that nobody got: invented FOCUS rows for a demonstration, marked as such in every row."""

import csv
import io
from datetime import date, timedelta
from decimal import Decimal

from foundation.costs.bill import make_bill
from foundation.costs.book_file import read_book
from foundation.costs.quantities import MONTH_DAYS
from foundation.costs.traffic import Profile
from reports.service_names import name_of

COLUMNS: tuple[str, ...] = (
    "BilledCost", "BillingCurrency", "ChargeCategory", "ChargePeriodStart", "ChargePeriodEnd", "ServiceName",
    "ConsumedQuantity", "x_ServiceCode", "x_UsageType", "x_Sample",
)  # fmt: skip
# By weekday: less at the weekend, and a little more each week.
_WEEKDAYS = tuple(Decimal(each) / 100 for each in (104, 108, 110, 106, 102, 84, 80))


def sample_costs(profile: Profile, *, through_on: date, days: int = 60) -> str:
    """CSV of so many days: the estimate's own rows, moved by weekday and week, a dearer log line, and a credit."""
    bill = make_bill(profile, read_book(), per_day=Decimal(60), model=profile.model)
    out = io.StringIO()
    writer = csv.DictWriter(out, list(COLUMNS), lineterminator="\n")
    writer.writeheader()
    for back in range(days - 1, -1, -1):
        on = through_on - timedelta(days=back)
        factor = _WEEKDAYS[on.weekday()] * (1 + Decimal(days - back) / 1000)
        for row in bill.rows:
            part = factor / MONTH_DAYS
            if row.key.usage_type == "DataProcessing-Bytes" and back < 7:
                part *= 40
            if row.cost_usd:
                writer.writerow(
                    _row(on, row.key.service, row.key.usage_type, row.cost_usd * part, f"{row.quantity * part:.6f}")
                )
        if on.day == 1:
            writer.writerow(_row(on, "", "", Decimal(-25), "", category="Credit"))
    return out.getvalue()


def _row(
    on: date, code: str, usage_type: str, cost: Decimal, quantity: str, *, category: str = "Usage"
) -> dict[str, str]:
    return {
        "BilledCost": f"{cost:.10f}",
        "BillingCurrency": "USD",
        "ChargeCategory": category,
        "ChargePeriodStart": f"{on}T00:00:00Z",
        "ChargePeriodEnd": f"{on + timedelta(days=1)}T00:00:00Z",
        "ServiceName": name_of(code) if code else "AWS credits",
        "ConsumedQuantity": quantity,
        "x_ServiceCode": code,
        "x_UsageType": usage_type,
        "x_Sample": "true",
    }
