"""Reads a service.yaml: who a service is, its resources and its own metrics, every problem at once with its file and line."""

from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Annotated

from pydantic import Field, StringConstraints

from foundation.cloudwatch.emitted import EmittedMetric, Unit
from foundation.cloudwatch.metrics import Metric
from foundation.files.documents import Document, KeyPath, yaml_documents
from foundation.files.explaining import with_hint
from foundation.files.forms import Form, Line, Prose
from foundation.service.files import FileKind, ServiceFiles
from foundation.service.own_metrics import OwnMetrics, load_test_metrics
from foundation.service.resources import FactValue, Resource
from foundation.service.service import Service
from foundation.service.service_text import service_text

FILE_NAME = "service.yaml"
MOST_RESOURCES = 5_000
_OBJECTIVES, _BURN_RATE = "objectives", "burn_rate"
_Label = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=100)]
_Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]


class _Use(Form):
    """One series of an own metric that the toolkit has a use for, by what people call it."""

    label: Line = Field(min_length=1, max_length=100)
    dimensions: dict[str, Line]


class _Metric(Form):
    name: str = Field(pattern=r"^[!-~]{1,255}$")
    unit: Unit
    dimensions: list[str] = Field(min_length=1, max_length=30)
    meaning: Line = Field(min_length=1, max_length=400)
    accepted: dict[str, Line] | None = None
    durations: list[_Use] = Field(default_factory=list[_Use], max_length=100)
    failures: list[_Use] = Field(default_factory=list[_Use], max_length=100)


class _Resource(Form):
    label: _Label
    type: str = Field(pattern=r"^[A-Za-z0-9]+(::[A-Za-z0-9@_-]+){1,2}$", max_length=200)
    name: Line = Field(min_length=1, max_length=2_048)
    arn: Line = Field(min_length=1, max_length=2_048)
    facts: dict[_Key, Line] = Field(default_factory=dict[str, str])
    needs: list[_Label] = Field(default_factory=list[str])
    not_needs: list[_Label] = Field(default_factory=list[str])
    no_alarms: Line = Field(default="", max_length=400)


class _Service(Form):
    service: _Label
    title: Line = Field(min_length=1, max_length=200)
    owner: Line = Field(min_length=1, max_length=200)
    about: Prose = Field(default="", max_length=2_000)
    tags: dict[Line, Line] = Field(default_factory=dict[str, str], max_length=50)
    stages: list[_Label] = Field(default_factory=list[str], max_length=50)
    metric_namespace: str | None = Field(default=None, pattern=r"^[^:\s][\x21-\x7e]{0,254}$")
    cost_unit: Line | None = Field(default=None, min_length=1, max_length=60)
    files: dict[str, Line] = Field(default_factory=dict[str, str])
    metrics: list[_Metric] = Field(default_factory=list[_Metric], max_length=500)
    resources: list[_Resource] = Field(default_factory=list[_Resource], max_length=MOST_RESOURCES)


def read_files(file: Path, *, burn_rate: Path) -> ServiceFiles:
    """The files that such a file names. Raises InputError as `read_service` does."""
    file = _file_at(file)
    made: ServiceFiles | None = None
    with yaml_documents(file) as found:
        document = found.only("a service")
        form = document.read(_Service)
        if form is not None:
            made = _files(form.files, document, burn_rate)
    if made is None:
        raise AssertionError("a form that cannot be read is a problem of its file")
    return made


def read_service(file: Path, *, stage: str, burn_rate: Path) -> Service:
    """The service that a file, or the service.yaml of a directory, tells of, in one of its stages.

    `burn_rate` is the policy of a service that names none. Raises InputError with every problem of the file.
    """
    file = _file_at(file)
    with yaml_documents(file) as found:
        document = found.only("a service")
        form = document.read(_Service)
        made = None if form is None else _made(form, document, stage=stage, burn_rate=burn_rate)
    if made is None:
        raise AssertionError("a form that cannot be read is a problem of its file")
    return made


def _file_at(place: Path) -> Path:
    return place / FILE_NAME if place.is_dir() else place


def _made(form: _Service, document: Document, *, stage: str, burn_rate: Path) -> Service:
    variables = {"stage": stage, "service": form.service}
    return Service(
        name=form.service,
        title=form.title,
        owner=form.owner,
        stage=stage,
        stages=tuple(form.stages),
        tags=tuple(form.tags.items()),
        cost_unit=form.cost_unit,
        own=_own(form, document, variables),
        resources=_resources(form.resources, document, variables),
        files=_files(form.files, document, burn_rate),
    )


