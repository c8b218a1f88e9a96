"""A run while it goes on, in whichever of Locust's roles: all in one process, the master, or a worker."""

import contextlib
import gc
import json
import os
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import gevent
import psutil
from locust.env import Environment
from locust.runners import MasterRunner, WorkerRunner

from foundation.errors import SreError
from foundation.service.measured import limits_of
from foundation.slo.sequential import Certainty, certainty
from foundation.slo.verdict import CONFIDENCE_RATIO
from loadtests.agent import Agent
from loadtests.aggregation import Facts, summarize
from loadtests.arrivals import Journey, Run
from loadtests.authorising import Authoriser
from loadtests.clients import Patience, make_client
from loadtests.conversing import HttpApi
from loadtests.counts import Recorder
from loadtests.distributed import Collecting, Shipping
from loadtests.evidence import Judged, judge_run
from loadtests.flows import key_of
from loadtests.options import drain_seconds
from loadtests.preparation import flows_of_options, given_values, profile_of
from loadtests.ran_flows import RanFlow
from loadtests.result import LoadResult, partial_of, write_result
from loadtests.scenario import Scenario
from loadtests.schedule import Schedule
from loadtests.signing import signer_from_environment
from loadtests.stage import stage_of_options

# The workers of a master start their users within a second of its start.
_HEAD_START_SECONDS = 1.0
# Without an objective on latency nothing is slow: no request lives as long as this.
_NEVER_MS = 1e9
_MOST_CLOCK_SKEW_SECONDS = 5.0
# A process that is killed writes no result: what it had measured is at most so old.
_KEEPING_SECONDS = 5.0


