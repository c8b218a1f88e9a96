"""`sre canaries list`."""

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import click

from canaries.aws import SyntheticsRuntimes
from canaries.definitions import Canaries, Canary, read_canaries
from canaries.price import monthly_price
from canaries.runtimes import Runtime as KnownRuntime
from canaries.runtimes import age_of_runtime, must_be_replaced, problem_of_list
from foundation.errors import Exit
from foundation.service.files import FileKind
from sre.cli.outputs.canaries import CanaryDefinition, CanaryList, Runtime, RuntimesSource
from sre.cli.outputs.model import print_output
from sre.cli.stage import files_of


def run(*, region: str | None, service: Path | None, as_json: bool, definitions: Path | None) -> Exit:
    """Print them, and how old their runtimes are by the file or by AWS; a file that is too old to tell is inconclusive."""
    defined = read_canaries(definitions or files_of(service=service).needed(FileKind.CANARIES))
    known: Sequence[KnownRuntime] = defined.runtimes
    source = f"the file, read on {defined.runtimes_read_on}"
    if region is not None:
        known, source = SyntheticsRuntimes(region=region).read(), f"AWS in {region}, now"
    today = datetime.now(UTC).date()
    unproved = problem_of_list(defined.runtimes_read_on, today=today) if region is None else None
    chosen = (defined.runtime, "syn-python-"), (defined.blueprint_runtime, "syn-nodejs-")
    ages = {name: age_of_runtime(name, known, kind=kind, today=today) for name, kind in chosen}
    old = {name for name, kind in chosen if must_be_replaced(name, known, kind=kind, today=today)}
    if as_json:
        total = sum((monthly_price(each).total_usd for each in defined.canaries), Decimal(0))
        print_output(
            CanaryList(
                canaries=tuple(_definition(each) for each in defined.canaries),
                monthly_usd=round(total, 2),
                runtimes=tuple(
                    Runtime(runtime=name, is_newest=age is None, must_be_replaced=name in old, reason=age)
                    for name, age in ages.items()
                ),
                runtimes_source=RuntimesSource.FILE if region is None else RuntimesSource.AWS,
                runtimes_read_on=defined.runtimes_read_on if region is None else today,
                runtimes_are_known=unproved is None,
            )
        )
    else:
        _print_listing(defined, ages, source)
    if unproved is not None:
        click.echo(f"Note: {unproved}.", err=True)
    if old:
        return Exit.MISSED
    return Exit.MET if unproved is None else Exit.NOT_ENOUGH_EVIDENCE


def _definition(canary: Canary) -> CanaryDefinition:
    price = monthly_price(canary)
    return CanaryDefinition(
        canary=canary.name, description=canary.about, every_minutes=canary.every_minutes,
        timeout_seconds=canary.timeout_seconds, memory_mib=canary.memory_mib, network_retry_count=canary.retry_count,
        monthly_run_count=round(price.run_count, 1), monthly_usd=round(price.total_usd, 2),
    )  # fmt: skip


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
