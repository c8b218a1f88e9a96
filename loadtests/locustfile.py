"""The load test as a plain locustfile: the flows of a service, at a profile's rates.

    locust -f loadtests/locustfile.py --host URL --load-profile release --headless

Locust finds --objectives, --profiles and --flows of T-Developer in pyproject.toml (`tool.sre.load-test`), where none are given.

"Users" are arrivals a second. `--master`, `--worker`, `--processes`, the web interface and a LoadTestShape work as ever;
`sre check` and `sre loadtest run` start it so. The exit code is the verdict's: 0 met, 1 missed, 3 not enough evidence, and
3 as long as nothing was judged.
"""

import os
import sys
import traceback
from pathlib import Path
from typing import Any

from locust import events
from locust.argument_parser import LocustArgumentParser
from locust.env import Environment
from locust.runners import WorkerRunner

from foundation.errors import Exit, SreError
from foundation.service.stage_file import stage_text
from loadtests.clients import CLIENTS
from loadtests.configured import configured_file
from loadtests.evidence import exit_code_of
from loadtests.live import Load
from loadtests.options import ANSWER_SECONDS, CONNECT_SECONDS, LONGEST_ANSWER_SECONDS, check_options
from loadtests.preparation import prepare
from loadtests.result import write_result
from loadtests.scenario import Visitor as Visitor  # noqa: PLC0414 - Locust looks for user classes here
from loadtests.slo_tab import add_slo_tab


@events.init_command_line_parser.add_listener
def _add_options(parser: LocustArgumentParser) -> None:
    options = parser.add_argument_group("load test")
    options.add_argument("--load-profile", default="smoke", help="a profile of --profiles")
    options.add_argument("--profiles", default=configured_file("profiles", Path.cwd()), help="a file of load profiles")
    options.add_argument("--flows", default=configured_file("flows", Path.cwd()), help="a file of flows")
    options.add_argument("--objectives", default=configured_file("objectives", Path.cwd()), help="an objectives file")
    options.add_argument("--stage", default="local", help="the stage whose objectives are judged")
    options.add_argument(
        "--stage-file", default="", help="a stage as `sre` writes it, instead of --objectives and --stage"
    )
    options.add_argument("--user-rps", type=float, default=1.0, help="arrivals a second of one user, at load 1")
    options.add_argument(
        "--measure-seconds", type=float, default=0, help="measure so long, instead of as the profile says"
    )
    options.add_argument(
        "--warm-up-seconds", type=float, default=-1, help="warm up so long, instead of as the profile says"
    )
    options.add_argument("--client", choices=CLIENTS, default="lean", help="the HTTP client of the REST flows")
    options.add_argument(
        "--connect-seconds", type=float, default=CONNECT_SECONDS, help="how long a connection may take to open"
    )
    options.add_argument(
        "--answer-seconds", type=float, default=ANSWER_SECONDS,
        help=f"how long a whole answer may take; {LONGEST_ANSWER_SECONDS:g}, API Gateway's own bound, at most",
    )  # fmt: skip
    options.add_argument("--given", default="", help="values of the flows, as JSON: those that the file calls given")
    options.add_argument("--websocket-url", default="", help="for flows over WebSocket: the API's address")
    options.add_argument(
        "--agent-url", default="", help="for turns of an agent: an address that ends with /invocations"
    )
    options.add_argument("--region", default="us-east-1", help="the region to sign for")
    options.add_argument("--seed", type=int, default=1, help="the arrival times follow from it")
    options.add_argument(
        "--stop-after-seconds", type=float, default=0,
        help="end early for a certain miss, and after so many measured seconds for a certain pass; 0 never does",
    )  # fmt: skip
    options.add_argument("--result", default="", help="write the result to this file")
    options.add_argument("--run-id", default="", help="what the result says of whose run it is")
    parser.add_argument("--progress-fd", type=int, default=-1, include_in_web_ui=False, help="a JSON line a second")
    of_the_master = {
        "--first-values": "what the first journeys kept, as JSON",
        "--began-at": "when the run began",
        "--master-stage": "the stage, as JSON",
    }
    for name, meaning in of_the_master.items():
        parser.add_argument(
            name, default="", include_in_web_ui=False, help=f"{meaning}; the master sends it to its workers"
        )


@events.init.add_listener
def _begin(environment: Environment, **_: Any) -> None:
    # Whatever happens until something is judged proves nothing. A worker's exit code is no verdict.
    if not isinstance(environment.runner, WorkerRunner):
        environment.process_exit_code = Exit.NOT_ENOUGH_EVIDENCE
    if environment.web_ui is not None:
        add_slo_tab(environment)


@events.test_start.add_listener
def _prepare(environment: Environment, **_: Any) -> None:
    with _Ending("no load was sent"):
        options: Any = environment.parsed_options
        check_options(options)
        if not isinstance(environment.runner, WorkerRunner):
            # What an earlier run of the same web interface has left is not this one's.
            options.master_stage = ""
            prepare(str(environment.host), options)
        load = Load(environment)
        options.master_stage = stage_text(load.stage)
    environment.load = load  # type: ignore[attr-defined]
    environment.run_of_load = load.run  # type: ignore[attr-defined]
    load.begin()


@events.quitting.add_listener
@events.test_stopping.add_listener
def _finish(environment: Environment, **_: Any) -> None:
    # On a signal Locust takes its exit code before it stops the test, so this is done at whichever comes first.
    load: Load | None = getattr(environment, "load", None)
    if load is None or load.has_ended:
        return
    with _Ending("the result could not be written"):
        result = load.end()
        if result is None:
            return
        if environment.parsed_options.result:  # type: ignore[union-attr]
            write_result(result, Path(environment.parsed_options.result))  # type: ignore[union-attr]
        bugs = result.generator.unhandled_errors
        environment.process_exit_code = Exit.BUG if bugs else exit_code_of(load.judge(result))


class _Ending:
    """Ends the process for an error, with its reason, and for a bug, with its traceback.

    Locust swallows what a listener raises, and would go on without it.
    """

    def __init__(self, what: str) -> None:
        self._what = what

    def __enter__(self) -> None:
        pass

    def __exit__(self, _kind: object, error: BaseException | None, _traceback: object) -> None:
        if isinstance(error, SreError):
            print(f"{self._what}: {error}", file=sys.stderr, flush=True)
            os._exit(Exit.BAD_INPUT)
        if isinstance(error, Exception):
            traceback.print_exception(error)
            sys.stderr.flush()
            os._exit(Exit.BUG)
