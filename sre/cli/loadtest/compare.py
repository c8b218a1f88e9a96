"""`sre loadtest compare`."""

import math
from collections.abc import Collection
from decimal import Decimal
from pathlib import Path

import click

from foundation.errors import Exit
from loadtests.baselines import find_baselines
from loadtests.comparison import ComparedLatency, ComparedShare, Comparison
from loadtests.comparison import compare as compare_runs
from loadtests.evidence import doubts_about
from loadtests.result import read_result
from sre.cli.loadtest.reading import stage_of
from sre.cli.options import OutputFormat
from sre.cli.outputs.comparison import RunComparison, compared_percentile, compared_share
from sre.cli.outputs.words import Outcome, outcome_of_exit
from sre.cli.stage import stage_from
from sre.cli.verdicts.model import VerdictRow, Verdicts
from sre.cli.verdicts.show import show

_UNMATCHED = "not compared: not every one of the runs has it"


def run(
    *, file: Path, history: Path, tolerate: Decimal, stage: str | None, objectives_file: Path | None,
    output_format: OutputFormat,
) -> Exit:  # fmt: skip
    """Print each kind of request against what is usual of it."""
    result = read_result(file)
    asked = stage_from(stage=stage or stage_of(result, file), objectives_file=objectives_file, what_if_targets=())
    baselines = find_baselines(history, result, asked.objectives)
    for reason in baselines.left_out:
        click.echo(f"· left out: {reason}", err=True)
    compared = compare_runs(result, baselines.results)
    disturbance = result.disturbance
    doubts = doubts_about(result) if disturbance is None else (*doubts_about(result), disturbance.sentence)
    is_disturbed = disturbance is not None
    percentiles = tuple(
        compared_percentile(each, tolerate=tolerate, is_disturbed=is_disturbed) for each in compared.latencies
    )
    shares = tuple(compared_share(each, is_disturbed=is_disturbed) for each in compared.shares)
    is_whole = bool(percentiles) and not compared.unmatched and not doubts
    code = _exit_code({each.outcome for each in (*percentiles, *shares)}, is_whole=is_whole)
    output = RunComparison(
        outcome=outcome_of_exit(code),
        exit_code=code,
        stage=result.stage,
        target=result.target,
        profile=result.profile,
        baseline_count=len(baselines.results),
        tolerated_change_ratio=tolerate,
        percentiles=percentiles,
        shares=shares,
        not_compared=compared.unmatched,
        left_out=tuple(baselines.left_out),
        doubts=doubts,
    )
    headline = f"{result.profile} on {result.stage}, against {len(baselines.results)} earlier runs ({result.target})"

    def print_text() -> None:
        click.echo(headline)
        _print(compared)
        for doubt in doubts:
            click.echo(f"  in doubt: {doubt}")

    show(_verdicts(compared, output, headline), output, output_format, as_text=print_text)
    return code


def _exit_code(outcomes: Collection[Outcome], *, is_whole: bool) -> Exit:
    """A miss decides; then what might have gone unseen, or was not compared; else met."""
    if Outcome.MISS in outcomes:
        return Exit.MISSED
    return Exit.NOT_ENOUGH_EVIDENCE if Outcome.INCONCLUSIVE in outcomes or not is_whole else Exit.MET


def _verdicts(compared: Comparison, output: RunComparison, headline: str) -> Verdicts:
    latencies = (
        VerdictRow(
            name=f"p{latency.percent:g}", outcome=row.outcome, reason=_usual_latency(latency), group=latency.kind,
            cells=(latency.kind, f"{latency.now_ms:,.1f} ms"),
        )
        for latency, row in zip(compared.latencies, output.percentiles, strict=True)
    )  # fmt: skip
    shares = (
        VerdictRow(
            name=share.bad.value, outcome=row.outcome, reason=_usual_share(share), group=share.kind,
            cells=(share.kind, f"{share.now.bad_count:,} of {share.now.total_count:,}"),
        )
        for share, row in zip(compared.shares, output.shares, strict=True)
    )  # fmt: skip
    unmatched = (
        VerdictRow(name="all", outcome=Outcome.NO_DATA, reason=_UNMATCHED, group=kind, cells=(kind, "–"))
        for kind in compared.unmatched
    )
    return Verdicts(
        title="Load test against earlier ones", of="measure", columns=("request", "now"), number_columns=frozenset({"now"}),
        rows=(*latencies, *shares, *unmatched), headline=f"{headline}.",
        notes=tuple(f"In doubt: {each}." for each in output.doubts),
    )  # fmt: skip


def _print(compared: Comparison) -> None:
    kinds = dict.fromkeys(share.kind for share in compared.shares)
    for kind in kinds:
        click.echo(kind)
        for latency in compared.latencies:
            if latency.kind == kind:
                click.echo(f"  {_latency_line(latency)}")
        for share in compared.shares:
            if share.kind == kind:
                click.echo(f"  {_share_line(share)}")
    for kind in compared.unmatched:
        click.echo(f"{kind}\n  {_UNMATCHED}")


def _latency_line(each: ComparedLatency) -> str:
    word = "slower" if each.is_worse else "as usual"
    return f"p{each.percent:g}  {each.now_ms:9.1f} ms  {word:8}  {_usual_latency(each)}"


def _usual_latency(each: ComparedLatency) -> str:
    return (
        f"usual {each.usual_ms:.1f} ms, likely up to {_up(each.likely_up_to_ms * 10) / 10:.1f} ms; "
        f"+{_up(each.visible_change_ratio * 100)} % would be seen in 80 % of cases"
    )


def _share_line(each: ComparedShare) -> str:
    word = "more" if each.is_worse else "as usual"
    return f"{each.bad.value:6}  {each.now.bad_count:,} of {each.now.total_count:,}  {word:8}  {_usual_share(each)}"


def _usual_share(each: ComparedShare) -> str:
    return f"usual {each.usual_ratio * 100:.3g} %, likely up to {each.likely_up_to_count:,}"


def _up(bound: float) -> int:
    """Up: what lies below what is printed is as usual, and what is smaller than it would not be seen."""
    return math.ceil(bound)
