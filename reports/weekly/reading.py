"""Reads every source of a weekly report; one that fails leaves its reason and never stops the others."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

import numpy as np

from foundation.cloudwatch import name_limits
from foundation.cloudwatch.metrics import Metric, MetricStat
from foundation.cloudwatch.names import Scope
from foundation.cloudwatch.series import Values
from foundation.cloudwatch.source import MetricSource
from foundation.cloudwatch.subscribers import Subscribers
from foundation.costs.traffic import Profile
from foundation.errors import SourceError
from foundation.readings import NoData, Reading
from foundation.service.measured import ByStackEvents, measured_by
from foundation.service.own_metrics import OwnMetrics
from foundation.slo.coverage import coverage_of
from foundation.slo.error_budget import Counts
from foundation.slo.incidents import Incident
from foundation.slo.model import CostObjective, Objectives
from reports.deployments import Operation
from reports.money import CostActuals, CostSource
from reports.slo_actuals import HOUR_SECONDS, History, read_history
from reports.weekly.agents import THROTTLES, read_agents
from reports.weekly.causes import find_causes
from reports.weekly.estimate import estimate_week
from reports.weekly.inputs import Action, AlarmsWeek, CanaryWeek, SourceRead, WeeklyInputs
from reports.weekly.latency import api_latency, read_latency, read_stages
from reports.weekly.objectives import ObjectiveWeek, week_of_objective
from reports.weekly.week import Week

# Budgets of a week ago need the window before the week, too.
_MARGIN = timedelta(days=7)
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """Where everything comes from. `operations` takes a prefix of stacks' names; `alarms` the week's two ends."""

    metrics: MetricSource
    metrics_name: str
    operations: Callable[[str], Reading[tuple[Operation, ...]] | NoData]
    cost: CostSource
    alarms: Callable[[datetime, datetime], AlarmsWeek | NoData]
    canaries: Sequence[tuple[str, int | None]]
    subscribers: Callable[[], tuple[Subscribers, ...] | NoData]
    own: OwnMetrics | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportRequest:
    """What the report is to be about. Cost is reported through `cost_through_on`, and complete through `cost_complete_on`."""

    objectives: Objectives
    stage: str
    label: str
    week: Week
    now: datetime
    commit: str
    cost_through_on: date
    cost_complete_on: date
    traffic: Profile
    actions: tuple[Action, ...] = ()
    incidents: tuple[Incident, ...] = ()


def _silently(_line: str) -> None:
    pass


def read_inputs(request: ReportRequest, sources: Sources, *, say: Callable[[str], None] = _silently) -> WeeklyInputs:
    """Read all of it, and `say` what is being read."""
    week, own = request.week, sources.own
    # Of an hour that has begun there is what there is so far.
    until = min(week.end_at, _whole_hour(request.now) + _HOUR)
    rows: list[tuple[str, str, ObjectiveWeek | NoData]] = []
    histories: dict[str, History] = {}
    prefix = prefix_of_stacks(request.objectives)
    operations = NoData(reason="no objective is on stack operations") if prefix is None else sources.operations(prefix)
    for objective in request.objectives:
        if isinstance(objective, CostObjective):
            continue
        start_at = _whole_hour(week.start_at - objective.window - _MARGIN)
        say(f"reading {objective.name} since {start_at:%Y-%m-%d}")
        found = read_history(
            objective,
            sources.metrics,
            start_at=start_at,
            end_at=until,
            operations=sources.operations,
        )
        if isinstance(found, History):
            histories[objective.name] = found
        rows.append(
            (objective.name, objective.title, week_of_objective(objective, found, week, until=until, now=request.now))
        )
    say("reading the bill")
    cost = sources.cost.read(through_on=request.cost_through_on, complete_on=request.cost_complete_on)
    load_tests = _load_tests(sources.metrics, own, week.start_at, until)
    in_week = operations if isinstance(operations, NoData) else tuple(
        each for each in operations.answer if week.start_at <= each.ended_at < until
    )  # fmt: skip
    pipelines = _pipelines(sources.metrics, own, week.start_at, until)
    per_day = None if until < week.end_at or isinstance(pipelines, NoData) else Decimal(pipelines) / 7
    money = next((each for each in request.objectives if isinstance(each, CostObjective)), None)
    incidents = tuple(each for each in request.incidents if each.lies_in(week.start_at, until))
    say(f"evaluating the alarms of {week}")
    alarms = sources.alarms(week.start_at, until)
    return WeeklyInputs(
        service=request.objectives.service,
        stage=request.stage,
        label=request.label,
        week=week,
        until=until,
        generated_at=request.now,
        commit=request.commit,
        sources=_read(
            sources, histories, cost, None if prefix is None else operations, alarms, now=request.now, until=until
        ),
        objectives=tuple(rows),
        causes=find_causes(
            histories,
            request.objectives,
            incidents=incidents,
            load_tests=load_tests,
            operations=in_week,
            throttled_at=_hours_with(sources.metrics, THROTTLES, week.start_at, until),
            start_at=week.start_at,
            until=until,
        ),
        gateway=_gateway(request.objectives, sources.metrics, week.start_at, until),
        latency=read_latency(request.objectives, sources.metrics, week.start_at, until),
        stages=read_stages(
            sources.metrics, durations=() if own is None else own.durations, start_at=week.start_at, end_at=until
        ),
        agents=read_agents(sources.metrics, week.start_at, until),
        canaries=_canaries(sources, request.stage, week.start_at, until),
        alarms=alarms,
        subscribers=sources.subscribers(),
        incidents=incidents,
        operations=in_week,
        load_tests=load_tests,
        pipeline_count=pipelines,
        pipeline_count_before=_pipelines(sources.metrics, own, week.start_at - _MARGIN, week.start_at),
        cost_objective=money,
        cost=cost,
        estimate=estimate_week(
            request.traffic,
            pipelines_per_day=per_day,
            limit_usd=Decimal(500) if money is None else money.limit_usd,
            start_at=week.start_at,
        ),
        actions=request.actions,
    )


def prefix_of_stacks(objectives: Objectives) -> str | None:
    """How the names of the stacks begin whose operations an objective counts; None where none does."""
    for objective in objectives:
        match measured_by(objective, objectives):
            case ByStackEvents(stacks=stacks):
                return stacks.name_prefix
            case _:
                pass
    return None


def _read(
    sources: Sources, histories: dict[str, History], cost: Reading[CostActuals] | NoData,
    operations: Reading[tuple[Operation, ...]] | NoData | None, alarms: AlarmsWeek | NoData,
    *, now: datetime, until: datetime,
) -> tuple[SourceRead, ...]:  # fmt: skip
    seen = [at for each in histories.values() if (at := each.last_seen_at) is not None]
    found = [
        SourceRead(
            name="metrics",
            as_of=f"{min(now, max(seen)):%Y-%m-%d %H:%M} UTC" if seen else "–",
            note=sources.metrics_name,
            problem=None if histories else f"{sources.metrics_name}: no objective's events could be counted",
        )
    ]
    if isinstance(cost, NoData):
        found.append(SourceRead(name="cost", as_of="–", note="", problem=cost.reason))
    else:
        found.append(
            SourceRead(name="cost", as_of=f"{cost.answer.through_on}, end of day UTC", note=cost.answer.source)
        )
    if isinstance(operations, NoData):
        found.append(SourceRead(name="deployments", as_of="–", note="", problem=operations.reason))
    elif operations is not None:
        ended = [each.stack for each in operations.answer if each.ended_at < until]
        count, names = len(ended), sorted(set(ended))
        on = f" on {', '.join(names[:8])}" + (f" and {len(names) - 8} more" if len(names) > 8 else "") if names else ""
        note = f"{operations.origin.source}; {count} stack operations{on}; known since {operations.asked.start_at:%Y-%m-%d}"
        found.append(SourceRead(name="deployments", as_of=f"{min(now, until):%Y-%m-%d %H:%M} UTC", note=note))
    if isinstance(alarms, NoData):
        found.append(SourceRead(name="alarms", as_of="–", note="", problem=alarms.reason))
    else:
        planned = alarms.evaluated_count + sum(count for _, count in alarms.without_count)
        note = f"{alarms.evaluated_count} of {planned} evaluated here on these metrics"
        found.append(SourceRead(name="alarms", as_of=f"{min(now, until):%Y-%m-%d %H:%M} UTC", note=note))
    return tuple(found)


def _canaries(
    sources: Sources, stage: str, start_at: datetime, until: datetime
) -> tuple[CanaryWeek, ...] | NoData:  # fmt: skip
    found: list[CanaryWeek] = []
    scope = Scope(service="t-developer", stage=stage)
    for name, every_minutes in sources.canaries:
        metric = Metric(
            namespace="CloudWatchSynthetics",
            name="SuccessPercent",
            dimensions=(("CanaryName", scope.named(name_limits.CANARY, name)),),
        )
        stats = [MetricStat(metric=metric, period_seconds=300, statistic=each) for each in ("SampleCount", "Sum")]
        try:
            runs, percent = sources.metrics.read(stats, start_at=start_at, end_at=until)
        except SourceError as error:
            return NoData(reason=str(error))
        count = round(float(np.nansum(runs.answer.values)))
        passed = round(float(np.nansum(percent.answer.values)) / 100)
        expected = None
        if every_minutes is not None:
            expected = int((until - start_at).total_seconds() // 60 // every_minutes)
        found.append(
            CanaryWeek(
                name=name,
                run_count=count,
                failed_count=max(0, count - passed),
                expected_count=expected,
                coverage=coverage_of(
                    runs.known & percent.known,
                    runs.asked,
                    is_stated=runs.origin.is_stated and percent.origin.is_stated,
                ),
            )
        )
    if not any(each.run_count for each in found):
        return NoData(reason="no canary has run in this week")
    return tuple(found)


def _load_tests(
    source: MetricSource, own: OwnMetrics | None, start_at: datetime, until: datetime
) -> tuple[tuple[datetime, datetime], ...]:  # fmt: skip
    """When load tests ran, by their own published metric: runs of periods with requests, short ones where they are kept."""
    if own is None:
        return ()
    found: list[tuple[datetime, datetime]] = []
    for period in (timedelta(minutes=5), timedelta(hours=1)):
        counts = _sums(source, own.load_test_requests, period, start_at, until)
        if isinstance(counts, NoData):
            continue
        for number in np.flatnonzero(counts):
            at = start_at + int(number) * period
            if found and found[-1][1] == at:
                found[-1] = (found[-1][0], at + period)
            else:
                found.append((at, at + period))
        break
    return tuple(found)


def _hours_with(source: MetricSource, metric: Metric, start_at: datetime, until: datetime) -> tuple[datetime, ...]:
    """The hours in which a metric was not zero; none where it cannot be read."""
    counts = _sums(source, metric, _HOUR, start_at, until)
    if isinstance(counts, NoData):
        return ()
    return tuple(start_at + int(number) * _HOUR for number in np.flatnonzero(counts))


def _gateway(
    objectives: Objectives, source: MetricSource, start_at: datetime, until: datetime
) -> Counts | NoData:  # fmt: skip
    """What API Gateway itself counted, unsampled, beside what traces say."""
    latency = api_latency(objectives)
    if latency is None:
        return NoData(reason="no objective is on the latency of the service's API")
    dimensions = latency.metric.dimensions
    metrics = (
        MetricStat(
            metric=Metric(namespace="AWS/ApiGateway", name=name, dimensions=dimensions),
            period_seconds=HOUR_SECONDS,
            statistic=statistic,
        )
        for name, statistic in (("Count", "SampleCount"), ("5XXError", "Sum"))
    )
    try:
        requests, faults = source.read(list(metrics), start_at=start_at, end_at=until)
    except SourceError as error:
        return NoData(reason=str(error))
    total, bad = (round(float(np.nansum(each.answer.values))) for each in (requests, faults))
    return Counts(total_count=total, bad_count=min(total, bad)) if total else NoData(reason="it counted no request")


def _pipelines(
    source: MetricSource, own: OwnMetrics | None, start_at: datetime, until: datetime
) -> int | NoData:  # fmt: skip
    if own is None or own.accepted is None:
        return NoData(reason="no metric counts the work that the service took on")
    counts = _sums(source, own.accepted, _HOUR, start_at, until)
    if isinstance(counts, NoData):
        return counts
    total = int(counts.sum())
    return total or NoData(reason="no pipeline was counted in this week")


def _sums(
    source: MetricSource, metric: Metric, period: timedelta, start_at: datetime, until: datetime
) -> Values | NoData:  # fmt: skip
    stat = MetricStat(metric=metric, period_seconds=int(period.total_seconds()), statistic="Sum")
    try:
        (reading,) = source.read([stat], start_at=start_at, end_at=until)
    except SourceError as error:
        return NoData(reason=str(error))
    return np.nan_to_num(reading.answer.values)


def _whole_hour(at: datetime) -> datetime:
    return at - timedelta(seconds=at.timestamp() % HOUR_SECONDS)
