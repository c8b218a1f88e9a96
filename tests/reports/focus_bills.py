"""Bills as FOCUS exports write them, made up row by row."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path

DAY = timedelta(days=1)
COLUMNS = (
    "BilledCost", "BillingCurrency", "ChargeCategory", "ChargeClass", "ChargeFrequency", "ChargePeriodStart", "ChargePeriodEnd",
    "BillingPeriodStart", "ServiceName", "ConsumedQuantity", "SkuMeter", "x_ServiceCode", "SubAccountId", "ProviderName", "Tags",
)  # fmt: skip
Row = Mapping[str, str]


def row(on: date, usd: str = "5", *, days: int = 1, **others: str) -> Row:
    """A charge of a day, or of some."""
    return {
        "BilledCost": usd,
        "BillingCurrency": "USD",
        "ChargeCategory": "Usage",
        "ChargeFrequency": "Usage-Based",
        "ChargePeriodStart": f"{on}T00:00:00Z",
        "ChargePeriodEnd": f"{on + days * DAY}T00:00:00Z",
        "BillingPeriodStart": f"{on.replace(day=1)}T00:00:00Z",
        "ServiceName": "AWS Lambda",
        "ConsumedQuantity": "7000",
        "SkuMeter": "Lambda-GB-Second-ARM",
        "x_ServiceCode": "AWSLambda",
        "SubAccountId": "111111111111",
        "ProviderName": "AWS",
        **others,
    }


def days(first_on: date, last_on: date, usd: str = "5", **others: str) -> list[Row]:
    """A charge of each day from one to another, the last included."""
    return [{**row(first_on + number * DAY, usd), **others} for number in range((last_on - first_on).days + 1)]


def text(rows: Sequence[Row], *, without: Sequence[str] = (), renamed: Mapping[str, str] | None = None) -> str:
    """The rows as CSV, in their order, without some columns, or with others under other names."""
    columns = [column for column in COLUMNS if column not in without]
    names = [(renamed or {}).get(column, column) for column in columns]
    lines = [names, *([_quoted(each.get(column, "")) for column in columns] for each in rows)]
    return "".join(",".join(line) + "\n" for line in lines)


def written(
    directory: Path, rows: Sequence[Row], name: str = "export.csv", *, without: Sequence[str] = (),
    renamed: Mapping[str, str] | None = None,
) -> Path:  # fmt: skip
    """The file that holds them."""
    file = directory / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text(rows, without=without, renamed=renamed))
    return file


def _quoted(value: str) -> str:
    return f'"{value.replace(chr(34), chr(34) * 2)}"' if "," in value or '"' in value else value
