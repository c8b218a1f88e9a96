"""Overview: is every promise kept, what is left of the budgets, what is alarming, and what does it cost?"""

from datetime import timedelta

from dashboards.context import Deployment
from dashboards.model import AlarmsPanel, Dashboard, GraphPanel, Panel, TextPanel, Threshold, in_rows, math, stat
from dashboards.needs import needs
from foundation.cloudwatch.containers import MAX_ALARMS_A_WIDGET
from foundation.cloudwatch.known_metrics import find
from foundation.cloudwatch.metrics import Metric, Query
from foundation.pages import escapes
from foundation.pages.numbers import duration, exact_percent, exact_usd
from foundation.service.panels import METRIC_UNITS, OVERVIEW, Unit
from foundation.slo.event_metrics import EventMetrics, event_metrics
from foundation.slo.model import BudgetedObjective, CostObjective, RatioSliceIndicator, SliceIndicator
from foundation.slo.signals import SignalKind, signals_of
from foundation.slo.wording import promise

_HOUR_SECONDS, _QUARTER_DAY_SECONDS = 3_600, 21_600
_BILLING_REGION = "us-east-1"
_MOST_PANELS_A_ROW = 6


def overview(deployment: Deployment) -> Dashboard:
    """The dashboard that a person opens first."""
    budgets: list[Panel] = []
    burns: list[Panel] = []
    rest: list[Panel] = []
    for objective in deployment.objectives:
        match objective:
            case BudgetedObjective(indicator=SliceIndicator() as slices):
                rest.append(_sample_slices(objective, slices))
            case BudgetedObjective(indicator=RatioSliceIndicator() as slices):
                events = event_metrics(slices.events)
                if events is not None:
                    rest.append(_slices(objective, slices, events))
            case BudgetedObjective():
                events = event_metrics(objective.indicator)
                if events is not None:
                    budgets.append(_budget_left(objective, events))
                    burns.append(_burn_rate(objective, events))
            case CostObjective():
                rest.append(_cost(objective))
            case _:
                pass
    alarms = _alarm_panels(deployment)
    head: list[Panel] = [TextPanel(title="Objectives", markdown=_promises(deployment)), *alarms[:1]]
    needed: list[Panel] = [*needs(deployment.resources)]
    rows = [(6, head), *((6, [panel]) for panel in alarms[1:]), *_rows(budgets, burns, rest, needed)]
    return Dashboard(name=OVERVIEW, title=f"{deployment.prefix}: overview", panels=in_rows(*rows))


def _alarm_panels(deployment: Deployment) -> list[Panel]:
    """All alarms, on as many panels as are needed."""
    most, alarms = MAX_ALARMS_A_WIDGET, deployment.alarms
    parts = [alarms[at : at + most] for at in range(0, len(alarms), most)]
    return [
        AlarmsPanel(
            title="Alarms" if len(parts) == 1 else f"Alarms, {number} of {len(parts)}",
            alarms=part,
            composites=deployment.composite_alarms & set(part),
        )
        for number, part in enumerate(parts, start=1)
    ]


def _rows(*groups: list[Panel]) -> list[tuple[int, list[Panel]]]:
    """Each group in rows of panels that are wide enough to be read."""
    most = _MOST_PANELS_A_ROW
    return [(6, group[at : at + most]) for group in groups for at in range(0, len(group), most)]


def _promises(deployment: Deployment) -> str:
    """What the service is, and each objective: what it promises, and what its file says of it."""
    objectives = deployment.objectives
    written = escapes.markdown
    lines = [
        f"# {written(objectives.title)}, {deployment.stage}",
        *([written(objectives.description)] if objectives.description else []),
        *(f"**What if:** {written(each)}." for each in deployment.what_ifs),
        "",
    ]
    for objective in objectives:
        names = () if isinstance(objective, CostObjective) else objective.indicator_names
        measured = f" Indicator: {', '.join(names)}." if names else ""
        said = written(f"{promise(objective)}. {objective.title}. {objective.description}{measured}".rstrip())
        lines.append(f"- **{objective.name}**: {said}")
    return "\n".join(lines)


