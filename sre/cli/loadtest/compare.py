"""`sre loadtest compare`."""

import json
import math
from decimal import Decimal
from pathlib import Path

import click

from foundation.errors import Exit
from loadtests.comparison import compare as compare_runs
from loadtests.comparison import find_baselines
from loadtests.result import read_result


def run(*, file: Path, history: Path, tolerate: Decimal, as_json: bool) -> Exit:
    """Print each percentile against its usual range."""
    result = read_result(file)
    baselines = find_baselines(history, result)
    for reason in baselines.left_out:
        click.echo(f"· left out: {reason}", err=True)
    compared = compare_runs(result, baselines.results)
    if as_json:
        rows = [
            {
                "percentile": each.percent, "now_ms": each.now_ms, "usual_ms": each.usual_ms,
                "likely_up_to_ms": each.likely_up_to_ms, "visible_change_ratio": each.visible_change_ratio,
                "is_slower": each.is_slower,
            }
            for each in compared
        ]  # fmt: skip
        click.echo(json.dumps({"baseline_count": len(baselines.results), "percentiles": rows}, indent=2))
    else:
        click.echo(
            f"{result.profile} on {result.stage}, against {len(baselines.results)} earlier runs ({result.target})"
        )
        for each in compared:
            word = "slower" if each.is_slower else "as usual"
            click.echo(
                f"p{each.percent:g}  {each.now_ms:9.1f} ms  {word:8}  usual {each.usual_ms:.1f} ms, likely up to "
                f"{_up(each.likely_up_to_ms * 10) / 10:.1f} ms; +{_up(each.visible_change_ratio * 100)} % would be seen in "
                f"80 % of cases"
            )
    if any(each.is_slower for each in compared):
        return Exit.MISSED
    would_be_seen = all(each.visible_change_ratio <= tolerate for each in compared)
    return Exit.MET if would_be_seen else Exit.NOT_ENOUGH_EVIDENCE


def _up(bound: float) -> int:
    """Up: what lies below what is printed is as usual, and what is smaller than it would not be seen."""
    return math.ceil(bound)
