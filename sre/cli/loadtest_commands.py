"""`sre loadtest`: plan one, run one, judge a result again, compare it with earlier ones."""

import json
import sys
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from foundation.errors import InputError

if TYPE_CHECKING:
    from foundation.slo.model import BudgetedObjective, Objectives
    from loadtests.result import LoadResult

_objectives = click.option(
    "--objectives", "objectives_file", type=click.Path(path_type=Path), help="Another objectives file."
)
_json = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")


@click.group("loadtest")
def loadtest() -> None:
    """Load tests whose verdict can be trusted."""


@loadtest.command("plan")
@click.argument("objective_name", metavar="OBJECTIVE")
@click.option("--expected", required=True, metavar="PERCENT", help="The bad share that you expect, such as 0.02%.")
@click.option("--power", default="90%", show_default=True, help="How likely the plan passes if it is as expected.")
@click.option("--rate", type=float, help="Arrivals a second; that of the profile, unless given.")
@click.option("--profile", default="release", show_default=True, help="Whose mix of flows the cost is worked out for.")
@click.option("--tokens", metavar="IN,OUT,USD,USD", help="Real tokens of an agent turn, and their prices per million.")
@click.option("--fargate-tasks", type=click.IntRange(0, 100), default=0, help="Generators on Fargate.")
@_objectives
@_json
def plan(
    objective_name: str, expected: str, power: str, rate: float | None, profile: str, tokens: str | None,
    fargate_tasks: int, objectives_file: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """How many arrivals OBJECTIVE needs, how long that takes, and what it costs on AWS.

    sre loadtest plan api-errors --expected 0.02%
    """
    from loadtests.planning import run_usd, sample_size
    from loadtests.profiles import choose_profile

    objective = _budgeted(_read_objectives(objectives_file, "production"), objective_name)
    chosen = choose_profile(profile)
    rps = chosen.rate_rps if rate is None else rate
    if not 0 < rps <= 100_000:
        raise InputError(f"--rate {rps:g}: must be above 0, up to 100,000 arrivals a second")
    size = sample_size(
        budget_ratio=objective.budget_ratio,
        expected_bad_ratio=_share(expected, "--expected"),
        power_ratio=_share(power, "--power"),
    )
    seconds = size.event_count / rps
    rates = {flow: each * rps / chosen.rate_rps for flow, each in chosen.arrivals_per_second.items()}
    usd = run_usd(rates, seconds, tokens=_tokens(tokens), fargate_task_count=fargate_tasks)
    data = {
        "objective": objective.name,
        "arrivals_count": size.event_count,
        "bad_allowed_count": size.bad_count,
        "rate_rps": rps,
        "duration_seconds": round(seconds, 1),
        "cost_usd": str(round(usd, 4)),
        "tokens": "real" if tokens else "stubbed",
    }
    if as_json:
        click.echo(json.dumps(data, indent=2))
        return
    click.echo(
        f"{objective.name}: at most {float(objective.budget_ratio) * 100:g} % bad, {expected} expected\n"
        f"{size.event_count:,} arrivals, of which up to {size.bad_count:,} may be bad, pass at 95 % confidence with a chance "
        f"of {power}\n"
        f"{seconds / 60:.1f} minutes at {rps:g} arrivals a second, beside the warm-up\n"
        f"about ${usd:.2f} on AWS at list price with {data['tokens']} tokens; nothing on the local platform"
    )


@loadtest.command("run")
@click.option("--url", required=True, help="The API to load.")
@click.option("--profile", default="smoke", show_default=True, help="A profile of --profiles.")
@click.option("--profiles", "profiles_file", type=click.Path(path_type=Path), help="Another file of profiles.")
@click.option("--duration", type=float, metavar="SECONDS", help="Measure so long, instead of as the profile says.")
@click.option("--stage", default="local", show_default=True, help="The stage whose objectives are judged.")
@click.option("--region", default="us-east-1", show_default=True, help="The Region to sign for.")
@click.option("--archive-key", default="archives/sample.zip", show_default=True, help="An archive in the bucket.")
@click.option("--websocket-url", default="", help="For the flow progress.")
@click.option("--agent-url", default="", help="For the flow agent: an address that ends with /invocations.")
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes that send load.")
@click.option(
    "--client", type=click.Choice(["lean", "fast"]), default="lean", show_default=True, help="The HTTP client."
)
@click.option("--seed", default=1, show_default=True, help="The arrival times follow from it.")
@click.option(
    "--stop-early", type=float, metavar="SECONDS", default=0,
    help="End for a certain miss, and after so many seconds for a certain pass.",
)  # fmt: skip
@click.option(
    "--i-own-this", is_flag=True, help="The target is neither on this machine nor a stage of ours, and I may load it."
)
@click.option("--out", type=click.Path(path_type=Path), default=Path("build/load-test"), show_default=True)
@_objectives
@_json
def run(
    url: str, profile: str, profiles_file: Path | None, duration: float | None, stage: str, region: str, archive_key: str,
    websocket_url: str, agent_url: str, workers: int, client: str, seed: int, stop_early: float, i_own_this: bool, out: Path,
    objectives_file: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """Load an API and judge what came of it.

    Exit code 0: every objective that was measured is met. 1: one is missed. 2: bad input, and no load was sent.
    3: not enough evidence. 130: interrupted; the result then holds what had been measured.
    """
    from foundation.slo.reader import DEFAULT_FILE as OBJECTIVES
    from loadtests.evidence import limits_of
    from loadtests.ownership import refuse_foreign
    from loadtests.profiles import DEFAULT_FILE, SIGNED_FLOWS, choose_profile
    from loadtests.run import LoadTest, run_load_test
    from loadtests.summary import tell
    from sre.cli.progress_line import ProgressLine, one_interrupt

    chosen = choose_profile(profile, profiles_file or DEFAULT_FILE)
    objectives = _read_objectives(objectives_file, stage)
    limits_of(objectives)
    is_signed = bool(set(chosen.arrivals_per_second) & SIGNED_FLOWS)
    refuse_foreign(url, is_owned=i_own_this, is_signed=is_signed)
    for address in filter(None, (websocket_url, agent_url)):
        refuse_foreign(address, is_owned=i_own_this, is_signed=True)
    if duration is not None and not 1 <= duration <= 86_400:
        raise InputError(f"--duration {duration:g}: must be 1 to 86,400 seconds")
    test = LoadTest(
        url=url, region=region, profile=chosen, duration_seconds=duration or chosen.duration_seconds,
        archive_key=archive_key, seed=seed, stage=stage, objectives_file=objectives_file or OBJECTIVES,
        profiles_file=profiles_file, client=client, websocket_url=websocket_url, agent_url=agent_url, worker_count=workers,
        stop_after_seconds=stop_early,
    )  # fmt: skip
    interrupted = False
    with one_interrupt(), ProgressLine(sys.stderr) as progress:
        try:
            result = run_load_test(test, directory=out, credentials={}, watch=progress.show)
        except KeyboardInterrupt:
            result, interrupted = _what_was_measured(out), True
    history = out / "history"
    history.mkdir(exist_ok=True)
    kept = history / f"{result.started_at.replace(':', '')}-{result.profile}.json"
    kept.write_bytes((out / "load-result.json").read_bytes())
    code = tell(result, objectives, as_json=as_json)
    click.echo(f"result: {out / 'load-result.json'}", err=True)
    sys.exit(130 if interrupted else code)


@loadtest.command("verdict")
@click.argument("file", metavar="RESULT", type=click.Path(path_type=Path))
@click.option("--stage", help="Judge by this stage's objectives, instead of those of the run.")
@_objectives
@_json
def verdict(file: Path, stage: str | None, objectives_file: Path | None, as_json: bool) -> None:
    """Judge a result file again; the exit codes are those of `run`."""
    from loadtests.evidence import limits_of
    from loadtests.result import read_result
    from loadtests.summary import tell

    result = read_result(file)
    objectives = _read_objectives(objectives_file, stage or result.stage)
    limit = limits_of(objectives).slow_after_ms
    if limit is not None and limit != result.slow_after_ms:
        raise InputError(
            f"{file}: slow requests were counted from {result.slow_after_ms:g} ms on, but the objectives want {limit:g} ms; "
            "run it again"
        )
    sys.exit(tell(result, objectives, as_json=as_json))


@loadtest.command("compare")
@click.argument("file", metavar="RESULT", type=click.Path(path_type=Path))
@click.option("--history", type=click.Path(path_type=Path), default=Path("build/load-test/history"), show_default=True)
@click.option("--tolerate", default="20%", show_default=True, help="A change that must not go unseen.")
@_json
def compare(file: Path, history: Path, tolerate: str, as_json: bool) -> None:
    """Is this run slower than the last ten of its scenario and environment make likely?

    Exit code 0: no, and --tolerate would have been seen. 1: yes. 3: no, but it might have gone unseen.
    """
    from loadtests.comparison import compare as compare_runs
    from loadtests.comparison import find_baselines
    from loadtests.result import read_result

    result = read_result(file)
    wanted = float(_share(tolerate, "--tolerate"))
    baselines = find_baselines(history, result)
    for reason in baselines.left_out:
        click.echo(f"left out: {reason}", err=True)
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
                f"{each.likely_up_to_ms:.1f} ms; +{each.visible_change_ratio:.0%} would be seen in 80 % of cases"
            )
    if any(each.is_slower for each in compared):
        sys.exit(1)
    sys.exit(0 if all(each.visible_change_ratio <= wanted for each in compared) else 3)


def _what_was_measured(out: Path) -> "LoadResult":
    from loadtests.result import read_result

    return read_result(out / "load-result.json")


def _read_objectives(file: Path | None, stage: str) -> "Objectives":
    from foundation.slo.reader import DEFAULT_FILE, read_objectives

    return read_objectives(file or DEFAULT_FILE, stage=stage)


def _budgeted(objectives: "Objectives", name: str) -> "BudgetedObjective":
    from foundation.slo.model import BudgetedObjective

    known = {each.name: each for each in objectives if isinstance(each, BudgetedObjective)}
    if name not in known:
        raise InputError(f"{name}: no objective with an error budget has this name; there are {', '.join(known)}")
    return known[name]


def _share(text: str, option: str) -> Decimal:
    try:
        share = Decimal(text.removesuffix("%")) / 100
    except InvalidOperation as error:
        raise InputError(f"{option} {text}: write a percentage, such as 0.02%") from error
    if not 0 <= share < 1:
        raise InputError(f"{option} {text}: must be 0% up to 100%")
    return share


def _tokens(text: str | None) -> Any:
    from loadtests.planning import Tokens

    if text is None:
        return None
    try:
        said, heard, said_usd, heard_usd = text.split(",")
        return Tokens(
            input_count=int(said), output_count=int(heard), input_usd_per_million=Decimal(said_usd),
            output_usd_per_million=Decimal(heard_usd),
        )  # fmt: skip
    except (ValueError, InvalidOperation) as error:
        raise InputError(f"--tokens {text}: write IN,OUT,USD,USD, such as 8000,900,3,15") from error
