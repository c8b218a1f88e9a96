"""Whether an objective can mean what it says: which samples are good, in which unit, of which events the bad ones are a part.

What contradicts itself is a problem. What may well be meant, such as a text that names another number than the threshold, is a
warning: a text is for people, and nothing else follows it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from types import MappingProxyType

from foundation.cloudwatch.emitted import EmittedMetric
from foundation.cloudwatch.known_metrics import find
from foundation.cloudwatch.metrics import Metric
from foundation.errors import InputError
from foundation.files.documents import Document, KeyPath
from foundation.pages.numbers import duration
from foundation.slo import openslo
from foundation.slo.model import (
    AllOfIndicator,
    CostObjective,
    Indicator,
    MetricSamples,
    Objective,
    RatioIndicator,
    RatioSliceIndicator,
    SliceIndicator,
    ThresholdIndicator,
    ThresholdOperator,
    TracesMatching,
)
from foundation.slo.trace_filter import covers, read_filter, service_of, without_inside
from foundation.slo.written_quantities import Quantities, quantities_in

_TIMES: Mapping[str, timedelta] = MappingProxyType(
    {
        "Seconds": timedelta(seconds=1),
        "Milliseconds": timedelta(milliseconds=1),
        "Microseconds": timedelta(microseconds=1),
    }
)
# The metrics that count all events of their namespace: what is a part of them cannot have them as a part.
_WHOLES = frozenset(
    {
        ("AWS/ApiGateway", "Count"), ("AWS/ApiGateway", "MessageCount"), ("AWS/Lambda", "Invocations"),
        ("AWS/States", "ExecutionsStarted"), ("AWS/Bedrock", "Invocations"), ("AWS/Bedrock-AgentCore", "Invocations"),
    }
)  # fmt: skip
# Their higher samples are the good ones.
_HIGHER_IS_BETTER = frozenset({("CloudWatchSynthetics", "SuccessPercent")})
_UNDER = (ThresholdOperator.LESS_THAN, ThresholdOperator.AT_MOST)
_OPPOSITE = MappingProxyType({"lt": "gt", "lte": "gte", "gt": "lt", "gte": "lte"})
# A limit in milliseconds that is this low was as a rule written in seconds.
_FEW_MILLISECONDS = Decimal(10)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Judged:
    """Samples against a threshold, with the place of the target that says so."""

    at: KeyPath
    metric: Metric
    comparison: ThresholdOperator
    threshold: Decimal


def check_meaning(
    document: Document, form: openslo.Slo | openslo.CostDocument, objective: Objective, own: tuple[EmittedMetric, ...]
) -> None:  # fmt: skip
    """Add what an objective cannot mean to the document's problems, and what it hardly means to its warnings."""
    if isinstance(form, openslo.CostDocument) or isinstance(objective, CostObjective):
        if isinstance(form, openslo.CostDocument):
            _check_money(document, form)
        return
    texts = dict(_texts(form))
    judged = _judged(objective.indicator)
    before = len(document.problems)
    for each in judged:
        _check_samples(document, each, own, texts)
    match objective.indicator:
        case RatioIndicator() as ratio:
            _check_ratio(document, form, ratio, own)
        case RatioSliceIndicator(events=ratio):
            _check_ratio(document, form, ratio, own)
        case _:
            pass
    if len(document.problems) == before:
        _check_texts(document, form, objective, judged, own, texts)


def _judged(indicator: Indicator) -> tuple[_Judged, ...]:
    match indicator:
        case ThresholdIndicator() | SliceIndicator():
            return (_line(0, indicator),)
        case AllOfIndicator(parts=parts):
            return tuple(_line(number, part.indicator) for number, part in enumerate(parts))
        case _:
            return ()


def _line(number: int, indicator: ThresholdIndicator | SliceIndicator) -> _Judged:
    return _Judged(
        at=("spec", "objectives", number),
        metric=indicator.samples.metric,
        comparison=indicator.comparison,
        threshold=indicator.threshold,
    )


