"""Reads every source of a weekly report; one that fails leaves its reason and never stops the others."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np

from foundation.cloudwatch.metrics import Metric, MetricStat
from foundation.cloudwatch.names import Scope
from foundation.cloudwatch.source import MetricSource
from foundation.cloudwatch.subscribers import Subscribers
from foundation.costs.quantities import Work
from foundation.readings import Interval, NoData, Reading
from foundation.service.measured import ByStackEvents, measured_by
from foundation.service.own_metrics import OwnMetrics
from foundation.slo.error_budget import Counts
from foundation.slo.incidents import Incident
from foundation.slo.model import BudgetedObjective, CostObjective, EveryEventObjective, Objectives
from reports.deployments import Operation
from reports.known_values import KnownValues, Span, read_known
from reports.money import CostActuals, CostSource
from reports.slo_actuals import HOUR_SECONDS, History, read_history
from reports.weekly.agents import THROTTLES, read_agents
from reports.weekly.canary_runs import read_canaries
from reports.weekly.causes import DEPENDENCY, DEPLOYMENT, LOAD_TEST, find_causes
from reports.weekly.estimate import estimate_week
from reports.weekly.inputs import Action, AlarmsWeek, GatewayWeek, SourceRead, WeeklyInputs
from reports.weekly.latency import api_latency, read_latency, read_stages
from reports.weekly.objectives import ObjectiveWeek, week_of_objective
from reports.weekly.unit_cost import counted_a_day, read_counted_days
from reports.weekly.week import Week

_WEEK = timedelta(days=7)
_HOUR = timedelta(hours=1)
_MINUTE_SECONDS = 60


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
    """What the report is to be about. Cost is reported through `cost_through_on`, and complete through `cost_complete_on`.

    `traffic` is what the month is estimated by; no data where nobody says what the service's work takes.
    """

    objectives: Objectives
    stage: str
    label: str
    week: Week
    now: datetime
    commit: str
    cost_through_on: date
    cost_complete_on: date
    traffic: Work | NoData
    actions: tuple[Action, ...] = ()
    incidents: tuple[Incident, ...] = ()


def _silently(_line: str) -> None:
    pass


def read_inputs(request: ReportRequest, sources: Sources, *, say: Callable[[str], None] = _silently) -> WeeklyInputs:
    """Read all of it, and `say` what is being read."""
    week, own, now = request.week, sources.own, request.now
    # What of the last minutes is settled, each reading says for itself.
    until = min(week.end_at, now - timedelta(seconds=now.timestamp() % _MINUTE_SECONDS))
    span = Span(start_at=week.start_at, until=until, now=now)
    rows: list[tuple[str, str, ObjectiveWeek | NoData]] = []
    histories: dict[str, History] = {}
    of_metrics: set[str] = set()
    prefix = prefix_of_stacks(request.objectives)
    operations = NoData(reason="no objective is on stack operations") if prefix is None else sources.operations(prefix)
    for objective in request.objectives:
        if isinstance(objective, CostObjective):
            continue
        if not isinstance(measured_by(objective, request.objectives), ByStackEvents):
            of_metrics.add(objective.name)
        say(f"reading {objective.name} since {first_read_at(objective, week):%Y-%m-%d}")
        found = read_budget(objective, sources.metrics, sources.operations, week=week, until=until, now=now)
        if isinstance(found, History):
            histories[objective.name] = found
        rows.append((objective.name, objective.title, week_of_objective(objective, found, week)))
    say("reading the bill")
    cost = sources.cost.read(through_on=request.cost_through_on, complete_on=request.cost_complete_on)
    load_tests = _load_tests(sources.metrics, own, span)
    throttled_at = _hours_with(sources.metrics, THROTTLES, span)
    in_week = operations if isinstance(operations, NoData) else tuple(
        each for each in operations.answer if week.start_at <= each.ended_at < until
    )  # fmt: skip
    accepted = _accepted(sources.metrics, own, span)
    by_day = _accepted_by_day(sources.metrics, own, week.start_at - 2 * _WEEK, _whole_hour(until))
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
        generated_at=now,
        commit=request.commit,
        metrics_name=sources.metrics_name,
        sources=_read(
            cost,
            None if prefix is None else operations,
            alarms,
            metrics=_metrics_read(sources.metrics_name, histories, [row for row in rows if row[0] in of_metrics]),
            now=now,
            until=until,
        ),
        objectives=tuple(rows),
        causes=find_causes(
            histories,
            request.objectives,
            incidents=incidents,
            load_tests=() if isinstance(load_tests, NoData) else load_tests,
            operations=in_week,
            throttled_at=() if isinstance(throttled_at, NoData) else throttled_at,
            start_at=week.start_at,
            until=until,
        ),
        causes_without=tuple(
            f"{what} ({found.reason})"
            for what, found in ((LOAD_TEST, load_tests), (DEPLOYMENT, in_week), (DEPENDENCY, throttled_at))
            if isinstance(found, NoData)
        ),
        gateway=_gateway(request.objectives, sources.metrics, span),
        latency=read_latency(request.objectives, sources.metrics, span),
        stages=read_stages(sources.metrics, durations=() if own is None else own.durations, span=span),
        agents=read_agents(sources.metrics, span),
        canaries=read_canaries(
            sources.metrics, sources.canaries, Scope(service=request.objectives.service, stage=request.stage), span
        ),
        alarms=alarms,
        subscribers=sources.subscribers(),
        incidents=incidents,
        operations=in_week,
        load_tests=load_tests,
        accepted_count=accepted,
        accepted_by_day=by_day,
        cost_objective=money,
        cost=cost,
        estimate=request.traffic
        if isinstance(request.traffic, NoData)
        else estimate_week(
            request.traffic,
            units_per_day=counted_a_day(by_day, first_on=week.first_on),
            limit_usd=None if money is None else money.limit_usd,
            start_at=week.start_at,
        ),
        actions=request.actions,
    )


def first_read_at(objective: BudgetedObjective | EveryEventObjective, week: Week | Interval) -> datetime:
    """Since when an objective's events are read: the window of a week ago is the oldest that is looked at."""
    return _whole_hour(week.start_at - objective.window)


