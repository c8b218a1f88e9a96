"""`sre loadtest compare`."""

import json
import math
from decimal import Decimal
from pathlib import Path
from typing import Any

import click

from foundation.errors import Exit
from loadtests.baselines import find_baselines
from loadtests.comparison import ComparedLatency, ComparedShare, Comparison
from loadtests.comparison import compare as compare_runs
from loadtests.evidence import doubts_about
from loadtests.result import read_result
from sre.cli.loadtest.reading import stage_of
from sre.cli.stage import stage_from


def run(
    *, file: Path, history: Path, tolerate: Decimal, stage: str | None, objectives_file: Path | None, as_json: bool
) -> Exit:
    """Print each kind of request against what is usual of it."""
    result = read_result(file)
    asked = stage_from(stage=stage or stage_of(result, file), objectives_file=objectives_file, what_if_targets=())
    baselines = find_baselines(history, result, asked.objectives)
    for reason in baselines.left_out:
        click.echo(f"· left out: {reason}", err=True)
    compared = compare_runs(result, baselines.results)
    doubts = doubts_about(result)
    if as_json:
        click.echo(json.dumps(_to_dict(compared, len(baselines.results), doubts), indent=2))
    else:
        click.echo(
            f"{result.profile} on {result.stage}, against {len(baselines.results)} earlier runs ({result.target})"
        )
        _print(compared)
        for doubt in doubts:
            click.echo(f"  in doubt: {doubt}")
    if compared.is_worse:
        return Exit.MISSED
    would_be_seen = all(each.visible_change_ratio <= tolerate for each in compared.latencies)
    is_known = bool(compared.latencies) and would_be_seen and not compared.unmatched and not doubts
    return Exit.MET if is_known else Exit.NOT_ENOUGH_EVIDENCE


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
        click.echo(f"{kind}\n  not compared: not every one of the runs has it")


def _latency_line(each: ComparedLatency) -> str:
    word = "slower" if each.is_worse else "as usual"
    return (
        f"p{each.percent:g}  {each.now_ms:9.1f} ms  {word:8}  usual {each.usual_ms:.1f} ms, likely up to "
        f"{_up(each.likely_up_to_ms * 10) / 10:.1f} ms; +{_up(each.visible_change_ratio * 100)} % would be seen in 80 % of cases"
    )


def _share_line(each: ComparedShare) -> str:
    word = "more" if each.is_worse else "as usual"
    return (
        f"{each.bad.value:6}  {each.now.bad_count:,} of {each.now.total_count:,}  {word:8}  "
        f"usual {each.usual_ratio * 100:.3g} %, likely up to {each.likely_up_to_count:,}"
    )


def _to_dict(compared: Comparison, baseline_count: int, doubts: tuple[str, ...]) -> dict[str, Any]:
    return {
        "baseline_count": baseline_count,
        "is_worse": compared.is_worse,
        "percentiles": [
            {
                "request": each.kind, "percentile": each.percent, "now_ms": each.now_ms, "usual_ms": each.usual_ms,
                "likely_up_to_ms": each.likely_up_to_ms, "visible_change_ratio": each.visible_change_ratio,
                "is_slower": each.is_worse,
            }
            for each in compared.latencies
        ],
        "shares": [
            {
                "request": each.kind, "of": each.bad.value, "now_bad_count": each.now.bad_count,
                "now_count": each.now.total_count, "usual_ratio": each.usual_ratio,
                "likely_up_to_count": each.likely_up_to_count, "is_more": each.is_worse,
            }
            for each in compared.shares
        ],
        "not_compared": list(compared.unmatched),
        "doubts": list(doubts),
    }  # fmt: skip


def _up(bound: float) -> int:
    """Up: what lies below what is printed is as usual, and what is smaller than it would not be seen."""
    return math.ceil(bound)
