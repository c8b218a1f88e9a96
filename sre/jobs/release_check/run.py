"""One release check from beginning to end, whatever happens in between: platform, load, verdicts, and nothing left running."""

import dataclasses
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from alarms.plan import plan_of
from canaries.definitions import Canaries
from foundation.cloudwatch.suppression import notified_at
from foundation.costs.traffic import Profile as Traffic
from foundation.errors import Exit, SreError
from foundation.files.writing import replacing
from foundation.readings import NoData
from foundation.service.measured import limits_of
from foundation.service.stage import Stage
from loadtests.profiles import Profile
from loadtests.result import LoadResult, read_result
from loadtests.run import RESULT_NAME, LoadTest, Progress, run_load_test
from reports.release_check.model import AlarmsUnderLoad, CanaryRow, ReleaseCheck
from sre.jobs.release_check.alarms import SeenMetrics, alarms_under_load, client_metrics, recorded_metrics
from sre.jobs.release_check.canaries import check_canaries
from sre.jobs.release_check.check import RunContext, make_check
from sre.jobs.release_check.targets import Target

# Beside the page: what was measured, minute by minute, for `sre dashboards preview`.
METRICS_NAME = "metrics.parquet"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckPlan:
    """What to check: `open_target` brings the target up and takes it down, `target_name` says what it is until then.

    `profiles_file` is where the profile is from: Locust reads it there.
    """

    stage: Stage
    profile: Profile
    profiles_file: Path
    canaries: Canaries
    traffic: Traffic
    duration_seconds: float
    seed: int
    out: Path
    target_name: str
    open_target: Callable[[], AbstractContextManager[Target]]


def run_check(plan: CheckPlan, *, say: Callable[[str], None], watch: Callable[[Progress], None]) -> ReleaseCheck:
    """Make the check. A KeyboardInterrupt at any moment ends it in order, with a page of what had been measured."""
    started_at = _now()
    made: ReleaseCheck | None = None
    try:
        with plan.open_target() as target:
            canary_settings = target.canary_settings(plan.stage)
            canaries, interrupted = _canaries(plan, target, canary_settings, "before", say)
            result = None
            if not interrupted:
                result, interrupted = _load(plan, target, say, watch)
            if not interrupted:
                rows, interrupted = _canaries(plan, target, canary_settings, "after", say)
                canaries += rows
            alarms = None if result is None else _alarms(plan, target, result, say)
            made = make_check(
                plan.stage.objectives,
                result,
                RunContext(
                    label=plan.stage.name,
                    target=target.url,
                    profile=plan.profile.name,
                    started_at=started_at,
                    ended_at=_now(),
                    facts=target.facts,
                    left_out=target.left_out,
                    what_ifs=plan.stage.what_ifs,
                ),
                interrupted=interrupted,
                slow_after_ms=limits_of(plan.stage.objectives).slow_after_ms,
                traffic=plan.traffic,
                stack_operations=target.count_stack_operations,
                alarms=alarms,
                canaries=canaries,
            )
    except KeyboardInterrupt:
        if made is not None:
            made = dataclasses.replace(made, interrupted=True, outcome="interrupted", exit_code=Exit.INTERRUPTED)
    return made or _nothing_measured(plan, started_at)


def _alarms(plan: CheckPlan, target: Target, result: LoadResult, say: Callable[[str], None]) -> AlarmsUnderLoad | None:
    """The planned alarms on what was measured; that they cannot be planned or read is said, and spoils no verdict."""
    try:
        alarm_plan = plan_of(plan.stage)
        seen = SeenMetrics(
            client=client_metrics(alarm_plan, plan.stage, result),
            platform=target.metrics,
        )
        with replacing(plan.out / METRICS_NAME) as beside:
            recorded_metrics(result, seen).to_parquet(beside)
        found = alarms_under_load(alarm_plan, result, seen)
        if target.topics is None:
            return found
        notified = [(row.name, at) for row in found.fired if (at := notified_at(row.notification)) is not None]
    except SreError as error:
        say(f"the alarms were not evaluated: {error}")
        return None
    try:
        captured = target.topics.notify(alarm_plan, notified)
    except SreError as error:
        say(f"the alarms' messages were not sent: {error}")
        return found
    return dataclasses.replace(found, messages=tuple(each.sentence for each in captured))


def _canaries(
    plan: CheckPlan, target: Target, settings: Mapping[str, str], when: str, say: Callable[[str], None]
) -> tuple[tuple[CanaryRow, ...], bool]:
    """The canaries' runs, and whether they were interrupted: what the load measured is not lost by that."""
    say(f"running the canaries {when} the load")
    try:
        return (
            check_canaries(plan.canaries, settings, when=when, directory=plan.out / "canaries", local=target.local),
            False,
        )
    except KeyboardInterrupt:
        return (), True


def _load(
    plan: CheckPlan,
    target: Target,
    say: Callable[[str], None],
    watch: Callable[[Progress], None],
) -> tuple[LoadResult | None, bool]:
    test = LoadTest(
        url=target.url,
        region=target.region,
        profile=plan.profile,
        duration_seconds=plan.duration_seconds,
        archive_key=target.archive_key,
        seed=plan.seed,
        stage=plan.stage,
        profiles_file=plan.profiles_file,
    )
    seconds = plan.profile.schedule.warm_up_seconds + plan.duration_seconds
    say(f"loading {target.url} for {seconds:.0f} s, {plan.profile.schedule.warm_up_seconds:.0f} s of it warm-up")
    try:
        return (
            run_load_test(test, directory=plan.out, credentials=target.credentials, watch=watch, local=target.local),
            False,
        )
    except KeyboardInterrupt:
        file = plan.out / RESULT_NAME
        return (read_result(file) if file.exists() else None), True


def _nothing_measured(plan: CheckPlan, started_at: str) -> ReleaseCheck:
    """The page of a check that was interrupted before its target was up."""
    return make_check(
        plan.stage.objectives,
        None,
        RunContext(
            label="interrupted before the platform was up",
            target=plan.target_name,
            profile=plan.profile.name,
            started_at=started_at,
            ended_at=_now(),
            facts=(),
            left_out=(),
            what_ifs=plan.stage.what_ifs,
        ),
        interrupted=True,
        slow_after_ms=limits_of(plan.stage.objectives).slow_after_ms,
        traffic=plan.traffic,
        stack_operations=lambda _prefix: NoData(reason="interrupted"),
    )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
