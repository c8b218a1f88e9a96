"""Makes the alarms of a kind of resource from what a file says, held against what CloudWatch publishes and takes."""

from foundation.cloudwatch.alarms import ComparisonOperator, MetricAlarm
from foundation.cloudwatch.emitted import EmittedMetric
from foundation.cloudwatch.known_metrics import problem_of
from foundation.cloudwatch.metrics import Metric, MetricStat
from foundation.files.documents import Document, KeyPath
from foundation.service.resource_alarms import Comparison, Dimensions, ResourceAlarm
from foundation.service.resource_type_alarms_form import AlarmForm
from foundation.slo.burn_rate import Severity

_OPERATORS = {Comparison.ABOVE: ComparisonOperator.MORE_THAN, Comparison.BELOW: ComparisonOperator.LESS_THAN}


def alarm_of(
    form: AlarmForm, document: Document, path: KeyPath, *, resource_type: str, kind: str
) -> ResourceAlarm | None:
    """The alarm of an entry; None where nothing says when it is in ALARM, which is a problem of the document."""
    limit = form.breach.limit()
    if limit is None:
        document.problem((*path, "breach"), "write above or below, and one of them")
        return None
    comparison, threshold = limit
    needed, evaluated = form.breach.datapoints
    return ResourceAlarm(
        resource_type=resource_type,
        kind=kind,
        when=tuple(form.when.items()),
        name=form.name,
        namespace=form.metric.namespace,
        metric_name=form.metric.name,
        dimensions=form.metric.values_of_dimensions(),
        statistic=form.metric.statistic,
        comparison=comparison,
        threshold=threshold,
        period_seconds=form.breach.periodSeconds,
        datapoints_to_alarm=needed,
        evaluation_periods=evaluated,
        missing_data=form.missing,
        severity=Severity(form.severity),
        impact=form.impact,
        runbook=form.runbook,
        source=form.source,
        proofs=form.proofs.made(document, (*path, "proofs")),
        schedule_fact=form.runs,
    )


def check_alarm(alarm: ResourceAlarm, document: Document, path: KeyPath, own: tuple[EmittedMetric, ...] = ()) -> None:
    """Add as problems what of an alarm CloudWatch would not publish or not take; `own` are a service's own metrics."""
    with document.at(path):
        metric = _any(alarm.namespace, alarm.metric_name, alarm.dimensions)
        alarm_as_cloudwatch_has_it(alarm, name="any", metric=metric, threshold=1.0)
        if (problem := problem_of(metric, own)) is not None:
            document.problem((*path, "metric"), problem)
    if alarm.proofs is None:
        return
    with document.at((*path, "proofs")):
        proved = _any(alarm.proofs.namespace, alarm.proofs.metric_name, alarm.proofs.dimensions)
        if (problem := problem_of(proved, own)) is not None:
            document.problem((*path, "proofs", "metric"), problem)


def alarm_as_cloudwatch_has_it(alarm: ResourceAlarm, *, name: str, metric: Metric, threshold: float) -> MetricAlarm:
    """The alarm on one resource's metric, with its threshold. Raises LimitError for what CloudWatch would not take."""
    return MetricAlarm(
        name=name,
        watches=MetricStat(metric=metric, period_seconds=alarm.period_seconds, statistic=alarm.statistic),
        comparison=_OPERATORS[alarm.comparison],
        threshold=threshold,
        evaluation_periods=alarm.evaluation_periods,
        datapoints_to_alarm=alarm.datapoints_to_alarm,
        missing_data=alarm.missing_data,
    )


def _any(namespace: str, name: str, dimensions: Dimensions) -> Metric:
    return Metric(namespace=namespace, name=name, dimensions=tuple((each, "any") for each, _ in dimensions))