def read_budget(
    objective: BudgetedObjective | EveryEventObjective,
    metrics: MetricSource,
    operations: Callable[[str], Reading[tuple[Operation, ...]] | NoData],
    *,
    week: Week | Interval,
    until: datetime,
    now: datetime,
) -> History | NoData:
    """The events that an objective's budget is worked out from, up to what is settled `now`."""
    return read_history(
        objective,
        metrics,
        start_at=first_read_at(objective, week),
        end_at=until,
        now=now,
        operations=operations,
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
    cost: Reading[CostActuals] | NoData, operations: Reading[tuple[Operation, ...]] | NoData | None,
    alarms: AlarmsWeek | NoData, *, metrics: SourceRead, now: datetime, until: datetime,
) -> tuple[SourceRead, ...]:  # fmt: skip
    found = [metrics]
    newest_at = min(now, until)
    as_of = f"{newest_at:%Y-%m-%d %H:%M} UTC"
    if isinstance(cost, NoData):
        found.append(SourceRead(name="cost", as_of="–", note="", problem=cost.reason))
    else:
        found.append(_of_bill(cost))
    if isinstance(operations, NoData):
        found.append(SourceRead(name="deployments", as_of="–", note="", problem=operations.reason))
    elif operations is not None:
        ended = [each.stack for each in operations.answer if each.ended_at < until]
        count, names = len(ended), sorted(set(ended))
        on = f" on {', '.join(names[:8])}" + (f" and {len(names) - 8} more" if len(names) > 8 else "") if names else ""
        note = f"{operations.origin.source}; {count} stack operations{on}; known since {operations.asked.start_at:%Y-%m-%d}"
        found.append(SourceRead(name="deployments", as_of=as_of, note=note, newest_at=newest_at))
    if isinstance(alarms, NoData):
        found.append(SourceRead(name="alarms", as_of="–", note="", problem=alarms.reason))
    else:
        planned = alarms.evaluated_count + sum(count for _, count in alarms.without_count)
        note = f"{alarms.evaluated_count} of {planned} evaluated here on these metrics"
        found.append(SourceRead(name="alarms", as_of=as_of, note=note, newest_at=newest_at))
    return tuple(found)


