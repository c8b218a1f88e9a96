"""One release check from beginning to end, whatever happens in between: platform, load, verdicts, and nothing left running.

It is a sequence of steps. One that fails or is interrupted takes nothing with it that others have measured.
"""

import dataclasses
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from alarms.model import Plan
from alarms.plan import plan_of
from canaries.definitions import Canaries
from foundation.cloudwatch.suppression import notified_at
from foundation.costs.traffic import Profile as Traffic
from foundation.errors import InputError, PlatformError, SreError
from foundation.files.writing import remove, replacing
from foundation.readings import NoData
from foundation.service.measured import ByStackEvents, limits_of, measured_by
from foundation.service.stage import Stage
from foundation.slo.error_budget import Counts
from foundation.slo.model import Objectives
from loadtests.profiles import Profile
from loadtests.result import LoadResult
from loadtests.run import LoadTest, Progress, last_result, new_run_id, refuse_cut_short, run_load_test
from reports.release_check.model import AlarmsUnderLoad, CanaryRow, ReleaseCheck
from sre.jobs.release_check.alarms import SeenMetrics, alarms_under_load, client_metrics, recorded_metrics
from sre.jobs.release_check.canaries import check_canaries
from sre.jobs.release_check.carried_load import FITTED_NAME, FittedLoad, fit_load
from sre.jobs.release_check.check import RunContext, make_check
from sre.jobs.release_check.incomplete import with_steps
from sre.jobs.release_check.steps import Step, Steps
from sre.jobs.release_check.targets import Target
from sre.local.notifications import Captured
from sre.local.whole import while_whole

# Beside the page: what was measured, minute by minute, for `sre dashboards preview`.
METRICS_NAME = "metrics.parquet"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckPlan:
    """What to check: `open_target` brings the target up and takes it down, `target_name` says what it is until then.

    Without `canaries` none are run, and without `traffic` no bill is estimated. `profiles_file` is where the profile is from:
    Locust reads it there. The `run_id` stands in all that the check writes.
    """

    stage: Stage
    profile: Profile
    profiles_file: Path
    canaries: Canaries | None
    traffic: Traffic | None
    duration_seconds: float
    seed: int
    out: Path
    target_name: str
    open_target: Callable[[], AbstractContextManager[Target]]
    run_id: str = field(default_factory=new_run_id)


@dataclass(slots=True)
class _Found:
    """What the steps have found so far; `ended` says what of the platform ended by itself meanwhile.

    `load_facts` say at which rate it was loaded, where that is another one than was planned.
    """

    target: Target | None = None
    ended: str | None = None
    load_facts: tuple[tuple[str, str], ...] = ()
    result: LoadResult | None = None
    canaries: list[CanaryRow] = field(default_factory=list[CanaryRow])
    alarms: AlarmsUnderLoad | None = None
    operations: dict[str, Counts | NoData] = field(default_factory=dict[str, Counts | NoData])
    ended_at: str | None = None
    written: set[str] = field(default_factory=set[str])


def run_check(
    plan: CheckPlan, *, steps: Steps, say: Callable[[str], None], watch: Callable[[Progress], None]
) -> ReleaseCheck:
    """Make the check; `steps` gets what each step took and which failed, and may know parts of the first already.

    A KeyboardInterrupt at any moment, or a failure of any step, ends what cannot go on, and the check has what had been measured.
    Raises InputError where the platform is not to be opened at all: then nothing was begun.
    """
    started_at = _now()
    found = _Found()
    opened = ExitStack()
    try:
        found.target = steps.attempt(
            Step.PLATFORM, lambda: opened.enter_context(plan.open_target()), refusals=(InputError,)
        )
        if found.target is not None:
            _measure(plan, found.target, found, steps, say, watch)
    except KeyboardInterrupt:
        # Between two steps.
        steps.was_interrupted = True
    steps.attempt(Step.END, opened.close)
    _forget_older(plan, found)
    return steps.finish(lambda: with_steps(_judged(plan, found, started_at, steps), steps, ended=found.ended))


