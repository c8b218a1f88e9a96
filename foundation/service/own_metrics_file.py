"""Reads what a service.yaml says of the metrics that the service records itself, and what each is of use for."""

from collections.abc import Mapping, Sequence
from typing import Annotated

from pydantic import Field, StringConstraints

from foundation.cloudwatch.emitted import EmittedMetric, Unit
from foundation.cloudwatch.metrics import Metric
from foundation.files.documents import Document, KeyPath
from foundation.files.forms import Form, Line
from foundation.service.own_metrics import LoadTestMetrics, OwnMetrics, StepFailures, load_test_metrics
from foundation.service.service_text import service_text

Label = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=100)]


class _Durations(Form):
    """The series that is of one step, by what people call it."""

    label: Line = Field(min_length=1, max_length=100)
    dimensions: dict[str, Line]


class _Failures(Form):
    """The series that counts the failures of one step."""

    step: Label
    words: Line = Field(min_length=1, max_length=100)
    of: Line = Field(min_length=1, max_length=60)
    impact: Line = Field(min_length=10, max_length=400)
    runbook: str = Field(pattern=r"^[a-z][a-z0-9-]*$", max_length=100)
    dimensions: dict[str, Line]


class OwnMetricForm(Form):
    """A metric that a service records itself."""

    name: str = Field(pattern=r"^[!-~]{1,255}$")
    unit: Unit
    dimensions: list[str] = Field(min_length=1, max_length=30)
    meaning: Line = Field(min_length=1, max_length=400)
    accepted: dict[str, Line] | None = None
    durations: list[_Durations] = Field(default_factory=list[_Durations], max_length=100)
    failures: list[_Failures] = Field(default_factory=list[_Failures], max_length=100)

    def emitted(self, namespace: str) -> EmittedMetric:
        """The metric in the service's namespace."""
        return EmittedMetric(
            namespace=namespace,
            name=self.name,
            unit=self.unit,
            dimension_names=tuple(self.dimensions),
            meaning=self.meaning,
        )


def own_metrics(
    namespace: str | None, forms: Sequence[OwnMetricForm], document: Document, variables: Mapping[str, str]
) -> OwnMetrics | None:
    """The metrics of a stage, with those of load tests, which every service with a namespace has; None without a namespace.

    What is wrong is a problem of the document.
    """
    if namespace is None:
        if forms:
            document.problem(("metrics",), "own metrics need a metric_namespace; say it above")
        return None
    load_test = load_test_metrics(namespace)
    _check_names(forms, load_test, document)
    accepted: list[Metric] = []
    durations: list[tuple[str, Metric]] = []
    failures: list[StepFailures] = []
    for number, form in enumerate(forms):
        path: KeyPath = ("metrics", number)
        metric = form.emitted(namespace)
        if form.accepted is not None:
            series = _series(metric, form.accepted, document, (*path, "accepted"), variables)
            accepted += [] if series is None else [series]
        for at, step in enumerate(form.durations):
            series = _series(metric, step.dimensions, document, (*path, "durations", at, "dimensions"), variables)
            durations += [] if series is None else [(step.label, series)]
        for at, failing in enumerate(form.failures):
            series = _series(metric, failing.dimensions, document, (*path, "failures", at, "dimensions"), variables)
            failures += [] if series is None else [_failures(failing, series)]
    if len(accepted) > 1:
        document.problem(("metrics",), "two metrics say accepted; one counts the work that the service took on")
    return OwnMetrics(
        emitted=(*(form.emitted(namespace) for form in forms), *load_test.all),
        accepted=next(iter(accepted), None),
        durations=tuple(durations),
        failures=tuple(failures),
        load_test=load_test,
        load_test_requests=Metric(
            namespace=namespace, name=load_test.requests.name, dimensions=(("Stage", variables["stage"]),)
        ),
    )


def _failures(form: _Failures, metric: Metric) -> StepFailures:
    return StepFailures(
        step=form.step, words=form.words, of=form.of, impact=form.impact, runbook=form.runbook, metric=metric
    )


def _check_names(forms: Sequence[OwnMetricForm], load_test: LoadTestMetrics, document: Document) -> None:
    names = [form.name for form in forms]
    for number, form in enumerate(forms):
        if names.count(form.name) > 1 or form.name in {each.name for each in load_test.all}:
            said = f"two metrics are called {form.name}; load tests have theirs, too"
            document.problem(("metrics", number, "name"), said)


def _series(
    metric: EmittedMetric,
    dimensions: Mapping[str, str],
    document: Document,
    path: KeyPath,
    variables: Mapping[str, str],
) -> Metric | None:
    if set(dimensions) != set(metric.dimension_names):
        document.problem(path, f"must have the metric's dimensions: {', '.join(metric.dimension_names)}")
        return None
    with document.at(path):
        return Metric(
            namespace=metric.namespace,
            name=metric.name,
            dimensions=tuple((name, service_text(value, variables)) for name, value in dimensions.items()),
        )
    return None
