"""`sre loadtest plan`."""

import math
from decimal import Decimal
from pathlib import Path

import click

from foundation.errors import Exit, InputError
from foundation.pages.numbers import count, counted, exact_percent, quantity, usd
from foundation.readings import NoData
from foundation.service.files import FileKind
from loadtests.flows import key_of
from loadtests.flows_file import read_flows
from loadtests.planning import CONFIDENCE_RATIO, Tokens, of_load, rate_of, run_usd, sample_size
from loadtests.profiles import choose_profile
from sre.cli.loadtest.reading import budgeted
from sre.cli.outputs.loadtest import Plan, TokenKind
from sre.cli.outputs.model import print_output
from sre.cli.stage import files_of, stage_from


def run(
    *, objective_name: str, expected: Decimal, power: Decimal, rate: Decimal | None, profile: str,
    tokens: tuple[int, int, Decimal, Decimal] | None, fargate_tasks: int, stage: str, service: Path | None,
    objectives_file: Path | None,
    what_if_targets: tuple[tuple[str, Decimal], ...], as_json: bool,
) -> Exit:  # fmt: skip
    """Print how large the test must be."""
    asked = stage_from(
        stage=stage,
        service=service,
        objectives_file=objectives_file,
        what_if_targets=what_if_targets,
        plans_alarms=False,
    )
    objective = budgeted(asked.objectives, objective_name)
    by_load = of_load(objective, asked.objectives)
    files = files_of(service=service, objectives_file=objectives_file)
    flows = read_flows(files.needed(FileKind.FLOWS))
    chosen = choose_profile(profile, files.needed(FileKind.LOAD_PROFILES), flows)
    speaking_rps = rate_of(chosen, by_load.load)
    if not speaking_rps:
        able = [each.name for each in flows if each.load is by_load.load]
        which = (
            f"the {' or '.join(able)} flow"
            if able
            else f"a flow of load {key_of(by_load.load)}, of which there is none"
        )
        raise InputError(
            f"--profile {chosen.name} sends nothing that speaks for {objective.name}; choose one with {which}"
        )
    rps = speaking_rps if rate is None else float(rate)
    size = sample_size(budget_ratio=objective.budget_ratio, expected_bad_ratio=expected, power_ratio=power)
    seconds = size.event_count / rps
    rates = {flow: each * rps / speaking_rps for flow, each in chosen.arrivals_per_second.items()}
    token_kind = TokenKind.REAL if tokens else TokenKind.STUBBED
    cost = run_usd(chosen, rates, seconds, tokens=_tokens(tokens), fargate_task_count=fargate_tasks)
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
                cost_usd=None if isinstance(cost, NoData) else round(cost, 4),
                tokens=token_kind,
                what_ifs=asked.what_ifs,
            )
        )
        return Exit.MET
    click.echo(
        f"{objective.name}: at most {exact_percent(objective.budget_ratio)} bad allowed, {exact_percent(expected)} expected\n"
        f"{counted(size.event_count, 'arrival')} (at most {count(size.bad_count)} bad) give a {exact_percent(power)} chance to "
        f"pass at {exact_percent(CONFIDENCE_RATIO)} confidence\n"
        f"{quantity(_up(seconds / 60))} minutes at {quantity(rps)} arrivals a second of profile {chosen.name}, plus the warm-up\n"
        f"{_said(cost, token_kind)}; free on this machine"
    )
    for each in asked.what_ifs:
        click.echo(f"What if: {each}.")
    return Exit.MET


def _said(cost: Decimal | NoData, token_kind: TokenKind) -> str:
    if isinstance(cost, NoData):
        return f"what it costs on AWS is not known: {cost.reason}"
    return f"about {usd(cost)} on AWS at list price with {token_kind} tokens"


def _tokens(given: tuple[int, int, Decimal, Decimal] | None) -> Tokens | None:
    if given is None:
        return None
    said, heard, said_usd, heard_usd = given
    return Tokens(
        input_count=said, output_count=heard, input_usd_per_million=said_usd, output_usd_per_million=heard_usd
    )


def _up(length: float) -> float:
    """To tenths, and up: a test that is shorter than it must be sends too few arrivals."""
    return math.ceil(length * 10) / 10
