"""`sre loadtest`: plan one, run one, judge a result again, compare it with earlier ones, publish it."""

from typing import Any

import click

from foundation.errors import Exit
from sre.cli import deferred
from sre.cli.options import (
    archive_key_option,
    duration_option,
    format_option,
    json_option,
    local_options,
    objectives_option,
    option,
    out_option,
    profile_option,
    profiles_option,
    region_option,
    seed_option,
    service_option,
    stage_option,
    url_option,
    value_option,
    websocket_url_option,
    what_if_target_option,
)  # fmt: skip
from sre.cli.types.addresses import HTTP_URL
from sre.cli.types.files import READ, READ_DIRECTORY
from sre.cli.types.names import OBJECTIVE
from sre.cli.types.numbers import Count, Number, Share, Tokens
from sre.cli.types.times import Duration

_ANSWER_TIME = Duration("1s", "29s")
_result = click.argument("file", metavar="RESULT", type=READ)


@click.group("loadtest")
def loadtest() -> None:
    """Load tests whose verdict can be trusted."""


@loadtest.command("plan", short_help="How many arrivals, how long, at what cost.")
@click.argument("objective_name", metavar="OBJECTIVE", type=OBJECTIVE)
@click.option("--expected", required=True, type=Share("0", "99"), help="The bad share that you expect, such as 0.02%.")
@click.option(
    "--power", type=Share("1", "99.99"), default="90%", show_default=True,
    help="How likely such a run is to pass.",
)  # fmt: skip
@option("--rate", type=Number("0.001", "100000"), show_default="the profile's", help="Arrivals per second.")
@profile_option("release")
@click.option(
    "--tokens", type=Tokens(), metavar="IN,OUT,USD,USD", help="Real tokens of an agent turn, and their prices per million."
)  # fmt: skip
@click.option("--fargate-tasks", type=Count(0, 100), default="0", show_default=True, help="Generators on Fargate.")
@stage_option()
@service_option
@objectives_option
@what_if_target_option
@json_option("loadtest:Plan")
def _plan(**given: Any) -> Exit:
    """How many arrivals OBJECTIVE needs, how long that takes, and what it costs on AWS with the profile's mix of flows.

    sre loadtest plan api-errors --expected 0.02%
    """
    return deferred.run("sre.cli.loadtest.plan", given)


@loadtest.command("run", short_help="Load the local platform or --url, and judge the result.")
@local_options
@url_option
@profile_option("smoke")
@profiles_option
@duration_option("1s", "24h")
@stage_option(None, otherwise="local, or the end of --url")
@region_option(None, otherwise="us-east-1")
@archive_key_option()
@value_option
@websocket_url_option
@click.option(
    "--agent-url", type=HTTP_URL, help="The agent's address, for turns of an agent; it ends with /invocations."
)
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
    help="How long an answer may take; at most 29s, as on API Gateway.",
)  # fmt: skip
@click.option(
    "--stop-early", type=Duration("1s", "24h"),
    help="End as soon as the verdict is certain; a pass not before this, such as 3m.",
)  # fmt: skip
@click.option("--i-own-this", is_flag=True, help="I may load this target, which is neither here nor an API of ours.")
@out_option("build/load-test")
@service_option
@objectives_option
@what_if_target_option
@format_option("loadtest:LoadTest")
def _run(**given: Any) -> Exit:
    """Load the local platform that is up, or --url, and judge what came of it by the objectives of --stage.

    The local platform is loaded as its own caller; its credentials and its WebSocket API are known. With --url, credentials come
    from the environment, and flows over WebSocket need --websocket-url.

    Exit code 0: every objective that was measured is met. 1: one is missed. 2: bad input, and no load was sent.
    3: not enough evidence, or a miss of the local platform that other work on this machine may have made.
    130: interrupted; the result then holds what had been measured.
    """
    return deferred.run("sre.cli.loadtest.run", given)


@loadtest.command("verdict", short_help="Judge a result again.")
@_result
@stage_option(None, otherwise="that of the result")
@objectives_option
@what_if_target_option
@format_option("loadtest:LoadTest")
def _verdict(**given: Any) -> Exit:
    """Judge a result file again, by the objectives of its own stage unless another is given.

    The exit codes are those of `run`.
    """
    return deferred.run("sre.cli.loadtest.verdict", given)


@loadtest.command("compare", short_help="Compare a run with the last ten.")
@_result
@click.option(
    "--history", type=READ_DIRECTORY, default="build/load-test/history", show_default=True,
    help="The directory of earlier results, as `run` keeps them.",
)  # fmt: skip
@click.option(
    "--tolerate",
    type=Share("0", "99"),
    default="20%",
    show_default=True,
    help="The smallest slowdown that must be detectable.",
)
@stage_option(None, otherwise="that of the result")
@objectives_option
@format_option("comparison:RunComparison")
def _compare(**given: Any) -> Exit:
    """Compare a run, request by request, with the last ten runs of the same profile against the same target and service.

    Earlier runs that missed an objective are left out. Exit code 0: the run is not slower or worse than those differ among
    themselves, and a slowdown of --tolerate would have been found. 1: it is slower or worse. 3: nothing was found, but such a
    slowdown might have gone unseen, not everything could be compared, or other work on this machine disturbed the run.
    """
    return deferred.run("sre.cli.loadtest.compare", given)


@loadtest.command("publish", short_help="Put a run's metrics into CloudWatch.")
@_result
@region_option(None, required=True)
def _publish(**given: Any) -> Exit:
    """Put a run's requests, faults and latencies into CloudWatch, at the times they were due.

    Exit code 2: the file cannot be read, or CloudWatch did not take them.
    """
    return deferred.run("sre.cli.loadtest.publish", given)
