"""The summary of a load test, as text or as JSON."""

import json
from collections.abc import Sequence
from typing import Any

import click

from foundation.errors import Exit
from foundation.service.stage import Stage
from foundation.slo.verdict import reasoning_of, word_of
from loadtests.evidence import Judged, doubts_about, exit_code_of, judge_run
from loadtests.result import LoadResult, decode_histogram, percentile_ms
from loadtests.stress import breaking_rate, judge_stages

_CLOSING = (
    "met a connection that the server was closing, before any byte of an answer: the verdicts hold whether they were faults "
    "or not"
)


def print_summary(result: LoadResult, stage: Stage, *, as_json: bool) -> Exit:
    """Print it, judged by the objectives of a stage; the exit code of its verdicts."""
    judged = judge_run(stage.objectives, result)
    code = exit_code_of(judged)
    if as_json:
        click.echo(
            json.dumps(
                {
                    "exit_code": code,
                    "verdicts": [_row(each) for each in judged],
                    "closing_connection_count": result.measured.closing_count,
                    "what_ifs": stage.what_ifs,
                },
                indent=2,
            )
        )
        return code
    generator = result.generator
    click.echo(
        f"{result.profile} on {result.stage} ({result.target}), {result.measured.actual_seconds:.0f} s measured from "
        f"{result.started_at}; {generator.started_count:,} arrivals begun, {generator.ended_count:,} recorded"
    )
    for each in stage.what_ifs:
        click.echo(f"What if: {each}.")
    for each in result.what_ifs:
        if each not in stage.what_ifs:
            click.echo(f"The run itself was of a what-if: {each}.")
    for each in judged:
        row = _row(each)
        click.echo(f"{row['verdict']:13} {row['objective']}: {row['reasoning']}")
    if not judged:
        click.echo("no data       no journey was begun that speaks for an objective")
    for request in result.measured.requests:
        good, service = request.good, decode_histogram(request.service_histogram)
        shown = "  ".join(f"p{percent:g} {percentile_ms(good, percent) or 0:,.1f}" for percent in (50, 95, 99))
        click.echo(
            f"  {request.name:24} {request.sent_count:8,} sent {request.fault_count:6,} faults  {shown} ms "
            f"(service p99 {percentile_ms(service, 99) or 0:,.1f})"
        )
    _print_stages(result, judged)
    for what, count in sorted(result.faults_seen.items()):
        click.echo(f"  {count:,} × {what}")
    if closing_count := result.measured.closing_count:
        click.echo(f"  {closing_count:,} requests {_CLOSING}")
    for failure, count in generator.failed_addresses.items():
        click.echo(f"  {count:,} × no connection to {failure}; another address of the name took it")
    for doubt in doubts_about(result):
        click.echo(f"  in doubt: {doubt}")
    if result.stopped_early:
        click.echo(f"  ended early: {result.stopped_early}")
    return code


def _print_stages(result: LoadResult, judged: Sequence[Judged]) -> None:
    if len(result.stages) < 2:
        return
    stages = judge_stages(judged, result)
    for stage in stages:
        counts = stage.counts
        click.echo(
            f"  at {stage.rate_rps:g}/s {stage.objective_name}: {word_of(stage.verdict)}, {counts.bad_count:,} bad "
            f"of {counts.total_count:,}"
        )
    broken = breaking_rate(stages)
    if broken is None:
        click.echo("  no objective broke at any rate")
    else:
        click.echo(f"  the first to break was {broken.objective_name}, at {broken.rate_rps:g} arrivals a second")


def _row(judged: Judged) -> dict[str, Any]:
    return {
        "objective": judged.objective.name,
        "verdict": word_of(judged.verdict),
        "reasoning": reasoning_of(judged.verdict),
        "bad_count": judged.counts.bad_count,
        "total_count": judged.counts.total_count,
        "closing_count": judged.closing_count,
        "design_effect": round(judged.effect, 3),
    }
