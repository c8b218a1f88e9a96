"""The release scenario: pipelines submitted and followed, health reads and status reads, signed, at a profile's rates.

It stays plain Locust: `locust -f loadtests/locustfile.py --headless --host URL ...`; `sre check` runs it so.
"""

import json
import os
import sys
import time
from collections import Counter, deque
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn, cast

import gevent
import psutil
import requests
from locust import events
from locust.argument_parser import LocustArgumentParser
from locust.env import Environment

from loadtests.arrivals import ArrivalUser, Run, refuse_silent_retries
from loadtests.profiles import choose_profile
from loadtests.recording import Recorder
from loadtests.result import SCHEMA_VERSION, Generator, Journeys, LoadResult, percentile_ms, write_result
from loadtests.signing import signer_from_environment

_DRAIN_SECONDS = 12.0
_FOLLOW_SECONDS = 60.0
_FIRST_ATTEMPTS = 5
_HEALTH, _SUBMIT, _READ = "GET /v1/health", "POST /v1/pipelines", "GET /v1/pipelines/{id}"


@events.init_command_line_parser.add_listener
def _add_options(parser: LocustArgumentParser) -> None:
    options = parser.add_argument_group("release scenario")
    options.add_argument("--load-profile", default="smoke", help="a profile of loadtests/profiles.yaml")
    options.add_argument(
        "--measure-seconds", type=float, default=0, help="measure so long, instead of as the profile says"
    )
    options.add_argument(
        "--warm-up-seconds", type=float, default=-1, help="warm up so long, instead of as the profile says"
    )
    options.add_argument("--slow-after-ms", type=float, default=1000, help="count requests that take so long or longer")
    options.add_argument("--archive-key", default="archives/sample.zip", help="an archive in the platform's bucket")
    options.add_argument("--region", default="us-east-1", help="the region to sign for")
    options.add_argument("--seed", type=int, default=1, help="the arrival times follow from it")
    options.add_argument("--result", default="", help="write the result to this file")
    options.add_argument("--progress-fd", type=int, default=-1, help="write a JSON line a second")


class Scenario:
    """What the users share: the run, the signer, and pipelines to read."""

    def __init__(self, options: Any) -> None:
        profile = choose_profile(options.load_profile)
        measured = options.measure_seconds or profile.duration_seconds
        self.options = options
        self.profile = profile
        self.warm_up_seconds = options.warm_up_seconds if options.warm_up_seconds >= 0 else profile.warm_up_seconds
        self.measured_seconds = measured
        self.signer = signer_from_environment(options.region)
        self.submission = json.dumps(
            {"repository": "t-developer/sample", "commit": "0" * 40, "archive_key": options.archive_key}
        )
        self.recent: deque[str] = deque(maxlen=200)
        self.statuses: Counter[str] = Counter()
        self.submitted_count = 0
        self.unfinished_count = 0
        self.started_at = datetime.now(UTC)
        self.cpu_percents: list[float] = []
        self.run = Run(
            recorder=Recorder(warm_up_seconds=self.warm_up_seconds, slow_after_ms=options.slow_after_ms),
            warm_up_seconds=self.warm_up_seconds,
            total_seconds=self.warm_up_seconds + measured,
            seed=options.seed,
            rates=dict(profile.arrivals_per_second),
        )


class _Flow(ArrivalUser):
    abstract = True

    @property
    def scenario(self) -> Scenario:
        return self.environment.scenario  # type: ignore[attr-defined]

    def read(self, pipeline_id: str, intended_at: float) -> dict[str, Any] | None:
        url = f"{self.host}/v1/pipelines/{pipeline_id}"
        headers = self.scenario.signer.headers("GET", url)
        body = self.send(_READ, "GET", url, headers=headers, intended_at=intended_at, expected_status=200)
        return json.loads(body) if body is not None else None


