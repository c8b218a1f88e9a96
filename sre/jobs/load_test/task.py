"""One container of a load test on Fargate: `python -m sre.jobs.load_test.task master` or `worker`.

The master runs the profile with the workers that join it, puts the result into the bucket, and ends with the verdict's
exit code. A worker is plain Locust.
"""

import os
import signal
import sys
import traceback
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

import boto3
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from foundation.aws_errors import asking, connecting, patient
from foundation.errors import Exit, InputError, PlatformError, SreError
from foundation.files.forms import Whole
from foundation.service.own_metrics import LoadTestMetrics
from foundation.service.stage import Stage
from foundation.slo.reader import read_objectives
from infra.service import T_DEVELOPER, metrics_of
from loadtests.addresses import check_base
from loadtests.evidence import exit_code_of, judge_run
from loadtests.flows_file import read_flows
from loadtests.metrics import put_metrics
from loadtests.profiles import choose_profile
from loadtests.result import LoadResult, write_result
from loadtests.run import (
    RESULT_NAME,
    LoadTest,
    last_result,
    own_result,
    refuse_cut_short,
    run_load_test,
    worker_command,
)

_DIRECTORY = Path("build/load-test")


class MasterVariables(BaseModel):
    """The environment of a master."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    STAGE: str
    TARGET_URL: str = Field(pattern=r"^https?://")
    PROFILE: str
    WORKERS: Whole = Field(ge=1, le=100)
    RESULTS_BUCKET: str
    MASTER_PORT: Whole
    AWS_REGION: str = "us-east-1"
    ARCHIVE_KEY: str = "archives/sample.zip"


def master(environment: Mapping[str, str]) -> int:
    """Run one load test and keep its result; the exit code of its verdict."""
    try:
        variables = MasterVariables.model_validate(dict(environment))
    except ValidationError as error:
        raise InputError(f"the master's environment: {error}") from error
    check_base("TARGET_URL", variables.TARGET_URL)
    profile = choose_profile(variables.PROFILE, T_DEVELOPER.load_profiles, read_flows(T_DEVELOPER.flows))
    objectives = read_objectives(T_DEVELOPER.objectives, stage=variables.STAGE)
    stage = Stage(objectives=objectives, own=metrics_of(objectives.service, variables.STAGE), alarm_rules=None)
    test = LoadTest(
        url=variables.TARGET_URL,
        region=variables.AWS_REGION,
        profile=profile,
        duration_seconds=profile.duration_seconds,
        given={"archive_key": variables.ARCHIVE_KEY},
        seed=1,
        stage=stage,
        profiles_file=T_DEVELOPER.load_profiles,
        worker_count=variables.WORKERS,
        remote_workers_port=variables.MASTER_PORT,
    )
    began = datetime.now(UTC)
    error: Exception | KeyboardInterrupt | None = None
    try:
        result = run_load_test(
            test, directory=_DIRECTORY, credentials={}, watch=lambda progress: print(progress, flush=True)
        )
        refuse_cut_short(result)
    except (Exception, KeyboardInterrupt) as ended:  # noqa: BLE001 - raised again when what was measured is in the bucket
        result, error = last_result(test, _DIRECTORY), ended
    if result is not None and error is None and stage.own is not None:
        _put(result, stage.own.load_test, variables.AWS_REGION)
    if result is not None and error is not None and own_result(test, _DIRECTORY) is None:
        write_result(result, _DIRECTORY / RESULT_NAME)
    if own_result(test, _DIRECTORY) is not None:
        key = f"results/load-tests/{began:%Y-%m-%dT%H%M%SZ}-{profile.name}.json"
        boto3.client("s3", region_name=variables.AWS_REGION).upload_file(
            str(_DIRECTORY / RESULT_NAME), variables.RESULTS_BUCKET, key
        )
        print(f"s3://{variables.RESULTS_BUCKET}/{key}", flush=True)
    if isinstance(error, KeyboardInterrupt):
        return Exit.INTERRUPTED
    if error is not None or result is None:
        raise error or PlatformError("the load test has no result")
    return exit_code_of(judge_run(stage.objectives, result))


def _put(result: LoadResult, metrics: LoadTestMetrics, region: str) -> None:
    """Put the result's metrics, once. That they were not put is printed, and loses neither the result nor its verdict."""
    try:
        with connecting():
            # Not asked again: of a call without an answer nobody knows whether it was added.
            client = boto3.client("cloudwatch", region_name=region, config=patient(1))
        with asking("CloudWatch"):
            put = put_metrics(result, metrics, client)
    except SreError as error:
        print(f"the metrics are not put, or not all of them: {error}", flush=True)
        return
    if put.refused:
        print(put.sentence, flush=True)


def main() -> None:
    """Run as the role that the command line names."""

    def interrupted(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    match sys.argv[1:]:
        case ["master"]:
            signal.signal(signal.SIGTERM, interrupted)
            try:
                sys.exit(master(os.environ))
            except SreError as error:
                print(f"Error: {error}", file=sys.stderr)
                sys.exit(Exit.BAD_INPUT)
            except Exception:  # noqa: BLE001 - Python's own exit code for it is 1, which says that an objective is missed
                traceback.print_exc()
                sys.exit(Exit.BUG)
        case ["worker"]:
            command = worker_command(os.environ["MASTER_HOST"], int(os.environ["MASTER_PORT"]))
            os.execv(command[0], command)  # noqa: S606 - this very Python, without a shell
        case _:
            print("usage: python -m sre.jobs.load_test.task master|worker", file=sys.stderr)
            sys.exit(Exit.BAD_INPUT)


if __name__ == "__main__":
    main()
