"""`sre loadtest plan`."""

import math
from decimal import Decimal
from pathlib import Path

import click

from foundation.errors import Exit
from infra.service import T_DEVELOPER
from loadtests.planning import CONFIDENCE_RATIO, Tokens, run_usd, sample_size
from loadtests.profiles import choose_profile
from sre.cli.loadtest.reading import budgeted
from sre.cli.outputs.loadtest import Plan, TokenKind
from sre.cli.outputs.model import print_output
from sre.cli.stage import stage_from


def run(
    *, objective_name: str, expected: Decimal, power: Decimal, rate: Decimal | None, profile: str,
    tokens: tuple[int, int, Decimal, Decimal] | None, fargate_tasks: int, stage: str, objectives_file: Path | None,
    what_if_targets: tuple[tuple[str, Decimal], ...], as_json: bool,
) -> Exit:  # fmt: skip
    """Print how large the test must be."""
    asked = stage_from(stage=stage, objectives_file=objectives_file, what_if_targets=what_if_targets)
    objective = budgeted(asked.objectives, objective_name)
    chosen = choose_profile(profile, T_DEVELOPER.load_profiles)
    rps = chosen.rate_rps if rate is None else float(rate)
    size = sample_size(budget_ratio=objective.budget_ratio, expected_bad_ratio=expected, power_ratio=power)
    seconds = size.event_count / rps
    rates = {flow: each * rps / chosen.rate_rps for flow, each in chosen.arrivals_per_second.items()}
    token_kind = TokenKind.REAL if tokens else TokenKind.STUBBED
    usd = run_usd(rates, seconds, tokens=_tokens(tokens), fargate_task_count=fargate_tasks)
    if as_json:
        print_output(
            Plan(
                objective=objective.name,
                sample_count=size.event_count,
                allowed_bad_count=size.bad_count,
                allowed_bad_ratio=objective.budget_ratio,
                expected_bad_ratio=expected,
                power_ratio=power,
                confidence_ratio=CONFIDENCE_RATIO,
                rate_rps=rps,
                duration_seconds=_up(seconds),
                cost_usd=round(usd, 4),
                tokens=token_kind,
                what_ifs=asked.what_ifs,
            )
        )
        return Exit.MET
    click.echo(
        f"{objective.name}: at most {float(objective.budget_ratio) * 100:g} % bad, {_percent(expected)} expected\n"
        f"{size.event_count:,} arrivals, of which up to {size.bad_count:,} may be bad, pass at 95 % confidence with a chance "
        f"of {_percent(power)}\n"
        f"{_up(seconds / 60):.1f} minutes at {rps:g} arrivals a second, beside the warm-up\n"
        f"about ${usd:.2f} on AWS at list price with {token_kind} tokens; nothing on the local platform"
    )
    for each in asked.what_ifs:
        click.echo(f"What if: {each}.")
    return Exit.MET


def _tokens(given: tuple[int, int, Decimal, Decimal] | None) -> Tokens | None:
    if given is None:
        return None
    said, heard, said_usd, heard_usd = given
    return Tokens(
        input_count=said, output_count=heard, input_usd_per_million=said_usd, output_usd_per_million=heard_usd
    )


def _percent(ratio: Decimal) -> str:
    return f"{(ratio * 100).normalize():f}%"


def _up(length: float) -> float:
    """To tenths, and up: a test that is shorter than it must be sends too few arrivals."""
    return math.ceil(length * 10) / 10