def _counts(events: EventMetrics, period_seconds: int) -> tuple[Query, ...]:
    return tuple(
        stat(each.id, each.metric, each.statistic, each.id, period_seconds=period_seconds, shown=False)
        for each in events.counts
    )


def _budget_left(objective: BudgetedObjective, events: EventMetrics) -> GraphPanel:
    budget = f"{float(objective.budget_ratio):g}"
    spent = f"SUM(FILL(({events.bad_share}) * ({events.total}), 0)) / ({budget} * SUM({events.total}))"
    return GraphPanel(
        title=f"{objective.name}: error budget left over {duration(objective.window)}",
        queries=(*_counts(events, _HOUR_SECONDS), math("left", f"TIME_SERIES(100 * (1 - {spent}))", "budget left")),
        unit=Unit.PERCENT,
        thresholds=(Threshold(value=0.0, label="spent: 0 %"),),
        over=objective.window,
    )


def _burn_rate(objective: BudgetedObjective, events: EventMetrics) -> GraphPanel:
    budget = f"{float(objective.budget_ratio):g}"
    return GraphPanel(
        title=f"{objective.name}: burn rate by the hour",
        queries=(
            *_counts(events, _HOUR_SECONDS),
            math("burn", f"IF({events.total} > 0, ({events.bad_share}) / {budget})", "burn rate"),
        ),
        unit=Unit.TIMES,
        thresholds=(Threshold(value=1.0, label="1.0: the budget lasts exactly its window"),),
    )


def _sample_slices(objective: BudgetedObjective, indicator: SliceIndicator) -> GraphPanel:
    """The averages of the slices, in the metric's own unit, with the line between good ones and bad ones."""
    period = int(indicator.slice_length.total_seconds())
    metric = indicator.samples.metric
    is_canary = {each.kind for each in signals_of(objective)} == {SignalKind.CANARY_SUCCESS}
    what = "canary success" if is_canary else f"{metric.name}, average of {duration(indicator.slice_length)}"
    return GraphPanel(
        title=f"{objective.name}: {what}",
        queries=(
            stat("slices", metric, "Average", "success" if is_canary else metric.name, period_seconds=period),
        ),
        unit=Unit.PERCENT if is_canary else _unit_of(metric),
        thresholds=(Threshold(value=float(indicator.threshold), label=f"{objective.name}: a good slice"),),
    )  # fmt: skip


def _unit_of(metric: Metric) -> Unit:
    known = find(metric)
    return Unit.OWN if known is None else METRIC_UNITS.get(known.unit, Unit.OWN)


def _slices(objective: BudgetedObjective, indicator: RatioSliceIndicator, events: EventMetrics) -> GraphPanel:
    period = int(indicator.slice_length.total_seconds())
    good = f"100 * (1 - ({events.bad_share_of_at_least(1)}))"
    return GraphPanel(
        title=f"{objective.name}: good events by slices of {duration(indicator.slice_length)}",
        queries=(*_counts(events, period), math("good", good, "good events")),
        unit=Unit.PERCENT,
        thresholds=(
            Threshold(
                value=float(100 * indicator.slice_target_ratio),
                label=f"{objective.name}: {exact_percent(indicator.slice_target_ratio)}",
            ),
        ),
    )


def _cost(objective: CostObjective) -> GraphPanel:
    charges = Metric(namespace="AWS/Billing", name="EstimatedCharges", dimensions=(("Currency", "USD"),))
    return GraphPanel(
        title=f"{objective.name}: the account's month to date",
        queries=(stat("charges", charges, "Maximum", "month to date", period_seconds=_QUARTER_DAY_SECONDS),),
        unit=Unit.USD,
        thresholds=(
            Threshold(value=float(objective.limit_usd), label=f"limit: {exact_usd(objective.limit_usd)} a month"),
        ),
        over=timedelta(days=31),
        region=_BILLING_REGION,
    )