class HealthReads(_Flow):
    """Reads the health, unsigned."""

    flow = "health"

    def arrive(self, intended_at: float) -> None:
        """One read."""
        url = f"{self.host}/v1/health"
        self.send(_HEALTH, "GET", url, headers={}, intended_at=intended_at, expected_status=200)


class StatusReads(_Flow):
    """Reads the status of pipelines that were submitted lately."""

    flow = "status"

    def arrive(self, intended_at: float) -> None:
        """One read; the preparation submitted the first pipeline, so there always is one."""
        recent = self.scenario.recent
        self.read(recent[int(intended_at * 1000) % len(recent)], intended_at)


class PipelineJourneys(_Flow):
    """Submits a pipeline and follows it until it is finished."""

    flow = "pipeline"

    def arrive(self, intended_at: float) -> None:
        """One journey."""
        scenario = self.scenario
        url = f"{self.host}/v1/pipelines"
        headers = scenario.signer.headers("POST", url, scenario.submission)
        body = self.send(
            _SUBMIT,
            "POST",
            url,
            headers=headers,
            body=scenario.submission,
            intended_at=intended_at,
            expected_status=202,
        )
        if body is None:
            return
        scenario.submitted_count += 1
        pipeline_id = str(json.loads(body)["pipeline_id"])
        scenario.recent.append(pipeline_id)
        due = scenario.run.elapsed()
        give_up = due + _FOLLOW_SECONDS
        while due < give_up and not scenario.run.is_closed:
            due += 1.0
            gevent.sleep(max(0.0, due - scenario.run.elapsed()))
            if scenario.run.is_closed:
                break
            seen = self.read(pipeline_id, due)
            if seen is not None and seen["status"] not in ("accepted", "running"):
                scenario.statuses[seen["status"]] += 1
                return
        scenario.unfinished_count += 1


@events.test_start.add_listener
def _prepare(environment: Environment, **_: Any) -> None:
    # Locust swallows what a listener raises and goes on without it; a run that is not prepared must not begin.
    try:
        refuse_silent_retries()
        scenario = Scenario(environment.parsed_options)
        environment.scenario = scenario  # type: ignore[attr-defined]
        environment.run_of_load = scenario.run  # type: ignore[attr-defined]
        _submit_first(str(environment.host), scenario)
    except Exception as error:  # noqa: BLE001 - whatever it is, no load may be sent
        _refuse(str(error))
    scenario.run.began = time.monotonic()
    gevent.spawn(_watch, environment, scenario)


def _submit_first(host: str, scenario: Scenario) -> None:
    """Send one pipeline all the way before the clocks start.

    Status reads need one, every function has then run once, and a target that refuses gets no load. A target that has
    faults at times is to be measured, so a 5xx answer is asked again before it counts as a refusal.
    """
    url = f"{host}/v1/pipelines"
    answer = _post_first(url, scenario)
    for _ in range(_FIRST_ATTEMPTS - 1):
        if answer.status_code < 500:
            break
        answer = _post_first(url, scenario)
    if answer.status_code != 202:
        _refuse(f"{url} answered {answer.status_code} to the first pipeline, not 202: {answer.text[:300]}")
    pipeline_id = str(answer.json()["pipeline_id"])
    scenario.recent.append(pipeline_id)
    url = f"{url}/{pipeline_id}"
    give_up = time.monotonic() + _FOLLOW_SECONDS
    while time.monotonic() < give_up:
        answer = requests.get(url, headers=scenario.signer.headers("GET", url), timeout=30)
        if answer.status_code == 200 and answer.json()["status"] not in ("accepted", "running"):
            return
        gevent.sleep(0.5)
    _refuse(
        f"the first pipeline did not finish within {_FOLLOW_SECONDS:.0f} s; last answer {answer.status_code}: {answer.text[:300]}"
    )


def _post_first(url: str, scenario: Scenario) -> requests.Response:
    headers = scenario.signer.headers("POST", url, scenario.submission)
    return requests.post(url, data=scenario.submission, headers=headers, timeout=30)


