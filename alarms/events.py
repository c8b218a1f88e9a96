"""Alarms on events that no burn rate fits: a failed deployment, a step that fails, slices in which a canary fails."""

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType

from alarms.model import Context, FailedDeployments, Measure, PlannedAlarm, Quantity
from alarms.notifying import notifying_alarm
from foundation.cloudwatch.alarms import ComparisonOperator, MetricAlarm
from foundation.cloudwatch.evaluation import MissingData
from foundation.cloudwatch.metrics import Metric, MetricStat
from foundation.pages.numbers import duration
from foundation.service.own_metrics import StepFailures
from foundation.slo import model
from foundation.slo.burn_rate import Severity
from foundation.slo.model import BudgetedObjective, EveryEventObjective, SliceIndicator, StackOperations
from foundation.slo.wording import EventWords, metric_name, words_of

# Two bad slices of three are no accident of one run; one bad slice of a day's is worth a look in the morning.
_PAGE_OF_SLICES = (2, 3)
# One failure may be the sender's mistake; several in a quarter of an hour are the step's.
_STEP_FAILURES_COUNT, _STEP_SECONDS = 3, 900
_BREACHING: Mapping[model.ThresholdOperator, ComparisonOperator] = MappingProxyType(
    {
        model.ThresholdOperator.AT_LEAST: ComparisonOperator.LESS_THAN,
        model.ThresholdOperator.MORE_THAN: ComparisonOperator.AT_MOST,
        model.ThresholdOperator.AT_MOST: ComparisonOperator.MORE_THAN,
        model.ThresholdOperator.LESS_THAN: ComparisonOperator.AT_LEAST,
    }
)


def deployment_alarms(
    objective: EveryEventObjective, context: Context
) -> tuple[tuple[PlannedAlarm, ...], tuple[FailedDeployments, ...]]:
    """The alarm on failed stack operations, and the EventBridge rule whose matches it counts; none for other events."""
    bad = objective.indicator.bad
    if not isinstance(bad, StackOperations):
        return (), ()
    rule = FailedDeployments(rule_name=context.scope.rule(objective.name), stack_name_prefix=bad.stack_name_prefix)
    matches = Metric(namespace="AWS/Events", name="TriggeredRules", dimensions=(("RuleName", rule.rule_name),))
    alarm = MetricAlarm(
        name=context.scope.alarm(objective.name, Severity.PAGE.value, "failed"),
        watches=MetricStat(metric=matches, period_seconds=60, statistic="Sum"),
        comparison=ComparisonOperator.AT_LEAST,
        threshold=1.0,
        evaluation_periods=1,
        missing_data=MissingData.NOT_BREACHING,
    )
    impact = (
        f"An operation on a stack of {bad.stack_name_prefix} failed or was rolled back. The release is not deployed; most "
        "likely the version before it runs."
    )
    return (
        notifying_alarm(
            alarm,
            context,
            severity=Severity.PAGE,
            impact=impact,
            measure=Measure(words="failed stack operations", quantity=Quantity.COUNT),
            runbook="deployment-failed",
            objective=objective,
        ),
    ), (rule,)


def step_alarm(failures: StepFailures, context: Context) -> PlannedAlarm:
    """The alarm on a step of the service's work that fails: whoever goes on without it hides that from all other alarms."""
    alarm = MetricAlarm(
        name=context.scope.alarm(failures.step, Severity.TICKET.value, "failed"),
        watches=MetricStat(metric=failures.metric, period_seconds=_STEP_SECONDS, statistic="Sum"),
        comparison=ComparisonOperator.AT_LEAST,
        threshold=float(_STEP_FAILURES_COUNT),
        evaluation_periods=1,
        missing_data=MissingData.NOT_BREACHING,
    )
    words = failures.words
    impact = (
        f"{words[:1].upper()}{words[1:]} failed on {_STEP_FAILURES_COUNT} or more {failures.of} in the last "
        f"{duration(_STEP_SECONDS)}. {failures.impact}"
    )
    measure = Measure(words=f"{failures.of} on which {words} failed", quantity=Quantity.COUNT)
    return notifying_alarm(
        alarm, context, severity=Severity.TICKET, impact=impact, measure=measure, runbook=failures.runbook
    )  # fmt: skip


def slice_alarms(objective: BudgetedObjective, context: Context) -> tuple[PlannedAlarm, ...]:
    """The alarms of an objective that counts slices of time: a page on two bad ones of three, a ticket on one.

    Slices of which nothing is known are bad to the page where silence is (`SliceIndicator.is_silence_bad`), else good.

    At 99.9 % over 28 days one slice of five minutes is an eighth of the budget, and a share of a window's few slices is no
    burn rate: a single one would be a burn of 80 and more.
    """
    indicator = objective.indicator
    if not isinstance(indicator, SliceIndicator):
        return ()
    period = int(indicator.slice_length.total_seconds())
    stat = MetricStat(metric=indicator.samples.metric, period_seconds=period, statistic="Average")
    (words,) = words_of(indicator)
    measure = Measure(words=metric_name(indicator.samples.metric), quantity=Quantity.VALUE)
    m, n = _PAGE_OF_SLICES
    silence = MissingData.BREACHING if indicator.is_silence_bad else MissingData.NOT_BREACHING
    shapes = ((Severity.PAGE, m, n, "failing"), (Severity.TICKET, 1, 1, "failed-once"))
    return tuple(
        notifying_alarm(
            MetricAlarm(
                name=context.scope.alarm(objective.name, severity.value, what),
                watches=stat,
                comparison=_BREACHING[indicator.comparison],
                threshold=float(indicator.threshold),
                evaluation_periods=evaluated,
                datapoints_to_alarm=needed,
                missing_data=silence if severity is Severity.PAGE else MissingData.IGNORE,
            ),
            context,
            severity=severity,
            impact=_bad_slices(
                words,
                needed,
                evaluated,
                indicator.slice_length,
                counts_silence=severity is Severity.PAGE and indicator.is_silence_bad,
            ),
            measure=measure,
            runbook=f"{objective.name}-failing",
            objective=objective,
        )
        for severity, needed, evaluated, what in shapes
    )


def _bad_slices(words: EventWords, needed: int, evaluated: int, length: timedelta, *, counts_silence: bool) -> str:
    silence = ", or no data" if counts_silence else ""
    if evaluated == 1:
        return f"The last slice of {duration(length)} {words.bad}{silence}."
    return f"{needed} of the last {evaluated} {words.events} {words.bad}{silence}."
