"""A bill as FOCUS 1.2 rows, so that an estimate and an export of the actual cost have one shape.

https://focus.finops.org/focus-specification/v1-2/ ; AWS's own columns begin with `x_`, as in its exports.
"""

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal

from foundation.costs.bill import WIDE, Bill
from foundation.costs.labels import label_of
from foundation.costs.origins import words_of
from foundation.costs.reasons import row_reasons

COLUMNS: tuple[str, ...] = (
    "BilledCost", "BillingAccountId", "BillingAccountName", "BillingCurrency", "BillingPeriodStart", "BillingPeriodEnd",
    "ChargeCategory", "ChargeClass", "ChargeDescription", "ChargeFrequency", "ChargePeriodStart", "ChargePeriodEnd",
    "ContractedCost", "EffectiveCost",
    "InvoiceIssuerName", "ListCost", "PricingQuantity", "PricingUnit", "ProviderName", "PublisherName",
    "ServiceCategory", "ServiceName", "ResourceName", "SkuMeter", "x_ServiceCode",
    "x_UsageType", "x_Operation", "x_Line", "x_Estimate", "x_Origin",
)  # fmt: skip
_CATEGORIES = {
    "AmazonApiGateway": "Networking", "AmazonVPC": "Networking", "AWSDataTransfer": "Networking", "AWSLambda": "Compute",
    "AmazonECS": "Compute", "AmazonEC2": "Networking", "AmazonS3": "Storage", "AmazonECR": "Storage",
    "AmazonDynamoDB": "Databases", "AmazonRDS": "Databases", "AmazonElastiCache": "Databases", "AmazonES": "Databases",
    "AmazonBedrock": "AI and Machine Learning", "AmazonBedrockFoundationModels": "AI and Machine Learning",
    "AmazonBedrockAgentCore": "AI and Machine Learning", "AmazonCloudWatch": "Management and Governance",
    "AWSXRay": "Management and Governance", "AWSConfig": "Management and Governance",
    "AWSCostExplorer": "Management and Governance", "AWSCloudTrail": "Management and Governance", "awswaf": "Security",
    "awskms": "Security", "AWSSecretsManager": "Security", "AmazonGuardDuty": "Security", "AmazonStates": "Integration",
    "AWSEvents": "Integration", "AWSQueueService": "Integration",
}  # fmt: skip


def to_focus(bill: Bill, *, month_on: date, account_id: str = "estimate") -> str:
    """The bill as CSV: a row for each quantity, for the calendar month of `month_on`; ends are exclusive."""
    start = datetime(month_on.year, month_on.month, 1, tzinfo=UTC)
    end = datetime(month_on.year + month_on.month // 12, month_on.month % 12 + 1, 1, tzinfo=UTC)
    period = {
        "BillingPeriodStart": _instant(start), "BillingPeriodEnd": _instant(end),
        "ChargePeriodStart": _instant(start), "ChargePeriodEnd": _instant(end),
    }  # fmt: skip
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for row, reason in zip(bill.rows, row_reasons(bill), strict=True):
        cost = _plain(row.cost_usd)
        writer.writerow(
            {
                **period,
                "BilledCost": cost, "ContractedCost": cost, "EffectiveCost": cost, "ListCost": cost,
                "BillingAccountId": account_id, "BillingAccountName": account_id, "BillingCurrency": "USD",
                "ChargeCategory": "Usage", "ChargeClass": "", "ChargeFrequency": "Usage-Based",
                "ChargeDescription": f"{label_of(row.line)}: {_plain(row.quantity)} {row.unit}",
                "InvoiceIssuerName": "Amazon Web Services", "ProviderName": "AWS", "PublisherName": "Amazon Web Services",
                "PricingQuantity": _plain(row.quantity), "PricingUnit": row.unit,
                "ServiceCategory": _CATEGORIES.get(row.key.service, "Other"), "ServiceName": row.key.service,
                "SkuMeter": row.key.usage_type,
                "x_ServiceCode": row.key.service, "x_UsageType": row.key.usage_type, "x_Operation": row.key.operation,
                "x_Line": row.line, "x_Estimate": "true", "ResourceName": row.resource,
                "x_Origin": " ".join(words_of(reason.factors)) if reason else "",
            }
        )  # fmt: skip
    return out.getvalue()


def _instant(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


def _plain(number: Decimal) -> str:
    """Ten decimals, which is more than any invoice has; before them a product of large quantities may have many digits."""
    return f"{number.quantize(Decimal('1E-10'), context=WIDE):f}"
