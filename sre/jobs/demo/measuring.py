"""What a demonstration measures: canaries, a load with a fault in the middle, canaries again. A step that fails is recorded."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from canaries.definitions import Canaries
from canaries.metrics import put_runs
from canaries.runner import run_canaries
from canaries.runs import CanaryRun, NotRun
from foundation.aws_errors import asking, patient
from foundation.cloudwatch.putting import PutsMetricData
from foundation.errors import PlatformError, SreError
from foundation.service.files import CompleteFiles
from foundation.service.stage import Stage
from foundation.slo.incidents import Incident
from loadtests.flows_file import read_flows
from loadtests.profiles import choose_profile
from loadtests.result import LoadResult
from loadtests.run import LoadTest, Progress, last_result, refuse_cut_short, run_load_test
from sre.jobs.release_check.steps import Step, Steps
from sre.jobs.release_check.targets import Target
from sre.local.canaries import local_settings
from sre.local.faults import throw_switch
from sre.local.session import root_session
from sre.local.state import LocalPlatform
from sre.local.whole import while_whole

FAULT = "errors=4%,delay=1500ms@4%"


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """What is run, and on which platform."""

    stage: Stage
    canaries: Canaries
    target: Target
    platform: LocalPlatform
    out: Path


@dataclass(slots=True)
class Measurements:
    """What was measured so far."""

    test: LoadTest | None = None
    result: LoadResult | None = None
    incidents: tuple[Incident, ...] = ()


def measure(
    demo: Demo,
    files: CompleteFiles,
    measurements: Measurements,
    steps: Steps,
    *,
    seconds: float,
    say: Callable[[str], None],
    watch: Callable[[Progress], None],
) -> None:
    """Run all of it; what a platform that has ended by itself could not tell any more is not asked."""
    say("running the canaries")
    steps.attempt(Step.CANARIES_BEFORE, lambda: _canaries(demo, say))
    if not _goes_on(demo.target, steps, Step.CANARIES_BEFORE):
        return
    say(f"loading for {seconds:.0f} s, with {FAULT} in the middle third")
    steps.attempt(Step.LOAD, lambda: _load(demo, files, measurements, seconds, watch))
    if measurements.result is None and measurements.test is not None:
        measurements.result = last_result(measurements.test, demo.out)
    if not _goes_on(demo.target, steps, Step.LOAD) or measurements.result is None:
        return
    say("running the canaries again")
    steps.attempt(Step.CANARIES_AFTER, lambda: _canaries(demo, say))
    _goes_on(demo.target, steps, Step.CANARIES_AFTER)


def _goes_on(target: Target, steps: Steps, step: Step) -> bool:
    if not steps.was_interrupted and (ended := target.ended()) is not None:
        steps.failed(step, PlatformError(ended))
        return False
    return not steps.was_interrupted


def _load(
    demo: Demo, files: CompleteFiles, measurements: Measurements, seconds: float, watch: Callable[[Progress], None]
) -> None:  # fmt: skip
    """Load it, and throw the fault switch meanwhile. Raises what ended it, after what was measured has been kept."""
    target = demo.target
    test = LoadTest(
        url=target.url,
        region=target.region,
        profile=choose_profile("smoke", files.load_profiles, read_flows(files.flows)),
        duration_seconds=seconds,
        given=target.given,
        seed=1,
        stage=demo.stage,
        profiles_file=files.load_profiles,
    )
    measurements.test = test

    is_over = threading.Event()
    with ThreadPoolExecutor(1) as aside:
        broken = aside.submit(_break_in_the_middle, demo.platform, seconds, is_over)
        try:
            measurements.result = run_load_test(
                test, directory=demo.out, credentials=target.credentials, watch=while_whole(watch, target.ended),
                local=target.local,
            )  # fmt: skip
        finally:
            is_over.set()
            if not broken.exception():
                measurements.incidents = broken.result()
    broken.result()
    refuse_cut_short(measurements.result)


def _break_in_the_middle(platform: LocalPlatform, seconds: float, is_over: threading.Event) -> tuple[Incident, ...]:
    if is_over.wait(seconds / 3):
        return ()
    thrown_at = datetime.now(UTC)
    throw_switch(platform, FAULT)
    is_over.wait(seconds / 3)
    # Of a platform that has gone meanwhile this is how long the fault was there, too.
    with suppress(SreError, BotoCoreError, ClientError, OSError):
        throw_switch(platform, "off")
    return (Incident(name="a fault on purpose", start_at=thrown_at, end_at=datetime.now(UTC), objective=None),)


def _canaries(demo: Demo, say: Callable[[str], None]) -> None:
    """Run them and put their metrics; those that ended are put although another one broke."""
    platform, stage = demo.platform, demo.stage
    ended: list[CanaryRun | NotRun] = []
    try:
        run_canaries(
            demo.canaries.canaries, local_settings(platform, stage), directory=demo.out / "canaries",
            ended=ended.append,
        )  # fmt: skip
    finally:
        with asking("the local platform"):
            put = put_runs(
                [each for each in ended if isinstance(each, CanaryRun)], _client(platform), scope=stage.scope
            )  # fmt: skip
        if put.refused:
            say(put.sentence)


def _client(platform: LocalPlatform) -> PutsMetricData:
    """Not asked again: of a call without an answer nobody knows whether it was added."""
    return root_session(platform.region).client("cloudwatch", endpoint_url=platform.endpoint, config=patient(1))
