"""What a canary costs a month: its runs, and the Lambda and S3 requests behind them; not the pipelines that it submits."""

from dataclasses import dataclass
from decimal import Decimal

from canaries.definitions import Canary
from foundation.costs.book import Key, PriceBook
from foundation.costs.book_file import read_book

_MONTH_MINUTES = Decimal(730 * 60)
# A run without a browser takes seconds, of which most is waiting; its report, its log and their index are three objects.
_RUN_SECONDS, _OBJECT_COUNT = Decimal(10), 3


@dataclass(frozen=True, slots=True, kw_only=True)
class CanaryPrice:
    """A month of 730 hours at list price."""

    run_count: Decimal
    total_usd: Decimal
    assumption: str


def monthly_price(canary: Canary, book: PriceBook | None = None) -> CanaryPrice:
    """The price of one canary in one Region. Raises PriceError when the book lacks a price."""
    book = book or read_book()
    runs = _MONTH_MINUTES / canary.every_minutes
    gb_seconds = runs * _RUN_SECONDS * Decimal(canary.memory_mib) / 1024
    total = (
        book[Key("AmazonCloudWatch", "CW:Canary-runs")].cost_usd(runs)
        + book[Key("AWSLambda", "Lambda-GB-Second")].cost_usd(gb_seconds)
        + book[Key("AWSLambda", "Request")].cost_usd(runs)
        + book[Key("AmazonS3", "Requests-Tier1")].cost_usd(runs * _OBJECT_COUNT)
    )
    return CanaryPrice(run_count=runs, total_usd=total, assumption=f"at {_RUN_SECONDS} s a run")