def _refuse(reason: str) -> NoReturn:
    print(f"no load was sent: {reason}", file=sys.stderr, flush=True)
    os._exit(2)


def _watch(environment: Environment, scenario: Scenario) -> None:
    """Report progress each second, and end the run when its time is over."""
    process = psutil.Process()
    process.cpu_percent()
    run = scenario.run
    while run.elapsed() < run.total_seconds and not run.is_closed:
        gevent.sleep(min(1.0, max(0.01, run.total_seconds - run.elapsed())))
        scenario.cpu_percents.append(process.cpu_percent())
        _report(scenario)
    if not run.is_closed and environment.runner is not None:
        environment.runner.quit()


def _report(scenario: Scenario) -> None:
    if scenario.options.progress_fd < 0:
        return
    run = scenario.run
    sent, faults = run.recorder.so_far()
    in_warm_up = run.elapsed() < scenario.warm_up_seconds
    line = {
        "phase": "warm-up" if in_warm_up else "measured",
        "left_seconds": max(0.0, run.total_seconds - run.elapsed()),
        "sent_count": sent,
        "fault_count": faults,
        "p99_ms": percentile_ms(run.recorder.measured, 99),
        "rate_rps": sum(second.sent_count for second in run.recorder.seconds()[-6:-1]) / 5,
        "under_way_count": run.under_way_count,
    }
    try:
        os.write(scenario.options.progress_fd, json.dumps(line).encode() + b"\n")
    except OSError:  # whoever watched has gone; the load test goes on
        scenario.options.progress_fd = -1


@events.test_stopping.add_listener
def _finish(environment: Environment, **_: Any) -> None:
    scenario = cast("Scenario", environment.scenario)  # type: ignore[attr-defined]
    run = scenario.run
    ran_seconds = min(run.elapsed(), run.total_seconds)
    run.drain(_DRAIN_SECONDS)
    if scenario.options.result:
        write_result(_result(str(environment.host), scenario, ran_seconds), Path(scenario.options.result))
    # Verdicts are made from the result file; one failed request is no reason to call the run itself failed.
    environment.process_exit_code = 0


def _result(host: str, scenario: Scenario, ran_seconds: float) -> LoadResult:
    run, profile = scenario.run, scenario.profile
    warm_up = min(ran_seconds, scenario.warm_up_seconds)
    cpu = scenario.cpu_percents or [0.0]
    return LoadResult(
        schema_version=SCHEMA_VERSION,
        target=host,
        profile=profile.name,
        seed=scenario.options.seed,
        planned_rps=sum(profile.arrivals_per_second.values()),
        slow_after_ms=scenario.options.slow_after_ms,
        started_at=scenario.started_at.isoformat(timespec="seconds"),
        ended_at=datetime.now(UTC).isoformat(timespec="seconds"),
        # The watcher ends the run a moment before its last second is over.
        interrupted=ran_seconds < run.total_seconds - 1,
        warm_up=run.recorder.phase(measured=False, planned_seconds=scenario.warm_up_seconds, actual_seconds=warm_up),
        measured=run.recorder.phase(
            measured=True, planned_seconds=scenario.measured_seconds, actual_seconds=ran_seconds - warm_up
        ),
        seconds=run.recorder.seconds(),
        latencies=run.recorder.latencies(),
        journeys=Journeys(
            submitted_count=scenario.submitted_count,
            finished_count=sum(scenario.statuses.values()),
            unfinished_count=scenario.unfinished_count,
            statuses=dict(scenario.statuses),
        ),
        generator=Generator(
            lag_p99_ms=percentile_ms(run.recorder.lags, 99) or 0.0,
            cpu_mean_percent=round(sum(cpu) / len(cpu), 1),
            cpu_max_percent=max(cpu),
            launched_count=run.launched_count,
            due_count=sum(run.rates.values()) * run.arrivals_by(ran_seconds),
            unhandled_errors=tuple(sorted(run.errors)),
        ),
        faults_seen=dict(run.recorder.faults_seen),
    )
