"""Maps OpenSLO documents, which are well-formed by themselves, to the model; what they contradict is reported by its line."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import TypeVar, assert_never

from foundation.cloudwatch.metrics import Metric
from foundation.cloudwatch.names import Scope
from foundation.cloudwatch.parameters import read_parametrized
from foundation.files.documents import Document, KeyPath
from foundation.files.durations import write_duration
from foundation.slo import openslo
from foundation.slo.model import (
    AllOfIndicator,
    BudgetedObjective,
    CostObjective,
    EveryEventObjective,
    Indicator,
    IndicatorPart,
    MetricSamples,
    Objective,
    RatioIndicator,
    RatioSliceIndicator,
    SliceIndicator,
    Source,
    StackOperations,
    ThresholdIndicator,
    ThresholdOperator,
    TracesMatching,
)
from foundation.slo.one_valued import one_value_of

_AnyIndicator = TypeVar("_AnyIndicator", ThresholdIndicator, RatioIndicator, SliceIndicator)
# Below it the windows of burn rates are minutes and seconds, which no metric has.
_SHORTEST_WINDOW = timedelta(days=1)
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html#CloudWatchPeriods
_LONGEST_SLICE = timedelta(days=1)
MISSING_INDICATOR = "an SLO needs an indicator; it says what is measured"


def to_objective(document: Document, value: openslo.AnyDocument, scope: Scope) -> Objective | None:
    """The objective that a document makes; None when it makes none, or has problems, which are added to those of its file.

    `scope` is whose objective it is.
    """
    match value:
        case openslo.Service() | openslo.DataSource():
            return None
        case openslo.CostDocument():
            return CostObjective(
                name=value.metadata.name,
                title=value.metadata.displayName or value.metadata.name,
                description=value.spec.description,
                limit_usd=value.spec.limitUsd,
            )
        case openslo.Slo():
            before = len(document.problems)
            objective = _SloMapping(slo=value, document=document, scope=scope).objective()
            return objective if len(document.problems) == before else None
        case _:
            assert_never(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class _SloMapping:
    """One SLO on its way to the model."""

    slo: openslo.Slo
    document: Document
    scope: Scope

    def problem(self, path: KeyPath, text: str) -> None:
        """Add a problem; the path is below `spec`."""
        self.document.problem(("spec", *path), text)

    def objective(self) -> Objective | None:
        targets = self.slo.spec.objectives
        ratios = {self._target_ratio(target, index) for index, target in enumerate(targets)}
        indicator = self._whole_indicator()
        if len(ratios) > 1:
            self.problem(("objectives",), "all entries of one SLO must have the same target")
        ratio = ratios.pop()
        if ratio is None or indicator is None:
            return None
        name, title = self.slo.metadata.name, self.slo.metadata.displayName or self.slo.metadata.name
        description, window = self.slo.spec.description, self._window()
        names = self._indicator_names()
        if ratio < 1:
            return BudgetedObjective(
                name=name,
                title=title,
                description=description,
                indicator=indicator,
                target_ratio=ratio,
                window=window,
                indicator_names=names,
            )
        if not isinstance(indicator, RatioIndicator):
            said = "a target of 100 % is a promise about every event and needs a ratioMetric that counts Occurrences"
            self.problem(("objectives", 0), said)
            return None
        return EveryEventObjective(
            name=name, title=title, description=description, indicator=indicator, window=window, indicator_names=names
        )

    def _indicator_names(self) -> tuple[str, ...]:
        """What the indicator of each target is called, with what it and its target are called for people."""
        names: list[str] = []
        for target in self.slo.spec.objectives:
            part = target.indicator or self.slo.spec.indicator
            titles = [target.displayName, part.metadata.displayName if part else None]
            said = ", ".join(each for each in titles if each is not None)
            name = part.metadata.name if part else ""
            names.append(f"{name} ({said})" if said else name)
        return tuple(dict.fromkeys(names))

    def _window(self) -> timedelta:
        (window,) = self.slo.spec.timeWindow
        if not window.isRolling:
            self.problem(("timeWindow", 0, "isRolling"), "must be true: calendar windows are not judged")
        if window.duration < _SHORTEST_WINDOW:
            self.problem(("timeWindow", 0, "duration"), f"must be at least {write_duration(_SHORTEST_WINDOW)}")
        return window.duration

    def _target_ratio(self, target: openslo.Target, index: int) -> Decimal | None:
        match target.target, target.targetPercent:
            case Decimal() as ratio, None:
                return ratio
            case None, Decimal() as percent:
                if percent <= 1:
                    # The classic slip: a ratio where a percentage belongs.
                    meant = f"; did you mean {(percent * 100).normalize():f}?" if 50 < percent * 100 < 100 else ""
                    said = f"a target of {percent} % lets {(100 - percent).normalize():f} % fail{meant}"
                    self.problem(("objectives", index, "targetPercent"), said)
                return percent / 100
            case _:
                self.problem(("objectives", index), "give exactly one of target (0 to 1) and targetPercent (0 to 100)")
                return None

    def _whole_indicator(self) -> Indicator | None:
        """The SLO's one indicator, or all of its objectives' indicators together."""
        targets, shared = self.slo.spec.objectives, self.slo.spec.indicator
        if len(targets) == 1:
            (target,) = targets
            indicator, path = (shared, ("indicator",)) if shared else (target.indicator, ("objectives", 0, "indicator"))
            if indicator is None:
                self.problem(("indicator",), MISSING_INDICATOR)
                return None
            if shared and target.indicator:
                self.problem(("objectives", 0, "indicator"), "spec.indicator is given already; keep one of the two")
            return self._indicator(indicator, path, 0)
        if shared:
            self.problem(("indicator",), "several objectives leave no room for spec.indicator; give each its own")
            return None
        parts: list[IndicatorPart] = []
        for index, target in enumerate(targets):
            if target.indicator is None:
                self.problem(("objectives", index), "an SLO with several objectives needs an indicator in each")
                continue
            path = ("objectives", index, "indicator")
            match self._indicator(target.indicator, path, index):
                case ThresholdIndicator() as indicator:
                    parts.append(IndicatorPart(name=target.indicator.metadata.name, indicator=indicator))
                case None:
                    pass
                case _:
                    said = "several objectives in one SLO must all be thresholdMetrics counted by Occurrences"
                    self.problem(path, said)
        return self._all_of(parts)

    def _all_of(self, parts: Sequence[IndicatorPart]) -> AllOfIndicator | None:
        """All parts together; each has an alarm of its own for its silence, so each needs a name of its own."""
        names = [part.name for part in parts]
        if twice := [name for name in dict.fromkeys(names) if names.count(name) > 1]:
            self.problem(("objectives",), f"two indicators are called {', '.join(twice)}; give each a name of its own")
            return None
        return AllOfIndicator(parts=tuple(parts))

    def _indicator(self, indicator: openslo.Indicator, path: KeyPath, index: int) -> Indicator | None:
        match indicator.spec.thresholdMetric, indicator.spec.ratioMetric:
            case None, openslo.RatioMetric() as ratio:
                if not ratio.counter:
                    self.problem((*path, "spec", "ratioMetric", "counter"), "must be true: events are counted")
                at = (*path, "spec", "ratioMetric")
                bad, total = (
                    self._source(part.metricSource, (*at, name, "metricSource"), name)
                    for name, part in (("bad", ratio.bad), ("total", ratio.total))
                )
                for part, name, failed in ((bad, "bad", True), (total, "total", False)):
                    if isinstance(part, StackOperations) and part.failed_only is not failed:
                        wanted = "failed" if failed else "any"
                        self.problem((*at, name, "metricSource", "spec", "outcome"), f"must be {wanted} in {name}")
                if bad is None or total is None:
                    return None
                events = self._of_several_values(RatioIndicator(bad=bad, total=total), (*at, "bad"))
                return self._in_slices(events, index)
            case openslo.Metric() as metric, None:
                return self._threshold(metric, (*path, "spec", "thresholdMetric"), index)
            case _:
                self.problem((*path, "spec"), "give exactly one of thresholdMetric and ratioMetric")
                return None

    def _in_slices(self, events: RatioIndicator, index: int) -> RatioIndicator | RatioSliceIndicator | None:
        """A share of events, counted one by one or by the slices that have enough good ones, as budgetingMethod says."""
        target, at = self.slo.spec.objectives[index], ("objectives", index)
        by_slices = self.slo.spec.budgetingMethod == "Timeslices"
        for key in ("op", "value", *(() if by_slices else ("timeSliceTarget", "timeSliceWindow"))):
            if getattr(target, key) is not None:
                said = "a ratioMetric" if key in ("op", "value") else "a ratioMetric where Occurrences are counted"
                self.problem((*at, key), f"has no use with {said}; remove it")
        if not by_slices:
            return events
        if isinstance(events.bad, StackOperations) or isinstance(events.total, StackOperations):
            self.problem(("budgetingMethod",), "must be Occurrences with CloudFormation operations, which are few")
            return None
        slice_length = self._slice_length(target, at)
        if slice_length is None or target.timeSliceTarget is None:
            return None
        return RatioSliceIndicator(
            events=events, slice_target_ratio=target.timeSliceTarget, slice_length=slice_length
        )  # fmt: skip

    def _slice_length(self, target: openslo.Target, at: KeyPath) -> timedelta | None:
        """How long a slice is; None where that, or what makes one good, is not said as it must be."""
        if target.timeSliceWindow is None or target.timeSliceTarget is None:
            self.problem(at, "budgetingMethod Timeslices needs timeSliceWindow and timeSliceTarget here")
            return None
        if target.timeSliceWindow > _LONGEST_SLICE:
            longest = write_duration(_LONGEST_SLICE)
            self.problem((*at, "timeSliceWindow"), f"must be at most {longest}, the longest period of a metric")
            return None
        return target.timeSliceWindow

    def _threshold(
        self, metric: openslo.Metric, path: KeyPath, index: int
    ) -> ThresholdIndicator | SliceIndicator | None:
        samples = self._source(metric.metricSource, (*path, "metricSource"), "samples")
        if samples is None:
            return None
        target, at = self.slo.spec.objectives[index], ("objectives", index)
        if not isinstance(samples, MetricSamples):
            self.problem((*path, "metricSource", "type"), "a thresholdMetric needs a CloudWatch metric")
            return None
        if target.op is None or target.value is None:
            self.problem(at, "a thresholdMetric needs op and value here")
            return None
        comparison = ThresholdOperator(target.op)
        if self.slo.spec.budgetingMethod == "Occurrences":
            for key in ("timeSliceTarget", "timeSliceWindow"):
                if getattr(target, key) is not None:
                    self.problem((*at, key), "has no use where Occurrences are counted; remove it")
            threshold = ThresholdIndicator(samples=samples, comparison=comparison, threshold=target.value)
            return self._of_several_values(threshold, (*at, "value"))
        slice_length = self._slice_length(target, at)
        if slice_length is None:
            return None
        if target.timeSliceTarget != 1:
            said = "only 1 is supported with a thresholdMetric: a slice is good when its average is"
            self.problem((*at, "timeSliceTarget"), said)
            return None
        slices = SliceIndicator(
            samples=samples,
            comparison=comparison,
            threshold=target.value,
            slice_length=slice_length,
        )
        return self._of_several_values(slices, (*at, "value"))

    def _of_several_values(self, indicator: _AnyIndicator, path: KeyPath) -> _AnyIndicator:
        """The indicator, with a problem where it has one value whatever happens."""
        if (said := one_value_of(indicator)) is not None:
            self.problem(path, said)
        return indicator

    def _source(self, source: openslo.MetricSource, path: KeyPath, part: str) -> Source | None:
        with self.document.at(("spec", *path)):
            match source:
                case openslo.CloudWatchSource():
                    given = source.spec.dimensions.items()
                    dimensions = tuple((key, read_parametrized(value)) for key, value in given)
                    name, namespace = source.spec.metricName, source.spec.namespace
                    return MetricSamples(metric=Metric(namespace=namespace, name=name, dimensions=dimensions))
                case openslo.XRaySource():
                    group = self.scope.trace_group(self.slo.metadata.name, part)
                    return TracesMatching(group_name=group, filter_expression=source.spec.filter)
                case openslo.CloudFormationSource():
                    return StackOperations(
                        stack_name_prefix=source.spec.stackNamePrefix, failed_only=source.spec.outcome == "failed"
                    )
                case _:
                    assert_never(source)
        return None