def _metrics_read(
    name: str, histories: dict[str, History], rows: Sequence[tuple[str, str, ObjectiveWeek | NoData]]
) -> SourceRead:  # fmt: skip
    """As old as the objective of which the newest known moment is the oldest."""
    if not rows:
        return SourceRead(name="metrics", as_of="–", note=f"{name}; no objective is counted in metrics")
    measured = [row for _, _, row in rows if isinstance(row, ObjectiveWeek)]
    seen = [at for row in measured if (at := histories[row.name].last_event_at(row.as_of)) is not None]
    newest = [at for row in measured if (at := row.coverage.newest_at) is not None]
    if not seen or not newest:
        return SourceRead(name="metrics", as_of="–", note="", problem=f"{name}: no objective's events could be counted")
    short = [f"{row.name} {row.coverage.known_of}" for row in measured if not row.coverage.is_whole]
    partly = f"; of their windows are known: {', '.join(short)}" if short else ""
    return SourceRead(
        name="metrics",
        as_of=f"{min(newest):%Y-%m-%d %H:%M} UTC",
        note=f"{name}; the newest event was counted at {max(seen):%Y-%m-%d %H:%M}{partly}",
        newest_at=min(newest),
    )


def _of_bill(cost: Reading[CostActuals]) -> SourceRead:
    newest_at = cost.known.newest_at
    as_of = "no day known" if newest_at is None else f"{newest_at - timedelta(days=1):%Y-%m-%d}, end of day UTC"
    return SourceRead(
        name="cost", as_of=as_of, note="; ".join((cost.answer.source, *cost.origin.notes)), newest_at=newest_at
    )


def _load_tests(
    source: MetricSource, own: OwnMetrics | None, span: Span
) -> tuple[tuple[datetime, datetime], ...] | NoData:  # fmt: skip
    """When load tests ran, by their own published metric: runs of periods with requests, short ones where they are kept."""
    if own is None:
        return ()
    counts: KnownValues | NoData = NoData(reason="no period could be read")
    for period in (timedelta(minutes=5), _HOUR):
        counts = _sums(source, own.load_test_requests, period, span)
        if isinstance(counts, KnownValues):
            return _runs(counts, period, span.start_at)
    return counts


def _runs(counts: KnownValues, period: timedelta, start_at: datetime) -> tuple[tuple[datetime, datetime], ...]:
    found: list[tuple[datetime, datetime]] = []
    for number in np.flatnonzero(counts.values[0] > 0):
        at = start_at + int(number) * period
        if found and found[-1][1] == at:
            found[-1] = (found[-1][0], at + period)
        else:
            found.append((at, at + period))
    return tuple(found)


def _hours_with(source: MetricSource, metric: Metric, span: Span) -> tuple[datetime, ...] | NoData:
    """The hours in which a metric was not zero."""
    counts = _sums(source, metric, _HOUR, span)
    if isinstance(counts, NoData):
        return counts
    return tuple(span.start_at + int(number) * _HOUR for number in np.flatnonzero(counts.values[0] > 0))


def _gateway(objectives: Objectives, source: MetricSource, span: Span) -> GatewayWeek | NoData:
    """What API Gateway itself counted, unsampled, beside what traces say."""
    latency = api_latency(objectives)
    if latency is None:
        return NoData(reason="no objective is on the latency of the service's API")
    dimensions = latency.metric.dimensions
    metrics = [
        MetricStat(
            metric=Metric(namespace="AWS/ApiGateway", name=name, dimensions=dimensions),
            period_seconds=HOUR_SECONDS,
            statistic=statistic,
        )
        for name, statistic in (("Count", "SampleCount"), ("5XXError", "Sum"))
    ]
    read = read_known(source, metrics, span)
    if isinstance(read, NoData):
        return read
    total, bad = read.totals
    if not total:
        return NoData(reason="it counted no request")
    return GatewayWeek(counts=Counts(total_count=total, bad_count=min(total, bad)), coverage=read.coverage)


def _accepted(source: MetricSource, own: OwnMetrics | None, span: Span) -> int | NoData:
    if own is None or own.accepted is None:
        return NoData(reason="no metric counts the work that the service took on")
    counts = _sums(source, own.accepted, _HOUR, span)
    if isinstance(counts, NoData):
        return counts
    return counts.totals[0] or NoData(reason="no work was counted in this week")


def _accepted_by_day(
    source: MetricSource, own: OwnMetrics | None, start_at: datetime, until: datetime
) -> Mapping[date, int] | NoData:  # fmt: skip
    if own is None or own.accepted is None:
        return NoData(reason="no metric counts the work that the service took on")
    return read_counted_days(source, own.accepted, start_at=start_at, end_at=until)


def _sums(source: MetricSource, metric: Metric, period: timedelta, span: Span) -> KnownValues | NoData:
    stat = MetricStat(metric=metric, period_seconds=int(period.total_seconds()), statistic="Sum")
    return read_known(source, [stat], span)


def _whole_hour(at: datetime) -> datetime:
    return at - timedelta(seconds=at.timestamp() % HOUR_SECONDS)