def _measure(
    plan: CheckPlan,
    target: Target,
    found: _Found,
    steps: Steps,
    say: Callable[[str], None],
    watch: Callable[[Progress], None],
) -> None:
    _canaries(plan, target, found, steps, say, step=Step.CANARIES_BEFORE)
    if not steps.was_interrupted and found.ended is None:
        _load(plan, target, found, steps, say, watch)
    if not steps.was_interrupted and found.ended is None and found.result is not None:
        _canaries(plan, target, found, steps, say, step=Step.CANARIES_AFTER)
    if found.result is not None:
        _alarms(plan, target, found.result, found, steps, say)
    prefixes = _stack_prefixes(plan.stage.objectives)
    if prefixes:
        steps.attempt(
            Step.STACK_OPERATIONS,
            lambda: found.operations.update((each, target.count_stack_operations(each)) for each in prefixes),
        )
    found.ended_at = _now()


def _canaries(
    plan: CheckPlan, target: Target, found: _Found, steps: Steps, say: Callable[[str], None], *, step: Step
) -> None:  # fmt: skip
    """The canaries' runs, each as it ends: that another one breaks, or all are interrupted, loses none of them."""
    defined = plan.canaries
    if defined is None:
        return
    when = "before" if step is Step.CANARIES_BEFORE else "after"
    say(f"running the canaries {when} the load")
    seen: list[CanaryRow] = []

    def work() -> tuple[CanaryRow, ...]:
        settings = target.canary_settings(plan.stage)
        return check_canaries(
            defined,
            settings,
            when=when,
            directory=plan.out / "canaries",
            local=target.local,
            ended=seen.append,
        )

    rows = steps.attempt(step, work)
    found.canaries += seen if rows is None else rows
    _look(target, found, steps, step)


def _load(
    plan: CheckPlan,
    target: Target,
    found: _Found,
    steps: Steps,
    say: Callable[[str], None],
    watch: Callable[[Progress], None],
) -> None:
    def fit() -> FittedLoad:
        return fit_load(
            plan.profile,
            plan.duration_seconds,
            profiles_file=plan.profiles_file,
            out=plan.out,
            cores=target.spare_cores,
        )

    fitted = steps.attempt(Step.RATE, fit)
    if fitted is None:
        return
    if fitted.profiles_file == plan.out / FITTED_NAME:
        found.written.add(FITTED_NAME)
    if fitted.sentence:
        found.load_facts = (("rate", fitted.sentence),)
        say(fitted.sentence)
    if not fitted.is_carried:
        return
    test = LoadTest(
        url=target.url,
        region=target.region,
        profile=fitted.profile,
        duration_seconds=fitted.duration_seconds,
        given=target.given,
        seed=plan.seed,
        stage=plan.stage,
        profiles_file=fitted.profiles_file,
        run_id=plan.run_id,
    )
    warm_up_seconds = fitted.profile.schedule.warm_up_seconds
    say(
        f"loading {target.url} for {warm_up_seconds + fitted.duration_seconds:.0f} s, {warm_up_seconds:.0f} s of it warm-up"
    )

    def load() -> None:
        found.result = run_load_test(
            test, directory=plan.out, credentials=target.credentials, watch=while_whole(watch, target.ended), local=target.local
        )  # fmt: skip
        refuse_cut_short(found.result)

    steps.attempt(Step.LOAD, load)
    if found.result is None:
        found.result = last_result(test, plan.out)
    _look(target, found, steps, Step.LOAD)


def _look(target: Target, found: _Found, steps: Steps, step: Step) -> None:
    """Whether the platform is still whole after a step; what it answered in one that it did not outlive is no evidence."""
    if found.ended is None and not steps.was_interrupted and (ended := target.ended()) is not None:
        found.ended = ended
        steps.failed(step, PlatformError(ended))


