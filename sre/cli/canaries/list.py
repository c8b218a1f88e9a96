"""`sre canaries list`."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import click

from canaries.aws import SyntheticsRuntimes
from canaries.definitions import Canaries, read_canaries
from canaries.price import monthly_price
from canaries.runtimes import Runtime, age_of_runtime, must_be_replaced
from foundation.errors import Exit
from infra.service import T_DEVELOPER


def run(*, region: str | None, as_json: bool, definitions: Path | None) -> Exit:
    """Print them, and how old their runtimes are by the file or by AWS."""
    defined = read_canaries(definitions or T_DEVELOPER.canaries)
    known: Sequence[Runtime] = defined.runtimes
    source = f"the file, read on {defined.runtimes_read_on}"
    if region is not None:
        known, source = SyntheticsRuntimes(region=region).read(), f"AWS in {region}, now"
    today = datetime.now(UTC).date()
    chosen = (defined.runtime, "syn-python-"), (defined.blueprint_runtime, "syn-nodejs-")
    ages = {name: age_of_runtime(name, known, kind=kind, today=today) for name, kind in chosen}
    if as_json:
        click.echo(json.dumps(_listing(defined, ages, source), indent=2))
    else:
        _print_listing(defined, ages, source)
    is_old = any(must_be_replaced(name, known, kind=kind, today=today) for name, kind in chosen)
    return Exit.MISSED if is_old else Exit.MET


def _listing(defined: Canaries, ages: dict[str, str | None], source: str) -> dict[str, object]:
    return {
        "canaries": [
            {
                "name": each.name, "about": each.about, "every_minutes": each.every_minutes,
                "timeout_seconds": each.timeout_seconds, "memory_mib": each.memory_mib, "retry_count": each.retry_count,
                "run_count_a_month": str(round(monthly_price(each).run_count, 1)),
                "monthly_cost_usd": str(round(monthly_price(each).total_usd, 2)),
            }
            for each in defined.canaries
        ],
        "runtimes": {name: age or "current" for name, age in ages.items()},
        "runtimes_source": source,
    }  # fmt: skip


def _print_listing(defined: Canaries, ages: dict[str, str | None], source: str) -> None:
    total = Decimal(0)
    for each in defined.canaries:
        price = monthly_price(each)
        total += price.total_usd
        click.echo(
            f"{each.name:14} every {each.every_minutes:4} min, {each.timeout_seconds} s, {each.memory_mib} MiB, "
            f"{each.retry_count} retries  {price.run_count:8,.0f} runs  ${price.total_usd:6.2f} a month  {each.about}"
        )
    click.echo(
        f"List price: ${total:.2f} a month, {monthly_price(defined.canaries[0]).assumption}; free runs are not taken off."
    )
    for name, age in ages.items():
        click.echo(f"{name}: {age or 'current'} ({source})")