def _check_samples(
    document: Document, judged: _Judged, own: tuple[EmittedMetric, ...], texts: Mapping[KeyPath, Quantities]
) -> None:  # fmt: skip
    known = find(judged.metric, own)
    if known is None:
        return
    name, op, value = judged.metric.name, judged.comparison.value, judged.threshold
    is_under, of = judged.comparison in _UNDER, (judged.metric.namespace, judged.metric.name)
    if known.unit in _TIMES and not is_under:
        said = f"with {op} the samples of {name} that take longest are the good ones; did you mean {_OPPOSITE[op]}?"
        document.problem((*judged.at, "op"), said)
    elif of in _HIGHER_IS_BETTER and is_under:
        said = f"with {op} the low samples of {name} are the good ones; did you mean {_OPPOSITE[op]}?"
        document.problem((*judged.at, "op"), said)
    elif known.unit == "Percent" and 0 < value <= 1:
        meant = _plain(value * 100)
        document.problem(
            (*judged.at, "value"), f"{name} is in percent, and {_plain(value)} is next to none; did you mean {meant}?"
        )
    elif known.unit in _TIMES:
        _check_unit(document, judged, known.unit, texts)


def _check_unit(document: Document, judged: _Judged, unit: str, texts: Mapping[KeyPath, Quantities]) -> None:
    """A number of seconds where milliseconds belong, or the other way."""
    value = judged.threshold
    named = {Decimal(str(each / _TIMES[unit])) for found in texts.values() for _, each in found.times}
    said = f"{judged.metric.name} is in {unit}, so this is {_plain(value)} {_short(unit)}"
    if value in named:
        return
    for meant in (value * 1000, value / 1000, value * 1_000_000):
        if meant in named:
            document.problem(
                (*judged.at, "value"), f"{said}, and the text says otherwise; did you mean {_plain(meant)}?"
            )
            return
    if unit == "Milliseconds" and 0 < value < _FEW_MILLISECONDS:
        document.warning((*judged.at, "value"), f"{said}; for seconds write {_plain(value * 1000)}")


def _check_ratio(
    document: Document, form: openslo.Slo, ratio: RatioIndicator, own: tuple[EmittedMetric, ...]
) -> None:  # fmt: skip
    at = _ratio_path(form)
    match ratio.bad, ratio.total:
        case MetricSamples(metric=bad), MetricSamples(metric=total):
            _check_counts(document, at, bad, total, own)
        case TracesMatching(filter_expression=bad), TracesMatching(filter_expression=total):
            _check_filters(document, at, bad, total)
        case _:
            pass


def _check_filters(document: Document, at: KeyPath, bad: str, total: str) -> None:
    path = (*at, "bad", "metricSource", "spec", "filter")
    try:
        bad_traces, all_traces = read_filter(bad), read_filter(total)
    except InputError:
        return
    if covers(all_traces, bad_traces):
        return
    one, other = service_of(without_inside(bad_traces)), service_of(all_traces)
    if one is not None and other is not None and one != other:
        document.problem(
            path, f"its traces are of the service {one!r}, and those of total of {other!r}; name one of them"
        )
    else:
        document.warning(path, "are all of its traces among those of total? Begin it with the filter of total")


def _check_counts(
    document: Document, at: KeyPath, bad: Metric, total: Metric, own: tuple[EmittedMetric, ...]
) -> None:  # fmt: skip
    for part, metric in (("bad", bad), ("total", total)):
        known = find(metric, own)
        if known is not None and known.unit not in ("Count", "None"):
            document.problem(
                (*at, part, "metricSource", "spec", "metricName"),
                f"{metric.name} is in {known.unit}: its sum counts no events; name a metric in Count",
            )
            return
    bad_name, total_name = (bad.namespace, bad.name), (total.namespace, total.name)
    if bad_name in _WHOLES and total_name not in _WHOLES and bad.namespace == total.namespace:
        document.problem(
            (*at, "bad", "metricSource", "spec", "metricName"),
            f"{bad.name} counts all events, and {total.name} some of them; exchange bad and total",
        )
        return
    if bad.namespace == total.namespace:
        other = [f"{key} {value}" for key, value in total.dimensions if dict(bad.dimensions).get(key) != value]
        if other:
            document.warning(
                (*at, "bad", "metricSource", "spec", "dimensions"),
                f"total is of {', '.join(other)}, and bad is not: are all bad events among those of total?",
            )


