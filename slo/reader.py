"""Reads an objectives file into the model, and reports every problem at once with its file, line and remedy."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, assert_never, cast

from pydantic import ValidationError

from cloudwatch.metrics import Metric
from errors import InputError
from slo import openslo
from slo.model import (
    AllOfIndicator,
    BudgetedObjective,
    Comparison,
    CostObjective,
    EveryEventObjective,
    Indicator,
    MetricSamples,
    Objective,
    Objectives,
    RatioIndicator,
    SliceIndicator,
    Source,
    StackOperations,
    ThresholdIndicator,
    TracesMatching,
)
from slo.yaml_lines import Document, KeyPath, read_documents

DEFAULT_FILE = Path(__file__).with_name("objectives.yaml")

_KINDS: dict[str, type[openslo.AnyDocument]] = {
    "Service": openslo.Service,
    "DataSource": openslo.DataSource,
    "SLO": openslo.Slo,
    "CostObjective": openslo.CostDocument,
}
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}


def read_objectives(file: Path = DEFAULT_FILE, *, stage: str = "production") -> Objectives:
    """Read the objectives of one service; `${stage}` in the file becomes `stage`.

    Raises InputError with all problems, each with file, line and key.
    """
    documents = read_documents(file)
    problems: list[str] = []
    parsed = [(document, _parse(document, problems)) for document in documents]
    known = [(document, value) for document, value in parsed if value is not None]
    _check_names(known, problems)
    objectives: list[Objective] = []
    for document, value in known:
        objective = _to_objective(document, value, stage, problems)
        if objective is not None:
            objectives.append(objective)
    services = [value.metadata.name for _, value in known if isinstance(value, openslo.Service)]
    if not problems and len(services) != 1:
        problems.append(
            f"{file}:1: document: exactly one document of kind Service is needed, there are {len(services)}"
        )
    if not problems and not objectives:
        problems.append(f"{file}:1: document: no objective; add a document of kind SLO or CostObjective")
    if problems:
        raise InputError(f"{file} has {len(problems)} problem{'s' if len(problems) > 1 else ''}:", tuple(problems))
    return Objectives(service=services[0], items=tuple(objectives))


def _parse(document: Document, problems: list[str]) -> openslo.AnyDocument | None:
    data = cast("dict[str, Any]", document.data if isinstance(document.data, dict) else {})
    kind = data.get("kind")
    if not isinstance(kind, str) or kind not in _KINDS:
        problems.append(document.problem(("kind",), f"must be one of {', '.join(_KINDS)}, not {kind!r}"))
        return None
    try:
        return _KINDS[kind].model_validate(data)
    except ValidationError as error:
        for detail in error.errors():
            # A discriminated union puts its tag into the path, where the file has no such key.
            path = tuple(part for part in detail["loc"] if part not in ("CloudWatch", "XRay", "CloudFormation"))
            problems.append(document.problem(path, _explain(detail["type"], detail["msg"], detail.get("input"))))
        return None


def _explain(kind: str, message: str, given: object) -> str:
    match kind:
        case "extra_forbidden":
            return "unknown key; remove it or correct its spelling"
        case "missing":
            return "is missing"
        case _:
            return f"{message[0].lower()}{message[1:]}, not {given!r}"


def _check_names(known: list[tuple[Document, openslo.AnyDocument]], problems: list[str]) -> None:
    first: dict[tuple[str, str], int] = {}
    for document, value in known:
        # Objectives of both kinds share one space of names: dashboards and alarms are named after them.
        space = "objective" if isinstance(value, openslo.Slo | openslo.CostDocument) else value.kind
        key = (space, value.metadata.name)
        line = document.line_of(("metadata", "name"))
        if key in first:
            problems.append(
                document.problem(("metadata", "name"), f"{key[1]!r} is taken by the {space} in line {first[key]}")
            )
        first.setdefault(key, line)
    services = {value.metadata.name for _, value in known if isinstance(value, openslo.Service)}
    sources = {value.metadata.name for _, value in known if isinstance(value, openslo.DataSource)}
    for document, value in known:
        if isinstance(value, openslo.Slo | openslo.CostDocument) and value.spec.service not in services:
            problems.append(
                document.problem(("spec", "service"), f"no document of kind Service is named {value.spec.service!r}")
            )
        for path in (path for path in document.lines if path and path[-1] == "metricSourceRef"):
            reference = _value_at(document.data, path)
            if reference not in sources:
                problems.append(document.problem(path, f"no document of kind DataSource is named {reference!r}"))


def _value_at(data: Any, path: KeyPath) -> Any:
    for part in path:
        data = data[part]
    return data


def _to_objective(document: Document, value: openslo.AnyDocument, stage: str, problems: list[str]) -> Objective | None:
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
            return _slo_to_objective(document, value, stage, problems)
        case _:
            assert_never(value)


def _slo_to_objective(document: Document, slo: openslo.Slo, stage: str, problems: list[str]) -> Objective | None:
    before = len(problems)

    def problem(path: KeyPath, text: str) -> None:
        problems.append(document.problem(("spec", *path), text))

    ratios = {_target_ratio(target, index, problem) for index, target in enumerate(slo.spec.objectives)}
    if len(ratios) > 1:
        problem(("objectives",), "all entries of one SLO must have the same target")
    indicators = _indicators(slo, stage, problem)
    if len(problems) > before:
        return None
    (ratio,) = cast("set[Decimal]", ratios)
    indicator = indicators[0] if len(indicators) == 1 else _all_of(indicators, problem)
    window = _duration(slo.spec.timeWindow[0].duration)
    title = slo.metadata.displayName or slo.metadata.name
    if indicator is None:
        return None
    if ratio < 1:
        return BudgetedObjective(
            name=slo.metadata.name,
            title=title,
            description=slo.spec.description,
            indicator=indicator,
            target_ratio=ratio,
            window=window,
        )
    if not isinstance(indicator, RatioIndicator):
        problem(("objectives", 0), "a target of 100 % is a promise about every event and needs a ratioMetric")
        return None
    return EveryEventObjective(
        name=slo.metadata.name, title=title, description=slo.spec.description, indicator=indicator, window=window
    )


_Problem = Callable[[KeyPath, str], None]


def _target_ratio(target: openslo.Target, index: int, problem: _Problem) -> Decimal | None:
    match target.target, target.targetPercent:
        case Decimal() as ratio, None:
            return ratio
        case None, Decimal() as percent:
            return percent / 100
        case _:
            problem(("objectives", index), "give exactly one of target (0 to 1) and targetPercent (0 to 100)")
            return None


def _indicators(slo: openslo.Slo, stage: str, problem: _Problem) -> tuple[Indicator, ...]:
    found: list[Indicator | None] = []
    for index, target in enumerate(slo.spec.objectives):
        path: KeyPath = ("objectives", index)
        match slo.spec.indicator, target.indicator:
            case None, None:
                problem(
                    path if len(slo.spec.objectives) > 1 else ("indicator",),
                    "an SLO needs an indicator, in spec.indicator or, for several, in each entry of objectives",
                )
            case openslo.Indicator() as indicator, None if len(slo.spec.objectives) == 1:
                found.append(
                    _indicator(indicator, ("indicator",), target, path, slo.spec.budgetingMethod, stage, problem)
                )
            case None, openslo.Indicator() as indicator:
                found.append(
                    _indicator(indicator, (*path, "indicator"), target, path, slo.spec.budgetingMethod, stage, problem)
                )
            case _:
                problem(path, "several objectives, each with its own indicator, leave no room for spec.indicator")
    return tuple(indicator for indicator in found if indicator is not None)


def _indicator(
    indicator: openslo.Indicator,
    path: KeyPath,
    target: openslo.Target,
    target_path: KeyPath,
    method: str,
    stage: str,
    problem: _Problem,
) -> Indicator | None:
    match indicator.spec.thresholdMetric, indicator.spec.ratioMetric:
        case None, openslo.RatioMetric() as ratio:
            return RatioIndicator(
                bad=_source(ratio.bad.metricSource, stage), total=_source(ratio.total.metricSource, stage)
            )
        case openslo.Metric() as metric, None:
            return _threshold(metric, path, target, target_path, method, stage, problem)
        case _:
            problem((*path, "spec"), "give exactly one of thresholdMetric and ratioMetric")
            return None


def _threshold(
    metric: openslo.Metric,
    path: KeyPath,
    target: openslo.Target,
    target_path: KeyPath,
    method: str,
    stage: str,
    problem: _Problem,
) -> Indicator | None:
    samples = _source(metric.metricSource, stage)
    if not isinstance(samples, MetricSamples):
        problem(
            (*path, "spec", "thresholdMetric", "metricSource", "type"), "a thresholdMetric needs a CloudWatch metric"
        )
        return None
    if target.op is None or target.value is None:
        problem(target_path, "a thresholdMetric needs op and value here")
        return None
    comparison = Comparison(target.op)
    if method == "Occurrences":
        return ThresholdIndicator(samples=samples, comparison=comparison, threshold=target.value)
    if target.timeSliceWindow is None or target.timeSliceTarget is None:
        problem(target_path, "budgetingMethod Timeslices needs timeSliceWindow and timeSliceTarget here")
        return None
    if target.timeSliceTarget != 1:
        problem((*target_path, "timeSliceTarget"), "only 1 is supported: a slice is good when its average is")
        return None
    return SliceIndicator(
        samples=samples,
        comparison=comparison,
        threshold=target.value,
        slice_length=_duration(target.timeSliceWindow),
    )


def _all_of(indicators: tuple[Indicator, ...], problem: _Problem) -> AllOfIndicator | None:
    parts = tuple(indicator for indicator in indicators if isinstance(indicator, ThresholdIndicator))
    if len(parts) != len(indicators):
        problem(("objectives",), "several objectives in one SLO must all be thresholdMetrics counted by Occurrences")
        return None
    return AllOfIndicator(parts=parts)


def _source(source: openslo.MetricSource, stage: str) -> Source:
    def at_stage(text: str) -> str:
        return text.replace("${stage}", stage)

    match source:
        case openslo.CloudWatchSource():
            dimensions = tuple((name, at_stage(value)) for name, value in source.spec.dimensions.items())
            return MetricSamples(
                metric=Metric(namespace=source.spec.namespace, name=source.spec.metricName, dimensions=dimensions)
            )
        case openslo.XRaySource():
            return TracesMatching(filter_expression=at_stage(source.spec.filter))
        case openslo.CloudFormationSource():
            return StackOperations(
                stack_name_prefix=at_stage(source.spec.stackNamePrefix), failed_only=source.spec.outcome == "failed"
            )
        case _:
            assert_never(source)


def _duration(text: str) -> timedelta:
    return int(text[:-1]) * _UNITS[text[-1]]
