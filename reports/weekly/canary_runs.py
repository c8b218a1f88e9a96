"""The canaries' week: how many runs there were, failed and are missing, counted where their metric is known."""

from collections.abc import Sequence
from datetime import timedelta

import numpy as np

from foundation.cloudwatch import name_limits
from foundation.cloudwatch.metrics import Metric, MetricStat
from foundation.cloudwatch.names import Scope
from foundation.cloudwatch.source import MetricSource
from foundation.cloudwatch.whole_periods import whole_periods
from foundation.errors import SourceError
from foundation.readings import Interval, Known, NoData
from foundation.slo.coverage import coverage_of
from reports.known_values import Span, settled_coverage
from reports.weekly.inputs import CanaryWeek

_PERIOD_SECONDS = 300


def read_canaries(
    source: MetricSource, canaries: Sequence[tuple[str, int | None]], scope: Scope, span: Span
) -> tuple[CanaryWeek, ...] | NoData:  # fmt: skip
    """Each canary's runs in the whole periods of its metric that are known; one that cannot be read leaves its reason."""
    if not canaries:
        return NoData(reason="the service has no canary")
    found = tuple(_canary(source, name, every_minutes, scope, span) for name, every_minutes in canaries)
    if any(each.run_count for each in found):
        return found
    problems = dict.fromkeys(each.problem.reason for each in found if each.problem is not None)
    if problems:
        return NoData(reason="; ".join(problems))
    known = "; ".join(f"{each.coverage.percent} of the {span.name} of {each.name} is known" for each in found)
    return NoData(reason=f"no canary has run in this {span.name}; {known}")


def _canary(
    source: MetricSource, name: str, every_minutes: int | None, scope: Scope, span: Span
) -> CanaryWeek:  # fmt: skip
    dimensions = (("CanaryName", scope.named(name_limits.CANARY, name)),)
    metric = Metric(namespace="CloudWatchSynthetics", name="SuccessPercent", dimensions=dimensions)
    stats = [
        MetricStat(metric=metric, period_seconds=_PERIOD_SECONDS, statistic=each) for each in ("SampleCount", "Sum")
    ]
    start, until = int(span.start_at.timestamp()), int(span.until.timestamp())
    count = (until - start) // _PERIOD_SECONDS
    if count < 1:
        return _unread(name, span, NoData(reason=f"nothing of the {span.name} is settled yet"))
    try:
        runs, percent = source.read(
            stats, start_at=span.start_at, end_at=span.start_at + count * timedelta(seconds=_PERIOD_SECONDS)
        )
    except SourceError as error:
        return _unread(name, span, NoData(reason=str(error)))
    known = runs.known & percent.known
    coverage = settled_coverage(known, (runs, percent), span, period_seconds=_PERIOD_SECONDS)
    if isinstance(coverage, NoData):
        return _unread(name, span, coverage)
    whole = whole_periods(known, start, _PERIOD_SECONDS, count)
    run_count = round(float(np.nansum(runs.answer.values[whole])))
    passed_count = round(float(np.nansum(percent.answer.values[whole])) / 100)
    expected = None
    if every_minutes is not None:
        # A run is due once in each of these; of one that is not known as a whole nobody can say whether it came.
        length = every_minutes * 60
        expected = int(whole_periods(known, start, length, (until - start) // length).sum())
    return CanaryWeek(
        name=name,
        run_count=run_count,
        failed_count=max(0, run_count - passed_count),
        expected_count=expected,
        coverage=coverage,
        problem=None,
    )


def _unread(name: str, span: Span, problem: NoData) -> CanaryWeek:
    window = Interval(start_at=span.start_at, end_at=max(span.until, span.start_at + timedelta(minutes=1)))
    nothing = coverage_of(Known.nothing(), window, is_stated=True)
    return CanaryWeek(
        name=name, run_count=0, failed_count=0, expected_count=None, coverage=nothing, problem=problem
    )  # fmt: skip