def _ratio_path(form: openslo.Slo) -> KeyPath:
    at: KeyPath = ("spec", "indicator") if form.spec.indicator else ("spec", "objectives", 0, "indicator")
    return (*at, "spec", "ratioMetric")


def _check_texts(
    document: Document, form: openslo.Slo, objective: Objective, judged: tuple[_Judged, ...],
    own: tuple[EmittedMetric, ...], texts: Mapping[KeyPath, Quantities],
) -> None:  # fmt: skip
    """Warn of a time or a share that a text names and the objective has not."""
    if isinstance(objective, CostObjective):
        return
    known = [(each, find(each.metric, own)) for each in judged]
    limits = [
        float(each.threshold) * _TIMES[found.unit]
        for each, found in known
        if found is not None and found.unit in _TIMES
    ]
    window = [each.duration for each in form.spec.timeWindow]
    slices = [target.timeSliceWindow for target in form.spec.objectives if target.timeSliceWindow is not None]
    percents = {percent for target in form.spec.objectives for percent in _percents(target)}
    percents |= {each.threshold for each, found in known if found is not None and found.unit == "Percent"}
    for path, named in texts.items():
        for written, length in named.times:
            # Nothing is known to compare it with where no metric has a unit of time.
            if limits and length not in (*limits, *slices, *window):
                has = " and ".join(dict.fromkeys(_spoken(each) for each in limits))
                document.warning(path, f"says {written!r}, and the threshold is {has}; mend one of the two")
        for written, percent in named.percents:
            if percent not in percents:
                has = f"{_plain(max(_percents(form.spec.objectives[0])))} %"
                document.warning(path, f"says {written!r}, and the target is {has}; mend one of the two")


def _check_money(document: Document, form: openslo.CostDocument) -> None:
    title: tuple[KeyPath, str | None] = (("metadata", "displayName"), form.metadata.displayName)
    for path, text in (title, (("spec", "description"), form.spec.description)):
        for written, usd in quantities_in(text or "").usd:
            if usd != form.spec.limitUsd:
                said = f"says {written!r}, and limitUsd is {_plain(form.spec.limitUsd)}; mend one of the two"
                document.warning(path, said)


def _texts(form: openslo.Slo) -> Iterator[tuple[KeyPath, Quantities]]:
    written: list[tuple[KeyPath, str | None]] = [
        (("metadata", "displayName"), form.metadata.displayName),
        (("spec", "description"), form.spec.description),
    ]
    for number, target in enumerate(form.spec.objectives):
        written.append((("spec", "objectives", number, "displayName"), target.displayName))
        if target.indicator is not None:
            path = ("spec", "objectives", number, "indicator", "metadata", "displayName")
            written.append((path, target.indicator.metadata.displayName))
    if form.spec.indicator is not None:
        written.append((("spec", "indicator", "metadata", "displayName"), form.spec.indicator.metadata.displayName))
    yield from ((path, quantities_in(text)) for path, text in written if text)


def _percents(target: openslo.Target) -> tuple[Decimal, ...]:
    """The target in percent, and what it lets fail; a text may name either."""
    share = target.targetPercent if target.targetPercent is not None else 100 * (target.target or Decimal(0))
    return share, 100 - share


def _spoken(limit: timedelta) -> str:
    """A limit in the unit that it is plainest in."""
    milliseconds = limit / timedelta(milliseconds=1)
    return f"{milliseconds:,g} ms" if limit < timedelta(minutes=2) else duration(limit)


def _short(unit: str) -> str:
    return {"Seconds": "s", "Milliseconds": "ms"}.get(unit, "µs")


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"
