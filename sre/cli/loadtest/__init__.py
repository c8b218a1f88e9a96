"""`sre loadtest`: plan one, run one, judge a result again, compare it with earlier ones, publish it."""

from pathlib import Path
from typing import Any

import click

from foundation.errors import Exit
from sre.cli import deferred
from sre.cli.options import FILE, json_option, objectives_option


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
@objectives_option
@json_option
def _plan(**given: Any) -> Exit:
    """How many arrivals OBJECTIVE needs, how long that takes, and what it costs on AWS.

    sre loadtest plan api-errors --expected 0.02%
    """
    return deferred.run("sre.cli.loadtest.plan", given)


@loadtest.command("run")
@click.option("--url", required=True, help="The API to load.")
@click.option("--profile", default="smoke", show_default=True, help="A profile of --profiles.")
@click.option("--profiles", "profiles_file", type=FILE, help="Another file of profiles.")
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
@click.option("--out", type=FILE, default=Path("build/load-test"), show_default=True)
@objectives_option
@json_option
def _run(**given: Any) -> Exit:
    """Load an API and judge what came of it.

    Exit code 0: every objective that was measured is met. 1: one is missed. 2: bad input, and no load was sent.
    3: not enough evidence. 130: interrupted; the result then holds what had been measured.
    """
    return deferred.run("sre.cli.loadtest.run", given)


@loadtest.command("verdict")
@click.argument("file", metavar="RESULT", type=FILE)
@click.option("--stage", help="Judge by this stage's objectives, instead of those of the run.")
@objectives_option
@json_option
def _verdict(**given: Any) -> Exit:
    """Judge a result file again; the exit codes are those of `run`."""
    return deferred.run("sre.cli.loadtest.verdict", given)


@loadtest.command("compare")
@click.argument("file", metavar="RESULT", type=FILE)
@click.option("--history", type=FILE, default=Path("build/load-test/history"), show_default=True)
@click.option("--tolerate", default="20%", show_default=True, help="A change that must not go unseen.")
@json_option
def _compare(**given: Any) -> Exit:
    """Is this run slower than the last ten of its scenario and environment make likely?

    Exit code 0: no, and --tolerate would have been seen. 1: yes. 3: no, but it might have gone unseen.
    """
    return deferred.run("sre.cli.loadtest.compare", given)


@loadtest.command("publish")
@click.argument("file", metavar="RESULT", type=FILE)
@click.option("--region", required=True, help="Where the stage runs.")
def _publish(**given: Any) -> Exit:
    """Put a run's requests, faults and latencies into CloudWatch, at the times they were due.

    Exit code 2: the file cannot be read, or CloudWatch did not take them.
    """
    return deferred.run("sre.cli.loadtest.publish", given)
