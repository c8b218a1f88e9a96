"""What an edit of a service's files makes blind: what was seen before and is not any more, and what can hardly be reached now.

Blind is an alarm, a panel or a line that is gone, with nothing in its place; one that looks at a series that the service does not
have, or at the same in every stage; events that are not counted any more; and a limit that is ten times as far away as it was.
Other edits only move what is seen.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from foundation.cloudwatch.alarms import CompositeAlarm, MetricAlarm
from foundation.cloudwatch.metrics import Metric
from foundation.pages.numbers import duration, exact_percent, exact_usd, percent
from foundation.service.measured import ByLoad, ByNothing, measured_by
from foundation.slo.burn_rate import BurnRateAlert, Severity
from foundation.slo.model import BudgetedObjective, CostObjective, Objective, RatioSliceIndicator
from foundation.slo.signals import signals_of
from sre.jobs.objectives.between_files import canary_names, slices_of_canaries
from sre.jobs.objectives.blind_loads import blind_loads
from sre.jobs.objectives.blind_sources import blind_sources
from sre.jobs.objectives.effects import EffectKind
from sre.jobs.objectives.view import ServiceView

# A limit that is so many times as far away is not the same limit.
_FAR = 10
# A page that waits for half of all events to fail waits for an outage.
_HALF = Decimal("0.5")
# A pair takes the place of another when it is at most so much slower, or needs at most so much more.
_NEAR = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Blind:
    """What is not seen any more, and why."""

    kind: EffectKind
    name: str
    reason: str


def blinded(before: ServiceView, after: ServiceView) -> tuple[Blind, ...]:
    """Everything that the edit between two views makes blind."""
    renamed = _renamed(before, after)
    found = [*_service(before, after), *_objectives(before, after, renamed)]
    for name, old in before.objectives.items():
        new = after.objectives.get(renamed.get(name, name))
        if new is None:
            continue
        found += _pairs(before, after, old, new)
        found += (Blind(kind=EffectKind.OBJECTIVE, name=new.name, reason=reason) for reason in _limit_reasons(old, new))
        found += _lines(before, after, old, new)
        found += (
            Blind(kind=EffectKind.OBJECTIVE, name=new.name, reason=reason)
            for reason in blind_sources(before, after, old, new)
        )
    found += _alarms(before, after, renamed)
    found += _notifications(before, after)
    found += _canaries(before, after)
    found += (
        Blind(kind=EffectKind.LOAD_TEST, name=f"profile {name}", reason=reason)
        for name, reason in blind_loads(before, after)
    )
    found += _panels(before, after)
    return tuple(dict.fromkeys(found))


def _renamed(before: ServiceView, after: ServiceView) -> dict[str, str]:
    """Objectives that go on under another name: what they measure is the same."""
    old, new = before.objectives, after.objectives
    added = [each for name, each in new.items() if name not in old]
    return {
        name: match.name
        for name, objective in old.items()
        if name not in new and (match := next((each for each in added if _is_same(objective, each)), None)) is not None
    }


def _is_same(one: Objective, other: Objective) -> bool:
    if isinstance(one, CostObjective) or isinstance(other, CostObjective):
        return isinstance(one, CostObjective) and isinstance(other, CostObjective)
    return [each.counted_in for each in signals_of(one)] == [each.counted_in for each in signals_of(other)]


def _service(before: ServiceView, after: ServiceView) -> Iterator[Blind]:
    """A service of another name is another service, of which nothing is known."""
    old, new = before.made.stage, after.made.stage
    if old.own is not None and new.own is None:
        reason = f"the service is called {new.scope.service} now: the resources of {old.scope.service} have no alarms"
        yield Blind(kind=EffectKind.OBJECTIVE, name=new.scope.service, reason=reason)


def _objectives(before: ServiceView, after: ServiceView, renamed: Mapping[str, str]) -> Iterator[Blind]:
    for name in before.objectives:
        if name not in after.objectives and name not in renamed:
            yield Blind(kind=EffectKind.OBJECTIVE, name=name, reason="the objective is gone")
    alarmed = {planned.objective for planned in after.plan.notifying}
    for name in after.objectives:
        if name not in alarmed:
            yield Blind(kind=EffectKind.OBJECTIVE, name=name, reason="no alarm notifies of this objective")


def _pairs(before: ServiceView, after: ServiceView, old: Objective, new: Objective) -> Iterator[Blind]:
    """Pairs of windows that are gone, that notify less urgently, or that can hardly be reached."""
    was, now = before.alerts(old), after.alerts(new)
    for name, alert in was.items():
        called = before.plan.context.scope.alarm(old.name, alert.severity.value, name)
        same = now.get(name)
        if same is None:
            if not any(_replaces(each, alert) for other, each in now.items() if other not in was):
                yield Blind(kind=EffectKind.ALARM, name=called, reason=f"pair {name} of {old.name} is gone")
        elif alert.severity is Severity.PAGE and same.severity is Severity.TICKET:
            yield Blind(kind=EffectKind.ALARM, name=called, reason=f"pair {name} of {old.name} pages nobody any more")
        elif (reason := _far(alert, same)) is not None:
            yield Blind(kind=EffectKind.ALARM, name=called, reason=reason)


def _replaces(new: BurnRateAlert, old: BurnRateAlert) -> bool:
    is_as_urgent = new.severity is old.severity or new.severity is Severity.PAGE
    return (
        is_as_urgent
        and new.threshold_ratio <= _NEAR * old.threshold_ratio
        and new.long_window <= _NEAR * old.long_window
    )


def _far(old: BurnRateAlert, new: BurnRateAlert) -> str | None:
    """Why a pair can hardly be reached any more."""
    was, now = old.threshold_ratio, new.threshold_ratio
    if now > _FAR * was or now >= _HALF > was:
        return f"alarms only when {percent(now)} of all events fail, before {percent(was)}"
    if new.minimum_event_count > _FAR * old.minimum_event_count:
        return f"needs {new.minimum_event_count:,} events in a window, before {old.minimum_event_count:,}"
    return None


def _limit_reasons(old: Objective, new: Objective) -> Iterator[str]:
    """Thresholds, budgets and sums that are much further away."""
    match old, new:
        case CostObjective(limit_usd=was), CostObjective(limit_usd=now):
            if now >= _FAR * was:
                yield f"the limit is {exact_usd(now)}, before {exact_usd(was)}"
        case BudgetedObjective() as one, BudgetedObjective() as other:
            if other.budget_ratio > _FAR * one.budget_ratio:
                yield f"the target is {exact_percent(other.target_ratio)}, before {exact_percent(one.target_ratio)}"
            yield from _slice_reasons(one, other)
        case _:
            pass
    for was, now in zip(signals_of(old), signals_of(new), strict=False):
        if was.samples is None or now.samples is None or was.kind is not now.kind:
            continue
        first, second = was.samples.line, now.samples.line
        if first.bad_from is not None and second.bad_from is not None and second.bad_from >= _FAR * first.bad_from > 0:
            yield f"a sample is bad from {second.threshold:,f} on, before from {first.threshold:,f}"
        elif first.bad_from is None and second.bad_from is None and second.threshold < first.threshold / _NEAR:
            yield f"a sample is good from {second.threshold:,f} on, before from {first.threshold:,f}"
        elif (first.bad_from is None) is not (second.bad_from is None):
            yield "what was good is bad now, and the other way"


def _slice_reasons(old: BudgetedObjective, new: BudgetedObjective) -> Iterator[str]:
    match old.indicator, new.indicator:
        case RatioSliceIndicator() as was, RatioSliceIndicator() as now:
            first, second = was.tolerated_bad_ratio, now.tolerated_bad_ratio
            if second > _FAR * first or second >= _HALF > first:
                yield f"a slice is bad when {percent(second)} of its events fail, before {percent(first)}"
        case _:
            pass


def _lines(before: ServiceView, after: ServiceView, old: Objective, new: Objective) -> Iterator[Blind]:
    """Lines of verdicts: an objective that something measured before a release, and nothing does now."""
    was, now = measured_by(old, before.made.stage.objectives), measured_by(new, after.made.stage.objectives)
    if isinstance(was, ByLoad) and not isinstance(now, ByLoad):
        name, reason = f"verdict on {old.name}", "no load test measures this objective any more"
        yield Blind(kind=EffectKind.LOAD_TEST, name=name, reason=reason)
    elif not isinstance(was, ByNothing) and isinstance(now, ByNothing):
        yield Blind(kind=EffectKind.REPORT, name=new.name, reason="nothing measures this objective before a release")


def _alarms(before: ServiceView, after: ServiceView, renamed: Mapping[str, str]) -> Iterator[Blind]:
    """Notifying alarms that are gone, those of pairs apart, with nothing like them in their place."""
    there = {planned.name for planned in after.plan.notifying}
    alike = {_definition(after, planned.name) for planned in after.plan.notifying}
    pairs = {
        before.plan.context.scope.alarm(objective.name, alert.severity.value, name)
        for objective in before.objectives.values()
        for name, alert in before.alerts(objective).items()
    }
    for planned in before.plan.notifying:
        objective = planned.objective and renamed.get(planned.objective, planned.objective)
        is_of_pair = planned.name in pairs and objective in after.objectives
        if planned.name in there or is_of_pair or _definition(before, planned.name) in alike:
            continue
        yield Blind(kind=EffectKind.ALARM, name=planned.name, reason="the alarm is gone")
    for planned in before.plan.notifying:
        if planned.name in there and (reason := _count_is_far(planned.alarm, after.plan[planned.name].alarm)):
            yield Blind(kind=EffectKind.ALARM, name=planned.name, reason=reason)


def _count_is_far(old: MetricAlarm | CompositeAlarm, new: MetricAlarm | CompositeAlarm) -> str | None:
    """Why an alarm on a count can hardly be reached any more: on failures where there are few events, or on money."""
    match old, new:
        case MetricAlarm(threshold=float() as was, comparison=one), MetricAlarm(
            threshold=float() as now, comparison=other
        ):
            if one is other and 1 < _FAR * was < now:
                return f"alarms from {now:,g} on, before from {was:,g}"
        case _:
            pass
    return None


def _seen(view: ServiceView, metrics: Iterable[Metric]) -> frozenset[tuple[str, tuple[str, ...]]]:
    """Metrics by what they count: traces and stack operations are counted under the name of their objective."""
    filters = {each.name: each.filter_expression for each in view.plan.trace_groups}
    counts = filters | {each.rule_name: each.stack_name_prefix for each in view.plan.deployments}
    return frozenset(
        (f"{each.namespace} {each.name}", tuple(sorted(counts.get(value, value) for _, value in each.dimensions)))
        for each in metrics
    )


def _definition(view: ServiceView, name: str) -> tuple[object, ...]:
    """What an alarm is apart from its name, and from the names of what counts for it."""
    planned = view.plan[name]
    parts: list[tuple[object, ...]] = []
    for alarm in view.plan.metric_alarms_below(planned):
        counted = tuple((_seen(view, [each.metric]), each.statistic, each.period_seconds) for each in alarm.stats)
        parts.append((counted, alarm.threshold, alarm.evaluation_periods, alarm.datapoints_to_alarm))
    return (planned.severity, *sorted(parts, key=repr))


def _notifications(before: ServiceView, after: ServiceView) -> Iterator[Blind]:
    heard = {each.severity for each in after.plan.subscriptions}
    for severity in dict.fromkeys(each.severity for each in before.plan.subscriptions):
        if severity not in heard:
            reason = f"nobody is subscribed to a {severity.value} any more"
            yield Blind(kind=EffectKind.NOTIFICATION, name=f"{severity.value}s", reason=reason)


def _canaries(before: ServiceView, after: ServiceView) -> Iterator[Blind]:
    there = {each.name: each for each in after.canaries.canaries}
    for canary in before.canaries.canaries:
        if canary.name not in there:
            yield Blind(kind=EffectKind.CANARY, name=canary.name, reason="the canary is gone")
    was, every = _without_runs(before), canary_names(after.made.stage, after.canaries)
    for objective, canary in sorted(_without_runs(after) - was):
        reason = f"{canary} runs every {duration(every[canary])}: most slices have no run"
        yield Blind(kind=EffectKind.OBJECTIVE, name=objective, reason=reason)
    yield from _seldom(before, after)


def _without_runs(view: ServiceView) -> frozenset[tuple[str, str]]:
    """The objectives of whose slices most have no run of their canary, with the canary."""
    every = canary_names(view.made.stage, view.canaries)
    return frozenset(
        (objective.name, name)
        for objective in view.objectives.values()
        for name, length in slices_of_canaries(objective)
        if name in every and every[name] > length
    )


def _seldom(before: ServiceView, after: ServiceView) -> Iterator[Blind]:
    """Alarms on a canary's runs that look at a time in which too few of them are."""
    every = {**canary_names(after.made.stage, after.canaries)}
    was = canary_names(before.made.stage, before.canaries)
    for planned in after.plan.notifying:
        for alarm in after.plan.metric_alarms_below(planned):
            for each in alarm.stats:
                name = dict(each.metric.dimensions).get("CanaryName")
                if name is None or name not in every or every[name] <= was.get(name, every[name]):
                    continue
                runs = alarm.period_seconds * alarm.evaluation_periods / every[name].total_seconds()
                if runs < (alarm.datapoints_to_alarm or alarm.evaluation_periods):
                    reason = f"{name} runs every {duration(every[name])}: too seldom for this alarm"
                    yield Blind(kind=EffectKind.ALARM, name=planned.name, reason=reason)


def _panels(before: ServiceView, after: ServiceView) -> Iterator[Blind]:
    """Panels that are gone, where no other shows their metrics."""
    there = {(board.name, placed.panel.title) for board in after.boards for placed in board.panels}
    shown = {seen for board in after.boards for graph in board.graphs for seen in _seen(after, graph.metrics)}
    for board in before.boards:
        for graph in board.graphs:
            lost = _seen(before, graph.metrics) - shown
            if (board.name, graph.title) not in there and lost:
                names = ", ".join(sorted({name for name, _ in lost}))
                reason = f"the panel is gone, and no other shows {names}"
                yield Blind(kind=EffectKind.PANEL, name=f"{board.name}: {graph.title}", reason=reason)
