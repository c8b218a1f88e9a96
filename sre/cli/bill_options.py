"""Which rows of an export of costs are a service's, as the options of several commands say it."""

from collections.abc import Sequence
from pathlib import Path

from reports.bill_filter import BillFilter
from sre.cli.unused import refuse_without


def bill_filter_of(
    costs: Path | None, accounts: Sequence[str], providers: Sequence[str], tags: Sequence[tuple[str, str]]
) -> BillFilter:  # fmt: skip
    """The filter of --account, --provider and --tag. Raises InputError for one of them without --costs."""
    bill_filter = BillFilter(accounts=tuple(accounts), providers=tuple(providers), tags=tuple(tags))
    if costs is None:
        refuse_without("--costs", account=bill_filter.accounts, provider=bill_filter.providers, tag=bill_filter.tags)
    return bill_filter