def _alarms(
    plan: CheckPlan,
    target: Target,
    result: LoadResult,
    found: _Found,
    steps: Steps,
    say: Callable[[str], None],
) -> None:
    """The planned alarms on what was measured, and the messages of those that notified."""

    def evaluate() -> tuple[Plan, SeenMetrics, AlarmsUnderLoad]:
        alarm_plan = plan_of(plan.stage)
        seen = SeenMetrics(client=client_metrics(alarm_plan, plan.stage, result), platform=target.metrics)
        return alarm_plan, seen, alarms_under_load(alarm_plan, result, seen)

    evaluated = steps.attempt(Step.ALARMS, evaluate)
    if evaluated is None:
        return
    alarm_plan, seen, alarms = evaluated
    found.alarms = alarms

    def record() -> None:
        with replacing(plan.out / METRICS_NAME) as beside:
            recorded_metrics(result, seen).to_parquet(beside)
        found.written.add(METRICS_NAME)

    steps.attempt(Step.METRICS, record)
    topics = target.topics
    if topics is None:
        return
    notified = [(row.name, at) for row in alarms.fired if (at := notified_at(row.notification)) is not None]

    def notify() -> tuple[Captured, ...] | None:
        try:
            return topics.notify(alarm_plan, notified)
        except SreError as error:
            # Nothing is measured by them, so nothing is missing of the check.
            say(f"the alarms' messages were not sent: {error}")
            return None

    captured = steps.attempt(Step.MESSAGES, notify)
    if captured is not None:
        found.alarms = dataclasses.replace(alarms, messages=tuple(each.sentence for each in captured))


def _stack_prefixes(objectives: Objectives) -> tuple[str, ...]:
    """How the names of the stacks begin whose operations an objective counts."""
    ways = [measured_by(objective, objectives) for objective in objectives]
    return tuple(dict.fromkeys(each.stacks.name_prefix for each in ways if isinstance(each, ByStackEvents)))


def _judged(plan: CheckPlan, found: _Found, started_at: str, steps: Steps) -> ReleaseCheck:
    """The page of what was found, be it little or nothing."""
    target, result = found.target, found.result
    is_of_nothing = target is None and steps.was_interrupted
    return make_check(
        plan.stage.objectives,
        # What ended it otherwise than a person did is among the steps.
        None if result is None else dataclasses.replace(result, interrupted=False),
        RunContext(
            label="interrupted before the platform was up" if is_of_nothing else plan.stage.name,
            target=plan.target_name if target is None else target.url,
            profile=plan.profile.name,
            started_at=started_at,
            ended_at=found.ended_at or _now(),
            facts=() if target is None else (*target.facts, *found.load_facts, *_loaded_facts(target, result)),
            left_out=() if target is None else target.left_out,
            what_ifs=plan.stage.what_ifs,
            run_id=plan.run_id,
        ),
        interrupted=steps.was_interrupted,
        slow_after_ms=limits_of(plan.stage.objectives).slow_after_ms,
        traffic=plan.traffic,
        stack_operations=lambda prefix: found.operations.get(prefix, NoData(reason="they were not read")),
        alarms=found.alarms,
        canaries=tuple(found.canaries),
    )


def _loaded_facts(target: Target, result: LoadResult | None) -> tuple[tuple[str, str], ...]:
    """What is known of the target itself while it was loaded."""
    if result is None:
        return ()
    return target.loaded_facts(datetime.fromisoformat(result.started_at), datetime.fromisoformat(result.ended_at))


def _forget_older(plan: CheckPlan, found: _Found) -> None:
    """Remove what an earlier check has left here and this one did not write anew: it would stand beside this one's page."""
    for name in {METRICS_NAME, FITTED_NAME} - found.written:
        with suppress(SreError):
            remove(plan.out / name)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
