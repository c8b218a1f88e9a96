"""`sre loadtest`: plan one, run one, judge a result again, compare it with earlier ones, publish it."""

from typing import Any

import click

from foundation.errors import Exit
from sre.cli import deferred
from sre.cli.options import (
    archive_key_option,
    duration_option,
    json_option,
    objectives_option,
    out_option,
    profile_option,
    profiles_option,
    region_option,
    seed_option,
    stage_option,
    url_option,
    websocket_url_option,
    what_if_target_option,
)  # fmt: skip
from sre.cli.types.addresses import HTTP_URL
from sre.cli.types.files import READ, READ_DIRECTORY
from sre.cli.types.names import NAME
from sre.cli.types.numbers import Count, Number, Share, Tokens
from sre.cli.types.times import Duration

_ANSWER_TIME = Duration("1s", "29s")
_result = click.argument("file", metavar="RESULT", type=READ)


@click.group("loadtest")
def loadtest() -> None:
    """Load tests whose verdict can be trusted."""


@loadtest.command("plan")
@click.argument("objective_name", metavar="OBJECTIVE", type=NAME)
@click.option("--expected", required=True, type=Share("0", "99"), help="The bad share that you expect, such as 0.02%.")
@click.option(
    "--power", type=Share("1", "99.99"), default="90%", show_default=True,
    help="How likely the plan passes if it is as expected.",
)  # fmt: skip
@click.option("--rate", type=Number("0.001", "100000"), help="Arrivals a second; that of the profile, unless given.")
@profile_option("release")
@click.option(
    "--tokens", type=Tokens(), metavar="IN,OUT,USD,USD", help="Real tokens of an agent turn, and their prices per million."
)  # fmt: skip
@click.option("--fargate-tasks", type=Count(0, 100), default="0", help="Generators on Fargate.")
@stage_option()
@objectives_option
@what_if_target_option
@json_option(None)
def _plan(**given: Any) -> Exit:
    """How many arrivals OBJECTIVE needs, how long that takes, and what it costs on AWS with the profile's mix of flows.

    sre loadtest plan api-errors --expected 0.02%
    """
    return deferred.run("sre.cli.loadtest.plan", given)


@loadtest.command("run")
@url_option(required=True)
@profile_option("smoke")
@profiles_option
@duration_option("1s", "24h")
@stage_option("local")
@region_option()
@archive_key_option("archives/sample.zip")
@websocket_url_option
@click.option("--agent-url", type=HTTP_URL, help="For the flow agent: an address that ends with /invocations.")
@click.option("--workers", type=Count(1, 64), default="1", show_default=True, help="Processes that send load.")
@click.option(
    "--client", type=click.Choice(["lean", "fast"]), default="lean", show_default=True, help="The HTTP client."
)
@seed_option
@click.option(
    "--connect-timeout",
    type=_ANSWER_TIME,
    default="5s",
    show_default=True,
    help="How long a connection may take to open.",
)
@click.option(
    "--answer-timeout", type=_ANSWER_TIME, default="10s", show_default=True,
    help="How long an answer may take; 29s, API Gateway's own bound, at most.",
)  # fmt: skip
@click.option(
    "--stop-early", type=Duration("1s", "24h"),
    help="End for a certain miss at once, and after so long, such as 3m, for a certain pass.",
)  # fmt: skip
@click.option(
    "--i-own-this", is_flag=True, help="The target is neither on this machine nor a stage of ours, and I may load it."
)
@out_option("build/load-test")
@objectives_option
@what_if_target_option
@json_option(None)
def _run(**given: Any) -> Exit:
    """Load an API and judge what came of it by the objectives of --stage. The flow progress needs --websocket-url.

    Exit code 0: every objective that was measured is met. 1: one is missed. 2: bad input, and no load was sent.
    3: not enough evidence. 130: interrupted; the result then holds what had been measured.
    """
    return deferred.run("sre.cli.loadtest.run", given)


@loadtest.command("verdict")
@_result
@stage_option(None, otherwise="that of the result")
@objectives_option
@what_if_target_option
@json_option(None)
def _verdict(**given: Any) -> Exit:
    """Judge a result file again, by the objectives of its own stage unless another is given.

    The exit codes are those of `run`.
    """
    return deferred.run("sre.cli.loadtest.verdict", given)


@loadtest.command("compare")
@_result
@click.option(
    "--history", type=READ_DIRECTORY, default="build/load-test/history", show_default=True,
    help="Earlier results, as `run` keeps them.",
)  # fmt: skip
@click.option(
    "--tolerate", type=Share("0", "99"), default="20%", show_default=True, help="A change that must not go unseen."
)
@stage_option(None, otherwise="that of the result")
@objectives_option
@json_option(None)
def _compare(**given: Any) -> Exit:
    """Is this run slower, or worse, than the last ten of its scenario, target and service make likely? Request by request.

    Runs that missed one of the objectives are left out. Exit code 0: no, and --tolerate would have been seen. 1: yes.
    3: no, but it might have gone unseen, or not everything could be compared.
    """
    return deferred.run("sre.cli.loadtest.compare", given)


@loadtest.command("publish")
@_result
@region_option(None, required=True)
def _publish(**given: Any) -> Exit:
    """Put a run's requests, faults and latencies into CloudWatch, at the times they were due.

    Exit code 2: the file cannot be read, or CloudWatch did not take them.
    """
    return deferred.run("sre.cli.loadtest.publish", given)
