"""Whether what an objective is measured by exists: its metrics by the table of AWS's, its filters by what X-Ray knows."""

from collections.abc import Callable, Iterator, Sequence

from foundation.cloudwatch.emitted import EmittedMetric
from foundation.cloudwatch.metric_check import MetricPart, check_metric
from foundation.errors import InputError
from foundation.files.documents import Document, KeyPath
from foundation.files.explaining import with_hint
from foundation.slo import openslo
from foundation.slo.trace_filter import unknown_keyword

# The metrics that a service emits itself, by the service's name.
OwnMetricsOf = Callable[[str], Sequence[EmittedMetric]]
_KEYS = {
    MetricPart.NAMESPACE: ("spec", "namespace"),
    MetricPart.NAME: ("spec", "metricName"),
    MetricPart.DIMENSIONS: ("spec", "dimensions"),
}


def check_sources(document: Document, slo: openslo.Slo, own: tuple[EmittedMetric, ...]) -> None:
    """Add to the document's problems and warnings each source that there is not, or that is not known."""
    for path, source in sources_of(slo):
        match source:
            case openslo.CloudWatchSource(spec=spec):
                _check_metric(document, path, spec, own)
            case openslo.XRaySource(spec=spec):
                _check_filter(document, (*path, "spec", "filter"), spec.filter)
            case openslo.CloudFormationSource():
                pass


def sources_of(slo: openslo.Slo) -> Iterator[tuple[KeyPath, openslo.MetricSource]]:
    """Every source of an SLO, with where it stands in its document."""
    given: list[tuple[KeyPath, openslo.Indicator | None]] = [(("spec", "indicator"), slo.spec.indicator)]
    given += [
        (("spec", "objectives", number, "indicator"), target.indicator)
        for number, target in enumerate(slo.spec.objectives)
    ]
    for path, indicator in given:
        if indicator is None:
            continue
        if indicator.spec.thresholdMetric is not None:
            yield (*path, "spec", "thresholdMetric", "metricSource"), indicator.spec.thresholdMetric.metricSource
        if (ratio := indicator.spec.ratioMetric) is not None:
            yield (*path, "spec", "ratioMetric", "bad", "metricSource"), ratio.bad.metricSource
            yield (*path, "spec", "ratioMetric", "total", "metricSource"), ratio.total.metricSource


def _check_metric(
    document: Document, path: KeyPath, spec: openslo.CloudWatchSpec, own: tuple[EmittedMetric, ...]
) -> None:  # fmt: skip
    found = check_metric(spec.namespace, spec.metricName, spec.dimensions, own)
    if found is None:
        return
    at = (*path, *_KEYS[found.part], *(() if found.dimension is None else (found.dimension,)))
    (document.warning if found.is_warning else document.problem)(at, found.said)


def _check_filter(document: Document, path: KeyPath, text: str) -> None:
    # A root cause is given as JSON, which is not read here.
    if "#[" in text:
        document.warning(path, "filters with JSON are not read here, so this one is not checked")
        return
    try:
        unknown = unknown_keyword(text)
    except InputError as error:
        document.problem(path, error.summary)
        return
    if unknown is not None:
        word, known = unknown
        document.problem(path, with_hint(f"X-Ray has no keyword {word!r}", word, known))
