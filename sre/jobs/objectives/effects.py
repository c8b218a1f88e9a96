"""What follows from a service's files, as named facts that a person can read: the alarms, panels, limits and lines of a view."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import assert_never

from alarms.model import PlannedAlarm
from alarms.price import monthly_cost_usd
from canaries.price import monthly_price
from dashboards.model import AlarmsPanel, GraphPanel, LogsPanel, Panel, TextPanel
from foundation.cloudwatch.alarms import CompositeAlarm, MetricAlarm
from foundation.cloudwatch.metrics import MathExpression, MetricStat, Query
from foundation.costs.bill import make_bill
from foundation.costs.book_file import read_book
from foundation.pages.numbers import exact_percent, exact_usd, plural_of
from foundation.service.measured import ByCanaries, ByEstimate, ByLoad, ByNothing, ByStackEvents, measured_by
from foundation.slo.model import BudgetedObjective, CostObjective, EveryEventObjective, Objective
from foundation.slo.signals import signals_of
from foundation.slo.subscription import Channel
from loadtests.profiles import Profile
from sre.jobs.objectives.facts import Amount, Several, Unit, a_month, days, how_many, plain, rate, time
from sre.jobs.objectives.view import ServiceView


class EffectKind(Enum):
    """Where something follows from a service's files, in the order in which it is listed."""

    OBJECTIVE = "objectives"
    ALARM = "alarms"
    NOTIFICATION = "notifications"
    PANEL = "panels"
    CANARY = "canaries"
    LOAD_TEST = "load_tests"
    REPORT = "weekly_report"
    BILL = "bill"

    @property
    def words(self) -> str:
        """The same for a person."""
        return self.value.replace("_", " ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """One thing that follows, by its name, with what it is, by the names of its facts."""

    kind: EffectKind
    name: str
    facts: Mapping[str, str]


def effects_of(view: ServiceView) -> tuple[Effect, ...]:
    """All of them, in the order of their kinds."""
    return (
        *(_objective(each) for each in view.objectives.values()),
        *(_alarm(planned) for planned in view.plan),
        *_notifications(view),
        *_panels(view),
        *_canaries(view),
        *_load_tests(view),
        *(_report_line(view, each) for each in view.objectives.values()),
        *_bill(view),
    )


def _objective(objective: Objective) -> Effect:
    facts = {"title": objective.title, "description": objective.description, **_promise(objective)}
    if not isinstance(objective, CostObjective):
        facts["indicators"] = Several(objective.indicator_names)
    return Effect(kind=EffectKind.OBJECTIVE, name=objective.name, facts=facts)


def _promise(objective: Objective) -> dict[str, str]:
    """What is promised: the target, the window, and each indicator with its threshold."""
    match objective:
        case CostObjective(limit_usd=limit):
            return {"limit": Amount(exact_usd(limit), limit, Unit.USD)}
        case EveryEventObjective():
            target = "every event"
        case BudgetedObjective():
            target = Amount(exact_percent(objective.target_ratio), objective.target_ratio, Unit.RATIO)
        case _:
            assert_never(objective)
    facts = {"target": target, "window": time(objective.window.total_seconds())}
    for number, signal in enumerate(signals_of(objective), start=1):
        of = f" {number}" if number > 1 else ""
        facts[f"measured by{of}"] = signal.counted_in
        if signal.samples is not None:
            line = signal.samples.line
            facts[f"good when{of}"] = line.comparison.value
            facts[f"threshold{of}"] = plain(line.threshold)
    return facts


def _alarm(planned: PlannedAlarm) -> Effect:
    severity = "input of another" if planned.severity is None else planned.severity.value
    facts: dict[str, str] = {
        "severity": severity,
        "description": (planned.alarm.description or "").partition("\n")[0],
        "runbook": planned.runbook,
    }
    match planned.alarm:
        case MetricAlarm() as alarm:
            facts |= {"watches": _watched(alarm.watches), "comparison": alarm.comparison.value}
            if alarm.threshold is not None:
                facts["threshold"] = plain(alarm.threshold)
            facts |= {
                "period": time(alarm.period_seconds),
                "datapoints to alarm": how_many(alarm.datapoints_to_alarm or alarm.evaluation_periods),
                "evaluation periods": how_many(alarm.evaluation_periods),
                "missing data": alarm.treatment.value,
            }
        case CompositeAlarm(rule=rule, suppressor=suppressor):
            facts["rule"] = rule
            if suppressor is not None:
                facts |= {
                    "suppressed by": suppressor.alarm,
                    "suppressor wait": time(suppressor.wait_seconds),
                    "suppressor extension": time(suppressor.extension_seconds),
                }
    return Effect(kind=EffectKind.ALARM, name=planned.name, facts=facts)


def _watched(watches: MetricStat | tuple[Query, ...]) -> str:
    if isinstance(watches, MetricStat):
        return f"{watches.metric} {watches.statistic}"
    return Several(f"{each.id} = {_source(each.source)}" for each in watches)


def _source(source: MetricStat | MathExpression) -> str:
    return f"{source.metric} {source.statistic}" if isinstance(source, MetricStat) else source.expression


def _notifications(view: ServiceView) -> Iterator[Effect]:
    for planned in dict.fromkeys(each.severity for each in view.plan.notifying if each.severity is not None):
        heard = {channel.value: view.plan.endpoint(planned, channel) for channel in Channel}
        facts = {channel: endpoint for channel, endpoint in heard.items() if endpoint}
        yield Effect(kind=EffectKind.NOTIFICATION, name=f"{planned.value}s", facts=facts)
    groups = {f"X-Ray group {each.name}": each.filter_expression for each in view.plan.trace_groups}
    rules = {f"rule {each.rule_name}": each.stack_name_prefix for each in view.plan.deployments}
    for name, of in {**groups, **rules}.items():
        yield Effect(kind=EffectKind.ALARM, name=name, facts={"counts": of})


def _panels(view: ServiceView) -> Iterator[Effect]:
    for board in view.boards:
        titles = Counter[str]()
        for placed in board.panels:
            title = placed.panel.title
            titles[title] += 1
            of = f" ({titles[title]})" if titles[title] > 1 else ""
            yield Effect(kind=EffectKind.PANEL, name=f"{board.name}: {title}{of}", facts=_panel(placed.panel))


def _panel(panel: Panel) -> dict[str, str]:
    match panel:
        case GraphPanel():
            facts: dict[str, str] = {
                "shows": Several(f"{each.label or each.id} = {_source(each.source)}" for each in panel.queries),
                "unit": panel.unit.value,
            }
            for number, line in enumerate(panel.thresholds, start=1):
                facts |= {f"line {number}": plain(line.value), f"label of line {number}": line.label}
            return facts
        case AlarmsPanel():
            return {"alarms": Several(panel.alarms)}
        case TextPanel():
            return {"text": panel.markdown}
        case LogsPanel():
            return {"query": panel.query, "log groups": Several(panel.log_groups)}
        case _:
            assert_never(panel)


def _canaries(view: ServiceView) -> Iterator[Effect]:
    for canary in view.canaries.canaries:
        facts = {
            "about": canary.about,
            "runs every": time(canary.every_minutes * 60),
            "timeout": time(canary.timeout_seconds),
            "memory": Amount(f"{canary.memory_mib} MiB", canary.memory_mib, Unit.MIB),
            "retries": how_many(canary.retry_count),
        }
        facts |= {name: _setting(view.limits[name]) for name in canary.settings if name in view.limits}
        yield Effect(kind=EffectKind.CANARY, name=canary.name, facts=facts)
    shared = {
        "runtime": view.canaries.runtime,
        "blueprint runtime": view.canaries.blueprint_runtime,
        "keeps successes": days(view.canaries.success_retention_days),
        "keeps failures": days(view.canaries.failure_retention_days),
        "encryption": view.canaries.encryption,
    }
    yield Effect(kind=EffectKind.CANARY, name="all canaries", facts=shared)


def _load_tests(view: ServiceView) -> Iterator[Effect]:
    objectives = view.made.stage.objectives
    for objective in objectives:
        measured = measured_by(objective, objectives)
        if isinstance(measured, ByLoad):
            facts = {"judges": f"{measured.load.value}: {measured.bad.value}", **_promise(objective)}
            yield Effect(kind=EffectKind.LOAD_TEST, name=f"verdict on {objective.name}", facts=facts)
    for profile in view.profiles.values():
        yield Effect(kind=EffectKind.LOAD_TEST, name=f"profile {profile.name}", facts=_profile(profile))


def _profile(profile: Profile) -> dict[str, str]:
    facts: dict[str, str] = {f"arrivals of {flow}": rate(each) for flow, each in profile.arrivals_per_second.items()}
    for number, stage in enumerate(profile.schedule.stages, start=1):
        facts |= {f"stage {number} lasts": time(stage.seconds), f"load of stage {number}": plain(stage.load)}
    facts["warm-up"] = time(profile.schedule.warm_up_seconds)
    facts |= {f"also expected of {flow}": Several(sorted(each)) for flow, each in profile.also_expected.items()}
    return {**facts, "description": profile.description}


def _report_line(view: ServiceView, objective: Objective) -> Effect:
    """The line of an objective on the weekly page, and who measures it before a release."""
    match measured_by(objective, view.made.stage.objectives):
        case ByLoad(load=load):
            measured = f"a load test of {load.value}"
        case ByCanaries():
            measured = "canaries"
        case ByStackEvents(stacks=stacks):
            measured = f"CloudFormation's events of {stacks.name_prefix}"
        case ByEstimate():
            measured = "the estimated bill"
        case ByNothing():
            measured = "nothing"
    facts = {"title": objective.title, **_promise(objective), "before a release": measured}
    return Effect(kind=EffectKind.REPORT, name=objective.name, facts=facts)


def _bill(view: ServiceView) -> Iterator[Effect]:
    canaries = sum((monthly_price(each).total_usd for each in view.canaries.canaries), start=Decimal(0))
    yield Effect(kind=EffectKind.BILL, name="alarms", facts={"a month": a_month(monthly_cost_usd(view.plan))})
    yield Effect(kind=EffectKind.BILL, name="canaries", facts={"a month": a_month(canaries)})
    for name, traffic in view.traffic.items():
        bill = make_bill(traffic, read_book(), per_day=traffic.units_per_day, model=traffic.model)
        facts = {
            "a month": a_month(bill.total_usd),
            f"{plural_of(traffic.unit)} a day": Amount(
                f"{traffic.units_per_day:f}", traffic.units_per_day, Unit.UNITS_PER_DAY
            ),
            "model": traffic.model,
        }
        yield Effect(kind=EffectKind.BILL, name=f"estimate of {name}", facts=facts)
    boards = len(view.boards)
    yield Effect(kind=EffectKind.BILL, name="dashboards", facts={"count": how_many(boards)})


def _setting(text: str) -> str:
    """A setting of a canary; a number where it is one."""
    return Amount(text, Decimal(text), None) if re.fullmatch(r"-?\d+(\.\d+)?", text, re.ASCII) else text