def _files(given: Mapping[str, str], document: Document, burn_rate: Path) -> ServiceFiles:
    """The files beside this one; one that is named and not there is a problem."""
    known = [_OBJECTIVES, _BURN_RATE, *(kind.value for kind in FileKind)]
    there: dict[str, Path] = {}
    for key, name in given.items():
        path = document.file.parent / name
        if key not in known:
            document.problem(("files", key), with_hint("is no file of a service", key, known))
        elif not path.exists():
            document.problem(("files", key), f"there is no {path}; write it, or take this line away")
        else:
            there[key] = path
    return ServiceFiles(
        service=document.file,
        objectives=there.get(_OBJECTIVES, document.file.parent / "objectives.yaml"),
        burn_rate=there.get(_BURN_RATE, burn_rate),
        **{kind.value: there.get(kind.value) for kind in FileKind},
    )


def _resources(
    given: Sequence[_Resource], document: Document, variables: Mapping[str, str]
) -> tuple[Resource, ...]:  # fmt: skip
    labels = [each.label for each in given]
    twice = {label for label, count in Counter(labels).items() if count > 1}
    made: list[Resource] = []
    for number, each in enumerate(given):
        path: KeyPath = ("resources", number)
        if each.label in twice:
            document.problem((*path, "label"), f"two resources are called {each.label!r}; labels are of one each")
        for at, needed in enumerate(each.needs):
            if needed not in labels:
                document.problem((*path, "needs", at), with_hint(f"no resource is called {needed!r}", needed, labels))
            elif needed == each.label:
                document.problem((*path, "needs", at), "a resource does not need itself")
        texts = {
            key: _text(text, document, (*path, key), variables)
            for key, text in (("name", each.name), ("arn", each.arn))
        }
        made.append(
            Resource(
                type=each.type,
                label=each.label,
                **texts,
                facts=tuple(
                    (name, _fact(value, document, (*path, "facts", name), variables))
                    for name, value in each.facts.items()
                ),
                needs=tuple(needed for needed in each.needs if needed not in each.not_needs),
                no_alarms=each.no_alarms,
            )
        )
    return tuple(made)


def _fact(given: str, document: Document, path: KeyPath, variables: Mapping[str, str]) -> FactValue:
    if given in ("true", "false"):
        return given == "true"
    try:
        return Decimal(given)
    except ArithmeticError:
        return _text(given, document, path, variables)


def _text(given: str, document: Document, path: KeyPath, variables: Mapping[str, str]) -> str:
    with document.at(path):
        return service_text(given, variables)
    return given


def _own(form: _Service, document: Document, variables: Mapping[str, str]) -> OwnMetrics | None:
    """Its own metrics; those of load tests are of every service that has a namespace."""
    if form.metric_namespace is None:
        if form.metrics:
            document.problem(("metrics",), "own metrics need a metric_namespace; say it above")
        return None
    load_test = load_test_metrics(form.metric_namespace)
    names = [each.name for each in form.metrics]
    emitted: list[EmittedMetric] = []
    uses: dict[str, list[tuple[str, Metric]]] = {"accepted": [], "durations": [], "failures": []}
    for number, each in enumerate(form.metrics):
        path: KeyPath = ("metrics", number)
        if names.count(each.name) > 1 or each.name in {own.name for own in load_test.all}:
            document.problem((*path, "name"), f"two metrics are called {each.name}; load tests have theirs, too")
        metric = EmittedMetric(
            namespace=form.metric_namespace,
            name=each.name,
            unit=each.unit,
            dimension_names=tuple(each.dimensions),
            meaning=each.meaning,
        )
        emitted.append(metric)
        accepted = [] if each.accepted is None else [_Use(label="accepted", dimensions=each.accepted)]
        for role, found in (("accepted", accepted), ("durations", each.durations), ("failures", each.failures)):
            for at, use in enumerate(found):
                place = (*path, role, at, "dimensions") if role != "accepted" else (*path, role)
                if set(use.dimensions) != set(each.dimensions):
                    document.problem(place, f"must have the metric's dimensions: {', '.join(each.dimensions)}")
                series = _series(metric, use.dimensions, document, place, variables)
                if series is not None:
                    uses[role].append((use.label, series))
    if len(uses["accepted"]) > 1:
        document.problem(("metrics",), "two metrics say accepted; one counts the work that the service took on")
    return OwnMetrics(
        emitted=(*emitted, *load_test.all),
        accepted=next((metric for _, metric in uses["accepted"]), None),
        durations=tuple(uses["durations"]),
        failures=tuple(uses["failures"]),
        load_test=load_test,
        load_test_requests=Metric(
            namespace=form.metric_namespace, name=load_test.requests.name, dimensions=(("Stage", variables["stage"]),)
        ),
    )


def _series(
    metric: EmittedMetric,
    dimensions: Mapping[str, str],
    document: Document,
    path: KeyPath,
    variables: Mapping[str, str],
) -> Metric | None:
    with document.at(path):
        return Metric(
            namespace=metric.namespace,
            name=metric.name,
            dimensions=tuple((name, service_text(value, variables)) for name, value in dimensions.items()),
        )
    return None
