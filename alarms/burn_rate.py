"""The alarms of a budgeted objective: two metric alarms and one composite for each pair of windows.

A window is one period (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html), because all
metrics of a math alarm have the same; so that a pair is two alarms. The expression always yields a datapoint: without it, a
window whose traffic ends is judged on its last datapoints again. A faster pair holds back the actions of the next slower one.
Of an objective of several parts each is guarded by its own number of events, and each has an alarm on its own silence.
Where slices of time are judged by their events, a window is so many slices, of which so many must be bad, and needs no guard.
"""

import math
from datetime import timedelta

from alarms.model import Context, Measure, PlannedAlarm, Quantity
from alarms.notifying import input_alarm, notifying_alarm
from alarms.slices import Slices, slices_of
from foundation.cloudwatch.alarms import ComparisonOperator, CompositeAlarm, MetricAlarm, Suppressor
from foundation.cloudwatch.evaluation import MissingData
from foundation.cloudwatch.metrics import MathExpression, Query
from foundation.pages.numbers import count, duration, exact_percent, ratio
from foundation.slo.burn_rate import LOW_TRAFFIC, NO_DATA, BurnRateAlert, BurnRatePolicy, Severity, alerts_for
from foundation.slo.event_metrics import EventMetrics, EventPart, events_of
from foundation.slo.model import BudgetedObjective
from foundation.slo.wording import bad_events, bad_events_named, counted_events, more_bad_than

# A window without any datapoint at all for so long is a telemetry fault, since canaries call at least every five minutes.
_SILENCE_SECONDS = 900
_SILENT_PERIODS_COUNT = 4


def burn_rate_alarms(
    objective: BudgetedObjective, policy: BurnRatePolicy, context: Context
) -> tuple[PlannedAlarm, ...]:
    """All alarms of one objective whose events CloudWatch counts; none for another.

    Raises InputError for a pair that can never alarm.
    """
    events = events_of(objective.indicator)
    if events is None:
        return ()
    alarms: list[PlannedAlarm] = []
    faster: BurnRateAlert | None = None
    slices = slices_of(objective)
    alerts = [alert for alert in alerts_for(objective, policy) if slices is None or slices.fits(alert.long_window)]
    for alert in alerts:
        alarms += _pair(objective, alert, events, context, faster=faster, wait=policy.suppression_wait)
        faster = alert
    pages = [alert for alert in alerts if alert.severity is Severity.PAGE]
    if pages and slices is None and not policy.excludes(objective.name, LOW_TRAFFIC):
        alarms.append(
            _low_traffic(objective, pages[-1], events, context, failure_count=policy.low_traffic_failure_count)
        )
    if policy.excludes(objective.name, NO_DATA):
        return tuple(alarms)
    silent = zip(events.parts, counted_events(objective.indicator), strict=True)
    return (*alarms, *(_no_data(objective, part, called, context) for part, called in silent))


def pairs_left_out(objective: BudgetedObjective, policy: BurnRatePolicy) -> tuple[str, ...]:
    """Which pairs an objective that is judged by slices does not have, in words: more slices than an alarm looks at."""
    slices = slices_of(objective)
    if slices is None:
        return ()
    return tuple(
        f"objective {objective.name} has no pair {alert.name}: an alarm looks back {duration(slices.longest)} over slices "
        f"of {duration(slices.length)}, and its long window is {duration(alert.long_window)}"
        for alert in alerts_for(objective, policy)
        if not slices.fits(alert.long_window)
    )


def _pair(
    objective: BudgetedObjective,
    alert: BurnRateAlert,
    events: EventMetrics,
    context: Context,
    *,
    faster: BurnRateAlert | None,
    wait: timedelta,
) -> tuple[PlannedAlarm, ...]:
    name = _pair_name(objective, alert, context)
    scope, slices = context.scope, slices_of(objective)
    runbook = f"{objective.name}-burn"
    windows = {"long": alert.long_window, "short": alert.short_window}
    too_many = more_bad_than(objective.indicator, alert.threshold_ratio)
    measure = Measure(words=bad_events_named(objective.indicator), quantity=Quantity.SHARE)
    children = tuple(
        input_alarm(
            _window_alarm(
                scope.alarm(objective.name, alert.severity.value, alert.name, which), alert, events, window, slices
            ),
            context,
            purpose=f"The {which} window of {name}. {too_many}, over the last {duration(window)}.",
            measure=measure,
            runbook=runbook,
            objective=objective,
        )
        for which, window in windows.items()
    )
    suppressor = None
    if faster is not None:
        suppressor = Suppressor(
            alarm=_pair_name(objective, faster, context),
            wait_seconds=math.ceil(wait.total_seconds()),
            # Time for this pair's own short window to recover, so that it does not page when the trouble is already over.
            extension_seconds=math.ceil((alert.short_window + wait).total_seconds()),
        )
    impact = (
        f"{too_many}, both over the last {duration(alert.long_window)} and over the last {duration(alert.short_window)}. "
        f"This is the threshold, not the measured share: at it, {exact_percent(alert.budget_share_ratio)} of the error budget "
        f"for {duration(objective.window)} is spent in {duration(alert.long_window)} (burn rate {ratio(alert.burn_rate)})."
    )
    composite = notifying_alarm(
        CompositeAlarm(
            name=name, rule=" AND ".join(f'ALARM("{child.name}")' for child in children), suppressor=suppressor
        ),
        context,
        severity=alert.severity,
        impact=impact,
        measure=measure,
        runbook=runbook,
        objective=objective,
    )
    return (*children, composite)