class Load:
    """One run in one process; `run` is what its clocks need. Raises InputError for options that make no run."""

    def __init__(self, environment: Environment) -> None:
        options: Any = environment.parsed_options
        runner = environment.runner
        self.environment = environment
        self.options = options
        self.flows = flows_of_options(options)
        self.profile = profile_of(options, self.flows)
        self.stage = stage_of_options(options)
        self.limits = limits_of(self.stage.objectives)
        self.schedule = _schedule(self.profile.schedule, options)
        self.drain_seconds = drain_seconds(options.answer_seconds)
        slow_after_ms = self.limits.slow_after_ms or _NEVER_MS
        self.recorder = Recorder(warm_up_seconds=self.schedule.warm_up_seconds, slow_after_ms=slow_after_ms)
        worker = cast("Any", runner).worker_index if isinstance(runner, WorkerRunner) else 0
        self.run = Run(
            environment=environment,
            recorder=self.recorder,
            schedule=self.schedule,
            seed=f"{options.seed}:{worker}",
            user_rps=options.user_rps,
            flows=dict(self.profile.arrivals_per_second),
            serve=self._serve,
            also_expected=self.profile.also_expected,
        )
        host = str(environment.host).rstrip("/")
        flows = self.profile.flows
        signer = signer_from_environment(
            options.region, required=any(self.flows.is_signed(name) for name in flows)
        )  # fmt: skip
        api = HttpApi(
            base_url=host,
            client=make_client(
                options.client,
                host,
                Patience(connect_seconds=options.connect_seconds, answer_seconds=options.answer_seconds),
            ),
            authoriser=Authoriser(signer=signer, environment=os.environ),
            given=given_values(options),
        )
        api.recent.add(json.loads(options.first_values or "{}"))
        agent = Agent(
            url=options.agent_url,
            signer=signer,
            prompt="",
            first_token_limit_ms=self.limits.first_token_ms or _NEVER_MS,
            turn_limit_ms=self.limits.turn_ms or _NEVER_MS,
        )
        scenario = Scenario(flows=self.flows, api=api, websocket_url=options.websocket_url, agent=agent)
        self._flows = {name: scenario.begin(flow) for name, flow in flows.items()}
        self.shipping = Shipping(environment, self.recorder, self._drain) if isinstance(runner, WorkerRunner) else None
        self.collecting = Collecting(environment, self.recorder) if isinstance(runner, MasterRunner) else None
        self.started_at = datetime.now(UTC)
        self.stopped_early: str | None = None
        self.has_ended = False
        self._lost: tuple[str, ...] = ()
        self._keep_at = _KEEPING_SECONDS
        self._result: LoadResult | None = None

    def begin(self) -> None:
        """Start the clock, and listen and watch from now on."""
        if self.shipping is not None:
            skew = time.time() - float(self.options.began_at or time.time())
            # A clock that is wrong by more than the start of a run cannot be followed.
            skew = skew if abs(skew) < _MOST_CLOCK_SKEW_SECONDS else 0.0
            self.run.began = time.monotonic() - skew
            self.shipping.begin()
        else:
            delay = _HEAD_START_SECONDS if self.collecting is not None else 0.0
            self.options.began_at = str(time.time() + delay)
            self.run.began = time.monotonic() + delay
            if self.collecting is not None:
                self.collecting.begin()
            gevent.spawn(self._watch)
        gevent.spawn(self._weigh)
        # Looking for garbage among all that is loaded takes tens of milliseconds, in which no arrival begins.
        gc.collect()
        gc.freeze()
        gc.set_threshold(50_000, 20, 100)

    def end(self) -> LoadResult | None:
        """Drain, wait for the workers, and say what came of it; a worker only sends what it has."""
        self.has_ended = True
        if self.shipping is not None:
            self.shipping.end()
            self.shipping.stop_listening()
            return None
        ran_seconds = self.run.elapsed()
        if self.collecting is not None:
            self.run.is_closed = True
            self._lost = self.collecting.end(self.drain_seconds)
            self.collecting.stop_listening()
        else:
            self._drain()
        self._result = self._summary(ran_seconds, with_latencies=True)
        return self._result

    def so_far(self) -> LoadResult:
        """The result as it would be now, without its latencies."""
        return self._result or self._summary(self.run.elapsed(), with_latencies=False)

    def judge(self, result: LoadResult) -> tuple[Judged, ...]:
        """The verdicts on what was measured by then."""
        return judge_run(self.stage.objectives, result)

    def _summary(self, ran_seconds: float, *, with_latencies: bool) -> LoadResult:
        collecting = self.collecting
        facts = Facts(
            target=str(self.environment.host),
            service=self.stage.objectives.service,
            run_id=self.options.run_id or None,
            flows=tuple(
                RanFlow(name=name, load=key_of(flow.load), is_work=flow.is_work)
                for name, flow in self.profile.flows.items()
            ),
            stage=self.stage.name,
            what_ifs=self.stage.what_ifs,
            profile=self.profile.name,
            client=self.options.client,
            seed=self.options.seed,
            rate_rps=self._rate_rps(),
            slow_after_ms=self.recorder.slow_after_ms,
            schedule=self.schedule,
            started_at=self.started_at,
            ran_seconds=max(0.0, ran_seconds),
            worker_count=1 if collecting is None else collecting.worker_count,
            lost_workers=self._lost,
            sequence_gap_count=0 if collecting is None else collecting.sequence_gap_count,
            was_watched=self.options.stop_after_seconds > 0,
            stopped_early=self.stopped_early,
        )
        return summarize(self.recorder.tree, facts, with_latencies=with_latencies)

    def _rate_rps(self) -> float | None:
        """Arrivals a second at load 1; None when a LoadTestShape changes the number of users."""
        if self.environment.shape_class is not None:
            return None
        return float(self.options.num_users or 1) * self.options.user_rps

    def _serve(self, journey: Journey) -> None:
        self._flows[journey.flow](journey)

    def _drain(self) -> None:
        self.run.drain(self.drain_seconds)

    def _weigh(self) -> None:
        """Record this process's own CPU, second by second."""
        process = psutil.Process()
        process.cpu_percent()
        node = str(getattr(self.environment.runner, "client_id", "master"))
        while not self.run.is_closed:
            gevent.sleep(1)
            self.recorder.record_cpu(node, process.cpu_percent())

    def _watch(self) -> None:
        """Report progress each second, and end the run when its time is over or its verdict certain."""
        run, total_seconds = self.run, self.schedule.total_seconds
        while run.elapsed() < total_seconds and not run.is_closed:
            gevent.sleep(min(1.0, max(0.01, total_seconds - run.elapsed())))
            self._report()
            self._keep()
            if self.options.stop_after_seconds > 0 and (reason := self._is_certain()) is not None:
                self.stopped_early = reason
                break
        runner = self.environment.runner
        if run.is_closed or runner is None:
            return
        if self.environment.web_ui is None:
            runner.quit()
        else:
            runner.stop()

    def _is_certain(self) -> str | None:
        """Why the run can end now, or None."""
        measured_seconds = self.run.elapsed() - self.schedule.warm_up_seconds
        if measured_seconds < 1:
            return None
        judged = self.judge(self.so_far())
        half = (1 - CONFIDENCE_RATIO) / 2
        sides: list[Certainty] = []
        for each in judged:
            limit = each.objective.budget_ratio
            beyond = certainty(
                each.counts, limit_ratio=limit, doubt_ratio=half / len(judged), design_effect=each.effect
            )
            if beyond is Certainty.BEYOND:
                return f"{each.objective.name} is missed for certain"
            sides.append(certainty(each.worst, limit_ratio=limit, doubt_ratio=half, design_effect=each.effect))
        is_long_enough = measured_seconds >= self.options.stop_after_seconds
        if sides and is_long_enough and all(side is Certainty.WITHIN for side in sides):
            return "every objective is met for certain"
        return None

    def _keep(self) -> None:
        """Keep what was measured so far, every few seconds, without its latencies: those take too long while load is sent."""
        if not self.options.result or self.run.elapsed() < self._keep_at:
            return
        self._keep_at = self.run.elapsed() + _KEEPING_SECONDS
        so_far = replace(self._summary(self.run.elapsed(), with_latencies=False), interrupted=True)
        # The disk is waited for by a thread: no arrival waits with it.
        gevent.get_hub().threadpool.spawn(_write_or_leave, so_far, partial_of(Path(self.options.result)))

    def _report(self) -> None:
        if self.options.progress_fd < 0:
            return
        run = self.run
        sent, faults = self.recorder.so_far()
        now = int(run.elapsed())
        seconds = self.recorder.tree.get("seconds", {})
        # Workers report every three seconds, so what they have not reported yet is left out.
        delay = 5 if self.collecting is not None else 1
        line = {
            "phase": "warm-up" if run.elapsed() < self.schedule.warm_up_seconds else "measured",
            "left_seconds": max(0.0, self.schedule.total_seconds - run.elapsed()),
            "sent_count": sent,
            "fault_count": faults,
            "p99_ms": self.recorder.p99_ms(),
            "rate_rps": sum(seconds.get(now - delay - back, (0,))[0] for back in range(5)) / 5,
            "under_way_count": run.under_way_count,
        }
        try:
            os.write(self.options.progress_fd, json.dumps(line).encode() + b"\n")
        except OSError:  # whoever watched has gone; the load test goes on
            self.options.progress_fd = -1


def _write_or_leave(result: LoadResult, file: Path) -> None:
    """Write a partial result; one that cannot be written is no reason to end the run, whose result may still be."""
    with contextlib.suppress(SreError):
        write_result(result, file)


def _schedule(schedule: Schedule, options: Any) -> Schedule:
    if options.warm_up_seconds >= 0:
        schedule = Schedule(warm_up_seconds=options.warm_up_seconds, stages=schedule.stages)
    return schedule.lasting(options.measure_seconds) if options.measure_seconds else schedule