def _pair_name(objective: BudgetedObjective, alert: BurnRateAlert, context: Context) -> str:
    return context.scope.alarm(objective.name, alert.severity.value, alert.name)


def _window_alarm(
    name: str, alert: BurnRateAlert, events: EventMetrics, window: timedelta, slices: Slices | None
) -> MetricAlarm:
    if slices is not None:
        return MetricAlarm(
            name=name,
            watches=_queries(events, slices.length_seconds, watched=("bad_share", events.bad_share_of_at_least(1))),
            comparison=ComparisonOperator.MORE_THAN,
            threshold=float(slices.tolerated_bad_ratio),
            evaluation_periods=slices.count(window),
            datapoints_to_alarm=slices.bad_count_above(alert.threshold_ratio, window),
            missing_data=MissingData.NOT_BREACHING,
        )
    guarded_bad_ratio = events.bad_share_of_at_least(alert.minimum_event_count)
    return MetricAlarm(
        name=name,
        watches=_queries(events, int(window.total_seconds()), watched=("bad_share", guarded_bad_ratio)),
        comparison=ComparisonOperator.MORE_THAN,
        threshold=float(alert.threshold_ratio),
        evaluation_periods=1,
        missing_data=MissingData.NOT_BREACHING,
    )


def _low_traffic(
    objective: BudgetedObjective,
    slowest_page: BurnRateAlert,
    events: EventMetrics,
    context: Context,
    *,
    failure_count: int,
) -> PlannedAlarm:
    """With few events no pair can alarm, and a long outage would stay unseen: so many bad events are a ticket."""
    window = slowest_page.long_window
    alarm = MetricAlarm(
        name=context.scope.alarm(objective.name, Severity.TICKET.value, LOW_TRAFFIC),
        watches=_queries(
            events,
            int(window.total_seconds()),
            watched=("bad_count", events.bad_count_of_fewer_than(slowest_page.minimum_event_count)),
        ),
        comparison=ComparisonOperator.AT_LEAST,
        # Half an event below: a share times a count may miss a whole number by its last digit.
        threshold=failure_count - 0.5,
        evaluation_periods=1,
        missing_data=MissingData.NOT_BREACHING,
    )
    impact = (
        f"{count(failure_count)} or more {bad_events(objective.indicator)} in the last {duration(window)}, of fewer than "
        f"{count(slowest_page.minimum_event_count)} in all: too few for a burn rate."
    )
    return notifying_alarm(
        alarm,
        context,
        severity=Severity.TICKET,
        impact=impact,
        measure=Measure(words=f"with little traffic, {bad_events_named(objective.indicator)}", quantity=Quantity.COUNT),
        runbook=f"{objective.name}-burn",
        objective=objective,
    )


def _no_data(objective: BudgetedObjective, part: EventPart, events: str, context: Context) -> PlannedAlarm:
    """Silence of one metric; each is watched by itself, because the others go on counting."""
    of_part = () if part.name is None else (part.name,)
    alarm = MetricAlarm(
        name=context.scope.alarm(objective.name, Severity.TICKET.value, NO_DATA, *of_part),
        watches=part.total.per(_SILENCE_SECONDS),
        comparison=ComparisonOperator.LESS_THAN,
        threshold=1.0,
        evaluation_periods=_SILENT_PERIODS_COUNT,
        missing_data=MissingData.BREACHING,
    )
    hours = duration(timedelta(seconds=_SILENCE_SECONDS * _SILENT_PERIODS_COUNT))
    return notifying_alarm(
        alarm,
        context,
        severity=Severity.TICKET,
        impact=f"No {events} were counted in the last {hours}. Either they are not measured, or none gets through.",
        measure=Measure(words=f"number of {events}", quantity=Quantity.COUNT),
        runbook="no-data",
        objective=objective,
    )


def _queries(events: EventMetrics, period_seconds: int, *, watched: tuple[str, str]) -> tuple[Query, ...]:
    id_, expression = watched
    return (
        *(
            Query(id=counted.id, source=counted.per(period_seconds), return_data=False)
            for counted in events.counts
        ),
        Query(id=id_, source=MathExpression(expression=expression), return_data=True),
    )  # fmt: skip
